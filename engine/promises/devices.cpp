// Looking devices up.
#include "engine/promises/devices.hpp"

#include <algorithm>

#include "engine/core/membership.hpp"

namespace glasspost {

void Devices::joined(UserId user, std::uint64_t count) {
  users_.insert(user);
  const auto last = static_cast<unsigned>(std::min<std::uint64_t>(count, 255));
  for (unsigned index = 1; index <= last; ++index)
    live_.emplace(device_of(user, index), true);
}

void Devices::set_live(DeviceId device, bool live) {
  users_.insert(user_of(device));
  live_[device] = live;
}

std::vector<DeviceId> Devices::all() const {
  std::vector<DeviceId> all;
  for (const auto& [device, live] : live_)
    all.push_back(device);
  return all;
}

std::vector<DeviceId> Devices::live_of(UserId user) const {
  std::vector<DeviceId> found;
  for (auto entry = live_.lower_bound(device_of(user, 0));
       entry != live_.end() && user_of(entry->first) == user; ++entry) {
    if (entry->second) found.push_back(entry->first);
  }
  return found;
}

std::vector<DeviceId> Devices::live_of(ConversationId pair) const {
  std::vector<DeviceId> found;
  for (const UserId member : members_of(pair)) {
    const std::vector<DeviceId> theirs = live_of(member);
    found.insert(found.end(), theirs.begin(), theirs.end());
  }
  return found;
}

std::string why_unknown(const Devices& devices, ConversationId conversation) {
  if (!is_pair(conversation)) return "the members of " + to_text(conversation) + " are not known";
  for (const UserId member : members_of(conversation)) {
    if (!devices.knows(member)) {
      return "the devices of " + to_text(member) + ", member of " + to_text(conversation) +
             ", are not known";
    }
  }
  return "";
}

}  // namespace glasspost
