// Grounds: the screen gets the colour of most of them, and no pixel another one than before.
#include "viz/widgets/backdrop.hpp"

#include <algorithm>
#include <vector>

#include <doctest/doctest.h>

#include "tests/viz/imgui_frame.hpp"
#include "viz/widgets/shapes.hpp"

namespace glasspost::viz {
namespace {

constexpr ImU32 kBg = 1;
constexpr ImU32 kPanel = 2;
constexpr ImU32 kInset = 3;
constexpr Rect kScreen{0, 0, 60, 40};

bool inside(const Rect& rect, float x, float y) {
  return x >= rect.x && x < rect.right() && y >= rect.y && y < rect.bottom();
}

// What stands on each pixel of the small screen after clearing.
ImU32 pixel(const Grounds& grounds, const std::vector<Rect>& gaps, float x, float y) {
  ImU32 colour = grounds.all;
  for (const Backdrop& part : grounds.parts)
    if (inside(part.rect, x, y)) colour = part.colour;
  for (const Rect& gap : gaps)
    if (inside(gap, x, y)) colour = kBg;
  return colour;
}

TEST_CASE("the rest outside of rectangles covers each pixel once, and none of theirs") {
  const std::vector<Backdrop> holes{{{5, 5, 20, 30}, kPanel},
                                    {{20, 0, 10, 10}, kPanel},
                                    {{40, 30, 50, 50}, kPanel},
                                    {{10, 10, 5, 5}, kInset}};
  const std::vector<Rect> rest = rest_of(kScreen, holes);
  const int pixels = static_cast<int>(kScreen.w * kScreen.h);
  for (int index = 0; index < pixels; ++index) {
    const int width = static_cast<int>(kScreen.w);
    const float x = static_cast<float>(index % width) + 0.5F;
    const int row = index / width;
    const float y = static_cast<float>(row) + 0.5F;
    const auto hole = std::any_of(holes.begin(), holes.end(),
                                  [&](const Backdrop& one) { return inside(one.rect, x, y); });
    const auto times =
        std::count_if(rest.begin(), rest.end(), [&](const Rect& one) { return inside(one, x, y); });
    REQUIRE(times == (hole ? 0 : 1));
  }
}

// In a frame of its own, without what other tests left behind.
template <class Draw>
void draw_alone(Draw draw) {
  ImguiFrames frames;
  frames.frame([&] {
    (void)take_grounds(kScreen, kBg);
    draw();
  });
}

TEST_CASE("what lies on a ground is cleared after it, and the ground itself with the screen") {
  draw_alone([] {
    backdrop({2, 2, 50, 36}, kPanel, 0);
    backdrop({4, 4, 10, 10}, kInset, 0);
    backdrop({6, 6, 4, 4}, kPanel, 0);
    const Grounds grounds = take_grounds(kScreen, kBg);
    CHECK(grounds.all == kPanel);
    REQUIRE(grounds.parts.size() == 2);
    const std::vector<Rect> gaps = rest_of(kScreen, {{{2, 2, 50, 36}, kPanel}});
    CHECK(pixel(grounds, gaps, 1, 1) == kBg);
    CHECK(pixel(grounds, gaps, 3, 3) == kPanel);
    CHECK(pixel(grounds, gaps, 5, 5) == kInset);
    CHECK(pixel(grounds, gaps, 7, 7) == kPanel);
    CHECK(take_grounds(kScreen, kBg).parts.empty());
  });
}

TEST_CASE("where the ground between panels is the greater part, it stays that of the screen") {
  draw_alone([] {
    backdrop({2, 2, 10, 10}, kPanel, 0);
    const Grounds grounds = take_grounds(kScreen, kBg);
    CHECK(grounds.all == kBg);
    CHECK(grounds.parts.size() == 1);
  });
}

TEST_CASE("nothing is cleared outside of the clip") {
  draw_alone([] {
    const Clip clip({0, 0, 20, 20});
    backdrop({10, 10, 40, 20}, kPanel, 0);
    backdrop({30, 10, 40, 20}, kPanel, 0);
    const Grounds grounds = take_grounds(kScreen, kBg);
    REQUIRE(grounds.parts.size() == 1);
    CHECK(grounds.parts[0].rect.right() == 20);
    CHECK(grounds.parts[0].rect.bottom() == 20);
  });
}

}  // namespace
}  // namespace glasspost::viz
