// Sampling cubic curves, walking along polylines.
#include "viz/scene/curve.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>
#include <utility>

namespace glasspost::viz {
namespace {

constexpr float kMostSteps = 40;  // of one cubic piece
constexpr float kOff = 0.1F;      // pixels that a chord may lie beside the curve

// How many chords a cubic piece needs: their distance from it falls with the square of the number,
// and grows with the bend of the control points.
int steps_of(const std::array<Vec2, 4>& control) {
  float bend = 0;
  for (std::size_t k = 0; k + 2 < control.size(); ++k) {
    const Vec2 a = control.at(k);
    const Vec2 b = control.at(k + 1);
    const Vec2 c = control.at(k + 2);
    bend = std::max(bend, std::hypot(a.x - 2 * b.x + c.x, a.y - 2 * b.y + c.y));
  }
  return static_cast<int>(std::clamp(std::ceil(std::sqrt(0.75F * bend / kOff)), 2.0F, kMostSteps));
}

void add_cubic(std::vector<Vec2>& points, const std::array<Vec2, 4>& control) {
  const int steps = steps_of(control);
  for (int i = 1; i <= steps; ++i) {
    const float t = static_cast<float>(i) / static_cast<float>(steps);
    const float u = 1 - t;
    const std::array<float, 4> weight{u * u * u, 3 * u * u * t, 3 * u * t * t, t * t * t};
    Vec2 point;
    for (std::size_t k = 0; k < control.size(); ++k) {
      point.x += weight.at(k) * control.at(k).x;
      point.y += weight.at(k) * control.at(k).y;
    }
    points.push_back(point);
  }
}

}  // namespace

float distance(Vec2 a, Vec2 b) {
  return std::hypot(b.x - a.x, b.y - a.y);
}

Curve::Curve(std::vector<Vec2> points) : points_(std::move(points)) {
  along_.reserve(points_.size());
  float sum = 0;
  for (std::size_t i = 0; i < points_.size(); ++i) {
    if (i > 0) sum += distance(points_[i - 1], points_[i]);
    along_.push_back(sum);
  }
}

Vec2 Curve::at(float share) const {
  assert(!empty());
  const float wanted = std::clamp(share, 0.0F, 1.0F) * length();
  const auto next = std::lower_bound(along_.begin() + 1, along_.end() - 1, wanted);
  const auto i = static_cast<std::size_t>(next - along_.begin());
  const float piece = along_[i] - along_[i - 1];
  const float within = piece > 0 ? (wanted - along_[i - 1]) / piece : 0;
  const Vec2 a = points_[i - 1];
  const Vec2 b = points_[i];
  return {a.x + (b.x - a.x) * within, a.y + (b.y - a.y) * within};
}

Curve smooth_curve(std::span<const Vec2> stops) {
  std::vector<Vec2> points;
  if (!stops.empty()) points.push_back(stops.front());
  for (std::size_t i = 1; i < stops.size(); ++i) {
    const Vec2 from = stops[i - 1];
    const Vec2 to = stops[i];
    if (std::fabs(from.y - to.y) < 0.5F) {
      points.push_back(to);
      continue;
    }
    const float half = (to.x - from.x) / 2;
    add_cubic(points, {from, Vec2{from.x + half, from.y}, Vec2{to.x - half, to.y}, to});
  }
  return Curve(std::move(points));
}

Curve bulge_curve(Vec2 a, Vec2 b, float out) {
  // A cubic reaches three quarters of the way to its control points.
  const float reach = out * 4 / 3;
  std::vector<Vec2> points{a};
  add_cubic(points, {a, Vec2{a.x + reach, a.y}, Vec2{b.x + reach, b.y}, b});
  return Curve(std::move(points));
}

}  // namespace glasspost::viz
