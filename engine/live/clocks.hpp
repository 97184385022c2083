// The two clocks of the live world. Everything else in the house gets its time from a host.
#pragma once

#include <cstdint>
#include <ctime>

#include "engine/base/time.hpp"

namespace glasspost {

// The station's own clock: CLOCK_BOOTTIME never goes back and counts a suspended machine's sleep,
// so a lease that ran out while the lid was closed has run out.
inline Time station_now() {
  timespec now{};
  clock_gettime(CLOCK_BOOTTIME, &now);
  return time_from_us(std::int64_t{now.tv_sec} * 1'000'000 + now.tv_nsec / 1'000);
}

// Time of day in milliseconds since 1970, for people.
inline std::int64_t wall_now_ms() {
  timespec now{};
  clock_gettime(CLOCK_REALTIME, &now);
  return std::int64_t{now.tv_sec} * 1'000 + now.tv_nsec / 1'000'000;
}

}  // namespace glasspost
