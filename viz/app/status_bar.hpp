// The bar at the top: who we are, where we are, what we look at, and how well.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "viz/widgets/shapes.hpp"

namespace glasspost::viz {

// Filled by the source of data, once a frame.
struct StatusLine {
  bool known = false;  // there is something to look at; without it nothing is said of a run
  Mode mode = Mode::kSimulated;
  std::string run;   // "demo"; may be empty
  std::string seed;  // "42"; empty: the run has none
  std::uint64_t processes = 0;
  std::uint64_t events_lost = 0;  // as far as they were counted
  bool lost_uncounted = false;    // more is missing, and nobody counted it
  int quality = 0;                // Q0 to Q4
  std::string note;               // "film"; instead of the quality
  std::string trouble;            // why nothing comes; instead of all that is said of the run
  std::string clock;              // "10:42:07.318"
  int fps = 0;                    // 0: not shown
};

struct BarEntry {
  std::string id, title, key;
  bool here = false;
};
struct BarDeeds {
  std::string go_to;  // id of a workspace
  bool find = false, language = false, theme = false, help = false;
};
class StatusBar {
 public:
  [[nodiscard]] BarDeeds draw(Rect rect, const StatusLine& status,
                              const std::vector<BarEntry>& entries);
  // Whether the badge of the last frame could be read: nothing was drawn over it.
  [[nodiscard]] bool badge_whole() const { return badge_right_ > 0 && badge_right_ <= right_end_; }

 private:
  // Where the right end began in the last frame: the left end is drawn first, because the keyboard
  // walks from left to right, and must know where to stop.
  float right_end_ = 0;
  float badge_right_ = 0;  // 0: none was drawn
};

}  // namespace glasspost::viz
