// Collects the rectangles of a frame.
#include "viz/widgets/backdrop.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <numbers>
#include <utility>

#include "viz/widgets/shapes.hpp"

namespace glasspost::viz {
namespace {

std::vector<Backdrop> g_backdrops;

// Whole pixels, for a cleared edge cannot be blended; and only what the canvas may draw on.
void clear_later(Rect rect, ImU32 colour) {
  const ImVec2 least = canvas().GetClipRectMin();
  const ImVec2 most = canvas().GetClipRectMax();
  const float x = std::floor(std::max(rect.x, least.x));
  const float y = std::floor(std::max(rect.y, least.y));
  const Rect seen{x, y, std::floor(std::min(rect.right(), most.x)) - x,
                  std::floor(std::min(rect.bottom(), most.y)) - y};
  if (!seen.empty()) g_backdrops.push_back({seen, colour});
}

bool touch(const Rect& a, const Rect& b) {
  return a.x < b.right() && b.x < a.right() && a.y < b.bottom() && b.y < a.bottom();
}

// What is left of a rectangle: above and below the hole, and on both sides of it.
void cut(const Rect& part, const Rect& hole, std::vector<Rect>& left) {
  if (!touch(part, hole)) {
    left.push_back(part);
    return;
  }
  const float top = std::max(part.y, hole.y);
  const float bottom = std::min(part.bottom(), hole.bottom());
  const std::array<Rect, 4> pieces{
      Rect{part.x, part.y, part.w, top - part.y},
      Rect{part.x, bottom, part.w, part.bottom() - bottom},
      Rect{part.x, top, hole.x - part.x, bottom - top},
      Rect{hole.right(), top, part.right() - hole.right(), bottom - top}};
  for (const Rect& piece : pieces) {
    if (!piece.empty()) left.push_back(piece);
  }
}

// The colour of the greatest area; `bg` is that of the rest.
ImU32 most_of(const std::vector<Backdrop>& backdrops, Rect screen, ImU32 bg) {
  std::map<ImU32, float> areas;
  float rest = screen.w * screen.h;
  for (const Backdrop& ground : backdrops) {
    areas[ground.colour] += ground.rect.w * ground.rect.h;
    rest -= ground.rect.w * ground.rect.h;
  }
  areas[bg] += rest;
  return std::max_element(
             areas.begin(), areas.end(),
             [](const auto& one, const auto& other) { return one.second < other.second; })
      ->first;
}

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
  const Rect whole{std::floor(rect.x), std::floor(rect.y), std::floor(rect.w), std::floor(rect.h)};
  const float r = std::ceil(std::min(radius, std::min(whole.w, whole.h) / 2));
  clear_later(whole.inset(r, 0), colour);
  if (r <= 0) return;
  clear_later({whole.x, whole.y + r, r, whole.h - 2 * r}, colour);
  clear_later({whole.right() - r, whole.y + r, r, whole.h - 2 * r}, colour);
  pie({whole.x + r, whole.y + r}, r, 2, colour);
  pie({whole.right() - r, whole.y + r}, r, 3, colour);
  pie({whole.right() - r, whole.bottom() - r}, r, 0, colour);
  pie({whole.x + r, whole.bottom() - r}, r, 1, colour);
}

std::vector<Rect> rest_of(Rect whole, const std::vector<Backdrop>& without) {
  std::vector<Rect> rest{whole};
  for (const Backdrop& hole : without) {
    std::vector<Rect> left;
    for (const Rect& part : rest)
      cut(part, hole.rect, left);
    rest = std::move(left);
  }
  return rest;
}

Grounds take_grounds(Rect screen, ImU32 bg) {
  const std::vector<Backdrop> backdrops = std::exchange(g_backdrops, {});
  Grounds grounds{most_of(backdrops, screen, bg), {}};
  if (grounds.all != bg) {
    for (const Rect& gap : rest_of(screen, backdrops))
      ImGui::GetBackgroundDrawList()->AddRectFilled({gap.x, gap.y}, {gap.right(), gap.bottom()},
                                                    bg);
  }
  // One that lies on another one is cleared, whatever its colour.
  for (std::size_t i = 0; i < backdrops.size(); ++i) {
    const bool alone =
        std::none_of(backdrops.begin(), backdrops.begin() + static_cast<std::ptrdiff_t>(i),
                     [&](const Backdrop& below) { return touch(below.rect, backdrops[i].rect); });
    if (!alone || backdrops[i].colour != grounds.all) grounds.parts.push_back(backdrops[i]);
  }
  return grounds;
}

}  // namespace glasspost::viz
