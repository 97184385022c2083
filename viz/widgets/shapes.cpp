// Canvas, rectangles, hairlines, dashes. Patterns, links and pills have files of their own.
#include "viz/widgets/shapes.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace glasspost::viz {
namespace {

ImDrawList* g_on_top = nullptr;

// On and off lengths of a dash in pixels, at the present scale.
struct Dashes {
  float on = 0, off = 0;
};
Dashes dashes_of(const Stroke& stroke) {
  if (stroke.dash == Dash::kDotted) {
    const float dot = std::max(stroke.width, em_exact(kTiny));
    return {dot, dot * 1.5F};
  }
  return {stroke.on * scale(), stroke.off * scale()};
}

// A dash that lies along an axis is a rectangle on whole pixels; others are lines.
void one_dash(ImVec2 from, ImVec2 to, ImU32 colour, float width) {
  ImDrawList& list = canvas();
  const float half = std::max(std::floor(width + 0.5F), 1.0F) / 2;
  if (std::fabs(from.y - to.y) < 0.01F) {
    const float y = std::floor(from.y - half + 0.5F);
    list.AddRectFilled({std::floor(from.x), y}, {std::floor(to.x + 0.5F), y + 2 * half}, colour);
  } else if (std::fabs(from.x - to.x) < 0.01F) {
    const float x = std::floor(from.x - half + 0.5F);
    list.AddRectFilled({x, std::floor(from.y)}, {x + 2 * half, std::floor(to.y + 0.5F)}, colour);
  } else {
    list.AddLine(from, to, colour, width);
  }
}

// Walks a line by arc length and draws its dashes; `phase` runs on from one line to the next.
class DashWalk {
 public:
  DashWalk(ImU32 colour, const Stroke& stroke)
      : colour_(colour), width_(stroke.width), dashes_(dashes_of(stroke)) {}

  void along(ImVec2 from, ImVec2 to) {
    const float length = std::hypot(to.x - from.x, to.y - from.y);
    if (length <= 0) return;
    const auto at = [&](float d) {
      return ImVec2(from.x + (to.x - from.x) * d / length, from.y + (to.y - from.y) * d / length);
    };
    float done = 0;
    while (done < length) {
      const bool inked = phase_ < dashes_.on;
      const float left = (inked ? dashes_.on : dashes_.on + dashes_.off) - phase_;
      const float step = std::min(std::max(left, 0.01F), length - done);
      if (inked) one_dash(at(done), at(done + step), colour_, width_);
      done += step;
      phase_ += step;
      if (phase_ >= dashes_.on + dashes_.off - 0.001F) phase_ = 0;
    }
  }

 private:
  ImU32 colour_;
  float width_;
  Dashes dashes_;
  float phase_ = 0;
};

}  // namespace

ImDrawList& canvas() {
  return g_on_top != nullptr ? *g_on_top : *ImGui::GetWindowDrawList();
}

OnTop::OnTop() : before_(g_on_top) {
  g_on_top = ImGui::GetForegroundDrawList();
}
OnTop::~OnTop() {
  g_on_top = before_;
}

Clip::Clip(Rect rect) {
  canvas().PushClipRect({rect.x, rect.y}, {rect.right(), rect.bottom()}, true);
}
Clip::~Clip() {
  canvas().PopClipRect();
}

void fill(Rect rect, ImU32 colour, float radius) {
  if (rect.empty()) return;
  const float round = std::min(radius, std::min(rect.w, rect.h) / 2);
  canvas().AddRectFilled({rect.x, rect.y}, {rect.right(), rect.bottom()}, colour, round);
}

void border(Rect rect, ImU32 colour, float radius, float width) {
  if (rect.empty()) return;
  const float round = std::min(radius, std::min(rect.w, rect.h) / 2);
  canvas().AddRect({rect.x, rect.y}, {rect.right(), rect.bottom()}, colour, round, 0, width);
}

