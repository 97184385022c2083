// Where the panels of the Explore workspace lie. Pure arithmetic in pixels: wide windows have three
// columns, narrower ones hand the right column and then the left one to the tabs in the middle; low
// ones the map, too.
#pragma once

#include "viz/scene/rect.hpp"

namespace glasspost::viz {

struct ExplorePlan {
  bool right_column = true;
  bool left_column = true;
  bool map_row = false;  // the map stands above; in a low window it is the first of the tabs
  // Empty rectangles: the views of that place are tabs in `field` (which is then `tabs`).
  Rect board, faults;        // left
  Rect map, field, metrics;  // middle
  Rect promises, message;    // right
  Rect time;                 // below all
};

// `area`: below the status bar, without the window's margin. `em`: pixels of 1 em.
[[nodiscard]] ExplorePlan explore_plan(Rect area, float em);

// The window's area without the status bar and the margin; and with the time machine cut off.
[[nodiscard]] Rect work_area(float width, float height, float em);
struct TimeSplit {
  Rect above, time;
};
[[nodiscard]] TimeSplit split_time(Rect area, float em);

}  // namespace glasspost::viz
