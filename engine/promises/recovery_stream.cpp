// One queue of messages, judged from its front.
#include "engine/promises/recovery_stream.hpp"

#include <algorithm>

#include "engine/core/membership.hpp"

namespace glasspost {
namespace {

constexpr Duration kUnacknowledged = std::chrono::minutes(1);  // then it is forgotten
// A page that was on its way when another program took the device over may still be shown.
constexpr Duration kOldProgram = std::chrono::seconds(1);
// A message is looked at again every ten seconds as long as a device of it cannot be judged. A
// connection without a sign of life is closed within 40 s (engine/live/edge.hpp).
constexpr unsigned kTriesSilent = 5;
constexpr unsigned kTriesMax = 6;
constexpr Duration kLook = std::chrono::milliseconds(250);

}  // namespace

RecoveryStream::RecoveryStream()
    : judgement_(8,
                 "Ten seconds after the last fault has healed, every live device has shown every "
                 "acknowledged message.") {}

void RecoveryStream::observe(const Fact& fact) {
  const Time at = time_from_us(fact.time_us);
  if (at >= looked_ + kLook) look(at);
  switch (fact.kind) {
    case FactKind::kLost:
      return judgement_.lost(fact.object);
    case FactKind::kBatched:
    case FactKind::kAcked:
      return on_message(at, fact);
    case FactKind::kVisible: {
      const auto found = messages_.find(message_of(fact));
      if (found == messages_.end()) return;
      found->second.rows[UserId{static_cast<std::uint32_t>(fact.subject)}] = fact.value;
      return;
    }
    case FactKind::kShown:
      on_shown(at, fact);
      return on_device(at, fact);
    case FactKind::kKeyPassed:
    case FactKind::kGaveUp:
    case FactKind::kDeviceStarted:
    case FactKind::kDeviceLoggedIn:
    case FactKind::kDeviceAway:
      return on_device(at, fact);
    case FactKind::kLoggedIn:
    case FactKind::kSessionEnded:
      return on_session(at, fact);
    case FactKind::kStarted:
    case FactKind::kEnded:
    case FactKind::kPaused:
    case FactKind::kResumed:
    case FactKind::kFault:
    case FactKind::kHealed:
      return on_deed(at, fact);
    default:
      return;
  }
}

void RecoveryStream::on_message(Time at, const Fact& fact) {
  if (fact.kind == FactKind::kBatched) {
    const MessageKey key{ConversationId{fact.subject}, fact.object};
    messages_[key] = Message{};
    born_.emplace_back(at, key);
    while (messages_.size() > kMessagesMax) {
      messages_.erase(born_.front().second);
      born_.pop_front();
    }
    return;
  }
  const auto found = messages_.find(message_of(fact));
  if (found == messages_.end() || found->second.acked.kind != FactKind::kNone) return;
  found->second.acked = fact;
  found->second.acked_at = at;
  acked_.emplace_back(at, found->first);
}

void RecoveryStream::on_shown(Time at, const Fact& fact) {
  const DeviceId device{fact.subject};
  const auto found = messages_.find(message_of(fact));
  if (found != messages_.end()) {
    found->second.shown.emplace(device, at);
    return;
  }
  // Something old. Until it has read all of that, it is as if it had only just come.
  const auto here = devices_.find(device);
  if (here == devices_.end() || !here->second.reads_old) return;
  if (here->second.since != kNever) here->second.since = at;
}

void RecoveryStream::on_device(Time at, const Fact& fact) {
  const DeviceId device{fact.subject};
  Presence& here = devices_[device];
  if (fact.kind == FactKind::kDeviceStarted) return on_started(at, fact);
  if (fact.kind == FactKind::kDeviceAway) {
    here.away = fact.object != 0;
    if (!here.away && here.since != kNever) here.since = at;
    return;
  }
  here.last_word = at;
  if (here.since == kNever) return;
  const bool own_word = fact.kind == FactKind::kDeviceLoggedIn || at >= here.since + kOldProgram;
  here.tells = here.tells || own_word;
}

// An empty disk shows everything again. Another one holds what is at or below its key, even if the
// power went before the device could say so.
void RecoveryStream::on_started(Time at, const Fact& fact) {
  const DeviceId device{fact.subject};
  Presence& here = devices_[device];
  here.reads_old = starts_empty(fact);
  here.away = false;
  for (auto& [key, message] : messages_) {
    const auto row = message.rows.find(user_of(device));
    if (here.reads_old) {
      message.shown.erase(device);
    } else if (row != message.rows.end() && row->second <= fact.object) {
      message.shown.emplace(device, at);
    }
  }
}

void RecoveryStream::on_session(Time at, const Fact& fact) {
  Presence& here = devices_[DeviceId{fact.subject}];
  if (fact.kind == FactKind::kLoggedIn) {
    here.since = at;
    here.node = fact.node;
    here.connection = fact.object;
    here.tells = false;
  } else if (here.node == fact.node && here.connection == fact.object) {
    here.since = kNever;
  }
}

void RecoveryStream::on_deed(Time at, const Fact& fact) {
  switch (fact.kind) {
    case FactKind::kEnded:
      for (auto& [device, here] : devices_) {
        if (here.node == fact.subject) here.since = kNever;
      }
      down_.insert(fact.subject);
      return;
    case FactKind::kPaused:
      down_.insert(fact.subject);
      return;
    case FactKind::kStarted:
    case FactKind::kResumed:
      down_.erase(fact.subject);
      break;
    case FactKind::kFault:
      ++faults_;
      return;
    default:
      if (faults_ > 0) --faults_;
      break;
  }
  healed_ = at;
}

bool RecoveryStream::waits(Time now) const {
  return fault_active() || (healed_ != Time(Duration(0)) && now < healed_ + kPatience + kLateness);
}

void RecoveryStream::look(Time now) {
  looked_ = std::max(looked_, now);
  while (!born_.empty() && born_.front().first + kUnacknowledged < now) {
    const auto found = messages_.find(born_.front().second);
    if (found != messages_.end() && found->second.acked.kind == FactKind::kNone) {
      messages_.erase(found);
    }
    born_.pop_front();
  }
  while (!acked_.empty() && !fault_active()) {
    const auto [at, key] = acked_.front();
    const Time deadline = std::max(healed_, at) + kPatience;
    if (deadline + kLateness > now) return;
    acked_.pop_front();
    const auto found = messages_.find(key);
    if (found == messages_.end() || found->second.acked_at != at) continue;
    const bool all = judge(key, found->second, deadline);
    if (all || ++found->second.tries > kTriesMax) {
      messages_.erase(found);
      continue;
    }
    found->second.acked_at = now;
    acked_.emplace_back(now, key);
  }
}

// False if a device cannot be judged yet.
bool RecoveryStream::judge(const MessageKey& key, Message& message, Time deadline) {
  if (!judgement_.complete() || !is_pair(key.conversation)) return true;
  bool all = true;
  for (const UserId member : members_of(key.conversation)) {
    for (auto entry = devices_.lower_bound(device_of(member, 0));
         entry != devices_.end() && user_of(entry->first) == member; ++entry) {
      if (!judge(key, message, deadline, entry->first)) all = false;
    }
  }
  return all;
}

bool RecoveryStream::judge(const MessageKey& key, Message& message, Time deadline,
                           DeviceId device) {
  if (message.judged.contains(device)) return true;
  const auto shown = message.shown.find(device);
  const Presence& here = devices_.at(device);
  if (shown == message.shown.end() || shown->second > deadline) {
    if (here.since == kNever || here.away || !here.tells) return true;
    if (here.since + kPatience > deadline) return false;
    const bool silent = to_us(here.last_word) <= message.acked.time_us;
    if (silent && message.tries < kTriesSilent) return false;
    judgement_.broke(to_text(device) + " has not shown " + to_text(key) +
                         " within 10 s, though no fault was there",
                     {message.acked});
  }
  judgement_.count();
  message.judged.insert(device);
  return true;
}

}  // namespace glasspost
