// Steps 1 and 2 of every take-over (ARCHITECTURE.md, Take-over): win a new epoch in the section's
// register, which a majority of the replicas keeps (register.hpp), then seal R replicas so that
// nothing of an older epoch is ever written again. Owners of all kinds hold one Claim a section:
// conversations and mailboxes inside a SectionLog, allocators alone.
//
// R sealed replicas are enough to go on. One that missed its seal is sealed when it is met again:
// until then it refuses what this owner writes, because it knows older epochs only.
//
// The seal stops the former owner from writing. It may go on answering from its memory until its
// lease is over (lease.hpp), so the new one must not serve before that: it waits until `free_at`.
#pragma once

#include <cstdint>
#include <map>

#include "engine/core/lease.hpp"
#include "engine/core/register.hpp"

namespace glasspost {

// Where an owner stands while it takes a section over.
enum class ClaimPhase : std::uint8_t {
  kIdle = 0,      // not begun
  kRegister = 1,  // reading and changing the register
  kSealing = 2,   // the epoch is ours; fewer than R replicas are sealed
  kSealed = 3,    // R replicas are sealed
  kFenced = 4     // a later life of this owner exists: this one is over
};

// What a sealed replica said.
struct SealedReplica {
  std::uint64_t start_epoch = 0;
  std::uint64_t last = 0;
  std::uint64_t settled = 0;
  std::uint64_t ceiling = 0;
  std::uint64_t cut_version = 0;
  Archived<v1::CheckpointRecord> checkpoint;  // the newest that counts there

  template <class Archive>
  void fields(Archive& archive) {
    archive(start_epoch, last, settled, ceiling, cut_version, checkpoint);
  }
};

// What has to outlive a claim when the routes give its section to somebody else: were the section
// to come back in the same life, an epoch or a ballot could be won twice.
struct PastClaim {
  std::uint64_t spent = 0;
  Ballot ballot;

  template <class Archive>
  void fields(Archive& archive) {
    archive(spent, ballot);
  }
};

// One section's claim.
struct Claim {
  SectionId section;
  bool closing = false;  // to end what others serve: nothing is served, so nobody waits for us
  std::uint64_t replica_set = 0;  // the newest that was heard of: what all is said under
  ClaimPhase phase = ClaimPhase::kIdle;
  RegisterChange change;
  TimerId timer;                                  // the owner's, for this section
  std::uint64_t epoch = 0;                        // ours, once the register was won
  std::uint64_t spent = 0;                        // the newest epoch of an earlier try in this life
  std::map<std::uint64_t, SealedReplica> sealed;  // by replica number: those that count
  std::map<std::uint64_t, SealedReplica> late;    // those that were sealed afterwards
  Lease lease;                                    // ours, from the register on
  Time free_at = Time(Duration(0));               // when the former owners' leases are over
  Archived<v1::RegisterRecord> record;            // what we wrote into the register
  bool clearing = false;     // we serve, and take the former owners out of the register
  Time said_until = kNever;  // the lease that ended in this step, with what was said under it

  // Of an earlier time of this life, in which the section was ours.
  PastClaim past() const;
  void remember(const PastClaim& past);

  // Starts over, whatever was before. Answers come as RegisterPromised, RegisterAccepted,
  // RegisterRefused and SectionSealed. The timer may be set earlier than the owner does.
  void begin(SectionId claimed, TimerId owner_timer, OwnerStep& step);

  // The timer is due: goes on where a wait for the register is over.
  void on_timer(OwnerStep& step);

  // The poll of leases is due: asks again what waits for no timer of this section.
  void on_poll(OwnerStep& step);

  // Asks again what is not answered.
  void resend(OwnerStep& step);

  // Seals one replica that is not sealed yet. `admits`: one whose disk was lost may count again,
  // for W others have all that was acknowledged. REQUIRES: the epoch is ours.
  void seal(Address replica, bool admits, OwnerStep& step) const;

  // True if the owner has to begin again: this is a newer set of replicas, or one whose disk was
  // lost has forgotten that it was let in (forgotten.hpp).
  bool on_replica_set(Address replica, const v1::ReplicaSetChanged& changed, const Config& config);

  // The epoch is ours and R replicas are sealed, but a former owner may still answer somebody.
  bool must_wait(const OwnerStep& step) const;

  // Sets free_at: the longest lease of a former owner, from now on.
  Duration wait_for_former(const OwnerStep& step);

  // Serving has begun: nobody has to wait for former owners any more. REQUIRES: !must_wait.
  void on_serving(OwnerStep& step);

  // Asks the former owner to say that it has let go, and takes its word.
  void ask_release(OwnerStep& step) const;
  void on_released(Address by, const v1::SectionReleased& released);

  // An answer of a register.
  void on_register(const v1::Letter& letter, OwnerStep& step);
  // Returns true if it made the claim sealed just now.
  bool on_sealed(Address replica, const v1::SectionSealed& answer, OwnerStep& step);

  // What this replica said when it was sealed under our epoch; null: it is not sealed yet.
  const SealedReplica* said_by(std::uint64_t replica) const;

  // The replica whose tail counts: the highest (start epoch, last position). REQUIRES: kSealed.
  std::uint64_t best_replica() const;

  // The highest of what the sealed replicas know. REQUIRES: kSealed.
  std::uint64_t settled_max() const;
  std::uint64_t ceiling_max() const;
  std::uint64_t cut_version_max() const;

  template <class Archive>
  void fields(Archive& archive) {
    archive(section, closing, replica_set, phase, change, timer, epoch, spent, sealed, late, lease,
            free_at, record, clearing, said_until);
  }

 private:
  void on_found(OwnerStep& step);
  void on_won(OwnerStep& step);
};

}  // namespace glasspost
