// The proposer's side of a register.
#include "engine/core/register.hpp"

#include <algorithm>
#include <cassert>
#include <string>

#include "engine/core/limits.hpp"

namespace glasspost {
namespace {

bool is_majority(std::size_t count, const Config& config) {
  return count > config.replicas.size() / 2;
}

void ask(const RegisterChange& change, Address replica, OwnerStep& step) {
  v1::Letter& letter = step.to_replica(replica, change.replica_set);
  if (change.phase == RegisterPhase::kPreparing) {
    v1::PrepareRegister& prepare = *letter.mutable_prepare_register();
    prepare.set_section(change.section.value);
    *prepare.mutable_ballot() = to_wire(change.ballot);
    return;
  }
  v1::AcceptRegister& accept = *letter.mutable_accept_register();
  accept.set_section(change.section.value);
  *accept.mutable_ballot() = to_wire(change.ballot);
  *accept.mutable_value() = change.value.value;
}

void prepare(RegisterChange& change, OwnerStep& step) {
  change.phase = RegisterPhase::kPreparing;
  change.ballot = {change.ballot.round + 1, pack(step.self), step.seen.boot.value};
  change.again_at = kNever;
  change.newest = {};
  change.value = {};
  change.answers.clear();
  for (Address replica : step.config.replicas)
    ask(change, replica, step);
}

}  // namespace

v1::Ballot to_wire(const Ballot& ballot) {
  v1::Ballot wire;
  wire.set_round(ballot.round);
  wire.set_proposer(ballot.proposer);
  wire.set_boot(ballot.boot);
  return wire;
}

Ballot from_wire(const v1::Ballot& ballot) {
  return {ballot.round(), ballot.proposer(), ballot.boot()};
}

void RegisterChange::begin(SectionId changed, OwnerStep& step) {
  section = changed;
  refusals = 0;
  prepare(*this, step);
}

void RegisterChange::resend(OwnerStep& step) {
  if (phase == RegisterPhase::kIdle) return;
  if (phase == RegisterPhase::kRefused) {
    if (step.seen.now >= again_at) prepare(*this, step);
    return;
  }
  for (Address replica : step.config.replicas) {
    if (!answers.contains(replica.number)) ask(*this, replica, step);
  }
}

bool RegisterChange::on_promised(Address replica, const v1::RegisterPromised& answer,
                                 const Config& config) {
  if (phase != RegisterPhase::kPreparing || from_wire(answer.ballot()) != ballot) return false;
  if (!answers.try_emplace(replica.number, true).second) return false;
  const Ballot accepted = from_wire(answer.newest().accepted());
  if (answer.newest().epoch() > 0 && (value.value.epoch() == 0 || accepted > newest)) {
    newest = accepted;
    value.value = answer.newest();
    value.value.clear_accepted();
  }
  return is_majority(answers.size(), config);
}

void RegisterChange::propose(const v1::RegisterRecord& next, OwnerStep& step) {
  assert(phase == RegisterPhase::kPreparing && is_majority(answers.size(), step.config));
  phase = RegisterPhase::kAccepting;
  proposed_at = step.seen.now;
  value.value = next;
  answers.clear();
  for (Address replica : step.config.replicas)
    ask(*this, replica, step);
}

bool RegisterChange::on_accepted(Address replica, const v1::RegisterAccepted& answer,
                                 const Config& config) {
  if (phase != RegisterPhase::kAccepting || from_wire(answer.ballot()) != ballot) return false;
  answers[replica.number] = true;
  if (!is_majority(answers.size(), config)) return false;
  phase = RegisterPhase::kIdle;
  return true;
}

void RegisterChange::wait(Duration duration, OwnerStep& step) {
  phase = RegisterPhase::kRefused;
  again_at = step.seen.now + duration;
}

bool RegisterChange::on_refused(const v1::RegisterRefused& answer, OwnerStep& step) {
  const bool asked = phase == RegisterPhase::kPreparing || phase == RegisterPhase::kAccepting;
  if (!asked || from_wire(answer.ballot()) != ballot) return false;
  ballot.round = std::max(ballot.round, answer.promised().round());
  if (refusals++ == 0) {
    prepare(*this, step);
    return false;
  }
  phase = RegisterPhase::kRefused;
  const Duration longest = limits::patience(limits::kBallotBackoff, refusals);
  Random random = step.seen.random("register " + std::to_string(section.value));
  again_at = step.seen.now + random.uniform(limits::kBallotBackoff, longest);
  return true;
}

}  // namespace glasspost
