// The letters of the last seconds, remembered for as long as the slowed picture still shows them.
// Letters of watched messages are known one by one; of others, cells tell how many there were.
// Where nearly all letters of a link are watched, its dots are the letters themselves.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <vector>

#include "viz/model/flows.hpp"
#include "viz/model/messages.hpp"
#include "viz/scene/map_content.hpp"
#include "viz/scene/particles.hpp"

namespace glasspost::viz {

class FlightLog {
 public:
  // How long before `now` a letter can still be seen, in the time of the film.
  static constexpr std::int64_t kKeptUs = 40'000'000;

  // Once a frame. A jump in time, back or far ahead, forgets what was.
  void update(const MapContent& content, const Flows& flows, const Messages& messages, Time now);

  // In order of departure. Control letters have no dots.
  [[nodiscard]] const std::vector<Flight>& flights() const { return flights_; }

 private:
  struct Counted {
    std::deque<CellPoint> cells;
    std::uint64_t before = 0;  // letters before the first of these
    Time newest = Time(Duration(0));
  };

  void take_cells(const Flows& flows, Time now);
  [[nodiscard]] std::map<LinkKey, std::vector<Flight>> watched(const MapContent& content,
                                                               const Messages& messages,
                                                               Time now) const;

  std::map<LinkKey, Counted> counted_;
  Time now_ = Time(Duration(0));
  std::vector<Flight> flights_;
};

// What became of one message on the map: its links in the order of its hops, each once.
[[nodiscard]] std::vector<int> edges_of_story(const MapContent& content, const MessageStory& story);

}  // namespace glasspost::viz
