// The table of choices, and the names of inputs.
#include "viz/widgets/choice_words.hpp"

#include <algorithm>
#include <array>
#include <cassert>

namespace glasspost::viz {
namespace {

constexpr std::array<ChoiceWords, 16> kChoices{{
    {"delivery.ack", Str::kAckTrades, Str::kAppliesNow, Str::kAckGains, Str::kAckCosts,
     Str::kAckFormula, Str::kAckQuantity, Str::kAckGivesUp},
    {"delivery.notice-window", Str::kNoticeTrades, Str::kAppliesNotice, Str::kNoticeGains,
     Str::kNoticeCosts, Str::kNoticeFormula, Str::kNoticeQuantity},
    {"store.fsync", Str::kFsyncTrades, Str::kAppliesNow, Str::kFsyncGains, Str::kFsyncCosts,
     Str::kFsyncFormula, Str::kFsyncQuantity, Str::kFsyncGivesUp},
    {"seq.step", Str::kStepTrades, Str::kAppliesCeiling, Str::kStepGains, Str::kStepCosts,
     Str::kStepFormula, Str::kStepQuantity},
    {"topology.placement", Str::kPlacementTrades, Str::kAppliesCluster, Str::kPlacementGains,
     Str::kPlacementCosts, Str::kPlacementFormula, Str::kPlacementQuantity},
    {"telemetry.watch", Str::kWatchTrades, Str::kAppliesNow, Str::kWatchGains, Str::kWatchCosts,
     Str::kWatchFormula, Str::kWatchQuantity},
    {"telemetry.bodies", Str::kBodiesTrades, Str::kAppliesNow, Str::kBodiesGains, Str::kBodiesCosts,
     Str::kBodiesFormula, Str::kBodiesQuantity},
    {"seq.prefetch", Str::kPrefetchTrades, Str::kAppliesNumber, Str::kPrefetchGains,
     Str::kPrefetchCosts, Str::kPrefetchFormula, Str::kPrefetchQuantity},
    {"seq.lease", Str::kLeaseTrades, Str::kAppliesTakeOver, Str::kLeaseGains, Str::kLeaseCosts,
     Str::kLeaseFormula, Str::kLeaseQuantity, Str::kLeaseGivesUp},
    {"seq.poll", Str::kPollTrades, Str::kAppliesPoll, Str::kPollGains, Str::kPollCosts,
     Str::kPollFormula, Str::kPollQuantity},
    {"seq.detect", Str::kDetectTrades, Str::kAppliesNow, Str::kDetectGains, Str::kDetectCosts,
     Str::kDetectFormula, Str::kDetectQuantity},
    {"seq.fencing", Str::kFencingTrades, Str::kAppliesNow, Str::kFencingGains, Str::kFencingCosts,
     Str::kFencingFormula, Str::kFencingQuantity, Str::kFencingGivesUp},
    {"seq.clock", Str::kClockTrades, Str::kAppliesNow, Str::kClockGains, Str::kClockCosts,
     Str::kClockFormula, Str::kClockQuantity, Str::kClockGivesUp},
    {"seq.lease-from", Str::kLeaseFromTrades, Str::kAppliesNow, Str::kLeaseFromGains,
     Str::kLeaseFromCosts, Str::kLeaseFromFormula, Str::kLeaseFromQuantity, Str::kLeaseFromGivesUp},
    {"seq.routing", Str::kRoutingTrades, Str::kAppliesQuestion, Str::kRoutingGains,
     Str::kRoutingCosts, Str::kRoutingFormula, Str::kRoutingQuantity},
    {"seq.section", Str::kSectionTrades, Str::kAppliesTable, Str::kSectionGains, Str::kSectionCosts,
     Str::kSectionFormula, Str::kSectionQuantity},
}};

// In the order of Input.
constexpr std::array kInputs{
    Str::kInputEdge,    Str::kInputWayToLogic,  Str::kInputCheck,         Str::kInputWayToHome,
    Str::kInputDecide,  Str::kInputWayToStore,  Str::kInputAppendAndSync, Str::kInputWayBack,
    Str::kInputCommit,  Str::kInputWayToAccess, Str::kInputAnswer,        Str::kInputRows,
    Str::kInputDevices, Str::kInputOnline,      Str::kInputPuts,          Str::kInputSyncTime,
    Str::kInputNumbers, Str::kInputTakeOvers,   Str::kInputTexts,         Str::kInputNotices,
    Str::kInputPulls,   Str::kInputLogins,      Str::kInputLookups,       Str::kInputReplicas,
    Str::kInputOwners,  Str::kInputPoll,        Str::kInputDetect,        Str::kInputLease};
static_assert(kInputs.size() == static_cast<std::size_t>(Input::kLease) + 1);

}  // namespace

const ChoiceWords& choice_words(std::string_view key) {
  const auto found = std::find_if(kChoices.begin(), kChoices.end(),
                                  [key](const ChoiceWords& words) { return words.key == key; });
  assert(found != kChoices.end());
  return *found;
}

Str word_of(Input input) {
  return kInputs.at(static_cast<std::size_t>(input));
}

}  // namespace glasspost::viz
