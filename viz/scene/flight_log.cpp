// Cells and hops into flights.
#include "viz/scene/flight_log.hpp"

#include <algorithm>

namespace glasspost::viz {
namespace {

constexpr Duration kJump = std::chrono::seconds(3);
// Watched letters must be nine of ten of a link, or the dots would show too few.
constexpr std::uint64_t kNearlyAll = 9;

bool seen_at(Time time, Time now) {
  return time <= now && time > now - Duration(FlightLog::kKeptUs);
}

}  // namespace

void FlightLog::take_cells(const Flows& flows, Time now) {
  for (const auto& [key, flow] : flows.all()) {
    if (key.group == MessageGroup::kControl) continue;
    Counted& known = counted_[key];
    std::uint64_t newer = 0;
    for (const CellPoint& cell : flow.recent) {
      if (cell.until > known.newest) newer += cell.count;
    }
    // The first letter of what is kept here has this number since the model began.
    if (known.cells.empty()) known.before = flow.letters - std::min(newer, flow.letters);
    for (const CellPoint& cell : flow.recent) {
      if (cell.until <= known.newest) continue;
      known.cells.push_back(cell);
      known.newest = cell.until;
    }
    while (!known.cells.empty() && !seen_at(known.cells.front().until, now)) {
      known.before += known.cells.front().count;
      known.cells.pop_front();
    }
  }
}

std::map<LinkKey, std::vector<Flight>> FlightLog::watched(const MapContent& content,
                                                          const Messages& messages,
                                                          Time now) const {
  std::map<LinkKey, std::vector<Flight>> result;
  for (const std::uint64_t trace : messages.recent()) {
    const MessageStory* story = messages.find(trace);
    if (story == nullptr) continue;
    for (const Hop& hop : story->hops) {
      const LinkKey key{hop.from, hop.to, group_of(hop.kind)};
      const int edge = content.edge(hop.from, hop.to);
      if (edge < 0 || key.group == MessageGroup::kControl || !seen_at(hop.arrived, now)) continue;
      const std::int64_t wait = to_us(hop.arrived) - to_us(hop.sent);
      result[key].push_back({edge, static_cast<int>(key.group), to_us(hop.sent), wait, 1, 0, 0});
    }
  }
  return result;
}

void FlightLog::update(const MapContent& content, const Flows& flows, const Messages& messages,
                       Time now) {
  if (now < now_ || now > now_ + kJump) counted_.clear();
  now_ = now;
  take_cells(flows, now);
  auto by_letter = watched(content, messages, now);
  std::vector<CellCount> cells;
  std::vector<Flight> letters;
  for (const auto& [key, known] : counted_) {
    const int edge = content.edge(key.from, key.to);
    if (edge < 0) continue;
    std::uint64_t count = 0;
    for (const CellPoint& cell : known.cells)
      count += cell.count;
    std::vector<Flight>& single = by_letter[key];
    if (single.size() * 10 >= count * kNearlyAll) {
      std::uint64_t number = known.before;
      for (Flight& flight : single)
        flight.first = number++;
      letters.insert(letters.end(), single.begin(), single.end());
      continue;
    }
    std::uint64_t first = known.before;
    for (const CellPoint& cell : known.cells) {
      cells.push_back({edge, static_cast<int>(key.group), journey_rank(key), to_us(cell.until),
                       cell.count, cell.median_us, first});
      first += cell.count;
    }
  }
  std::stable_sort(cells.begin(), cells.end(), [](const CellCount& a, const CellCount& b) {
    return a.window_end_us < b.window_end_us;
  });
  flights_ = flights_of(cells);
  flights_.insert(flights_.end(), letters.begin(), letters.end());
  std::stable_sort(flights_.begin(), flights_.end(),
                   [](const Flight& a, const Flight& b) { return a.depart_us < b.depart_us; });
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
