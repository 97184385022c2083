// Gauges and deeds of processes.
#include "viz/model/processes.hpp"

#include <algorithm>

#include "engine/telemetry/tap.hpp"

namespace glasspost::viz {
namespace {
constexpr Duration kSilence = std::chrono::milliseconds(700);  // gauges come every 100 ms
constexpr Duration kRateSpan = std::chrono::milliseconds(500);
}  // namespace

bool has_store(const ProcessCard& card) {
  return std::any_of(card.roles.begin(), card.roles.end(),
                     [](Address role) { return role.kind == RoleKind::kStore; });
}

bool owns_sections(Address role) {
  return role.kind == RoleKind::kConversation || role.kind == RoleKind::kMailbox ||
         role.kind == RoleKind::kSeq;
}

void Processes::Rising::take(Time now, std::uint64_t newer) {
  if (at == Time(Duration(0)) || newer < value) {  // the first one, or a new life
    at = now;
    value = newer;
    rate = 0;
    return;
  }
  if (now - at < kRateSpan) return;
  rate = static_cast<double>(newer - value) * 1e6 / static_cast<double>(to_us(now - at));
  at = now;
  value = newer;
}

void Processes::name(const RunLabels& labels) {
  for (const RunLabels::Process& process : labels.processes) {
    ProcessCard* known = card(process.node);
    if (known == nullptr) {
      cards_.push_back({});
      known = &cards_.back();
      known->node = process.node;
    }
    known->name = process.name;
    known->roles = process.roles;
    for (Address role : process.roles)
      homes_[fact_role_of(role)] = process.node;
  }
}

ProcessCard* Processes::card(NodeId node) {
  const auto found = std::find_if(cards_.begin(), cards_.end(),
                                  [node](const ProcessCard& card) { return card.node == node; });
  return found == cards_.end() ? nullptr : &*found;
}

const ProcessCard* Processes::find(NodeId node) const {
  const auto found = std::find_if(cards_.begin(), cards_.end(),
                                  [node](const ProcessCard& card) { return card.node == node; });
  return found == cards_.end() ? nullptr : &*found;
}

const ProcessCard* Processes::find(const std::string& name) const {
  const auto found = std::find_if(cards_.begin(), cards_.end(),
                                  [&name](const ProcessCard& card) { return card.name == name; });
  return found == cards_.end() ? nullptr : &*found;
}

const ProcessCard* Processes::of_role(std::uint32_t fact_role) const {
  const auto home = homes_.find(fact_role);
  return home == homes_.end() ? nullptr : find(home->second);
}

std::size_t Processes::up() const {
  return static_cast<std::size_t>(
      std::count_if(cards_.begin(), cards_.end(),
                    [](const ProcessCard& card) { return card.health != Health::kDown; }));
}

std::vector<Fact> Processes::ends_of_all(Time now) const {
  std::vector<Fact> ends;
  for (const ProcessCard& card : cards_) {
    if (card.health == Health::kDown) continue;
    ends.push_back({.time_us = to_us(now),
                    .kind = FactKind::kEnded,
                    .subject = card.node.value,
                    .object = card.boot});
  }
  return ends;
}

void Processes::set_health(ProcessCard& card, Health health, Time now) {
  if (card.health == health) return;
  card.health = health;
  card.since = now;
}

void Processes::apply(const Fact& fact) {
  const Time now = time_from_us(fact.time_us);
  if (fact.kind >= FactKind::kStarted && fact.kind <= FactKind::kHealed) return deed(fact);
  ProcessCard* here = card(NodeId{fact.node});
  if (here == nullptr) return;
  here->heard = now;
  if (fact.kind == FactKind::kBooted) {
    here->boot = fact.object;
    return set_health(*here, Health::kRunning, now);
  }
  if (fact.kind != FactKind::kGauge) return;
  if (here->health != Health::kPaused) set_health(*here, Health::kRunning, now);
  gauge(*here, counters_[here->node], fact);
}

void Processes::gauge(ProcessCard& card, Counters& counters, const Fact& fact) {
  const Time now = time_from_us(fact.time_us);
  switch (static_cast<GaugeKind>(fact.subject)) {
    case GaugeKind::kCpuUs:
      card.measured = true;
      counters.cpu.take(now, fact.number);
      card.cpu = counters.cpu.rate / 1e6;
      return;
    case GaugeKind::kHeld:
      card.held = fact.number;
      return;
    case GaugeKind::kConnections:
      card.connections = fact.number;
      return;
    case GaugeKind::kSteps:
      counters.steps.take(now, fact.number);
      card.steps_a_second = counters.steps.rate;
      return;
    case GaugeKind::kPuts:
      counters.puts.take(now, fact.number);
      card.puts_a_second = counters.puts.rate;
      return;
    case GaugeKind::kSyncs:
      card.tells_syncs = true;
      counters.syncs.take(now, fact.number);
      card.syncs_a_second = counters.syncs.rate;
      return;
    case GaugeKind::kSyncP50Us:
      card.sync_p50_us = fact.number;
      return;
    case GaugeKind::kSyncP99Us:
      card.sync_p99_us = fact.number;
      return;
    case GaugeKind::kStepP99Us:
      card.step_p99_us = fact.number;
      return;
    case GaugeKind::kMemoryBytes:
      card.memory_bytes = fact.number;
      return;
  }
}

void Processes::deed(const Fact& fact) {
  const Time now = time_from_us(fact.time_us);
  const bool by_subject = fact.kind != FactKind::kFault && fact.kind != FactKind::kHealed;
  const std::uint64_t node = by_subject ? fact.subject : fact.object;
  ProcessCard* here = card(NodeId{static_cast<std::uint16_t>(node)});
  if (here == nullptr) return;
  switch (fact.kind) {
    case FactKind::kStarted:
      here->boot = fact.object;
      here->starts = fact.value;
      here->heard = now;
      return set_health(*here, Health::kStarting, now);
    case FactKind::kEnded:
      here->cpu = 0;
      here->held = 0;
      here->connections = 0;
      return set_health(*here, Health::kDown, now);
    case FactKind::kPaused:
      here->cpu = 0;
      return set_health(*here, Health::kPaused, now);
    case FactKind::kResumed:
      here->heard = now;
      return set_health(*here, Health::kRunning, now);
    default:
      return;
  }
}

void Processes::at(Time now) {
  for (ProcessCard& card : cards_) {
    const bool quiet = now - card.heard > kSilence;
    if (card.health == Health::kRunning && quiet) set_health(card, Health::kSilent, now);
    if (card.health == Health::kSilent && !quiet) set_health(card, Health::kRunning, now);
  }
}

}  // namespace glasspost::viz
