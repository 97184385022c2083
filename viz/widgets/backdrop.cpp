// Collects the rectangles of a frame.
#include "viz/widgets/backdrop.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <utility>

#include "viz/widgets/shapes.hpp"

namespace glasspost::viz {
namespace {

std::vector<Backdrop> g_backdrops;

void pie(ImVec2 centre, float radius, int quarter, ImU32 colour) {
  const float turn = std::numbers::pi_v<float> / 2;
  ImDrawList& list = canvas();
  list.PathLineTo(centre);
  list.PathArcTo(centre, radius, turn * static_cast<float>(quarter),
                 turn * static_cast<float>(quarter + 1));
  list.PathFillConvex(colour);
}

}  // namespace

void backdrop(Rect rect, ImU32 colour, float radius) {
  // Whole pixels, for a cleared edge cannot be blended.
  const Rect whole{std::floor(rect.x), std::floor(rect.y), std::floor(rect.w), std::floor(rect.h)};
  const float r = std::ceil(std::min(radius, std::min(whole.w, whole.h) / 2));
  g_backdrops.push_back({whole.inset(r, 0), colour});
  if (r <= 0) return;
  g_backdrops.push_back({{whole.x, whole.y + r, r, whole.h - 2 * r}, colour});
  g_backdrops.push_back({{whole.right() - r, whole.y + r, r, whole.h - 2 * r}, colour});
  pie({whole.x + r, whole.y + r}, r, 2, colour);
  pie({whole.right() - r, whole.y + r}, r, 3, colour);
  pie({whole.right() - r, whole.bottom() - r}, r, 0, colour);
  pie({whole.x + r, whole.bottom() - r}, r, 1, colour);
}

std::vector<Backdrop> take_backdrops() {
  return std::exchange(g_backdrops, {});
}

}  // namespace glasspost::viz
