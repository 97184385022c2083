// The words.
#include "engine/telemetry/fact_name.hpp"

#include <map>

namespace glasspost {

std::string_view name_of(FactKind kind) {
  static const std::map<FactKind, std::string_view> names = {
      {FactKind::kNone, "none"},
      {FactKind::kCommitted, "committed"},
      {FactKind::kAcked, "acked"},
      {FactKind::kRefused, "refused"},
      {FactKind::kIndexed, "indexed"},
      {FactKind::kVisible, "visible"},
      {FactKind::kShown, "shown"},
      {FactKind::kKeyPassed, "key passed"},
      {FactKind::kGaveUp, "gave up"},
      {FactKind::kNoticed, "noticed"},
      {FactKind::kHandedOut, "handed out"},
      {FactKind::kCeiling, "ceiling"},
      {FactKind::kClaimed, "claimed"},
      {FactKind::kSealed, "sealed"},
      {FactKind::kServing, "serving"},
      {FactKind::kFenced, "fenced"},
      {FactKind::kHorizon, "horizon"},
      {FactKind::kBatched, "batched"},
      {FactKind::kCheckpoint, "checkpoint"},
      {FactKind::kCaughtUp, "caught up"},
      {FactKind::kReborn, "reborn"},
      {FactKind::kAdmitted, "admitted"},
      {FactKind::kForgotten, "forgotten"},
      {FactKind::kServes, "serves"},
      {FactKind::kLeased, "leased"},
      {FactKind::kSuspected, "suspected"},
      {FactKind::kRouted, "routed"},
      {FactKind::kUserJoined, "user joined"},
      {FactKind::kLoggedIn, "logged in"},
      {FactKind::kLoginRefused, "login refused"},
      {FactKind::kSessionEnded, "session ended"},
      {FactKind::kDeviceStarted, "device started"},
      {FactKind::kDeviceLoggedIn, "device logged in"},
      {FactKind::kDeviceAway, "device away"},
      {FactKind::kOpened, "opened"},
      {FactKind::kClosed, "closed"},
      {FactKind::kSent, "sent"},
      {FactKind::kWithheld, "withheld"},
      {FactKind::kDropped, "dropped"},
      {FactKind::kBooted, "booted"},
      {FactKind::kArrived, "arrived"},
      {FactKind::kBytes, "bytes"},
      {FactKind::kCell, "cell"},
      {FactKind::kGauge, "gauge"},
      {FactKind::kStarted, "started"},
      {FactKind::kEnded, "ended"},
      {FactKind::kPaused, "paused"},
      {FactKind::kResumed, "resumed"},
      {FactKind::kChoiceSet, "choice set"},
      {FactKind::kFault, "fault"},
      {FactKind::kHealed, "healed"},
      {FactKind::kMark, "mark"},
      {FactKind::kLost, "lost"},
      {FactKind::kWatching, "watching"},
  };
  const auto found = names.find(kind);
  return found == names.end() ? "unknown" : found->second;
}

std::string_view name_of(LossPlace place) {
  switch (place) {
    case LossPlace::kRing:
      return "ring";
    case LossPlace::kHub:
      return "hub";
    case LossPlace::kSubscriber:
      return "subscriber";
    case LossPlace::kRecorder:
      return "recorder";
    case LossPlace::kFile:
      return "file";
  }
  return "unknown";
}

}  // namespace glasspost
