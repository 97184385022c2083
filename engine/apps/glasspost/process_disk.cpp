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

bool hosts(const std::vector<Address>& roles, RoleKind kind) {
  return std::any_of(roles.begin(), roles.end(),
                     [kind](Address role) { return role.kind == kind; });
}

std::string new_mark(const RunDirectory& directory, const std::string& name) {
  return directory.data_of(name) + kNewDiskMark;
}

std::string lost_mark(const RunDirectory& directory, const std::string& name) {
  return directory.data_of(name) + ".lost";
}

// Files in which RocksDB keeps rows, or the name of the newest. If others are missing the folder is
// damaged, and RocksStore::open says so. What else lies there, like lost+found, is nobody's.
bool has_rows(const std::string& folder) {
  std::error_code none;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, none)) {
    const fs::path file = entry.path().filename();
    if (file == "CURRENT" || file.extension() == ".sst" || file.extension() == ".log") return true;
  }
  return false;
}

DiskState look(const RunDirectory& directory, const std::string& name) {
  if (fs::exists(lost_mark(directory, name))) return DiskState::kLost;
  if (has_rows(directory.data_of(name))) return DiskState::kKnown;
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
    if (!hosts(process.roles, RoleKind::kStore)) continue;
    const Status marked = directory.write(new_mark(directory, process.name), "");
    if (!marked) return marked;
  }
  return ok();
}

Result<std::unique_ptr<RocksStore>> open_process_disk(const RunDirectory& directory,
                                                      const std::string& name,
                                                      const Process& process,
                                                      const Quorum& quorum) {
  const std::string folder = directory.data_of(name);
  if (!hosts(process.station.roles, RoleKind::kStore)) return RocksStore::open(folder);
  const DiskState state = look(directory, name);
  // Nobody else has what the account keeps, nor what one replica was enough for.
  const bool is_copied =
      quorum.replicas > 1 && quorum.write > 1 && !hosts(process.station.roles, RoleKind::kAccount);
  if (state == DiskState::kLost && !is_copied) {
    return Error{Code::kUnavailable,
                 "what it had stored in " + folder +
                     " is gone, and there is no other copy of all of it: put back what was there, "
                     "or `glasspost reset` to begin with nothing"};
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
