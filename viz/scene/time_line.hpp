// Geometry of the time machine: where instants lie on a line, which ticks it has, and where the
// labels of marks find room. Pure; widths of texts are handed in.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "viz/scene/rect.hpp"

namespace glasspost::viz {

// A span of seconds on a span of pixels.
struct TimeLine {
  float x = 0, width = 1;
  double from = 0, to = 1;  // seconds; from < to

  [[nodiscard]] float px(double seconds) const;
  [[nodiscard]] double at(float pixel) const;  // clamped to the span
};

// Round distances between ticks: at most `most` of them in the span.
[[nodiscard]] double tick_step(double span, int most);

// A mark that wants a label beside it.
struct MarkPlace {
  float x = 0;
  float label_width = 0;
  // Set by place_labels.
  bool labelled = false;
  float label_x = 0;  // left edge
};

// To the right of its mark if there is room up to the next mark and the end; else to its left if
// there is room; else none. `keep_off`: pixels that no label may cover (the playhead). Marks are in
// order of x.
void place_labels(std::vector<MarkPlace>& marks, float gap, float left, float right,
                  float keep_off);

}  // namespace glasspost::viz
