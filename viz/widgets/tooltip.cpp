// The tooltip in its four lines: what and value, why, what you can do with which key.
#include <algorithm>

#include <imgui_internal.h>

#include "viz/widgets/controls.hpp"

namespace glasspost::viz {
namespace {

constexpr float kWidth = 24;  // em, of a tip with an explanation
constexpr float kTipPad = 1;
constexpr float kTipDelay = 0.4F;  // seconds of hovering

TextStyle what_style() {
  return {Step::kLabel, Face::kSemibold, theme().text};
}
TextStyle why_style() {
  return {Step::kSmall, Face::kRegular, theme().text_2};
}

float natural_width(const Tip& tip) {
  const float head = measure(tip.what, what_style()) + measure(tip.value, what_style());
  const float gap = tip.value.empty() ? 0 : em(kSection);
  const float pads = 2 * em(kTipPad);
  if (tip.why.empty() && tip.keys.empty()) return head + gap + pads;
  return std::max(head + gap + pads, em(kWidth));
}

float natural_height(const Tip& tip, float width) {
  float height = 2 * em(kGap) + em(kTextRowHeight);
  if (!tip.why.empty()) height += paragraph_height(width - 2 * em(kTipPad), tip.why, why_style());
  if (!tip.keys.empty()) height += em(kRowHeight);
  if (height > 2 * em(kGap) + em(kTextRowHeight)) height += em(kGap);
  return height;
}

// Below the item, or above it where there is no room; never outside the window.
Rect place_beside(Rect of, float width, float height) {
  const ImVec2 window = ImGui::GetIO().DisplaySize;
  const float gap = em(kHalfGap);
  const bool below = of.bottom() + gap + height <= window.y;
  const float y = below ? of.bottom() + gap : std::max(of.y - gap - height, 0.0F);
  const float x = std::clamp(of.x, gap, std::max(window.x - width - gap, gap));
  return {x, y, width, height};
}

}  // namespace

void tip_box(Rect rect, const Tip& tip) {
  const Theme& t = theme();
  shadow(rect, em(kPanelRound));
  fill(rect, t.card_hi, em(kPanelRound));
  border(rect, t.line_2, em(kPanelRound));
  const Rect inside = rect.inset(em(kTipPad), em(kGap));
  const float y = inside.y + em(kTextRowHeight) / 2;
  text({inside.x, y}, tip.what, what_style());
  const ImU32 colour = tip.value_colour != 0 ? tip.value_colour : t.text;
  text({inside.right(), y}, tip.value, {Step::kLabel, Face::kSemibold, colour}, Align::kRight);
  float below = inside.y + em(kTextRowHeight) + em(kTiny);
  if (!tip.why.empty()) {
    below = paragraph({inside.x, below, inside.w, rect.bottom() - below}, tip.why, why_style());
  }
  float x = inside.x;
  for (const TipKey& key : tip.keys) {
    const float at = below + em(kRowHeight) / 2 + em(kTiny);
    x += kbd({x, at}, key.key) + em(kGap);
    x += text({x, at}, key.deed, why_style()) + em(kWide);
  }
}

void tip(const Item& of, const Tip& tip) {
  if (theme().name == ThemeName::kProjector || tip.what.empty()) return;
  const bool long_enough = of.hovered && GImGui->HoveredIdTimer >= kTipDelay;
  if (!long_enough && !of.focused) return;
  const OnTop on_top;
  const float width = natural_width(tip);
  tip_box(place_beside(of.rect, width, natural_height(tip, width)), tip);
}

}  // namespace glasspost::viz
