// Instants, ticks, labels.
#include "viz/scene/time_line.hpp"

#include <algorithm>
#include <array>

namespace glasspost::viz {

float TimeLine::px(double seconds) const {
  return x + width * static_cast<float>((seconds - from) / (to - from));
}

double TimeLine::at(float pixel) const {
  const double share = static_cast<double>((pixel - x) / width);
  return from + std::clamp(share, 0.0, 1.0) * (to - from);
}

double tick_step(double span, int most) {
  constexpr std::array<double, 13> kSteps{0.1, 0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1'800};
  for (const double step : kSteps) {
    if (span / step <= most) return step;
  }
  return 3'600 * std::max(1.0, span / 3'600 / most);
}

void place_labels(std::vector<MarkPlace>& marks, float gap, float left, float right,
                  float keep_off) {
  float taken = left;  // everything to the left of it is used
  for (std::size_t index = 0; index < marks.size(); ++index) {
    MarkPlace& mark = marks[index];
    const float next = index + 1 < marks.size() ? marks[index + 1].x - gap : right;
    const float begin = mark.x + gap;
    const float end = begin + mark.label_width;
    const bool over_playhead = begin < keep_off && keep_off < end + gap;
    const float before = mark.x - gap - mark.label_width;
    const bool left_over_playhead = before < keep_off && keep_off < mark.x - gap;
    mark.labelled = true;
    if (end <= std::min(next, right) && begin >= taken && !over_playhead) {
      mark.label_x = begin;
      taken = end + gap;
    } else if (before >= taken && !left_over_playhead) {
      mark.label_x = before;
      taken = mark.x + gap;
    } else {
      mark.labelled = false;
      taken = std::max(taken, mark.x + gap);
    }
  }
}

}  // namespace glasspost::viz
