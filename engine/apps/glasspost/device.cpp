// Making devices.
#include "engine/apps/glasspost/device.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include "engine/base/archive.hpp"
#include "engine/core/keys.hpp"
#include "engine/live/clocks.hpp"
#include "engine/roles/client/client.hpp"

namespace glasspost {
namespace {

// Another program is this device. RocksDB locks a file in the folder; the system knows for whom.
Error in_use(const std::string& folder, const DeviceIdentity& identity) {
  struct flock lock {};
  lock.l_type = F_WRLCK;
  const int file = ::open((folder + "/LOCK").c_str(), O_RDWR | O_CLOEXEC);
  const bool known = file >= 0 && ::fcntl(file, F_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;
  if (file >= 0) ::close(file);
  return {Code::kConflict,
          fmt::format("device {} of '{}' is in use by {}: end its `chat` or `send` first, or take "
                      "another device with --device",
                      identity.index, identity.user,
                      known ? fmt::format("process {}", lock.l_pid) : "another process")};
}

}  // namespace

Result<std::unique_ptr<Device>> Device::open(uv_loop_t* loop, const RunDirectory& directory,
                                             const DeviceIdentity& identity, DeviceEvents& events) {
  const Result<std::uint16_t> port = access_port(directory, identity.index - 1);
  if (!port) return port.error();
  Result<std::unique_ptr<RocksStore>> disk =
      RocksStore::open(directory.data_of_device(identity.user, identity.index));
  if (!disk && disk.error().code == Code::kUnavailable) {
    return in_use(directory.data_of_device(identity.user, identity.index), identity);
  }
  if (!disk) return disk.error();
  std::unique_ptr<Device> device(new Device);
  device->rocks_ = std::move(*disk);
  RocksStore* store = device->rocks_.get();
  const Status connected = device->connect(
      loop, identity, *port,
      {*store, *store, [store] { return store->sync(); }, [store] { return store->status(); }},
      events);
  if (!connected) return connected.error();
  return device;
}

Result<std::unique_ptr<Device>> Device::open_forgetful(uv_loop_t* loop,
                                                       const DeviceIdentity& identity,
                                                       std::uint16_t port, DeviceEvents& events) {
  std::unique_ptr<Device> device(new Device);
  std::uint64_t key = 0;
  std::uint64_t client_ids = static_cast<std::uint64_t>(wall_now_ms()) * 1'000;
  ByteWriter writer;
  Saver saver(writer);
  saver(key, client_ids);
  const Put put{Put::Kind::kSet, keys::device_self(), writer.take()};
  device->memory_.apply(std::span(&put, 1));
  const Status connected =
      device->connect(loop, identity, port, {device->memory_, device->memory_, {}, {}}, events);
  if (!connected) return connected.error();
  return device;
}

Result<std::unique_ptr<Device>> Device::open_on(uv_loop_t* loop, const DeviceIdentity& identity,
                                                std::uint16_t port, ProcessDisk disk,
                                                DeviceEvents& events) {
  std::unique_ptr<Device> device(new Device);
  const Status connected = device->connect(loop, identity, port, std::move(disk), events);
  if (!connected) return connected.error();
  return device;
}

Status Device::connect(uv_loop_t* loop, const DeviceIdentity& identity, std::uint16_t port,
                       ProcessDisk disk, DeviceEvents& events) {
  id_ = identity.device;
  const Address self{RoleKind::kDevice, 1};
  Process process;
  process.station.boot = BootId{static_cast<std::uint64_t>(wall_now_ms())};
  process.station.random_seed = mix64(process.station.boot.value ^ id_.value);
  add_role(process, self, RoleBox::of(Client(self, {identity.device, identity.token})));
  const std::uint64_t seed = process.station.random_seed;
  host_ = std::make_unique<DeviceHost>(loop, std::move(process), std::move(disk), events);
  ClientLinkOptions link;
  link.port = port;
  link.seed = seed;
  return host_->begin(link);
}

}  // namespace glasspost
