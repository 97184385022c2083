// Sizes in em from the style: columns 21.4 and 23.3, the map 31.9 of 51.6 high.
#include "viz/scene/layout.hpp"

#include <algorithm>
#include <cmath>

namespace glasspost::viz {
namespace {

// The same lengths have names in viz/widgets/theme.hpp, which a scene does not know.
constexpr float kGap = 0.57F;
constexpr float kStatusHeight = 2.86F;
constexpr float kTimeMachineHeight = 8;
constexpr float kLowWindow = 30;  // em, without the status bar: the time machine does without a row
constexpr float kLowTimeMachineHeight = 5.7F;
constexpr float kNoRightBelow = 97.1F;  // em: 1360 px at 100 %
constexpr float kNoLeftBelow = 78.5F;   // 1100 px
constexpr float kNoMapRowBelow = 30;    // em of the middle column: three cards need their names
constexpr float kLeftWidth = 21.43F;
constexpr float kRightWidth = 23.29F;
constexpr float kFieldWidth = 33.86F;
constexpr float kFaultsHeight = 11.3F;
constexpr float kMapShare = 0.62F;       // of the middle column's height
constexpr float kPromisesShare = 0.44F;  // of the right column's

float whole(float value) {
  return std::floor(value + 0.5F);
}

struct Halves {
  Rect first, second;
};
Halves split_rows(Rect rect, float first_height, float gap) {
  const float h = whole(first_height);
  return {rect.top(h), rect.below_top(h + gap)};
}

}  // namespace

Rect work_area(float width, float height, float em) {
  const float bar = whole(kStatusHeight * em);
  const float gap = whole(kGap * em);
  return Rect{0, bar, width, height - bar}.inset(gap);
}

TimeSplit split_time(Rect area, float em) {
  const float gap = whole(kGap * em);
  const float wanted = area.h < kLowWindow * em ? kLowTimeMachineHeight : kTimeMachineHeight;
  const float h = std::min(whole(wanted * em), area.h / 3);
  return {area.above_low(h + gap), area.low(h)};
}

ExplorePlan explore_plan(Rect area, float em) {
  const float gap = whole(kGap * em);
  ExplorePlan plan;
  plan.right_column = area.w + 2 * gap >= kNoRightBelow * em;
  plan.left_column = area.w + 2 * gap >= kNoLeftBelow * em;
  const TimeSplit split = split_time(area, em);
  plan.time = split.time;
  Rect middle = split.above;
  if (plan.left_column) {
    const float w = whole(kLeftWidth * em);
    const float faults = std::min(whole(kFaultsHeight * em), middle.h * 0.4F);
    const Halves rows = split_rows(middle.left(w), middle.h - faults - gap, gap);
    plan.board = rows.first;
    plan.faults = rows.second;
    middle = middle.beside_left(w + gap);
  }
  if (plan.right_column) {
    const float w = whole(kRightWidth * em);
    const Rect column = middle.far(w);
    const Halves rows = split_rows(column, column.h * kPromisesShare, gap);
    plan.promises = rows.first;
    plan.message = rows.second;
    middle = middle.beside_far(w + gap);
  }
  if (middle.h < kNoMapRowBelow * em) {
    plan.field = middle;
    return plan;
  }
  plan.map_row = true;
  const Halves rows = split_rows(middle, (middle.h - gap) * kMapShare, gap);
  plan.map = rows.first;
  plan.field = rows.second;
  if (plan.right_column) {
    const float w = std::min(whole(kFieldWidth * em), whole(middle.w * 0.55F));
    plan.field = rows.second.left(w);
    plan.metrics = rows.second.beside_left(w + gap);
  }
  return plan;
}

}  // namespace glasspost::viz
