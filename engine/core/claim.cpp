// Winning an epoch and sealing replicas.
#include "engine/core/claim.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

#include "engine/core/forgotten.hpp"

namespace glasspost {

void Claim::begin(SectionId claimed, TimerId owner_timer, OwnerStep& step) {
  if (phase == ClaimPhase::kFenced) return;
  spent = std::max(spent, epoch);
  section = claimed;
  timer = owner_timer;
  phase = ClaimPhase::kRegister;
  epoch = 0;
  sealed.clear();
  late.clear();
  change.replica_set = replica_set;
  change.begin(section, step);
}

void Claim::on_timer(OwnerStep& step) {
  const bool waits = phase == ClaimPhase::kRegister && change.phase == RegisterPhase::kRefused;
  if (waits) change.resend(step);
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

void Claim::on_register(const v1::Letter& letter, OwnerStep& step) {
  if (phase != ClaimPhase::kRegister) return;
  const Address replica = unpack(letter.source());
  if (letter.has_register_refused()) {
    const v1::Ballot& promised = letter.register_refused().promised();
    if (promised.proposer() == pack(step.self) && promised.boot() > step.seen.boot.value) {
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
  if (!change.on_accepted(replica, letter.register_accepted(), step.config)) return;
  epoch = change.value.value.epoch();
  phase = ClaimPhase::kSealing;
  step.out.fact({.kind = FactKind::kClaimed,
                 .subject = section.value,
                 .object = epoch,
                 .number = step.seen.boot.value});
  resend(step);
}

// What the register says is known; now it is to say that the section is ours.
void Claim::on_found(OwnerStep& step) {
  const v1::RegisterRecord& found = change.value.value;
  const bool by_this_role = found.owner() == pack(step.self);
  if (by_this_role && found.owner_boot() > step.seen.boot.value) {
    phase = ClaimPhase::kFenced;
    return;
  }
  v1::RegisterRecord next = found;
  const bool by_this_life = by_this_role && found.owner_boot() == step.seen.boot.value;
  // Ours already, if the answers were lost: then it is accepted once more. But an epoch is won
  // once: an append of an earlier try may still be on its way under the old number.
  if (!by_this_life || found.epoch() <= spent) {
    next.set_owner(pack(step.self));
    next.set_owner_boot(step.seen.boot.value);
    next.set_epoch(std::max(found.epoch(), spent) + 1);
  }
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

}  // namespace glasspost
