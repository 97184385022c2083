// The letters of the last seconds, remembered for as long as the slowed picture still shows them.
// Letters of watched messages are known one by one; of others, cells tell how many there were.
// Where nearly all letters of a link are watched, and they are not too many to tell apart, its dots
// are the letters themselves.
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "viz/model/flows.hpp"
#include "viz/model/messages.hpp"
#include "viz/scene/map_content.hpp"
#include "viz/scene/particles.hpp"

namespace glasspost::viz {

class FlightLog {
 public:
  // Once a frame. A jump in time, back or far ahead, forgets what was.
  void update(const MapContent& content, const Flows& flows, const Messages& messages, Time now);

  // Slowness of the dots; a new one moves all of them once.
  void slow_down(double factor, double most_lag_us);
  [[nodiscard]] const SlowMotion& slow() const { return slow_; }

  // Those that are not past yet, in order of departure. Control letters have no dots.
  [[nodiscard]] const std::vector<Flight>& flights() const { return flights_; }

 private:
  // What is known of one link and group.
  struct Known {
    Time newest = Time(Duration(0));  // cells up to here are in
    std::uint64_t letters = 0;        // in cells, and watched ones: both fade
    std::uint64_t watched = 0;
    std::uint64_t told = 0;  // flights' letters so far
    bool by_letter = false;  // dots are single letters, not cells
  };

  void forget();
  void take_cells(const MapContent& content, const Flows& flows, std::vector<CellCount>& cells);
  void take_letters(const MapContent& content, const Messages& messages,
                    std::vector<Flight>& letters);
  void choose(Known& known) const;
  void add(std::vector<Flight> fresh);
  void drop_past();

  std::map<LinkKey, Known> known_;
  std::map<std::uint64_t, std::size_t> hops_seen_;  // by trace
  Time now_ = Time(Duration(0));
  Time dropped_ = Time(Duration(0));
  SlowMotion slow_{1, 0};
  std::vector<Flight> flights_;
};

// What became of one message on the map: its links in the order of its hops, each once.
[[nodiscard]] std::vector<int> edges_of_story(const MapContent& content, const MessageStory& story);

}  // namespace glasspost::viz
