// Facts into failovers.
#include "viz/model/failovers.hpp"

#include <algorithm>

#include "engine/base/text.hpp"
#include "viz/model/ledger.hpp"

namespace glasspost::viz {
namespace {

constexpr std::size_t kFailoversMax = 64;
// Claims of one life that come so close together are one failover.
constexpr Duration kTogether = std::chrono::seconds(2);
constexpr Duration kStale = std::chrono::seconds(60);

SectionId section_of(const Fact& fact) {
  return SectionId{static_cast<std::uint32_t>(fact.subject)};
}

Duration chosen(const Failovers::Choices& choices, const std::string& key) {
  const auto found = choices.find(key);
  if (found == choices.end()) return Duration(0);
  const Result<Duration> time = parse_duration(found->second);
  return time ? *time : Duration(0);  // "off"
}

bool is_known(Time time) {
  return time != kNotYet;
}

}  // namespace

Time Failover::begins() const {
  for (const Time time : {silent, ended, suspected, routed, claimed}) {
    if (is_known(time)) return time;
  }
  return kNotYet;
}

Duration Failover::gap(Time now) const {
  return (over() && is_known(serving) ? serving : now) - begins();
}

std::vector<StepSpan> Failover::steps(Time now) const {
  std::vector<StepSpan> spans;
  Time at = begins();
  // A step that nobody has ended is open; nothing comes after it.
  const auto step = [&](FailoverStep what, Time until) {
    const bool open = !is_known(until) || until > now;
    if (!open && until <= at) return true;
    spans.push_back({what, at, open ? now : until, open});
    at = open ? now : until;
    return !open;
  };
  if (is_known(suspected) && !step(FailoverStep::kDetect, suspected)) return spans;
  const bool restarts = !moved() && is_known(ended);
  if (!step(restarts ? FailoverStep::kRestart : FailoverStep::kDecide, claimed)) return spans;
  const bool seen_sealing = is_known(sealed) || !over();
  if (seen_sealing && !step(FailoverStep::kSeal, sealed)) return spans;
  const bool waited = waits > Duration(0);
  const Time free = over() ? std::min(waits_until, serving) : waits_until;
  if (waited && !step(FailoverStep::kWait, free)) return spans;
  step(FailoverStep::kServe, over() ? serving : kNotYet);
  return spans;
}

void Failovers::apply(const Fact& fact, const Choices& choices) {
  switch (fact.kind) {
    case FactKind::kEnded:
      ended_[NodeId{static_cast<std::uint16_t>(fact.subject)}] = time_from_us(fact.time_us);
      return;
    case FactKind::kSuspected:
      return suspected(fact);
    case FactKind::kRouted:
      return routed(fact, choices);
    case FactKind::kClaimed:
      return claimed(fact);
    case FactKind::kSealed:
      return sealed(fact);
    case FactKind::kServing:
      return serving(fact);
    default:
      return;
  }
}

// The arbiters suspect one after the other: the first one's word counts, until the owner is silent
// again after it.
void Failovers::suspected(const Fact& fact) {
  Suspicion& known = suspicions_[unpack(fact.subject)];
  const Time now = time_from_us(fact.time_us);
  const Time silent =
      fact.number == 0 ? kNotYet : now - Duration(static_cast<std::int64_t>(fact.number));
  const bool is_news =
      !is_known(known.at) || std::max(silent, kNotYet) > known.at || now - known.at > kStale;
  if (is_news) known = {silent, now};
}

void Failovers::routed(const Fact& fact, const Choices& choices) {
  const SectionId section = section_of(fact);
  if (cut_.hear(fact)) forget_cut();
  if (unpack(fact.value).kind == RoleKind::kNone) return;  // a section of a new cut: nobody lost it
  std::uint64_t& version = versions_[section];
  if (fact.number <= version) return;  // the other arbiter told it before
  version = fact.number;
  if (Failover* earlier = failover_of(section)) ++earlier->passed_on;
  open_.erase(section);
  const Address before = unpack(fact.value);
  const Address after = unpack(fact.object);
  for (std::size_t place = all_.size(); place-- > 0;) {
    const Failover& one = all_[place];
    if (one.version == fact.number && one.before == before && one.after == after)
      return join(section, place);
  }
  Failover made;
  made.before = before;
  made.after = after;
  made.version = fact.number;
  made.routed = time_from_us(fact.time_us);
  made.detect = chosen(choices, "seq.detect");
  made.poll = chosen(choices, "seq.poll");
  made.lease = chosen(choices, "seq.lease");
  const auto home = homes_.find(before);
  const auto ended = home == homes_.end() ? ended_.end() : ended_.find(home->second);
  if (ended != ended_.end() && made.routed - ended->second < kStale) made.ended = ended->second;
  const auto suspicion = suspicions_.find(before);
  if (suspicion != suspicions_.end() && made.routed - suspicion->second.at < kStale) {
    made.silent = suspicion->second.silent;
    made.suspected = suspicion->second.at;
  }
  add(section, made);
}

// The users were cut anew: what the older sections waited for does not come any more.
void Failovers::forget_cut() {
  for (const auto& [section, open] : std::map(open_)) {
    if (!cut_.is_over(section)) continue;
    if (Failover* earlier = failover_of(section)) ++earlier->passed_on;
    open_.erase(section);
  }
  const auto is_over = [this](const auto& entry) { return cut_.is_over(entry.first); };
  std::erase_if(owners_, is_over);
  std::erase_if(versions_, is_over);
}

void Failovers::claimed(const Fact& fact) {
  const SectionId section = section_of(fact);
  const Time now = time_from_us(fact.time_us);
  const Duration waits(static_cast<std::int64_t>(fact.value));
  if (cut_.is_over(section)) return;  // it is closed, for good
  if (failover_of(section) == nullptr) begin_again(fact);
  Failover* found = failover_of(section);
  if (found == nullptr) return;                           // its first owner, as far as we know
  if (found->after != role_from_fact(fact.role)) return;  // who has not heard of the routes
  open_[section].epoch = fact.object;
  found->boot = fact.number;
  found->claimed = std::max(found->claimed, now);
  found->waits = std::max(found->waits, waits);
  found->waits_until = std::max(found->waits_until, now + waits);
}

// Somebody claims a section that no route has given away: the next life of its owner, as a rule.
void Failovers::begin_again(const Fact& fact) {
  const SectionId section = section_of(fact);
  const Time now = time_from_us(fact.time_us);
  const auto owner = owners_.find(section);
  if (owner == owners_.end()) return;
  Failover made;
  made.before = owner->second;
  made.after = role_from_fact(fact.role);
  made.boot = fact.number;
  for (std::size_t place = all_.size(); place-- > 0;) {
    const Failover& one = all_[place];
    const bool alike = one.version == 0 && one.before == made.before && one.after == made.after &&
                       one.boot == made.boot && now - one.claimed < kTogether;
    if (alike) return join(section, place);
  }
  const auto ended = ended_.find(NodeId{fact.node});
  if (ended != ended_.end()) {
    if (now - ended->second < kStale) made.ended = ended->second;
  }
  add(section, made);
}

void Failovers::sealed(const Fact& fact) {
  const auto open = open_.find(section_of(fact));
  if (open == open_.end() || open->second.epoch == 0 || open->second.epoch != fact.object) return;
  Failover* found = failover_of(open->first);
  if (found != nullptr) found->sealed = std::max(found->sealed, time_from_us(fact.time_us));
}

void Failovers::serving(const Fact& fact) {
  const SectionId section = section_of(fact);
  owners_[section] = role_from_fact(fact.role);
  homes_[owners_[section]] = NodeId{fact.node};
  ended_.erase(NodeId{fact.node});  // this life has nothing to do with the end of an earlier one
  const auto open = open_.find(section);
  if (open == open_.end() || open->second.epoch != fact.object) return;
  if (Failover* found = failover_of(section)) {
    ++found->served;
    found->serving = std::max(found->serving, time_from_us(fact.time_us));
  }
  open_.erase(open);
}

Failover* Failovers::failover_of(SectionId section) {
  const auto open = open_.find(section);
  if (open == open_.end() || open->second.failover < forgotten_) return nullptr;
  return &all_[open->second.failover - forgotten_];
}

void Failovers::add(SectionId section, const Failover& made) {
  all_.push_back(made);
  if (all_.size() > kFailoversMax) {
    all_.erase(all_.begin());
    ++forgotten_;
  }
  join(section, all_.size() - 1);
}

void Failovers::join(SectionId section, std::size_t place) {
  open_[section] = {forgotten_ + place, 0};
  ++all_[place].sections;
}

}  // namespace glasspost::viz
