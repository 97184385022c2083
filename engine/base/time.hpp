// The engine's notion of time. A Time is only meaningful within one boot of one process:
// never store one on disk or send one to another machine. There is deliberately no now();
// whoever drives the engine hands the time in, which is what makes runs repeatable.
#pragma once

#include <chrono>
#include <cstdint>

namespace glasspost {

using Duration = std::chrono::microseconds;

// Keeps a Time from mixing with the clocks of the standard library. It cannot be read.
struct StationClock {
  using rep = Duration::rep;
  using period = Duration::period;
  using duration = Duration;
  using time_point = std::chrono::time_point<StationClock, Duration>;
  static constexpr bool is_steady = true;
};

using Time = std::chrono::time_point<StationClock, Duration>;

// The time that many microseconds after this boot's zero.
constexpr Time time_from_us(std::int64_t us) {
  return Time(Duration(us));
}

// Microseconds since this boot's zero.
constexpr std::int64_t to_us(Time time) {
  return time.time_since_epoch().count();
}

// Length in microseconds.
constexpr std::int64_t to_us(Duration duration) {
  return duration.count();
}

// Later than every real time. Adding to it overflows, so compare before you add.
constexpr Time kNever = Time::max();

}  // namespace glasspost
