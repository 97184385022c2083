// Opening the disk of a process; see process_disk.hpp.
#include "engine/apps/glasspost/process_disk.hpp"

#include <algorithm>
#include <filesystem>

#include "engine/base/error_line.hpp"
#include "engine/roles/store/rebirth.hpp"

namespace glasspost {
namespace {

namespace fs = std::filesystem;

enum class DiskState { kKnown, kNew, kLost };

bool is_replica(const std::vector<Address>& roles) {
  return std::any_of(roles.begin(), roles.end(),
                     [](Address role) { return role.kind == RoleKind::kStore; });
}

std::string new_mark(const RunDirectory& directory, const std::string& name) {
  return directory.data_of(name) + ".new";
}

std::string lost_mark(const RunDirectory& directory, const std::string& name) {
  return directory.data_of(name) + ".lost";
}

DiskState look(const RunDirectory& directory, const std::string& name) {
  if (fs::exists(lost_mark(directory, name))) return DiskState::kLost;
  // A folder in which files are missing is damaged: RocksStore::open says which.
  const std::string folder = directory.data_of(name);
  if (fs::exists(folder) && !fs::is_empty(folder)) return DiskState::kKnown;
  return fs::exists(new_mark(directory, name)) ? DiskState::kNew : DiskState::kLost;
}

// Errors: kIo.
Status tell_of_loss(RocksStore& store) {
  store.apply(mark_of_lost_disk());
  return store.sync();
}

}  // namespace

Status mark_new_disks(const RunDirectory& directory, const Topology& topology) {
  for (const ProcessSpec& process : topology.processes) {
    if (!is_replica(process.roles)) continue;
    const Status marked = directory.write(new_mark(directory, process.name), "");
    if (!marked) return marked;
  }
  return ok();
}

Result<std::unique_ptr<RocksStore>> open_process_disk(const RunDirectory& directory,
                                                      const std::string& name,
                                                      const Process& process,
                                                      std::uint32_t replicas) {
  const std::string folder = directory.data_of(name);
  if (!is_replica(process.station.roles)) return RocksStore::open(folder);
  const DiskState state = look(directory, name);
  if (state == DiskState::kLost && replicas == 1) {
    return Error{Code::kUnavailable,
                 "what it had stored in " + folder +
                     " is gone, and there is no other replica: put a copy in its place, or "
                     "`glasspost reset` to begin with nothing"};
  }
  if (state == DiskState::kLost) {
    // Before the store is there: if we die in between, the next life knows.
    const Status marked = directory.write(lost_mark(directory, name), "");
    if (!marked) return marked.error();
  }
  Result<std::unique_ptr<RocksStore>> store = RocksStore::open(folder);
  if (!store) return store;
  const Status written = state == DiskState::kLost ? tell_of_loss(**store) : (*store)->sync();
  if (!written) return written.error();
  if (state == DiskState::kLost) {
    write_error_line(name +
                     " has lost what it had stored; it takes part again when both other "
                     "replicas have been reached, and is given a copy");
  }
  std::error_code gone;
  fs::remove(new_mark(directory, name), gone);
  if (!gone) fs::remove(lost_mark(directory, name), gone);
  if (gone) return Error{Code::kIo, "cannot remove the marks beside " + folder};
  return store;
}

}  // namespace glasspost
