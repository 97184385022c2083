// Curves of links: as many chords as their bend needs.
#include "viz/scene/curve.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include <doctest/doctest.h>

namespace glasspost::viz {
namespace {

// How far a point lies from a chord.
float beside(Vec2 p, Vec2 a, Vec2 b) {
  const Vec2 d{b.x - a.x, b.y - a.y};
  const float t = ((p.x - a.x) * d.x + (p.y - a.y) * d.y) / (d.x * d.x + d.y * d.y);
  const float within = std::clamp(t, 0.0F, 1.0F);
  return distance(p, {a.x + within * d.x, a.y + within * d.y});
}

// The farthest that the true curve between two stops lies from the chords.
float farthest(const Curve& curve, Vec2 from, Vec2 to) {
  float most = 0;
  for (int i = 0; i <= 1'000; ++i) {
    const float t = static_cast<float>(i) / 1'000;
    const float u = 1 - t;
    const float half = (to.x - from.x) / 2;
    const float ends = u * u * u + 3 * u * u * t;
    const Vec2 p{u * u * u * from.x + 3 * u * u * t * (from.x + half) +
                     3 * u * t * t * (to.x - half) + t * t * t * to.x,
                 ends * from.y + (1 - ends) * to.y};
    float least = 1'000;
    for (std::size_t k = 0; k + 1 < curve.points().size(); ++k)
      least = std::min(least, beside(p, curve.points()[k], curve.points()[k + 1]));
    most = std::max(most, least);
  }
  return most;
}

TEST_CASE("chords lie within a quarter of a pixel of the curve, whatever its size") {
  for (const Vec2 to : {Vec2{4, 2}, Vec2{30, 12}, Vec2{60, 150}, Vec2{200, 40}, Vec2{300, 300}}) {
    CAPTURE(to.x);
    const std::array<Vec2, 2> stops{Vec2{0, 0}, to};
    CHECK(farthest(smooth_curve(stops), {0, 0}, to) < 0.25F);
  }
}

TEST_CASE("a small curve has fewer chords than a large one") {
  const auto chords = [](Vec2 to) {
    const std::array<Vec2, 2> stops{Vec2{0, 0}, to};
    return smooth_curve(stops).points().size() - 1;
  };
  CHECK(chords({20, 4}) < chords({60, 60}));
  CHECK(chords({60, 60}) <= chords({600, 600}));
  CHECK(chords({600, 600}) == 40);
}

}  // namespace
}  // namespace glasspost::viz
