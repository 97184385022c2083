// Honest particles: from letters that were measured to dots on the links of the map.
//
// A letter was handed over at one time and arrived `wait` later. Real waits are too short to see,
// so the picture is slower than the letters by a factor that is printed. It is the same for all
// links: a wait twice as long is seen twice as long. A journey is slowed as a whole, from its
// first letter on, so its hops keep their order. Nothing overtakes on a link; a backlog is seen as
// crowded dots. When there are too many letters, one dot stands for N of them, and N is printed.
//
//   letters (arrivals or cells) --> Flight --> slow_motion --> dots_at(picture time)
//
// What is not measured is not invented, with two exceptions, both bounded: a letter whose wait
// nobody knows (the way to a device) is drawn with kLeastWaitUs, and letters of a cell lie evenly
// in its window (single ones in the order of the journey, by `rank`).
#pragma once

#include <cstdint>
#include <deque>
#include <span>
#include <vector>

namespace glasspost::viz {

inline constexpr std::int64_t kCellUs = 10'000;   // letters are counted in windows of 10 ms
inline constexpr std::int64_t kLeastWaitUs = 50;  // drawn where a wait is not known
inline constexpr std::int64_t kPauseUs = 20'000;  // a pause this long ends a journey
inline constexpr float kLeastSpacing = 10;        // pixels between dots, before N rises

// Letters that crossed one link.
struct Flight {
  int link = 0;   // of the map, both ways are two links
  int group = 0;  // which marker and colour; opaque here
  std::int64_t depart_us = 0;
  std::int64_t wait_us = 0;  // until it arrived
  std::uint64_t count = 1;   // letters that departed evenly from depart_us on, over spread_us
  std::int64_t spread_us = 0;
  std::uint64_t first = 0;  // letters of this link and group before these, since the beginning
};

// A cell as the model keeps it.
struct CellCount {
  int link = 0;
  int group = 0;
  int rank = 0;  // where in a message's journey such a letter comes: 0 first
  std::int64_t window_end_us = 0;
  std::uint64_t count = 0;
  std::int64_t wait_us = 0;  // median
  std::uint64_t first = 0;
};

// Single letters of one window follow each other in the order of their ranks; several of one kind
// are spread over the window. REQUIRES: cells in order of window_end_us.
[[nodiscard]] std::vector<Flight> flights_of(std::span<const CellCount> cells);

// How much slower the dots are than the letters were: 1, 2, 5, 10, ... `play_speed` is how fast the
// film runs (1: as it happened; 0.001: a thousandth); then part of the slowness is the film's own.
// A median letter crosses its link in about half a second of a watcher's time, unless a window of
// 10 ms would then take longer than ten seconds.
[[nodiscard]] double slow_factor(std::span<const Flight> flights, double play_speed);

// When, in the time of the film, the dot of something that happened is shown. It learns of flights
// as they come and does not change its mind about earlier ones: no dot jumps.
class SlowMotion {
 public:
  // REQUIRES: factor >= 1. A journey that would lag more than `most_lag_us` is cut, and what
  // follows starts anew; while letters come without a pause there is no journey to keep together,
  // and a third of the lag is the most.
  SlowMotion(double factor, double most_lag_us);
  SlowMotion(std::span<const Flight> flights, double factor, double most_lag_us);

  // In order of depart_us; one that comes late joins the journey in which it falls.
  void follow(const Flight& flight);
  // Nothing before this time will be asked for.
  void forget_before(std::int64_t time_us);

  [[nodiscard]] double shown_at(std::int64_t time_us) const;
  // From the first letter's departure to the last one's arrival.
  [[nodiscard]] double shown_until(const Flight& flight) const;
  [[nodiscard]] double factor() const { return factor_; }
  [[nodiscard]] double most_lag_us() const { return most_lag_us_; }

 private:
  std::deque<std::int64_t> anchors_;  // where journeys begin, rising
  std::int64_t newest_ = 0;           // when the last letter so far has arrived
  bool dense_ = false;                // letters come without a pause
  double factor_;
  double most_lag_us_;
};

// A dot on a link, `share` of the way from its beginning to its end.
struct Dot {
  int link = 0;
  int group = 0;
  float share = 0;
};

// The dots at picture time `now_us`, by link, foremost first. `per_dot` is N.
[[nodiscard]] std::vector<Dot> dots_at(std::span<const Flight> flights, const SlowMotion& slow,
                                       std::int64_t now_us, std::uint64_t per_dot);

// The least N of 1, 2, 5, 10, ... with which the dots on no link lie closer than kLeastSpacing on
// average. `lengths` are pixels by link.
[[nodiscard]] std::uint64_t letters_per_dot(std::span<const Flight> flights, const SlowMotion& slow,
                                            std::int64_t now_us, std::span<const float> lengths);

}  // namespace glasspost::viz
