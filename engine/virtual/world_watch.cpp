// Facts of a world, put in order.
#include "engine/virtual/world_watch.hpp"

#include <algorithm>

#include "engine/virtual/shape.hpp"

namespace glasspost {

void WorldWatch::fact(Time now, Fact fact) {
  fact.time_us = to_us(now);
  waiting_.push_back(fact);
}

Tap& WorldWatch::tap_of(NodeId node) {
  std::unique_ptr<Tap>& tap = taps_[node];
  if (!tap) {
    tap = std::make_unique<Tap>(Tap::Options{.node = node, .watch = watch_, .bodies = bodies_},
                                [this](const Fact& fact) { waiting_.push_back(fact); });
  }
  return *tap;
}

void WorldWatch::stepped(Time now, NodeId node, Address role, std::span<const v1::Letter> letters,
                         const Outbox& out) {
  if (!letters.empty()) tap_of(node).stepped(now, role, letters, out);
}

void WorldWatch::to_edge(Time now, NodeId node, Address from, const v1::Letter& letter) {
  tap_of(node).to_edge(now, from, letter);
}

void WorldWatch::started(Time now, NodeId node, std::uint64_t boots) {
  fact(now, {.kind = FactKind::kStarted, .subject = node.value, .object = boots, .value = boots});
  fact(now,
       {.kind = FactKind::kBooted, .node = node.value, .subject = node.value, .object = boots});
}

// Virtual processes lose power, which looks like kill -9.
void WorldWatch::ended(Time now, NodeId node, std::uint64_t boots) {
  constexpr std::uint64_t kKilled = 9;
  tap_of(node).flush(now + kCellWindow);  // nobody will for a while
  syncs_.erase(node);
  fact(now, {.kind = FactKind::kEnded, .subject = node.value, .object = boots, .value = kKilled});
}

void WorldWatch::fault(Time now, const Fault& fault, Time healed) {
  const Fact struck{.kind = FactKind::kFault,
                    .subject = static_cast<std::uint64_t>(fault.kind),
                    .object = fault.node,
                    .number = fault.peer,
                    .value = static_cast<std::uint64_t>(to_us(healed - now))};
  fact(now, struck);
  Fact over = struck;
  over.kind = FactKind::kHealed;
  over.number = over.value = 0;
  fact(healed, over);
  if (fault.kind != FaultKind::kFreeze) return;
  fact(now, {.kind = FactKind::kPaused, .subject = fault.node});
  fact(healed, {.kind = FactKind::kResumed, .subject = fault.node});
}

void WorldWatch::synced(NodeId node, Duration took) {
  Syncs& syncs = syncs_[node];
  ++syncs.all;
  syncs.recent.add(static_cast<std::uint64_t>(took.count()));
}

void WorldWatch::gauge(Time now, const Station& station) {
  tap_of(station.node).flush(now);
  const auto say = [&](GaugeKind kind, std::uint64_t value) {
    fact(now, {.kind = FactKind::kGauge,
               .node = station.node.value,
               .subject = static_cast<std::uint64_t>(kind),
               .number = value});
  };
  say(GaugeKind::kHeld, station.held.size());
  say(GaugeKind::kSteps, station.steps);
  say(GaugeKind::kPuts, station.puts);
  Syncs& syncs = syncs_[station.node];
  say(GaugeKind::kSyncs, syncs.all);
  if (syncs.recent.count() == 0) return;
  say(GaugeKind::kSyncP50Us, syncs.recent.quantile(0.5));
  say(GaugeKind::kSyncP99Us, syncs.recent.quantile(0.99));
  syncs.recent = Histogram();
}

std::vector<Fact> WorldWatch::take(Time until) {
  const auto taken =
      std::stable_partition(waiting_.begin(), waiting_.end(),
                            [until](const Fact& fact) { return fact.time_us <= to_us(until); });
  std::vector<Fact> facts(waiting_.begin(), taken);
  waiting_.erase(waiting_.begin(), taken);
  std::stable_sort(facts.begin(), facts.end(),
                   [](const Fact& one, const Fact& other) { return one.time_us < other.time_us; });
  return facts;
}

std::vector<Fact> WorldWatch::close(Time end) {
  for (const auto& [node, tap] : taps_)
    tap->flush(end + kCellWindow);
  return take(end + kCellWindow);
}

RunLabels labels_of(const Scenario& scenario) {
  RunLabels labels;
  labels.run = "seed " + std::to_string(scenario.seed) + ", faults " +
               std::string(to_text(scenario.profile));
  labels.placement = std::string(to_text(scenario.placement));
  labels.seed = scenario.seed;
  std::uint16_t number = 0;
  for (const NodeShape& shape : server_nodes(scenario))
    labels.processes.push_back({NodeId{++number}, shape.name, shape.roles});
  for (std::uint32_t user = 1; user <= scenario.users; ++user)
    labels.users[UserId{user}] = "user " + std::to_string(user);
  for (const ChoiceInfo& info : choice_registry())
    labels.choices[std::string(info.key)] = get_choice(scenario.choices, info.key);
  labels.choices["topology.placement"] = labels.placement;
  return labels;
}

}  // namespace glasspost
