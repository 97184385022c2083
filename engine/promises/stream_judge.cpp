// What of a piece of a history may be judged.
#include "engine/promises/stream_judge.hpp"

#include <algorithm>

#include "engine/core/choices.hpp"

namespace glasspost {

void StreamJudge::observe(const Fact& fact) {
  const Time at = time_from_us(fact.time_us);
  if (fact.kind == FactKind::kLost) {
    lost_ += fact.object;
    promises_.lost(fact.object);
    return;
  }
  look_for_beginning(fact);
  on_session(at, fact);
  on_airplane(at, fact);
  on_deed(at, fact);
  if (!is_from_before(fact)) promises_.observe(at, fact);
}

// The first word of every life is kBooted. With another sample, messages of which nothing was told
// begin in their middle, too.
void StreamJudge::look_for_beginning(const Fact& fact) {
  const bool of_device = fact.kind == FactKind::kShown || fact.kind == FactKind::kKeyPassed ||
                         fact.kind == FactKind::kGaveUp || fact.kind == FactKind::kDeviceStarted ||
                         fact.kind == FactKind::kDeviceLoggedIn ||
                         fact.kind == FactKind::kDeviceAway;
  if (choice_key_of(fact) == "telemetry.watch") midlife_ = true;
  if (fact.node == 0 || of_device) return;
  if (fact.kind == FactKind::kBooted) {
    booted_.insert(fact.node);
  } else if (!booted_.contains(fact.node)) {
    midlife_ = true;
  }
}

// Unless acknowledgements run ahead of commits (delivery.ack), a commit that is not there by then
// was told before the stream began.
bool StreamJudge::is_from_before(const Fact& fact) {
  if (fact.kind == FactKind::kCommitted) {
    committed_.insert({ConversationId{fact.subject}, fact.number});
  }
  return midlife_ && fact.kind == FactKind::kAcked &&
         !committed_.contains({ConversationId{fact.subject}, fact.number});
}

void StreamJudge::on_session(Time at, const Fact& fact) {
  if (fact.kind == FactKind::kLoggedIn) {
    Presence& here = presences_[DeviceId{fact.subject}];
    const bool anew = here.connection == 0 || (here.left != kNever && at - here.left > kSettling);
    if (anew) here.since = at;
    here.left = kNever;
    here.node = fact.node;
    here.connection = fact.object;
  }
  if (fact.kind == FactKind::kSessionEnded) {
    const auto found = presences_.find(DeviceId{fact.subject});
    if (found == presences_.end()) return;
    Presence& here = found->second;
    if (here.node == fact.node && here.connection == fact.object) here.left = at;
  }
  if (fact.kind == FactKind::kEnded) {
    for (auto& [device, here] : presences_) {
      if (here.node == fact.subject && here.left == kNever) here.left = at;
    }
  }
}

// The connection may stand all the while; nobody looks at the screen.
void StreamJudge::on_airplane(Time at, const Fact& fact) {
  if (fact.kind == FactKind::kDeviceStarted) away_.erase(DeviceId{fact.subject});
  if (fact.kind != FactKind::kDeviceAway) return;
  const DeviceId device{fact.subject};
  if (fact.object != 0) {
    away_.insert(device);
    return;
  }
  away_.erase(device);
  const auto found = presences_.find(device);
  if (found != presences_.end()) found->second.since = at;
}

void StreamJudge::on_deed(Time at, const Fact& fact) {
  switch (fact.kind) {
    case FactKind::kEnded:
    case FactKind::kPaused:
      down_.insert(fact.subject);
      return;
    case FactKind::kStarted:
    case FactKind::kResumed:
      down_.erase(fact.subject);
      healed_ = at;
      return;
    case FactKind::kFault:
      ++faults_active_;
      return;
    case FactKind::kHealed:
      if (faults_active_ > 0) --faults_active_;
      healed_ = at;
      return;
    default:
      return;
  }
}

void StreamJudge::finish(Time end) {
  const Time settled = end - kSettling;
  for (const auto& [device, here] : presences_) {
    const bool there = here.left == kNever && !away_.contains(device);
    promises_.device_live(device, there && here.since <= settled);
  }
  for (const DeviceId device : promises_.devices()) {
    if (!presences_.contains(device)) promises_.device_live(device, false);
  }
  const bool well = down_.empty() && faults_active_ == 0;
  promises_.finish(well ? healed_ : kNever, end, settled);
}

}  // namespace glasspost
