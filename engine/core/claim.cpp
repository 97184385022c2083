// Winning an epoch and sealing replicas.
#include "engine/core/claim.hpp"

#include <algorithm>
#include <cassert>
#include <utility>
#include <vector>

#include "engine/core/forgotten.hpp"
#include "engine/core/limits.hpp"

namespace glasspost {
namespace {

bool is_life(const v1::FormerOwner& former, Address role, BootId boot) {
  return former.owner() == pack(role) && former.owner_boot() == boot.value;
}

// Can it still answer somebody, for all that we know?
bool may_answer(const v1::FormerOwner& former, const OwnerStep& step) {
  const Address role = unpack(former.owner());
  const BootId boot{former.owner_boot()};
  const bool is_this_life = role == step.self && boot == step.seen.boot;
  return former.lease_us() > 0 && !is_this_life && !step.config.has_ended(role, boot);
}

// The former owners of a record, and its owner. Of very many only the longest lease is kept.
std::vector<v1::FormerOwner> owners_before(const v1::RegisterRecord& found, const OwnerStep& step) {
  std::vector<v1::FormerOwner> all(found.former().begin(), found.former().end());
  v1::FormerOwner& last = all.emplace_back();
  last.set_owner(found.owner());
  last.set_owner_boot(found.owner_boot());
  last.set_lease_us(found.lease_us());
  last.set_epoch(found.epoch());
  std::erase_if(all, [&](const v1::FormerOwner& one) { return !may_answer(one, step); });
  if (all.size() <= limits::kFormerOwnersMax) return all;
  v1::FormerOwner several;
  for (const v1::FormerOwner& one : all)
    several.set_lease_us(std::max(several.lease_us(), one.lease_us()));
  return {several};
}

}  // namespace

PastClaim Claim::past() const {
  return {std::max(spent, epoch), change.ballot};
}

void Claim::remember(const PastClaim& past) {
  spent = std::max(spent, past.spent);
  change.ballot = std::max(change.ballot, past.ballot);
}

void Claim::begin(SectionId claimed, TimerId owner_timer, OwnerStep& step) {
  if (phase == ClaimPhase::kFenced) return;
  leases::end_with_step(*this);
  spent = std::max(spent, epoch);
  section = claimed;
  timer = owner_timer;
  phase = ClaimPhase::kRegister;
  epoch = 0;
  sealed.clear();
  late.clear();
  lease = {};
  record = {};
  clearing = false;
  change.replica_set = replica_set;
  change.begin(section, step);
}

void Claim::on_timer(OwnerStep& step) {
  const bool waits = phase == ClaimPhase::kRegister && change.phase == RegisterPhase::kRefused;
  if (waits) change.resend(step);
}

void Claim::on_poll(OwnerStep& step) {
  if (clearing) change.resend(step);
  if (must_wait(step)) ask_release(step);
}

void Claim::resend(OwnerStep& step) {
  if (phase == ClaimPhase::kRegister) change.resend(step);
  if (phase != ClaimPhase::kSealing) return;
  for (Address replica : step.config.replicas) {
    if (!sealed.contains(replica.number)) seal(replica, false, step);
  }
}

void Claim::seal(Address replica, bool admits, OwnerStep& step) const {
  assert(epoch > 0);
  v1::SealSection& seal = *step.to_replica(replica, replica_set).mutable_seal_section();
  seal.set_section(section.value);
  seal.set_epoch(epoch);
  seal.set_admits(admits && replica_set > 0);
}

bool Claim::on_replica_set(Address replica, const v1::ReplicaSetChanged& changed,
                           const Config& config) {
  if (phase == ClaimPhase::kFenced || changed.replica_set() < replica_set) return false;
  if (changed.replica_set() == replica_set) {
    return may_forget(config) && said_by(replica.number) != nullptr;
  }
  replica_set = changed.replica_set();
  return true;
}

bool Claim::must_wait(const OwnerStep& step) const {
  if (leases::clock_now(step) >= free_at) return false;
  const auto& before = record.value.former();
  return std::any_of(before.begin(), before.end(),
                     [&](const v1::FormerOwner& one) { return may_answer(one, step); });
}

void Claim::on_serving(OwnerStep& step) {
  assert(phase == ClaimPhase::kSealed && !must_wait(step));
  if (record.value.former().empty()) return;
  record.value.clear_former();
  clearing = true;
  change.begin(section, step);
}

void Claim::ask_release(OwnerStep& step) const {
  for (const v1::FormerOwner& one : record.value.former()) {
    const Address role = unpack(one.owner());
    if (role.kind == RoleKind::kNone || role == step.self || !may_answer(one, step)) continue;
    v1::AskRelease& ask = *step.out.send(role).letter.mutable_ask_release();
    ask.set_section(section.value);
    ask.set_epoch(one.epoch());
    ask.set_owner_boot(one.owner_boot());
  }
}

void Claim::on_released(Address by, const v1::SectionReleased& released) {
  auto& before = *record.value.mutable_former();
  for (auto& one : before) {
    const bool meant = is_life(one, by, BootId{released.owner_boot()});
    if (meant && one.epoch() == released.epoch()) one.set_lease_us(0);
  }
}

void Claim::on_register(const v1::Letter& letter, OwnerStep& step) {
  if (phase != ClaimPhase::kRegister && !clearing) return;
  const Address replica = unpack(letter.source());
  if (letter.has_register_refused()) {
    const v1::Ballot& promised = letter.register_refused().promised();
    if (promised.proposer() == pack(step.self) && promised.boot() > step.seen.boot.value) {
      leases::end_with_step(*this);
      phase = ClaimPhase::kFenced;
      return;
    }
    if (change.on_refused(letter.register_refused(), step)) step.out.wake(timer, change.again_at);
    return;
  }
  if (letter.has_register_promised()) {
    if (change.on_promised(replica, letter.register_promised(), step.config)) on_found(step);
    return;
  }
  const bool enough = change.on_accepted(replica, letter.register_accepted(), step.config);
  const bool asked = from_wire(letter.register_accepted().ballot()) == change.ballot;
  if (clearing) {
    clearing = !enough;
    return;
  }
  // Whoever has accepted us has accepted no newer one: that is a first yes to our lease.
  const Duration since = step.seen.now - change.proposed_at;
  if (asked) leases::count(*this, replica.number, leases::clock_now(step) - since, step);
  if (enough) on_won(step);
}

// From now on. Returns how long.
Duration Claim::wait_for_former(const OwnerStep& step) {
  Duration longest(0);
  for (const v1::FormerOwner& one : record.value.former())
    longest = std::max(longest, leases::waited_out(Duration(one.lease_us())));
  free_at = leases::clock_now(step) + longest;
  return longest;
}

void Claim::on_won(OwnerStep& step) {
  record = change.value;
  epoch = record.value.epoch();
  phase = ClaimPhase::kSealing;
  const Duration longest = wait_for_former(step);
  step.out.fact({.kind = FactKind::kClaimed,
                 .subject = section.value,
                 .object = epoch,
                 .number = step.seen.boot.value,
                 .value = static_cast<std::uint64_t>(to_us(longest)),
                 .extra = static_cast<std::uint64_t>(to_us(lease.length))});
  ask_release(step);
  resend(step);
}

// What the register says is known; now it is to say that the section is ours.
void Claim::on_found(OwnerStep& step) {
  const v1::RegisterRecord& found = change.value.value;
  if (clearing) {
    const bool is_ours = found.epoch() == epoch && found.owner() == pack(step.self);
    if (is_ours) return change.propose(record.value, step);
    clearing = false;  // a newer owner is on its way
    return;
  }
  // Somebody took it under routes that we have not heard of: they are on their way to us.
  if (found.route_version() > step.config.route_version) {
    change.wait(limits::kStoreRetry, step);
    step.out.wake(timer, change.again_at);
    return;
  }
  const bool by_this_role = found.owner() == pack(step.self);
  if (by_this_role && found.owner_boot() > step.seen.boot.value) {
    phase = ClaimPhase::kFenced;
    return;
  }
  v1::RegisterRecord next = found;
  const bool by_this_life = by_this_role && found.owner_boot() == step.seen.boot.value;
  // Ours already, if the answers were lost: then it is accepted once more. But an epoch is won
  // once: an append of an earlier try may still be on its way under the old number. And what was
  // won to close the section has no lease.
  const bool lacks_lease = !closing && found.lease_us() < to_us(step.config.choices.seq_lease);
  if (!by_this_life || found.epoch() <= spent || lacks_lease) {
    next.set_owner(pack(step.self));
    next.set_owner_boot(step.seen.boot.value);
    next.set_epoch(std::max(found.epoch(), spent) + 1);
    next.set_lease_us(closing ? 0 : to_us(step.config.choices.seq_lease));
    next.clear_former();
    for (const v1::FormerOwner& one : owners_before(found, step))
      *next.add_former() = one;
  }
  next.set_route_version(step.config.route_version);
  lease.length = Duration(next.lease_us());
  change.propose(next, step);
}

bool Claim::on_sealed(Address replica, const v1::SectionSealed& answer, OwnerStep& step) {
  const bool sealing = phase == ClaimPhase::kSealing;
  if ((!sealing && phase != ClaimPhase::kSealed) || answer.epoch() != epoch) return false;
  if (said_by(replica.number) != nullptr) return false;
  auto& those = sealing ? sealed : late;
  those[replica.number] = {.start_epoch = answer.record().start_epoch(),
                           .last = answer.last(),
                           .settled = answer.settled(),
                           .ceiling = answer.record().ceiling(),
                           .cut_version = answer.record().cut_version(),
                           .checkpoint = {answer.record().checkpoint()}};
  if (!sealing || sealed.size() < step.config.read_quorum) return false;
  phase = ClaimPhase::kSealed;
  return true;
}

const SealedReplica* Claim::said_by(std::uint64_t replica) const {
  for (const auto* those : {&sealed, &late}) {
    const auto found = those->find(replica);
    if (found != those->end()) return &found->second;
  }
  return nullptr;
}

std::uint64_t Claim::best_replica() const {
  assert(phase == ClaimPhase::kSealed && !sealed.empty());
  const auto better = [](const auto& one, const auto& other) {
    return std::pair(one.second.start_epoch, one.second.last) <
           std::pair(other.second.start_epoch, other.second.last);
  };
  return std::max_element(sealed.begin(), sealed.end(), better)->first;
}

std::uint64_t Claim::settled_max() const {
  std::uint64_t highest = 0;
  for (const auto& [replica, said] : sealed)
    highest = std::max(highest, said.settled);
  return highest;
}

std::uint64_t Claim::ceiling_max() const {
  std::uint64_t highest = 0;
  for (const auto& [replica, said] : sealed)
    highest = std::max(highest, said.ceiling);
  return highest;
}

std::uint64_t Claim::cut_version_max() const {
  std::uint64_t highest = 0;
  for (const auto& [replica, said] : sealed)
    highest = std::max(highest, said.cut_version);
  return highest;
}

}  // namespace glasspost