void dashed_border(Rect rect, ImU32 colour, float width) {
  const Stroke stroke{width, Dash::kDashed, 4, 3};
  const float x1 = rect.right() - width / 2;
  const float y1 = rect.bottom() - width / 2;
  const float x0 = rect.x + width / 2;
  const float y0 = rect.y + width / 2;
  for (const float y : {y0, y1})
    DashWalk(colour, stroke).along({x0, y}, {x1, y});
  for (const float x : {x0, x1})
    DashWalk(colour, stroke).along({x, y0}, {x, y1});
}

void shadow(Rect rect, float radius) {
  constexpr int kLayers = 6;
  const float share = theme().dark ? 0.07F : 0.03F;
  for (int i = kLayers; i > 0; --i) {
    const float grown = em_exact(kTiny) * static_cast<float>(i);
    fill(Rect{rect.x, rect.y + em_exact(kTiny), rect.w, rect.h}.inset(-grown),
         fade(IM_COL32(0, 0, 0, 255), share), radius + grown);
  }
}

void hline(float x0, float x1, float y, ImU32 colour) {
  const float at = std::floor(y);
  canvas().AddRectFilled({std::floor(x0), at}, {std::floor(x1), at + 1}, colour);
}

void vline(float x, float y0, float y1, ImU32 colour) {
  const float at = std::floor(x);
  canvas().AddRectFilled({at, std::floor(y0)}, {at + 1, std::floor(y1)}, colour);
}

void line(ImVec2 from, ImVec2 to, ImU32 colour, const Stroke& stroke) {
  if (stroke.dash == Dash::kSolid) {
    one_dash(from, to, colour, stroke.width);
  } else {
    DashWalk(colour, stroke).along(from, to);
  }
}

void polyline(std::span<const ImVec2> points, ImU32 colour, const Stroke& stroke) {
  if (points.size() < 2) return;
  if (stroke.dash == Dash::kSolid) {
    canvas().AddPolyline(points.data(), static_cast<int>(points.size()), colour, 0, stroke.width);
    return;
  }
  DashWalk walk(colour, stroke);
  for (std::size_t i = 0; i + 1 < points.size(); ++i)
    walk.along(points[i], points[i + 1]);
}

void circle(ImVec2 centre, float radius, ImU32 colour) {
  canvas().AddCircleFilled(centre, radius, colour);
}

void ring(ImVec2 centre, float radius, ImU32 colour, const Stroke& stroke) {
  if (stroke.dash == Dash::kSolid) {
    canvas().AddCircle(centre, radius, colour, 0, stroke.width);
    return;
  }
  const int steps = std::max(24, static_cast<int>(radius));
  std::vector<ImVec2> points;
  points.reserve(static_cast<std::size_t>(steps) + 1);
  for (int i = 0; i <= steps; ++i) {
    const float angle =
        2 * std::numbers::pi_v<float> * static_cast<float>(i) / static_cast<float>(steps);
    points.emplace_back(centre.x + radius * std::cos(angle), centre.y + radius * std::sin(angle));
  }
  polyline(points, colour, stroke);
}

void arrow_head(ImVec2 tip, ImVec2 direction, float size, ImU32 colour) {
  const float length = std::hypot(direction.x, direction.y);
  if (length <= 0) return;
  const ImVec2 d(direction.x / length * size, direction.y / length * size);
  const ImVec2 back(tip.x - d.x, tip.y - d.y);
  constexpr float kHalfWidth = 0.42F;
  canvas().AddTriangleFilled(tip, {back.x - d.y * kHalfWidth, back.y + d.x * kHalfWidth},
                             {back.x + d.y * kHalfWidth, back.y - d.x * kHalfWidth}, colour);
}

void quad(std::span<const ImVec2, 4> corners, ImU32 colour) {
  ImDrawList& list = canvas();
  const ImDrawListFlags before = list.Flags;
  list.Flags &= ~ImDrawListFlags_AntiAliasedFill;
  list.AddQuadFilled(corners[0], corners[1], corners[2], corners[3], colour);
  list.Flags = before;
}

}  // namespace glasspost::viz
