// The devices that promises 1 and 8 ask for: who has which, and which are off for good. Filled from
// kUserJoined facts and by whoever runs the history.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "engine/base/ids.hpp"

namespace glasspost {

class Devices {
 public:
  // The user has devices 1..count. They are live unless told otherwise before: the account may
  // repeat the fact after a take-over, and that brings no device back.
  void joined(UserId user, std::uint64_t count);

  // A device that is off for good is not judged.
  void set_live(DeviceId device, bool live);

  // False if nobody ever told of this user, whose devices are then not known.
  bool knows(UserId user) const { return users_.contains(user); }

  // Every device that was told of.
  std::vector<DeviceId> all() const;

  // The live devices of a user, by index.
  std::vector<DeviceId> live_of(UserId user) const;

  // The live devices of both members. REQUIRES: is_pair(pair).
  std::vector<DeviceId> live_of(ConversationId pair) const;

 private:
  std::set<UserId> users_;
  std::map<DeviceId, bool> live_;
};

// Why the members' devices of a conversation are not all known; empty if they are.
std::string why_unknown(const Devices& devices, ConversationId conversation);

}  // namespace glasspost
