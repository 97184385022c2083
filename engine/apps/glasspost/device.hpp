// One device of ours on the command line: its token, its disk, its link.
#pragma once

#include <memory>
#include <string>

#include <uv.h>

#include "engine/apps/glasspost/cluster.hpp"
#include "engine/control/identity.hpp"
#include "engine/live/device_host.hpp"
#include "engine/storage/memory_store.hpp"
#include "engine/storage/rocks_store.hpp"

namespace glasspost {

// A device, connected or trying.
class Device {
 public:
  // Keeps its disk in the run directory, so client ids go on over runs. Errors: kConflict if
  // another program is this device just now.
  static Result<std::unique_ptr<Device>> open(uv_loop_t* loop, const RunDirectory& directory,
                                              const DeviceIdentity& identity, DeviceEvents& events);

  // Keeps nothing; its client ids start above those of every earlier one (by the clock).
  static Result<std::unique_ptr<Device>> open_forgetful(uv_loop_t* loop,
                                                        const DeviceIdentity& identity,
                                                        std::uint16_t port, DeviceEvents& events);

  // Keeps its rows on a disk that somebody else holds, and that outlives it.
  static Result<std::unique_ptr<Device>> open_on(uv_loop_t* loop, const DeviceIdentity& identity,
                                                 std::uint16_t port, ProcessDisk disk,
                                                 DeviceEvents& events);

  DeviceHost& host() { return *host_; }
  DeviceId id() const { return id_; }
  UserId user() const { return user_of(id_); }

 private:
  Device() = default;
  Status connect(uv_loop_t* loop, const DeviceIdentity& identity, std::uint16_t port,
                 ProcessDisk disk, DeviceEvents& events);

  DeviceId id_;
  MemoryStore memory_;
  std::unique_ptr<RocksStore> rocks_;
  std::unique_ptr<DeviceHost> host_;
};

}  // namespace glasspost
