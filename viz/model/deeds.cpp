// Deeds into marks and spans.
#include "viz/model/deeds.hpp"

#include <algorithm>
#include <array>

#include "engine/core/choices.hpp"

namespace glasspost::viz {
namespace {

constexpr std::size_t kMarksMax = 2'000;
constexpr std::uint64_t kKilled = 9;

// In the order of FaultKind (engine/virtual/plan.hpp).
constexpr std::array<const char*, 14> kVirtualFaults{
    "crash",    "crash in a sync", "crash after a send", "freeze",        "cut from",
    "cut off",  "slow way from",   "slow disk",          "device off",    "connection lost",
    "airplane", "noise",           "lose disk",          "set back clock"};

std::string name_of(const Processes& processes, NodeId node) {
  const ProcessCard* card = processes.find(node);
  return card == nullptr ? std::string("hub") : card->name;
}

std::string loss_words(const Fact& fact) {
  if (is_uncounted_loss(fact)) return "facts lost, nobody counted";
  return std::to_string(fact.object) + (fact.object == 1 ? " fact lost" : " facts lost");
}

}  // namespace

void Deeds::add(Mark mark) {
  marks_.push_back(std::move(mark));
  if (marks_.size() > kMarksMax) marks_.erase(marks_.begin());
}

bool Deeds::any_fault(Time now) const {
  return std::any_of(faults_.begin(), faults_.end(),
                     [now](const FaultSpan& span) { return span.from <= now && now < span.to; });
}

std::string Deeds::fault_of(NodeId node, Time now) const {
  for (auto span = faults_.rbegin(); span != faults_.rend(); ++span) {
    if (span->node == node && span->from <= now && now < span->to) return span->text;
  }
  return {};
}

void Deeds::begin_fault(Time now, NodeId node, std::string text) {
  end_fault(now, node);
  faults_.push_back({now, kNever, node, text});
  if (faults_.size() > kMarksMax) faults_.erase(faults_.begin());
  add({now, MarkKind::kFault, std::move(text), node});
}

void Deeds::end_fault(Time now, NodeId node) {
  for (FaultSpan& span : faults_) {
    if (span.node != node || span.to != kNever) continue;
    span.to = now;
    last_healed_ = std::max(last_healed_, now);
  }
}

void Deeds::apply(const Fact& fact, const Processes& processes) {
  const Time now = time_from_us(fact.time_us);
  const NodeId node{static_cast<std::uint16_t>(fact.subject)};
  switch (fact.kind) {
    case FactKind::kStarted:
      if (std::find(seen_.begin(), seen_.end(), node) == seen_.end()) seen_.push_back(node);
      return end_fault(now, node);
    case FactKind::kEnded: {
      const bool struck = std::any_of(faults_.begin(), faults_.end(), [&](const FaultSpan& span) {
        return span.node == node && span.to == kNever && span.from == now;
      });
      if (struck) return;  // the fault that ended it has its mark
      const std::string verb = fact.value == kKilled ? "kill " : "end ";
      return begin_fault(now, node, verb + name_of(processes, node));
    }
    case FactKind::kPaused:
      return begin_fault(now, node, "stop " + name_of(processes, node));
    case FactKind::kResumed:
      end_fault(now, node);
      return add({now, MarkKind::kHealed, name_of(processes, node) + " goes on", node});
    case FactKind::kChoiceSet:
      return add({now, MarkKind::kToggle, choice_key_of(fact) + " \u2192 " + choice_value_of(fact),
                  NodeId{}});
    case FactKind::kLost:
      return add({now, MarkKind::kLoss, loss_words(fact), NodeId{}});
    case FactKind::kFault: {
      const NodeId struck{static_cast<std::uint16_t>(fact.object)};
      const std::string what = fact.subject < kVirtualFaults.size() ? kVirtualFaults[fact.subject]
                                                                    : std::string("fault");
      const ProcessCard* card = processes.find(struck);
      if (card == nullptr) return;  // a device: too many to mark
      return begin_fault(now, struck, what + " " + card->name);
    }
    case FactKind::kHealed:
      return end_fault(now, NodeId{static_cast<std::uint16_t>(fact.object)});
    case FactKind::kMark:
      return add({now, MarkKind::kPin, "pin " + std::to_string(fact.subject), NodeId{}});
    default:
      return;
  }
}

}  // namespace glasspost::viz
