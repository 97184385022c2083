// Links between processes and the marks that run on them.
#include <algorithm>
#include <array>
#include <cmath>

#include "viz/widgets/shapes.hpp"

namespace glasspost::viz {
namespace {

void diamond(ImVec2 centre, float half, ImU32 colour) {
  canvas().AddQuadFilled({centre.x, centre.y - half}, {centre.x + half, centre.y},
                         {centre.x, centre.y + half}, {centre.x - half, centre.y}, colour);
}

}  // namespace

std::vector<ImVec2> link_path(ImVec2 from, ImVec2 to) {
  constexpr int kSteps = 28;
  if (std::fabs(from.x - to.x) < 1 || std::fabs(from.y - to.y) < 0.5F) return {from, to};
  const float reach = (to.x - from.x) / 2;
  std::vector<ImVec2> path;
  path.reserve(kSteps + 1);
  for (int i = 0; i <= kSteps; ++i) {
    const float t = static_cast<float>(i) / kSteps;
    const float u = 1 - t;
    const std::array<float, 4> weight{u * u * u, 3 * u * u * t, 3 * u * t * t, t * t * t};
    const float x = weight[0] * from.x + weight[1] * (from.x + reach) + weight[2] * (to.x - reach) +
                    weight[3] * to.x;
    const float y = (weight[0] + weight[1]) * from.y + (weight[2] + weight[3]) * to.y;
    path.emplace_back(x, y);
  }
  return path;
}

float path_length(std::span<const ImVec2> path) {
  float sum = 0;
  for (std::size_t i = 0; i + 1 < path.size(); ++i) {
    sum += std::hypot(path[i + 1].x - path[i].x, path[i + 1].y - path[i].y);
  }
  return sum;
}

ImVec2 path_point(std::span<const ImVec2> path, float distance) {
  if (path.empty()) return {};
  float left = std::max(distance, 0.0F);
  for (std::size_t i = 0; i + 1 < path.size(); ++i) {
    const ImVec2 a = path[i];
    const ImVec2 b = path[i + 1];
    const float step = std::hypot(b.x - a.x, b.y - a.y);
    if (left <= step && step > 0) {
      return {a.x + (b.x - a.x) * left / step, a.y + (b.y - a.y) * left / step};
    }
    left -= step;
  }
  return path.back();
}

float link_width(double bytes_per_second) {
  // log10 of 10 B/s to 1 GB/s is 1 to 9: spread over the widths.
  const double decades = bytes_per_second > 1 ? std::log10(bytes_per_second) : 0;
  const auto share = static_cast<float>(std::clamp(decades / 9, 0.0, 1.0));
  return std::round((1.6F + (6.5F - 1.6F) * share) * scale());
}

void marker(ImVec2 centre, Marker shape, ImU32 colour, float size) {
  const float r = size > 0 ? size : 2.6F * scale();
  const float halo = 1.2F * scale();
  const ImU32 around = theme().dark ? theme().bg : theme().panel;
  ImDrawList& list = canvas();
  switch (shape) {
    case Marker::kCircle:
      list.AddCircleFilled(centre, r + halo, around);
      list.AddCircleFilled(centre, r, colour);
      break;
    case Marker::kDiamond:
      diamond(centre, (r + halo) * 1.3F, around);
      diamond(centre, r * 1.3F, colour);
      break;
    case Marker::kSquare:
      list.AddRectFilled({centre.x - r - halo, centre.y - r - halo},
                         {centre.x + r + halo, centre.y + r + halo}, around);
      list.AddRectFilled({centre.x - r, centre.y - r}, {centre.x + r, centre.y + r}, colour);
      break;
    case Marker::kNone:
      break;
  }
}

}  // namespace glasspost::viz
