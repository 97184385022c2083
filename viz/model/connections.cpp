// Places of the connection field.
#include "viz/model/connections.hpp"

#include <algorithm>

namespace glasspost::viz {

ConnectionBlock& Connections::block(NodeId access) {
  const auto found =
      std::find_if(blocks_.begin(), blocks_.end(),
                   [access](const ConnectionBlock& block) { return block.access == access; });
  if (found != blocks_.end()) return *found;
  const auto place =
      std::find_if(blocks_.begin(), blocks_.end(),
                   [access](const ConnectionBlock& block) { return access < block.access; });
  ConnectionBlock added;
  added.access = access;
  return *blocks_.insert(place, std::move(added));
}

void Connections::set(ConnectionBlock& block, std::size_t place, ConnectionState state, Time now) {
  ConnectionPlace& here = block.places[place];
  --block.counts[static_cast<std::size_t>(here.state)];
  ++block.counts[static_cast<std::size_t>(state)];
  here.state = state;
  here.since = now;
  ++block.version;
}

// A place without a device, or a new one at the end.
std::size_t Connections::free_place(ConnectionBlock& block) {
  for (std::size_t place = block.places.size(); place > 0; --place) {
    const ConnectionPlace& here = block.places[place - 1];
    if (here.device.value == 0 && here.state == ConnectionState::kOffline) return place - 1;
    if (here.device.value != 0) break;  // those without a device are few and at the end
  }
  block.places.push_back({});
  ++block.counts[static_cast<std::size_t>(ConnectionState::kOffline)];
  ++block.version;
  return block.places.size() - 1;
}

std::size_t Connections::place_of(ConnectionBlock& block, DeviceId device) {
  const auto [entry, is_new] = devices_.try_emplace({block.access, device}, 0);
  if (is_new) {
    entry->second = free_place(block);
    block.places[entry->second].device = device;
  }
  return entry->second;
}

void Connections::close(ConnectionBlock& block, std::uint64_t connection, Time now) {
  const auto found = open_.find({block.access, connection});
  if (found == open_.end()) return;
  const std::size_t place = found->second;
  open_.erase(found);
  if (block.places[place].connection == connection) {
    set(block, place, ConnectionState::kOffline, now);
  }
}

void Connections::apply(const Fact& fact) {
  const Time now = time_from_us(fact.time_us);
  if (fact.kind == FactKind::kBooted || fact.kind == FactKind::kEnded) {
    // A new life of an access process has none of the connections of the one before.
    const NodeId node{fact.kind == FactKind::kEnded ? static_cast<std::uint16_t>(fact.subject)
                                                    : fact.node};
    for (ConnectionBlock& here : blocks_) {
      if (here.access != node) continue;
      for (std::size_t place = 0; place < here.places.size(); ++place)
        set(here, place, ConnectionState::kOffline, now);
      std::erase_if(open_, [node](const auto& entry) { return entry.first.first == node; });
    }
    return;
  }
  const bool ours = fact.kind >= FactKind::kLoggedIn && fact.kind <= FactKind::kClosed;
  if (!ours) return;
  ConnectionBlock& here = block(NodeId{fact.node});
  switch (fact.kind) {
    case FactKind::kOpened: {
      const std::size_t place = free_place(here);
      open_[{here.access, fact.subject}] = place;
      here.places[place].connection = fact.subject;
      return set(here, place, ConnectionState::kHandshake, now);
    }
    case FactKind::kLoggedIn: {
      close(here, fact.object, now);  // it moves to its device's own place
      const std::size_t place = place_of(here, DeviceId{fact.subject});
      open_[{here.access, fact.object}] = place;
      here.places[place].connection = fact.object;
      return set(here, place, ConnectionState::kOnline, now);
    }
    case FactKind::kLoginRefused: {
      const auto found = open_.find({here.access, fact.subject});
      if (found != open_.end()) set(here, found->second, ConnectionState::kRefused, now);
      return;
    }
    case FactKind::kSessionEnded:
      return close(here, fact.object, now);
    case FactKind::kClosed:
      return close(here, fact.subject, now);
    default:
      return;
  }
}

std::uint64_t Connections::count(ConnectionState state) const {
  std::uint64_t all = 0;
  for (const ConnectionBlock& block : blocks_)
    all += block.counts[static_cast<std::size_t>(state)];
  return all;
}

std::vector<DeviceId> Connections::logged_in(UserId user) const {
  std::vector<DeviceId> found;
  for (const ConnectionBlock& block : blocks_) {
    for (auto entry = devices_.lower_bound({block.access, device_of(user, 0)});
         entry != devices_.end() && entry->first.first == block.access; ++entry) {
      const DeviceId device = entry->first.second;
      if (user_of(device) != user) break;
      const bool in = block.places[entry->second].state == ConnectionState::kOnline;
      const bool known = std::find(found.begin(), found.end(), device) != found.end();
      if (in && !known) found.push_back(device);
    }
  }
  return found;
}

}  // namespace glasspost::viz
