// The disk of a process that keeps something, and whether it is the one that it had: a replica that
// starts on an empty folder must not be taken for one that has nothing yet
// (engine/roles/store/rebirth.hpp).
//
//   data/NAME/      what RocksDB keeps
//   data/NAME.new   made with the cluster, gone after the first start: nothing was written yet
//   data/NAME.lost  the folder was found empty without that mark, and the store is not told yet
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "engine/base/result.hpp"
#include "engine/control/run_directory.hpp"
#include "engine/control/topology.hpp"
#include "engine/core/process.hpp"
#include "engine/storage/rocks_store.hpp"

namespace glasspost {

// Marks the disks of a cluster that is being made. Errors: kIo.
Status mark_new_disks(const RunDirectory& directory, const Topology& topology);

// Opens the store of a process; a replica that has lost its disk is told. Errors: those of
// RocksStore::open; kUnavailable if what was lost is on no other replica.
Result<std::unique_ptr<RocksStore>> open_process_disk(const RunDirectory& directory,
                                                      const std::string& name,
                                                      const Process& process, const Quorum& quorum);

}  // namespace glasspost
