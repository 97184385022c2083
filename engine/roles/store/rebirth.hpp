// A replica whose disk was lost. It has forgotten what it promised and confirmed, and others count
// on it: an owner on its vote, a batch on its copy. So its former self has to be out of every count
// before the new one may answer (docs/decisions/0021-a-lost-disk-makes-a-new-replica.md).
//
//   lost --a majority accepts a new set--> reborn --an owner that serves seals it--> counts
//                                                     (section by section)
//   1. It says nothing, and changes the register of the replica set (kReplicaSetRegister), whose
//      version rises. A majority has to accept; it has no voice itself, so of three both others do.
//   2. From then on the others answer nobody who counts on an older set. They tell:
//      ReplicaSetChanged. Each owner begins again under the new set, without this replica.
//   3. When an owner serves, all that was ever acknowledged is on W others. Its seal then admits
//      this one (SealSection.admits): empty as it is, it is a replica that was away, and is copied
//      to.
//
// The state of this; store_rebirth.cpp holds the steps.
#pragma once

#include <cstdint>
#include <vector>

#include "engine/core/register.hpp"

namespace glasspost {

struct Rebirth {
  bool lost = false;         // step 1
  std::uint64_t new_in = 0;  // the set that it is new in; 0: its disk was never lost
  // The newest cut of the numbers that the others served when it joined. A section that a newer cut
  // brought was not lost here: this replica counts in it from the beginning.
  std::uint64_t cut_version = 0;
  RegisterChange change;  // lost: of the replica set's register

  template <class Archive>
  void fields(Archive& archive) {
    archive(lost, new_in, cut_version, change);
  }
};

// What a host puts into an empty store where one with rows is to be: the replica that starts on it
// will know that it has lost its disk.
std::vector<Put> mark_of_lost_disk();

}  // namespace glasspost
