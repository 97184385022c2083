// A machine's own clock: it never goes back, and its inverse gives the first moment.
#include "engine/virtual/clock.hpp"

#include <doctest/doctest.h>

#include "engine/base/random.hpp"

namespace glasspost::tests {
namespace {

using std::chrono::seconds;

constexpr Duration kMicrosecond{1};

StationClockModel clock_with(std::int64_t drift_ppm) {
  return {Time(seconds(7)), Time(seconds(400)), drift_ppm};
}

TEST_CASE("a clock without drift is only set differently") {
  const StationClockModel clock = clock_with(0);
  CHECK(clock.station_time(Time(seconds(7))) == Time(seconds(400)));
  CHECK(clock.station_time(Time(seconds(67))) == Time(seconds(460)));
  CHECK(clock.world_time(Time(seconds(460))) == Time(seconds(67)));
}

TEST_CASE("a fast clock gains and a slow one loses what its drift says") {
  const Time minute_later = Time(seconds(67));
  CHECK(clock_with(500).station_time(minute_later) == Time(seconds(460)) + Duration(30'000));
  CHECK(clock_with(-500).station_time(minute_later) == Time(seconds(460)) - Duration(30'000));
}

TEST_CASE("a clock never goes back") {
  for (const std::int64_t drift : {-500, -1, 0, 1, 500}) {
    const StationClockModel clock = clock_with(drift);
    Time before = clock.station_time(Time(seconds(9)));
    for (int step = 1; step <= 10'000; ++step) {
      const Time now = clock.station_time(Time(seconds(9)) + Duration(step));
      CHECK_MESSAGE(now >= before, "drift " << drift << ", step " << step);
      before = now;
    }
  }
}

TEST_CASE("the world time of a station time is the first moment at which the clock says so") {
  Random random(1);
  for (int round = 0; round < 10'000; ++round) {
    const StationClockModel clock = clock_with(random.between(-500, 500));
    const Time wanted = Time(seconds(400)) + random.uniform(Duration(0), seconds(120));
    const Time world = clock.world_time(wanted);
    INFO("drift " << clock.drift_ppm << ", wanted " << to_us(wanted));
    CHECK(clock.station_time(world) >= wanted);
    CHECK(clock.station_time(world - kMicrosecond) < wanted);
  }
}

}  // namespace
}  // namespace glasspost::tests
