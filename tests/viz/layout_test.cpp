// The places of Explore: the proportions of the style at 1600 x 900, tabs in narrow windows, and no
// two panels one above the other in any window.
#include "viz/scene/layout.hpp"

#include <array>
#include <vector>

#include <doctest/doctest.h>

namespace glasspost::viz {
namespace {

constexpr float kEm = 14;

std::vector<Rect> panels(const ExplorePlan& plan) {
  std::vector<Rect> result;
  for (const Rect rect : {plan.board, plan.faults, plan.map, plan.field, plan.metrics,
                          plan.promises, plan.message, plan.time}) {
    if (!rect.empty()) result.push_back(rect);
  }
  return result;
}

bool overlap(Rect a, Rect b) {
  return a.x < b.right() && b.x < a.right() && a.y < b.bottom() && b.y < a.bottom();
}

TEST_CASE("at 1600 x 900 the sizes are those of the style") {
  const ExplorePlan plan = explore_plan(work_area(1600, 900, kEm), kEm);
  CHECK(plan.board.w == 300);
  CHECK(plan.promises.w == 326);
  CHECK(plan.map.h == doctest::Approx(446).epsilon(0.02));
  CHECK(plan.field.w == 474);
  CHECK(plan.time.h == 112);
  CHECK(plan.time.bottom() == 892);
  CHECK(panels(plan).size() == 8);
}

TEST_CASE("columns become tabs below 1360 and 1100 pixels") {
  CHECK(explore_plan(work_area(1361, 900, kEm), kEm).right_column);
  CHECK_FALSE(explore_plan(work_area(1359, 900, kEm), kEm).right_column);
  CHECK(explore_plan(work_area(1101, 900, kEm), kEm).left_column);
  CHECK_FALSE(explore_plan(work_area(1098, 900, kEm), kEm).left_column);
  // Twice the text halves the room.
  CHECK_FALSE(explore_plan(work_area(1600, 900, 2 * kEm), 2 * kEm).left_column);
}

TEST_CASE("in a low window the map is a tab: its cards need room for their names") {
  CHECK(explore_plan(work_area(1280, 720, kEm), kEm).map_row);
  const ExplorePlan low = explore_plan(work_area(1600, 900, 2 * kEm), 2 * kEm);
  CHECK_FALSE(low.map_row);
  CHECK(low.map.empty());
  CHECK(low.field.h > 19 * 2 * kEm);
}

TEST_CASE("no panel covers another or leaves the window") {
  for (const float width : {320.0F, 700.0F, 1100.0F, 1359.0F, 1600.0F, 3840.0F}) {
    for (const float height : {240.0F, 500.0F, 900.0F, 2160.0F}) {
      const Rect window{0, 0, width, height};
      const std::vector<Rect> all = panels(explore_plan(work_area(width, height, kEm), kEm));
      for (std::size_t i = 0; i < all.size(); ++i) {
        CHECK(window.contains(all[i].x, all[i].y));
        CHECK(all[i].right() <= width);
        CHECK(all[i].bottom() <= height);
        for (std::size_t j = i + 1; j < all.size(); ++j)
          CHECK_FALSE(overlap(all[i], all[j]));
      }
    }
  }
}

}  // namespace
}  // namespace glasspost::viz
