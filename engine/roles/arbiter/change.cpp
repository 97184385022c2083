// Changing the route table: its register is read, and what was found is changed (register.hpp).
#include <algorithm>
#include <map>
#include <utility>
#include <vector>

#include "engine/core/limits.hpp"
#include "engine/roles/arbiter/arbiter.hpp"

namespace glasspost {
namespace {

std::size_t majority_of(const Config& config) {
  return config.replicas.size() / 2 + 1;
}

// The sections of the new cut, in turn to each of these allocators.
void cut_anew(Config& by, SeqCut cut, const std::vector<Address>& allocators) {
  by.seq_cut_before = std::exchange(by.seq_cut, cut);
  by.seq_owners.clear();
  for (std::uint32_t index = 0; index < by.seq_sections(cut); ++index)
    by.seq_owners.push_back(allocators[index % allocators.size()]);
}

}  // namespace

// The same table, or one version on: what silent owners had goes to those who are heard, and the
// users are cut as the choice says.
v1::RouteTable Arbiter::spread(Config by, const OwnerStep& step) const {
  std::map<Address, bool> silent;
  std::vector<Address> allocators;
  for (Address owner : state_.config.owners) {
    silent[owner] = silent_at(owner, step) >= majority_of(state_.config);
    const bool is_heard = heard_at(owner, step) >= majority_of(state_.config);
    if (owner.kind == RoleKind::kSeq && is_heard) allocators.push_back(owner);
  }
  const bool cuts = !allocators.empty() && may_cut(by, step);
  if (cuts) cut_anew(by, state_.config.choices.seq_section, allocators);
  v1::RouteTable routes = routes_of(by);
  bool changed = cuts;
  for (SectionId section : by.sections()) {
    const Address owner = by.owner_of(section);
    if (!silent[owner] && may_serve(owner, section)) continue;
    const Address next = least_loaded(by, section, step);
    if (next.kind == RoleKind::kNone) continue;
    set_owner(routes, section, next);
    by.set_owner(section, next);
    changed = true;
  }
  if (changed) routes.set_version(routes.version() + 1);
  if (cuts) routes.set_seq_cut_version(routes.version());
  return routes;
}

// With seq.routing pair nobody looks for an allocator beyond the two of a section.
bool Arbiter::may_serve(Address owner, SectionId section) const {
  if (owner.kind != owner_kind(kind_of(section))) return false;
  if (owner.kind != RoleKind::kSeq || state_.config.choices.seq_routing == SeqRouting::kTable)
    return true;
  const std::array<Address, 2> pair = state_.config.seq_pair(section);
  return owner == pair[0] || owner == pair[1];
}

// Of those that may serve a section and are heard, the one with the fewest sections; none: kNone.
Address Arbiter::least_loaded(const Config& by, SectionId section, const OwnerStep& step) const {
  std::map<Address, std::size_t> load;
  for (Address owner : state_.config.owners) {
    const bool is_heard = heard_at(owner, step) >= majority_of(state_.config);
    if (may_serve(owner, section) && is_heard) load[owner] = 0;
  }
  for (SectionId each : by.sections()) {
    const auto found = load.find(by.owner_of(each));
    if (found != load.end()) ++found->second;
  }
  const auto fewest = std::min_element(
      load.begin(), load.end(),
      [](const auto& one, const auto& other) { return one.second < other.second; });
  return fewest == load.end() ? Address{} : fewest->first;
}

void Arbiter::begin_change(OwnerStep& step) {
  if (state_.change.phase != RegisterPhase::kIdle) return;
  state_.change.replica_set = state_.replica_set;
  state_.change.begin(kRoutesRegister, step);
}

void Arbiter::on_promised(const v1::Letter& letter, OwnerStep& step) {
  const Address replica = unpack(letter.source());
  RegisterChange& change = state_.change;
  if (!change.on_promised(replica, letter.register_promised(), state_.config)) return;
  const v1::RegisterRecord& found = change.value.value;
  Config by = state_.config;
  by.route_version = 0;
  const bool fits = found.epoch() > 0 && adopt_routes(by, found.routes());
  if (!fits) by = state_.config;
  v1::RegisterRecord next;
  next.set_owner(pack(state_.self));
  next.set_owner_boot(step.seen.boot.value);
  *next.mutable_routes() = spread(by, step);
  next.set_epoch(next.routes().version());
  // What was found may have been accepted by few: only when a majority has it, it is the table. So
  // it is proposed even if there is nothing to change.
  change.propose(next, step);
}

void Arbiter::on_accepted(const v1::Letter& letter, OwnerStep& step) {
  const Address replica = unpack(letter.source());
  RegisterChange& change = state_.change;
  if (!change.on_accepted(replica, letter.register_accepted(), state_.config)) return;
  const v1::RouteTable& routes = change.value.value.routes();
  state_.write_again = false;
  state_.chosen = std::max(state_.chosen, routes.version());
  Config by = state_.config;
  if (!adopt_routes(by, routes)) return;  // no news
  for (SectionId section : by.sections()) {
    const bool is_new = !state_.config.has_section(section);
    const Address before = is_new ? Address{} : state_.config.owner_of(section);
    const Address now = by.owner_of(section);
    if (now == before) continue;
    step.out.fact({.kind = FactKind::kRouted,
                   .subject = section.value,
                   .object = pack(now),
                   .number = routes.version(),
                   .value = pack(before)});
  }
  step.out.routes = routes;
}

// A replica lost its disk, and what it had promised. Under the new set the register is written
// again, and then the new replica counts in it.
void Arbiter::on_replica_set(std::uint64_t replica_set, OwnerStep& step) {
  if (replica_set <= state_.replica_set) return;
  state_.replica_set = replica_set;
  state_.write_again = true;
  state_.change.phase = RegisterPhase::kIdle;
  begin_change(step);
}

void Arbiter::admit(OwnerStep& step) {
  if (state_.replica_set == 0 || state_.write_again || state_.chosen == 0) return;
  for (Address replica : state_.config.replicas) {
    if (state_.admitted[replica.number] == state_.replica_set) continue;
    v1::SealSection& seal = *step.to_replica(replica, state_.replica_set).mutable_seal_section();
    seal.set_section(kRoutesRegister.value);
    seal.set_epoch(1);  // nobody serves this section
    seal.set_admits(true);
  }
}

std::string Arbiter::broken_invariant() const {
  if (state_.change.phase != RegisterPhase::kAccepting) return {};
  Config by = state_.config;
  by.route_version = 0;
  if (!adopt_routes(by, state_.change.value.value.routes())) {
    return "I3: a section would go to a role that cannot own it";
  }
  return {};
}

}  // namespace glasspost
