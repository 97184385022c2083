// Facts about sections, one function each.
#include "viz/model/ledger.hpp"

#include <algorithm>
#include <utility>

#include "engine/telemetry/tap.hpp"

namespace glasspost::viz {
namespace {

constexpr std::size_t kStretchesMax = 32;
constexpr Duration kSecond = std::chrono::seconds(1);

SectionId section_of(const Fact& fact) {
  return SectionId{static_cast<std::uint32_t>(fact.subject)};
}

void add_stretch(NumberLane& lane, const Stretch& stretch) {
  lane.stretches.push_back(stretch);
  if (lane.stretches.size() > kStretchesMax) lane.stretches.erase(lane.stretches.begin());
}

// Whole seconds, so that the rate stands still long enough to be read.
void count(NumberLane& lane, Time now, std::uint64_t numbers) {
  const Time slice = now - Duration(to_us(now) % to_us(kSecond));
  if (slice > lane.slice) {
    lane.before_slice = slice - lane.slice == kSecond ? lane.in_slice : 0;
    lane.in_slice = 0;
    lane.slice = slice;
  }
  lane.in_slice += numbers;
  lane.handed += numbers;
}

}  // namespace

Address role_from_fact(std::uint32_t fact_role) {
  return {static_cast<RoleKind>(fact_role >> 24), fact_role & 0xFF'FFFF};
}

std::uint32_t fact_role_from(Address role) {
  return fact_role_of(role);
}

std::uint64_t NumberLane::skipped() const {
  std::uint64_t sum = 0;
  for (std::size_t index = 1; index < stretches.size(); ++index) {
    const std::uint64_t last = stretches[index - 1].highest;
    sum += std::max(stretches[index].floor, last) - last;
  }
  return sum;
}

double NumberLane::rate(Time now) const {
  const Duration since = now - slice;
  if (since < kSecond) return static_cast<double>(before_slice);
  return since < 2 * kSecond ? static_cast<double>(in_slice) : 0;
}

bool CutTold::hear(const Fact& routed) {
  const SectionId section = section_of(routed);
  if (kind_of(section) != SectionKind::kSeq || routed.number <= version_) return false;
  version_ = routed.number;
  return std::exchange(cut_, cut_of(section)) != cut_of(section);
}

bool CutTold::is_over(SectionId section) const {
  return version_ > 0 && kind_of(section) == SectionKind::kSeq && cut_of(section) != cut_;
}

double LeaseTold::left(Time now) const {
  if (!obeyed()) return 0;
  const double share =
      static_cast<double>(to_us(until) - to_us(now)) / static_cast<double>(to_us(length));
  return std::clamp(share, 0.0, 1.0);
}

void Ledger::apply(const Fact& fact) {
  const bool is_number = fact.kind == FactKind::kHandedOut;
  const SectionId named{static_cast<std::uint32_t>(is_number ? fact.object : fact.subject)};
  const bool of_section = is_number || fact.kind == FactKind::kClaimed ||
                          fact.kind == FactKind::kServing || fact.kind == FactKind::kServes ||
                          fact.kind == FactKind::kFenced || fact.kind == FactKind::kCeiling;
  if (of_section && cut_.is_over(named)) return;
  switch (fact.kind) {
    case FactKind::kRouted:
      return routed(fact);
    case FactKind::kClaimed: {
      Ownership& section = sections_[section_of(fact)];
      if (fact.object < section.epoch) return;
      section.owner = role_from_fact(fact.role);
      section.epoch = fact.object;
      section.serves = false;
      return;
    }
    case FactKind::kServing:
      served(fact);
      return began(fact);
    case FactKind::kServes:
      return served(fact);
    case FactKind::kFenced: {
      const auto found = sections_.find(section_of(fact));
      if (found == sections_.end() || found->second.epoch != fact.object) return;
      found->second.serves = false;
      return;
    }
    case FactKind::kHandedOut:
      return handed_out(fact);
    case FactKind::kCeiling: {
      NumberLane& lane = lanes_[section_of(fact)];
      lane.ceiling = std::max(lane.ceiling, fact.object);
      ++lane.raises;
      return;
    }
    case FactKind::kLeased:
      leases_[role_from_fact(fact.role)] = {NodeId{fact.node}, time_from_us(fact.time_us),
                                            time_from_us(static_cast<std::int64_t>(fact.object)),
                                            Duration(static_cast<std::int64_t>(fact.number)),
                                            fact.subject};
      return;
    default:
      return;
  }
}

// Each arbiter tells what was chosen: only the first word of it is news.
void Ledger::routed(const Fact& fact) {
  if (cut_.hear(fact)) {
    const auto is_over = [this](const auto& entry) { return cut_.is_over(entry.first); };
    std::erase_if(sections_, is_over);
    std::erase_if(lanes_, is_over);
  }
  if (cut_.is_over(section_of(fact))) return;
  Ownership& section = sections_[section_of(fact)];
  const Address now = unpack(fact.object);
  if (section.owner == now) return;
  section.before = unpack(fact.value);
  section.owner = now;
  section.serves = false;
  section.moved = time_from_us(fact.time_us);
}

void Ledger::served(const Fact& fact) {
  Ownership& section = sections_[section_of(fact)];
  if (fact.object < section.epoch) return;  // an owner that is none any more: promise 5 judges it
  const Address owner = role_from_fact(fact.role);
  const Time now = time_from_us(fact.time_us);
  if (!section.serves) {
    section.serves_since = now;
    // It has a lease again, of which it will tell in its next poll.
    const auto told = leases_.find(owner);
    if (told != leases_.end() && told->second.ran_out(now)) leases_.erase(told);
  }
  section.owner = owner;
  section.epoch = fact.object;
  section.serves = true;
}

void Ledger::began(const Fact& fact) {
  const SectionId id = section_of(fact);
  if (kind_of(id) != SectionKind::kSeq) return;
  NumberLane& lane = lanes_[id];
  if (!lane.stretches.empty() && fact.object <= lane.stretches.back().epoch) return;
  add_stretch(lane, {fact.object, role_from_fact(fact.role), fact.number, fact.number,
                     time_from_us(fact.time_us)});
  lane.ceiling = std::max(lane.ceiling, fact.number);
}

// A number belongs to the newest owner that began below it: a late answer of an earlier one is none
// of its successor's.
void Ledger::handed_out(const Fact& fact) {
  if (fact.value == 0 || fact.number == 0) return;
  const SectionId id{static_cast<std::uint32_t>(fact.object)};
  NumberLane& lane = lanes_[id];
  const Time now = time_from_us(fact.time_us);
  if (lane.stretches.empty()) {
    add_stretch(lane, {0, role_from_fact(fact.role), fact.number - 1, fact.number - 1, now});
    Ownership& section = sections_[id];
    if (section.epoch == 0) section.owner = role_from_fact(fact.role);
  }
  count(lane, now, fact.value);
  lane.ceiling = std::max(lane.ceiling, fact.extra);
  const std::uint64_t last = fact.number + (fact.value - 1);
  const auto began_below = [&fact](const Stretch& one) { return one.floor < fact.number; };
  const auto found = std::find_if(lane.stretches.rbegin(), lane.stretches.rend(), began_below);
  Stretch& stretch = found == lane.stretches.rend() ? lane.stretches.front() : *found;
  stretch.floor = std::min(stretch.floor, fact.number - 1);
  stretch.highest = std::max(stretch.highest, last);
}

}  // namespace glasspost::viz
