// The second channel of every state: hatches, lines, chequer, dots; and bars that carry them.
// Each line of a hatch is clipped to its rectangle by arithmetic, cheaper than a clip rect;
// phases are tied to the window, so that neighbours line up.
#include <algorithm>
#include <cmath>

#include "viz/widgets/shapes.hpp"

namespace glasspost::viz {
namespace {

struct Hatch {
  float spacing = 6, width = 1.3F;  // pixels at 100 %
};

// first + i * spacing for i below count: the grid points from `low` to below `high`. The phase is
// that of the window, so that neighbours line up.
struct Grid {
  float first = 0;
  float spacing = 1;
  int count = 0;
  [[nodiscard]] float at(int i) const { return first + static_cast<float>(i) * spacing; }
};
Grid grid(float low, float high, float spacing) {
  const float first = std::ceil(low / spacing) * spacing;
  return {first, spacing, std::max(static_cast<int>(std::ceil((high - first) / spacing)), 0)};
}

// Lines x + y = c ("/" on a screen whose y grows down) or, falling, x - y = c.
void hatch(Rect rect, const Hatch& how, bool falling, ImU32 colour) {
  const float spacing = how.spacing * scale() * std::sqrt(2.0F) / 1.2F;
  const float width = how.width * scale();
  const Rect in = rect.inset(width / 3);
  if (in.empty()) return;
  const float low = falling ? in.x - in.bottom() : in.x + in.y;
  const float high = falling ? in.right() - in.y : in.right() + in.bottom();
  ImDrawList& list = canvas();
  const Grid lines = grid(low, high, spacing);
  for (int i = 0; i < lines.count; ++i) {
    const float c = lines.at(i);
    const float x0 = falling ? std::max(in.x, c + in.y) : std::max(in.x, c - in.bottom());
    const float x1 =
        falling ? std::min(in.right(), c + in.bottom()) : std::min(in.right(), c - in.y);
    if (x1 <= x0) continue;
    const ImVec2 from(x0, falling ? x0 - c : c - x0);
    const ImVec2 to(x1, falling ? x1 - c : c - x1);
    list.AddLine(from, to, colour, width);
  }
}

void vertical_lines(Rect rect, ImU32 colour) {
  const float spacing = std::max(std::round(4 * scale()), 3.0F);
  const float width = std::max(std::round(2 * scale()), 1.0F);
  const Grid lines = grid(rect.x, rect.right(), spacing);
  for (int i = 0; i < lines.count; ++i) {
    const float x = lines.at(i);
    canvas().AddRectFilled({x, rect.y}, {std::min(x + width, rect.right()), rect.bottom()}, colour);
  }
}

// Squares of a chequer begin at the rectangle's own corner: a sign of its own, not a ground.
void chequer(Rect rect, ImU32 colour) {
  const float side = std::max(std::round(5 * scale()), 3.0F);
  const int rows = static_cast<int>(std::ceil(rect.h / side));
  const int columns = static_cast<int>(std::ceil(rect.w / side));
  for (int row = 0; row < rows; ++row) {
    for (int column = row % 2; column < columns; column += 2) {
      const float x = rect.x + static_cast<float>(column) * side;
      const float y = rect.y + static_cast<float>(row) * side;
      const ImVec2 end(std::min(x + side, rect.right()), std::min(y + side, rect.bottom()));
      canvas().AddRectFilled({x, y}, end, colour);
    }
  }
}

void dots(Rect rect, ImU32 colour) {
  const float spacing = std::round(10 * scale());
  const float side = std::max(std::round(scale()), 1.0F);
  const Grid columns = grid(rect.x, rect.right(), spacing);
  const Grid rows = grid(rect.y, rect.bottom(), spacing);
  for (int row = 0; row < rows.count; ++row) {
    for (int column = 0; column < columns.count; ++column) {
      const ImVec2 at(columns.at(column), rows.at(row));
      canvas().AddRectFilled(at, {at.x + side, at.y + side}, colour);
    }
  }
}

// How strong the even tint below a pattern is.
float tint_share(Pattern kind) {
  switch (kind) {
    case Pattern::kDiagonal:
      return 0.25F;
    case Pattern::kCross:
      return 0.20F;
    case Pattern::kVertical:
      return 0.45F;
    default:
      return 1.0F;
  }
}

// Colour and pattern of a part of a bar.
void patterned(Rect rect, ImU32 colour, Pattern kind, float radius) {
  if (rect.empty()) return;
  if (kind == Pattern::kGreyDiagonal) {
    fill(rect, theme().inset, radius);
  } else if (kind != Pattern::kChequer && kind != Pattern::kNone) {
    fill(rect, fade(colour, tint_share(kind)), radius);
  }
  pattern(rect, kind, colour);
}

void bound_tick(Rect rect, double share) {
  const float x = std::floor(rect.x + rect.w * static_cast<float>(std::clamp(share, 0.0, 1.0)));
  const float half = em(kSmallGap) / 2;
  const float head = em_exact(0.25F);
  fill({x - std::max(scale(), 1.0F), rect.y - half, std::max(2 * scale(), 2.0F), rect.h + 2 * half},
       theme().text);
  canvas().AddTriangleFilled({x - head, rect.y - half - head}, {x + head, rect.y - half - head},
                             {x, rect.y - half + head / 2}, theme().text);
}

}  // namespace

void pattern(Rect rect, Pattern kind, ImU32 colour) {
  if (rect.empty()) return;
  switch (kind) {
    case Pattern::kDiagonal:
      return hatch(rect, {6, 1.5F}, false, colour);
    case Pattern::kCross:
      hatch(rect, {8, 1.2F}, false, colour);
      return hatch(rect, {8, 1.2F}, true, colour);
    case Pattern::kVertical:
      return vertical_lines(rect, colour);
    case Pattern::kGreyDiagonal:
      return hatch(rect, {6, 1.2F}, false, colour);
    case Pattern::kChequer:
      return chequer(rect, colour);
    case Pattern::kDots:
      return dots(rect, colour);
    case Pattern::kSolid:
    case Pattern::kNone:
      break;
  }
}

void state_fill(Rect rect, State state, float radius) {
  const StateLook look = state_look(state);
  const float line = std::max(1.4F * scale(), 1.0F);
  switch (state) {
    case State::kDead:
      border(rect, look.fill, radius, line);
      if (rect.h >= em(0.5F)) {
        icon(IconId::kCross, {rect.cx(), rect.cy()}, std::min(rect.h * 0.6F, em(1)), look.text);
      }
      return;
    case State::kUnknown:
      border(rect, look.fill, radius, 1);
      if (rect.h >= em(0.7F)) {
        icon(IconId::kHelp, {rect.cx(), rect.cy()}, std::min(rect.h * 0.6F, em(1)), look.text);
      }
      return;
    case State::kOffline:
      fill(rect, mix(theme().panel, look.fill, 0.35F), radius);
      return;
    default:
      patterned(rect, look.fill, look.pattern, radius);
  }
}

void bar(Rect rect, const Bar& bar) {
  const float radius = rect.h / 2;
  fill(rect, theme().dark ? theme().inset : mix(theme().card_hi, theme().line, 0.6F), radius);
  const auto share = static_cast<float>(std::clamp(bar.share, 0.0, 1.0));
  if (share > 0) {
    const Rect inked{rect.x, rect.y, std::max(rect.w * share, em(kTiny)), rect.h};
    const ImU32 colour = bar.colour != 0 ? bar.colour : theme().neutral;
    patterned(inked, colour, bar.pattern, bar.pattern == Pattern::kSolid ? radius : 0);
  }
  if (bar.bound_mark >= 0) bound_tick(rect, bar.bound_mark);
}

void stacked_bar(Rect rect, std::span<const BarPart> parts) {
  fill(rect, theme().inset);
  float x = rect.x;
  for (const BarPart& part : parts) {
    const float width = rect.w * static_cast<float>(std::clamp(part.share, 0.0, 1.0));
    const Rect piece{x, rect.y, std::min(width, rect.right() - x), rect.h};
    patterned(piece, part.colour, part.pattern, 0);
    x += width;
  }
}

}  // namespace glasspost::viz
