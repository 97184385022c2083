// Cells and hops into flights: what is new is added, what is past is dropped.
#include "viz/scene/flight_log.hpp"

#include <algorithm>
#include <utility>

namespace glasspost::viz {
namespace {

constexpr Duration kJump = std::chrono::seconds(3);
constexpr Duration kDropEvery = std::chrono::milliseconds(500);
// Watched letters must be nine of ten of a link, or the dots would show too few.
constexpr std::uint64_t kNearlyAll = 9;
// With more letters than these in one update, cells are as good.
constexpr std::uint64_t kManyLetters = 2'000;
// Counts fade by half when they reach this: what a link was like long ago does not matter.
constexpr std::uint64_t kFadeAt = 400;

bool before(const Flight& a, const Flight& b) {
  return a.depart_us < b.depart_us;
}

}  // namespace

void FlightLog::forget() {
  known_.clear();
  hops_seen_.clear();
  flights_.clear();
  slow_ = SlowMotion(slow_.factor(), slow_.most_lag_us());
}

void FlightLog::slow_down(double factor, double most_lag_us) {
  if (factor == slow_.factor() && most_lag_us == slow_.most_lag_us()) return;
  slow_ = SlowMotion(flights_, factor, most_lag_us);
}

void FlightLog::choose(Known& known) const {
  known.by_letter = known.watched * 10 >= known.letters * kNearlyAll && known.watched > 0;
  if (known.letters < kFadeAt) return;
  known.letters /= 2;
  known.watched /= 2;
}

void FlightLog::take_cells(const MapContent& content, const Flows& flows,
                           std::vector<CellCount>& cells) {
  for (const auto& [key, flow] : flows.all()) {
    const int edge = content.edge_forth(key.from, key.to);
    if (edge < 0 || key.group == MessageGroup::kControl) continue;
    Known& known = known_[key];
    for (const CellPoint& cell : flow.recent) {
      if (cell.until <= known.newest || cell.until > now_) continue;
      known.newest = cell.until;
      known.letters += cell.count;
      if (known.by_letter) continue;
      cells.push_back({edge, static_cast<int>(key.group), journey_rank(key), to_us(cell.until),
                       cell.count, cell.median_us, known.told});
      known.told += cell.count;
    }
    choose(known);
  }
  std::stable_sort(cells.begin(), cells.end(), [](const CellCount& a, const CellCount& b) {
    return a.window_end_us < b.window_end_us;
  });
}

void FlightLog::take_letters(const MapContent& content, const Messages& messages,
                             std::vector<Flight>& letters) {
  std::map<std::uint64_t, std::size_t> seen;
  std::uint64_t many = 0;
  for (const std::uint64_t trace : messages.recent()) {
    const MessageStory* story = messages.find(trace);
    if (story == nullptr) continue;
    const auto known_hops = hops_seen_.find(trace);
    std::size_t hop_number = known_hops == hops_seen_.end() ? 0 : known_hops->second;
    for (; hop_number < story->hops.size(); ++hop_number) {
      const Hop& hop = story->hops[hop_number];
      const LinkKey key{hop.from, hop.to, group_of(hop.kind)};
      const int edge = content.edge_forth(hop.from, hop.to);
      if (edge < 0 || key.group == MessageGroup::kControl || hop.arrived < now_ - kJump) continue;
      Known& known = known_[key];
      ++known.watched;
      if (!known.by_letter || ++many > kManyLetters) continue;
      letters.push_back({edge, static_cast<int>(key.group), to_us(hop.sent),
                         to_us(hop.arrived) - to_us(hop.sent), 1, 0, known.told++});
    }
    seen[trace] = hop_number;
  }
  hops_seen_ = std::move(seen);
}

// Flights that came late find their place among the others.
void FlightLog::add(std::vector<Flight> fresh) {
  std::stable_sort(fresh.begin(), fresh.end(), before);
  for (const Flight& flight : fresh)
    slow_.follow(flight);
  const auto middle = static_cast<std::ptrdiff_t>(flights_.size());
  flights_.insert(flights_.end(), fresh.begin(), fresh.end());
  std::inplace_merge(flights_.begin(), flights_.begin() + middle, flights_.end(), before);
}

void FlightLog::drop_past() {
  if (now_ < dropped_ + kDropEvery && now_ >= dropped_) return;
  dropped_ = now_;
  const auto now = static_cast<double>(to_us(now_));
  std::erase_if(flights_, [&](const Flight& flight) { return slow_.shown_until(flight) < now; });
  slow_.forget_before(flights_.empty() ? to_us(now_) : flights_.front().depart_us);
}

void FlightLog::update(const MapContent& content, const Flows& flows, const Messages& messages,
                       Time now) {
  if (now < now_ || now > now_ + kJump) forget();
  now_ = now;
  std::vector<CellCount> cells;
  std::vector<Flight> letters;
  take_letters(content, messages, letters);
  take_cells(content, flows, cells);
  std::vector<Flight> fresh = flights_of(cells);
  fresh.insert(fresh.end(), letters.begin(), letters.end());
  add(std::move(fresh));
  drop_past();
}

std::vector<int> edges_of_story(const MapContent& content, const MessageStory& story) {
  std::vector<Hop> hops = story.hops;
  std::stable_sort(hops.begin(), hops.end(),
                   [](const Hop& a, const Hop& b) { return a.arrived < b.arrived; });
  std::vector<int> edges;
  for (const Hop& hop : hops) {
    const int edge = content.edge(hop.from, hop.to);
    if (edge >= 0 && std::find(edges.begin(), edges.end(), edge) == edges.end()) {
      edges.push_back(edge);
    }
  }
  return edges;
}

}  // namespace glasspost::viz
