// Points and curves in pixels of the window: what scenes measure along. Pure: no ImGui.
#pragma once

#include <span>
#include <vector>

namespace glasspost::viz {

struct Vec2 {
  float x = 0, y = 0;
  bool operator==(const Vec2&) const = default;
};

[[nodiscard]] float distance(Vec2 a, Vec2 b);

// A polyline that knows how long it is, so that a point `share` of the way along is found quickly.
class Curve {
 public:
  Curve() = default;
  explicit Curve(std::vector<Vec2> points);

  [[nodiscard]] const std::vector<Vec2>& points() const { return points_; }
  [[nodiscard]] bool empty() const { return points_.size() < 2; }
  [[nodiscard]] float length() const { return empty() ? 0 : along_.back(); }
  // 0 is the beginning, 1 the end; clamped. REQUIRES: not empty.
  [[nodiscard]] Vec2 at(float share) const;

 private:
  std::vector<Vec2> points_;
  std::vector<float> along_;  // pixels from the beginning to each point
};

// Through all of `stops`, horizontal at each of them: between two, a cubic curve with its control
// points at half the gap. Stops at the same height give a straight line.
[[nodiscard]] Curve smooth_curve(std::span<const Vec2> stops);

// From a to b, two points above each other, bulging to the right by `out` pixels.
[[nodiscard]] Curve bulge_curve(Vec2 a, Vec2 b, float out);

}  // namespace glasspost::viz
