// The run directory: where a cluster keeps its sockets, data, logs and keys. Mode 0700, one cluster
// each, so thirty students share a machine.
//
//   cluster.toml   the topology            control.sock  the supervisor's socket
//   token.key      0600, 32 bytes          <node>.ipc    sockets between processes
//   port/<name>    of an access process
//   boot           the newest boot id      data/<name>/  what a process keeps on disk
//   lock           held by the supervisor  devices/<user>.<device>/  what our own devices keep
//   starting       held by `up`            log/<name>.log
//   tokens/<user>.<device>  0600
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/base/mac.hpp"
#include "engine/base/result.hpp"

namespace glasspost {

// The end of the name of a file beside data/<name>: that disk is new, nothing was written there.
inline constexpr const char* kNewDiskMark = ".new";

class RunDirectory {
 public:
  explicit RunDirectory(std::string path) : path_(std::move(path)) {}

  const std::string& path() const { return path_; }
  std::string topology_file() const { return path_ + "/cluster.toml"; }
  std::string control_socket() const { return path_ + "/control.sock"; }
  std::string lives_file() const { return path_ + "/lives.lock"; }
  std::string hub_socket() const { return path_ + "/hub.sock"; }
  std::string data_of(const std::string& name) const { return path_ + "/data/" + name; }
  std::string log_of(const std::string& name) const { return path_ + "/log/" + name + ".log"; }
  std::string token_file(const std::string& user, unsigned device) const;
  std::string data_of_device(const std::string& user, unsigned device) const;

  // Whether a cluster may lie here; looks and changes nothing. Errors: kInvalidArgument if the path
  // is too long for a unix socket, or if a folder is there that holds somebody else's files.
  Status check_place() const;

  // Whether the topology that is here is one of ours. Errors: kInvalidArgument if it is not; kIo.
  // REQUIRES: has_cluster().
  Status check_topology() const;

  // Makes it with all its folders, if it is not there. Errors: those of check_place, before
  // anything is touched; kIo.
  Status create() const;

  // What lies in the folder and was not made by Glasspost, by name.
  std::vector<std::string> foreign_names() const;

  // Removes what Glasspost made here, the mark of a cluster last: whoever is interrupted may call
  // it again. The folder itself stays. Errors: kIo.
  Status remove_cluster() const;

  // Names of users that have a token here.
  std::vector<std::string> token_names() const;

  bool has_cluster() const;

  // Reads or writes a whole file; writing replaces it in one step and is synced. `mode` like 0600.
  Result<std::string> read(const std::string& file) const;
  Status write(const std::string& file, const std::string& text, unsigned mode = 0600) const;

  // The key of this cluster's tokens; made when it is asked for first.
  Result<MacKey> token_key() const;

  // The tcp port of a process with an edge: its own words, and where devices look for it again.
  // 0 if it never had one.
  std::uint16_t port_of(const std::string& name) const;
  Status write_port(const std::string& name, std::uint16_t port) const;

  // Holds the directory for one supervisor until this process ends. Errors: kConflict if another
  // one does.
  Status lock() const;

  // Whether a supervisor holds it.
  bool is_locked() const;

  // Holds the directory for one command that starts or removes its cluster, until this command
  // ends; the supervisor it starts does not inherit that. Errors: kConflict naming the process that
  // does it just now.
  Status lock_start() const;

  // A boot id above every earlier one of this cluster, written down before it is used.
  Result<std::uint64_t> next_boot() const;

 private:
  std::string path_;
};

// Where a cluster lies if nobody says: $GLASSPOST_DIR, else a folder under the user's state
// directory.
std::string default_run_directory();

}  // namespace glasspost
