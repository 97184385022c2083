// Steps 1 and 2 of every take-over (ARCHITECTURE.md, Take-over): win a new epoch by compare-and-set
// on the section's register, then seal R replicas so that nothing of an older epoch is ever written
// again. Owners of all kinds hold one Claim a section: conversations and mailboxes inside a
// SectionLog, allocators alone.
#pragma once

#include <cstdint>
#include <map>

#include "engine/base/ids.hpp"
#include "engine/core/archive_message.hpp"
#include "engine/core/contract.hpp"

namespace glasspost {

// Where an owner stands while it takes a section over.
enum class ClaimPhase : std::uint8_t {
  kIdle = 0,      // not begun
  kRegister = 1,  // reading or swapping the register
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
  Archived<v1::CheckpointRecord> checkpoint;  // the newest that counts there

  template <class Archive>
  void fields(Archive& archive) {
    archive(start_epoch, last, settled, ceiling, checkpoint);
  }
};

// What an owner lends its helpers in a step.
struct OwnerStep {
  Address self;
  const Config& config;
  const Seen& seen;
  Outbox& out;
};

// One section's claim.
struct Claim {
  SectionId section;
  ClaimPhase phase = ClaimPhase::kIdle;
  std::uint64_t register_version = 0;
  std::uint64_t epoch = 0;                        // ours, once the register was won
  std::uint64_t spent = 0;                        // the newest epoch of an earlier try in this life
  std::map<std::uint64_t, SealedReplica> sealed;  // by replica number

  // Starts over, whatever was before. Answers come as RegisterState and SectionSealed.
  void begin(SectionId claimed, OwnerStep& step);

  // Asks again what is not answered.
  void resend(OwnerStep& step) const;

  // Each returns true if it made the claim sealed just now.
  bool on_register(const v1::RegisterState& state, OwnerStep& step);
  bool on_sealed(Address replica, const v1::SectionSealed& answer, OwnerStep& step);

  // The replica whose tail counts: the highest (start epoch, last position). REQUIRES: kSealed.
  std::uint64_t best_replica() const;

  // The highest of what the sealed replicas know. REQUIRES: kSealed.
  std::uint64_t settled_max() const;
  std::uint64_t ceiling_max() const;

  template <class Archive>
  void fields(Archive& archive) {
    archive(section, phase, register_version, epoch, spent, sealed);
  }
};

}  // namespace glasspost
