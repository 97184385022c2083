// A change of one section's register, which a majority of all replicas keeps, whatever R and W say:
// single-decree Paxos whose value is changed step by step (CASPaxos).
//
//   kPreparing -majority promises-> value is known -propose-> kAccepting -majority accepts-> chosen
//        ^                                                        |
//        +----------- again_at: a higher ballot <--refused--------+
//
// To change a value is to prepare, to look at what was found, and to propose what is to follow it.
// To read it so that nothing newer can be missed is the same with the value that was found.
// Invariants:
//   I1  ballots of one life only rise, so no two proposals are ever made under one ballot.
//   I2  what is proposed follows the value with the highest ballot that a majority has told of.
//   I3  an answer counts for the ballot that is under way, and for no other.
#pragma once

#include <compare>
#include <cstdint>
#include <map>

#include "engine/base/ids.hpp"
#include "engine/core/archive_message.hpp"
#include "engine/core/contract.hpp"

namespace glasspost {

// What an owner lends its helpers in a step.
struct OwnerStep {
  Address self;
  const Config& config;
  const Seen& seen;
  Outbox& out;

  // Says something to a replica, counting on this set of replicas. The reference as Outbox::send.
  v1::Letter& to_replica(Address replica, std::uint64_t replica_set, std::uint64_t trace = 0) {
    v1::Letter& letter = out.send(replica, trace).letter;
    if (replica_set != 0) letter.set_replica_set(replica_set);
    return letter;
  }
};

// The register that says which replicas there are. No owner serves it; it has a version for an
// epoch. It is written when the disk of a replica was lost (engine/roles/store/rebirth.hpp).
inline constexpr SectionId kReplicaSetRegister{std::uint32_t{4} << 24};

// Orders those who want to change a register.
struct Ballot {
  std::uint64_t round = 0;
  std::uint64_t proposer = 0;  // the role, packed
  std::uint64_t boot = 0;      // which life of it

  auto operator<=>(const Ballot&) const = default;

  template <class Archive>
  void fields(Archive& archive) {
    archive(round, proposer, boot);
  }
};

v1::Ballot to_wire(const Ballot& ballot);
Ballot from_wire(const v1::Ballot& ballot);

enum class RegisterPhase : std::uint8_t {
  kIdle = 0,
  kPreparing = 1,
  kAccepting = 2,
  kRefused = 3  // waits until again_at
};

struct RegisterChange {
  SectionId section;
  std::uint64_t replica_set = 0;  // counts on it: of another one nobody answers
  RegisterPhase phase = RegisterPhase::kIdle;
  Ballot ballot;
  Time proposed_at = kNever;              // kAccepting: when it was asked for the first time
  std::uint32_t refusals = 0;             // in a row
  Time again_at = kNever;                 // kRefused
  Ballot newest;                          // kPreparing: the highest ballot of a value that was told
  Archived<v1::RegisterRecord> value;     // that value; kAccepting: what is proposed
  std::map<std::uint64_t, bool> answers;  // by replica: promised or accepted

  // Asks for promises under a ballot above all of this life and above what was heard of.
  void begin(SectionId changed, OwnerStep& step);

  // Asks again what is not answered; when a wait is over, under a higher ballot.
  void resend(OwnerStep& step);

  // A majority has promised just now: `value` is what the register says, if anybody ever wrote it.
  bool on_promised(Address replica, const v1::RegisterPromised& answer, const Config& config);

  // Proposes what is to follow. REQUIRES: on_promised said so.
  void propose(const v1::RegisterRecord& next, OwnerStep& step);

  // A majority has accepted just now: the register says `value`.
  bool on_accepted(Address replica, const v1::RegisterAccepted& answer, const Config& config);

  // Nothing can be proposed now: prepares again after a while.
  void wait(Duration duration, OwnerStep& step);

  // A higher ballot is under way, or was. The first refusal tells only which: a new life cannot
  // know. Whoever is refused again waits by chance, longer each time, so that two who want the same
  // register do not keep each other from it. True if there is something to wait for.
  bool on_refused(const v1::RegisterRefused& answer, OwnerStep& step);

  template <class Archive>
  void fields(Archive& archive) {
    archive(section, replica_set, phase, ballot, proposed_at, refusals, again_at, newest, value,
            answers);
  }
};

}  // namespace glasspost
