// Who a device of ours is: the tokens that lie in a run directory, read back. The command line and
// the console's phones log in with them.
#pragma once

#include <map>
#include <string>

#include "engine/base/ids.hpp"
#include "engine/control/run_directory.hpp"

namespace glasspost {

// Which device.
struct DeviceIdentity {
  std::string user;  // name
  unsigned index = 1;
  DeviceId device;
  std::string token;
};

// Reads the token that `up` or `user add` left in the run directory. Errors: kNotFound with the way
// out.
Result<DeviceIdentity> find_identity(const RunDirectory& directory, const std::string& user,
                                     unsigned index);

// Names of users of this run directory, by id: from the tokens that lie in it.
std::map<UserId, std::string> known_names(const RunDirectory& directory);

}  // namespace glasspost
