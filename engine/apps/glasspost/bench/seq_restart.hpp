// What a restart of the allocator costs its callers: killed, with its store, and started again.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "engine/base/result.hpp"
#include "engine/base/time.hpp"

namespace glasspost::bench {

inline constexpr std::size_t kRestartUsers = 10'000;  // random ones, of a million

// From the start of the programs to ...
struct Restarted {
  Duration first = Duration(0);  // ... the first number of anybody,
  Duration all = Duration(0);    // ... and the first of each of these users
};

// Takes numbers below `folder`, has the programs killed and started again by `restart`, and takes
// more. Errors: kUnavailable if some do not come; kConflict if one is not above the one before.
Result<Restarted> measure_restart(const std::string& folder,
                                  const std::function<Status()>& restart);

}  // namespace glasspost::bench
