// Winning an epoch and sealing replicas.
#include "engine/core/claim.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

namespace glasspost {
namespace {

// With one replica its register is the register; a majority of several comes with the quorum store.
Address register_keeper(const Config& config) {
  return config.replicas.front();
}

void read_register(SectionId section, OwnerStep& step) {
  v1::Letter& letter = step.out.send(register_keeper(step.config)).letter;
  letter.mutable_read_register()->set_section(section.value);
}

void swap_register(const Claim& claim, std::uint64_t new_epoch, OwnerStep& step) {
  v1::Letter& letter = step.out.send(register_keeper(step.config)).letter;
  v1::SwapRegister& swap = *letter.mutable_swap_register();
  swap.set_section(claim.section.value);
  swap.set_expected_version(claim.register_version);
  swap.mutable_value()->set_owner(pack(step.self));
  swap.mutable_value()->set_owner_boot(step.seen.boot.value);
  swap.mutable_value()->set_epoch(new_epoch);
}

}  // namespace

void Claim::begin(SectionId claimed, OwnerStep& step) {
  if (phase == ClaimPhase::kFenced) return;
  spent = std::max(spent, epoch);
  section = claimed;
  phase = ClaimPhase::kRegister;
  register_version = 0;
  epoch = 0;
  sealed.clear();
  read_register(section, step);
}

void Claim::resend(OwnerStep& step) const {
  if (phase == ClaimPhase::kRegister) read_register(section, step);
  if (phase != ClaimPhase::kSealing) return;
  for (Address replica : step.config.replicas) {
    if (sealed.contains(replica.number)) continue;
    v1::SealSection& seal = *step.out.send(replica).letter.mutable_seal_section();
    seal.set_section(section.value);
    seal.set_epoch(epoch);
  }
}

bool Claim::on_register(const v1::RegisterState& state, OwnerStep& step) {
  if (phase != ClaimPhase::kRegister) return false;
  const v1::RegisterRecord& value = state.value();
  const bool by_this_role = value.owner() == pack(step.self);
  if (by_this_role && value.owner_boot() > step.seen.boot.value) {
    phase = ClaimPhase::kFenced;
    return false;
  }
  const bool by_this_life = by_this_role && value.owner_boot() == step.seen.boot.value;
  // An epoch is won once: an append of an earlier try may still be on its way under the old number.
  if (!by_this_life || value.epoch() <= spent) {
    register_version = value.version();
    swap_register(*this, value.epoch() + 1, step);
    return false;
  }
  epoch = value.epoch();
  phase = ClaimPhase::kSealing;
  step.out.fact({.kind = FactKind::kClaimed,
                 .subject = section.value,
                 .object = epoch,
                 .number = step.seen.boot.value});
  resend(step);
  return false;
}

bool Claim::on_sealed(Address replica, const v1::SectionSealed& answer, OwnerStep& step) {
  if (phase != ClaimPhase::kSealing || answer.epoch() != epoch) return false;
  sealed[replica.number] = {.start_epoch = answer.record().start_epoch(),
                            .last = answer.last(),
                            .settled = answer.settled(),
                            .ceiling = answer.record().ceiling(),
                            .checkpoint = {answer.record().checkpoint()}};
  if (sealed.size() < step.config.read_quorum) return false;
  phase = ClaimPhase::kSealed;
  return true;
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
