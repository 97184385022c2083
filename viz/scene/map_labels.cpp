// Tries the places along a link, the middle of its first gap first, above and below.
#include "viz/scene/map_labels.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace glasspost::viz {
namespace {

constexpr float kAway = 0.55F;  // em between a link and the edge of its label

bool overlap(const Rect& a, const Rect& b) {
  return a.x < b.right() && b.x < a.right() && a.y < b.bottom() && b.y < a.bottom();
}

bool free_place(const MapPlan& plan, Rect area, const Rect& label,
                const std::vector<Rect>& placed) {
  const bool inside = label.x >= area.x && label.right() <= area.right() && label.y >= area.y &&
                      label.bottom() <= plan.foot.y;
  const auto meets = [&label](const Rect& other) { return overlap(label, other); };
  const bool across = !plan.frame.empty() && meets(plan.frame) &&
                      (label.x < plan.frame.x || label.right() > plan.frame.right());
  return inside && !across && !meets(plan.clients) &&
         std::none_of(plan.cards.begin(), plan.cards.end(), meets) &&
         std::none_of(placed.begin(), placed.end(), meets);
}

std::vector<Rect> candidates(const Curve& curve, float em, const LabelWish& wish) {
  std::vector<Rect> result;
  const Vec2 first = curve.points().front();
  const Vec2 last = curve.points().back();
  const bool upright = std::fabs(first.x - last.x) < 1;
  if (upright) {
    const Vec2 middle = curve.at(0.5F);
    const float y = middle.y - wish.height / 2;
    for (const float x : {middle.x + kAway * em, middle.x - kAway * em - wish.width})
      result.push_back({std::round(x), std::round(y), wish.width, wish.height});
    return result;
  }
  // Beside the beginning, the middle, the end: a label as wide as the gap has room there only.
  const float direction = last.x > first.x ? 1.0F : -1.0F;
  const float half = wish.width / 2 + 1;
  const std::array<float, 3> xs{first.x + direction * half, (first.x + last.x) / 2,
                                last.x - direction * half};
  for (const float x : xs) {
    // The link's height there.
    const auto& points = curve.points();
    const auto at = std::find_if(points.begin(), points.end(),
                                 [&](const Vec2 point) { return (point.x - x) * direction >= 0; });
    const float y = at == points.end() ? last.y : at->y;
    for (const float top : {y - kAway * em - wish.height, y + kAway * em, y - wish.height / 2})
      result.push_back({std::round(x - wish.width / 2), std::round(top), wish.width, wish.height});
  }
  return result;
}

}  // namespace

std::vector<Rect> place_labels(const MapPlan& plan, Rect area, float em,
                               std::span<const LabelWish> wishes) {
  std::vector<Rect> places;
  places.reserve(wishes.size());
  std::vector<Rect> placed;
  for (const LabelWish& wish : wishes) {
    Rect& found = places.emplace_back();
    const Curve& curve = plan.links[static_cast<std::size_t>(wish.edge)];
    if (curve.empty()) continue;
    for (const Rect& label : candidates(curve, em, wish)) {
      if (!free_place(plan, area, label, placed)) continue;
      found = label;
      placed.push_back(label);
      break;
    }
  }
  return places;
}

}  // namespace glasspost::viz
