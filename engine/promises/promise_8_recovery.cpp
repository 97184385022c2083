// Promise 8: when each device showed what, against the deadline.
#include "engine/promises/promise_8_recovery.hpp"

#include <algorithm>
#include <string>

namespace glasspost {
namespace {

// When patience ends that begins at `start`. kNever stays kNever: a fault that never heals.
Time deadline_from(Time start) {
  const Duration patience = Promise8Recovery::kPatience;
  return start > kNever - patience ? kNever : start + patience;
}

// Rounded up to the millisecond, so that too late never reads as 0.
std::string seconds_text(Duration duration) {
  const std::int64_t ms = (to_us(duration) + 999) / 1000;
  const std::string fraction = std::to_string(1000 + ms % 1000).substr(1);
  return std::to_string(ms / 1000) + "." + fraction + " s";
}

}  // namespace

Promise8Recovery::Promise8Recovery()
    : judgement_(8,
                 "Ten seconds after the last fault has healed, every live device has shown every "
                 "acknowledged message.") {
  judgement_.wait_for_end();
}

void Promise8Recovery::observe(Time at, const Fact& fact) {
  if (fact.kind == FactKind::kAcked) {
    Message& message = messages_[message_of(fact)];
    if (message.acked.kind != FactKind::kNone) return;
    message.acked = fact;
    message.acked_at = at;
  }
  if (starts_empty(fact)) {
    for (auto& [key, message] : messages_)
      message.shown.erase(DeviceId{fact.subject});
  }
  if (fact.kind == FactKind::kShown) {
    messages_[message_of(fact)].shown.emplace(DeviceId{fact.subject}, at);
  }
}

void Promise8Recovery::finish(const Devices& devices, Time last_fault_healed, Time end) {
  judgement_.end();
  if (!judgement_.complete()) return;
  if (end < deadline_from(last_fault_healed)) {
    return judgement_.doubt("the history ends before the 10 s after the last fault are over");
  }
  for (const auto& [key, message] : messages_) {
    if (message.acked.kind == FactKind::kNone) continue;
    const Time deadline = deadline_from(std::max(last_fault_healed, message.acked_at));
    if (deadline <= end) judge(message, devices, deadline);
  }
}

void Promise8Recovery::judge(const Message& message, const Devices& devices, Time deadline) {
  const MessageKey key = message_of(message.acked);
  const std::string unknown = why_unknown(devices, key.conversation);
  if (!unknown.empty()) judgement_.doubt(unknown);
  if (!is_pair(key.conversation)) return;
  for (const DeviceId device : devices.live_of(key.conversation)) {
    judgement_.count();
    const auto shown = message.shown.find(device);
    if (shown != message.shown.end() && shown->second <= deadline) continue;
    const std::string how =
        shown == message.shown.end()
            ? " had not shown "
            : " was " + seconds_text(shown->second - deadline) + " too late to show ";
    judgement_.broke(to_text(device) + how + to_text(key) + " within 10 s of recovery",
                     {message.acked});
  }
}

}  // namespace glasspost
