// A machine's own clock in the virtual world: it starts anywhere and runs a little fast or slow.
// Roles see only this clock; world time is the observer's.
#pragma once

#include <cstdint>

#include "engine/base/time.hpp"

namespace glasspost {

// Maps world time to a station's own time and back.
struct StationClockModel {
  Time world_start = Time(Duration(0));    // when this life began
  Time station_start = Time(Duration(0));  // what its own clock said then
  std::int64_t drift_ppm = 0;              // parts per million fast (positive) or slow

  Time station_time(Time world) const {
    const std::int64_t passed = (world - world_start).count();
    return station_start + Duration(passed + passed * drift_ppm / 1'000'000);
  }

  // The earliest world time at which the station's clock says at least `station`.
  Time world_time(Time station) const {
    const std::int64_t wanted = (station - station_start).count();
    Time world = world_start + Duration(wanted - wanted * drift_ppm / 1'000'000);
    // The division above rounds; at most a few steps are missing.
    while (station_time(world) < station)
      world += Duration(1);
    return world;
  }
};

}  // namespace glasspost
