// Every connection as one small state, in blocks of one access process each: what the connection
// field shows. A place belongs to a device for ever, so that a person can point at it again.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <vector>

#include "engine/base/ids.hpp"
#include "engine/base/time.hpp"
#include "engine/proto/fact.hpp"

namespace glasspost::viz {

enum class ConnectionState : std::uint8_t {
  kOffline = 0,
  kOnline = 1,     // logged in
  kHandshake = 2,  // connected, not logged in
  kRefused = 3     // a login was refused
};
inline constexpr std::size_t kConnectionStates = 4;

struct ConnectionPlace {
  DeviceId device;  // 0 while it is not known
  std::uint64_t connection = 0;
  ConnectionState state = ConnectionState::kOffline;
  Time since = Time(Duration(0));
};

struct ConnectionBlock {
  NodeId access;
  std::vector<ConnectionPlace> places;
  std::array<std::uint64_t, kConnectionStates> counts{};
  std::uint64_t version = 0;  // rises with every change
};

class Connections {
 public:
  void apply(const Fact& fact);
  const std::vector<ConnectionBlock>& blocks() const { return blocks_; }
  std::uint64_t count(ConnectionState state) const;
  // The devices of a user that are logged in, each once.
  std::vector<DeviceId> logged_in(UserId user) const;

 private:
  struct Open {
    std::size_t place = 0;
    bool has_place = false;
  };

  ConnectionBlock& block(NodeId access);
  void set(ConnectionBlock& block, std::size_t place, ConnectionState state, Time now);
  std::size_t place_of(ConnectionBlock& block, DeviceId device);
  std::size_t free_place(ConnectionBlock& block);
  void close(ConnectionBlock& block, std::uint64_t connection, Time now);

  std::vector<ConnectionBlock> blocks_;
  std::map<std::pair<NodeId, DeviceId>, std::size_t> devices_;    // to their places
  std::map<std::pair<NodeId, std::uint64_t>, std::size_t> open_;  // connections to places
};

}  // namespace glasspost::viz
