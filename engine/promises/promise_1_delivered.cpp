// Promise 1: who shows what, compared with what was acknowledged.
#include "engine/promises/promise_1_delivered.hpp"

#include <algorithm>
#include <string>

#include "engine/core/membership.hpp"

namespace glasspost {
namespace {

bool shown_by(const std::vector<Fact>& shown, DeviceId device) {
  return std::any_of(shown.begin(), shown.end(),
                     [&](const Fact& fact) { return fact.subject == device.value; });
}

// "device 7.1 shows number 3 of pair 3+7", the start of most reasons.
std::string shows_text(const Fact& shown) {
  return to_text(DeviceId{shown.subject}) + " shows " + to_text(message_of(shown));
}

// Nobody is a member of a number that is no conversation. Groups keep their members elsewhere.
bool shown_to_stranger(const Fact& shown) {
  const ConversationId conversation{shown.object};
  const bool group = (conversation.value & kGroupBit) != 0;
  return !group && !is_member(conversation, user_of(DeviceId{shown.subject}));
}

}  // namespace

Promise1Delivered::Promise1Delivered()
    : judgement_(1,
                 "A send that was acknowledged is durable on W replicas, and every member's every "
                 "device seen within the retention time eventually shows it exactly once.") {
  judgement_.wait_for_end();
}

void Promise1Delivered::observe(Time at, const Fact& fact) {
  if (fact.kind == FactKind::kCommitted) on_committed(fact);
  if (fact.kind == FactKind::kAcked) on_acked(at, fact);
  if (fact.kind == FactKind::kShown) on_shown(fact);
  if (fact.kind == FactKind::kDeviceStarted) on_device_started(fact);
}

// Two different commits of one number are promise 6's matter.
void Promise1Delivered::on_committed(const Fact& fact) {
  Message& message = messages_[message_of(fact)];
  if (message.committed.kind == FactKind::kNone) message.committed = fact;
  for (const Fact& shown : message.shown)
    compare_text(fact, shown);
}

void Promise1Delivered::on_acked(Time at, const Fact& fact) {
  Message& message = messages_[message_of(fact)];
  if (message.acked.kind == FactKind::kNone) {
    message.acked = fact;
    message.acked_at = at;
    judgement_.count();
  } else if (message.acked.extra != fact.extra) {
    judgement_.broke(to_text(message_of(fact)) + " was acknowledged with two texts",
                     {message.acked, fact});
  }
  for (const Fact& shown : message.shown)
    compare_text(fact, shown);
}

void Promise1Delivered::on_shown(const Fact& fact) {
  Message& message = messages_[message_of(fact)];
  if (shown_to_stranger(fact)) {
    judgement_.broke(shows_text(fact) + ", of which its user is no member", {fact});
  }
  for (const Fact& earlier : message.shown) {
    if (earlier.subject != fact.subject) continue;
    return judgement_.broke(shows_text(fact) + " twice", {earlier, fact});
  }
  compare_text(message.acked, fact);
  compare_text(message.committed, fact);
  message.shown.push_back(fact);
}

void Promise1Delivered::on_device_started(const Fact& fact) {
  if (!starts_empty(fact)) return;
  for (auto& [key, message] : messages_) {
    std::erase_if(message.shown,
                  [&fact](const Fact& shown) { return shown.subject == fact.subject; });
  }
}

void Promise1Delivered::shown_untold(const MessageKey& key, DeviceId device) {
  Message& message = messages_[key];
  const Fact& told = message.acked.kind == FactKind::kNone ? message.committed : message.acked;
  message.shown.push_back({.kind = FactKind::kShown,
                           .subject = device.value,
                           .object = key.conversation.value,
                           .number = key.number,
                           .extra = told.extra});
}

// `told` is what the servers said of the message that `shown` is about.
void Promise1Delivered::compare_text(const Fact& told, const Fact& shown) {
  if (told.kind == FactKind::kNone || told.extra == shown.extra) return;
  const std::string how = told.kind == FactKind::kAcked ? "acknowledged" : "committed";
  judgement_.broke(shows_text(shown) + " with another text than was " + how, {told, shown});
}

void Promise1Delivered::finish(const Devices& devices, Time settled) {
  judgement_.end();
  for (const auto& [key, message] : messages_) {
    const bool judged = message.acked.kind != FactKind::kNone && message.acked_at <= settled;
    if (judged) judge_shown_everywhere(message, devices);
  }
}

void Promise1Delivered::judge_shown_everywhere(const Message& message, const Devices& devices) {
  if (!judgement_.complete()) return;
  const MessageKey key = message_of(message.acked);
  const std::string unknown = why_unknown(devices, key.conversation);
  if (!unknown.empty()) judgement_.doubt(unknown);
  if (!is_pair(key.conversation)) return;
  for (const DeviceId device : devices.live_of(key.conversation)) {
    if (shown_by(message.shown, device)) continue;
    judgement_.broke(to_text(device) + " never showed " + to_text(key) + ", which was acknowledged",
                     {message.acked});
  }
}

}  // namespace glasspost
