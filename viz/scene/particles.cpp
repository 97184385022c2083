// Spreading letters, slowing journeys, placing dots.
#include "viz/scene/particles.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <map>
#include <utility>

namespace glasspost::viz {
namespace {

constexpr double kWantedCrossingUs = 500'000;  // of a watcher's time
constexpr double kWindowSeenUs = 10'000'000;   // at most so long does a window of 10 ms take

// The least of 1, 2, 5, 10, ... that is at least `value`.
double round_step(double value) {
  double decade = 1;
  while (true) {
    for (const double step : {1.0, 2.0, 5.0}) {
      if (decade * step >= value) return decade * step;
    }
    decade *= 10;
  }
}

std::int64_t drawn_wait(const Flight& flight) {
  return std::max(flight.wait_us, kLeastWaitUs);
}

// Single letters of one window: one after the other.
void chain(std::vector<CellCount> singles, std::vector<Flight>& flights) {
  std::stable_sort(singles.begin(), singles.end(),
                   [](const CellCount& a, const CellCount& b) { return a.rank < b.rank; });
  const auto many = static_cast<std::int64_t>(singles.size());
  std::int64_t before = 0;  // where the last one arrived
  for (std::int64_t i = 0; i < many; ++i) {
    const CellCount& cell = singles[static_cast<std::size_t>(i)];
    const std::int64_t begin = cell.window_end_us - kCellUs + kCellUs * i / many;
    Flight flight{cell.link, cell.group, std::max(begin, before), cell.wait_us, 1, 0, cell.first};
    before = flight.depart_us + drawn_wait(flight);
    flights.push_back(flight);
  }
}

// When letter `index` of the flight left.
std::int64_t departure(const Flight& flight, std::uint64_t index) {
  if (flight.count <= 1) return flight.depart_us;
  return flight.depart_us + flight.spread_us * static_cast<std::int64_t>(index) /
                                static_cast<std::int64_t>(flight.count);
}

// A dot's time on its link, in the time of the film.
struct Crossing {
  double begins = 0, ends = 0;
  int group = 0;
};

}  // namespace

std::vector<Flight> flights_of(std::span<const CellCount> cells) {
  std::vector<Flight> flights;
  std::size_t begin = 0;
  while (begin < cells.size()) {
    const std::int64_t window = cells[begin].window_end_us;
    std::vector<CellCount> singles;
    std::size_t end = begin;
    for (; end < cells.size() && cells[end].window_end_us == window; ++end) {
      const CellCount& cell = cells[end];
      if (cell.count == 1) singles.push_back(cell);
      if (cell.count <= 1) continue;
      flights.push_back(
          {cell.link, cell.group, window - kCellUs, cell.wait_us, cell.count, kCellUs, cell.first});
    }
    chain(std::move(singles), flights);
    begin = end;
  }
  std::stable_sort(flights.begin(), flights.end(),
                   [](const Flight& a, const Flight& b) { return a.depart_us < b.depart_us; });
  return flights;
}

double slow_factor(std::span<const Flight> flights, double play_speed) {
  if (flights.empty()) return 1;
  std::vector<std::int64_t> waits;
  waits.reserve(flights.size());
  for (const Flight& flight : flights)
    waits.push_back(drawn_wait(flight));
  const auto middle = waits.begin() + static_cast<std::ptrdiff_t>(waits.size() / 2);
  std::nth_element(waits.begin(), middle, waits.end());
  const double seen_us = static_cast<double>(*middle) / std::max(play_speed, 1e-6);
  const double most = std::max(1.0, kWindowSeenUs * play_speed / static_cast<double>(kCellUs));
  return round_step(std::clamp(kWantedCrossingUs / seen_us, 1.0, most));
}

SlowMotion::SlowMotion(double factor, double most_lag_us)
    : factor_(factor), most_lag_us_(most_lag_us) {
  assert(factor >= 1);
}

SlowMotion::SlowMotion(std::span<const Flight> flights, double factor, double most_lag_us)
    : SlowMotion(factor, most_lag_us) {
  for (const Flight& flight : flights)
    follow(flight);
}

void SlowMotion::follow(const Flight& flight) {
  const std::int64_t left = flight.depart_us;
  const bool late = !anchors_.empty() && left < anchors_.back();
  const bool paused = anchors_.empty() || left - newest_ > kPauseUs;
  if (paused) dense_ = false;
  const double lag = paused ? 0 : static_cast<double>(left - anchors_.back()) * (factor_ - 1);
  const bool lags = lag > (dense_ ? most_lag_us_ / 3 : most_lag_us_);
  if (lags) dense_ = true;
  if (!late && (paused || lags)) anchors_.push_back(left);
  newest_ = std::max(newest_, left + drawn_wait(flight) + flight.spread_us);
}

void SlowMotion::forget_before(std::int64_t time_us) {
  while (anchors_.size() > 1 && anchors_[1] <= time_us)
    anchors_.pop_front();
}

double SlowMotion::shown_until(const Flight& flight) const {
  return shown_at(flight.depart_us + flight.spread_us) +
         factor_ * static_cast<double>(drawn_wait(flight));
}

double SlowMotion::shown_at(std::int64_t time_us) const {
  const auto after = std::upper_bound(anchors_.begin(), anchors_.end(), time_us);
  if (after == anchors_.begin()) return static_cast<double>(time_us);
  const std::int64_t anchor = *(after - 1);
  return static_cast<double>(anchor) + factor_ * static_cast<double>(time_us - anchor);
}

std::vector<Dot> dots_at(std::span<const Flight> flights, const SlowMotion& slow,
                         std::int64_t now_us, std::uint64_t per_dot) {
  assert(per_dot > 0);
  std::map<int, std::vector<Crossing>> by_link;
  for (const Flight& flight : flights) {
    // The first letter with a dot: the next whose number since the beginning N divides.
    const std::uint64_t skip = (per_dot - flight.first % per_dot) % per_dot;
    for (std::uint64_t index = skip; index < flight.count; index += per_dot) {
      const double begins = slow.shown_at(departure(flight, index));
      const double ends = begins + slow.factor() * static_cast<double>(drawn_wait(flight));
      by_link[flight.link].push_back({begins, ends, flight.group});
    }
  }
  const auto now = static_cast<double>(now_us);
  std::vector<Dot> dots;
  for (auto& [link, crossings] : by_link) {
    std::stable_sort(crossings.begin(), crossings.end(),
                     [](const Crossing& a, const Crossing& b) { return a.begins < b.begins; });
    double before = 0;  // when the one ahead arrives: nothing overtakes it
    for (const Crossing& crossing : crossings) {
      const double ends = std::max(crossing.ends, before);
      before = ends;
      if (now < crossing.begins || now >= ends) continue;
      const double share = (now - crossing.begins) / (ends - crossing.begins);
      dots.push_back({link, crossing.group, static_cast<float>(share)});
    }
  }
  return dots;
}

std::uint64_t letters_per_dot(std::span<const Flight> flights, const SlowMotion& slow,
                              std::int64_t now_us, std::span<const float> lengths) {
  std::vector<double> letters(lengths.size());
  for (const Flight& flight : flights) {
    const double begins = slow.shown_at(flight.depart_us);
    const double ends = slow.shown_until(flight);
    const auto now = static_cast<double>(now_us);
    const auto link = static_cast<std::size_t>(flight.link);
    if (now < begins || now >= ends || link >= letters.size()) continue;
    // Of a spread flight only the part that crosses now.
    const double crossing = slow.factor() * static_cast<double>(drawn_wait(flight));
    letters[link] += static_cast<double>(flight.count) * std::min(1.0, crossing / (ends - begins));
  }
  double wanted = 1;
  for (std::size_t link = 0; link < lengths.size(); ++link) {
    const double room = std::max(1.0F, lengths[link] / kLeastSpacing);
    wanted = std::max(wanted, letters[link] / room);
  }
  return static_cast<std::uint64_t>(round_step(wanted));
}

}  // namespace glasspost::viz
