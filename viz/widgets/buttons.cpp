// Things to press: buttons, tiles of the fault palette, icons of toolbars, choices of one in a few.
#include <algorithm>
#include <cmath>

#include "viz/widgets/controls.hpp"

namespace glasspost::viz {
namespace {

struct ButtonColours {
  ImU32 fill = 0, edge = 0, ink = 0;
};

ButtonColours colours_of(const ButtonLook& look, const Item& of) {
  const Theme& t = theme();
  if (!look.off_because.empty()) return {0, t.line, t.text_3};
  if (look.tint) {
    const StateLook state = state_look(*look.tint);
    return {mix(t.card, state.fill, 0.20F), state.fill, state.text};
  }
  if (look.primary) {
    const ImU32 ground = of.hovered ? mix(t.text, t.panel, 0.12F) : t.text;
    return {ground, ground, t.dark ? t.bg : t.panel};
  }
  const bool raised = look.active || of.hovered || of.held;
  return {raised ? t.card_hi : t.card, t.line_2, t.text};
}

// Parts of a segmented control: as wide as their words, the rest shared out evenly.
std::vector<float> segment_widths(float width, std::span<const std::string> options,
                                  const TextStyle& style) {
  std::vector<float> widths;
  float sum = 0;
  for (const std::string& option : options) {
    widths.push_back(measure(option, style));
    sum += widths.back();
  }
  const float spare = (width - sum) / static_cast<float>(std::max<std::size_t>(options.size(), 1));
  for (float& part : widths)
    part += spare;
  return widths;
}

// The look of segments and tabs; true when another one was pressed.
bool draw_segments(Rect rect, std::span<const std::string> options, std::span<const float> widths,
                   int& selected) {
  const Theme& t = theme();
  fill(rect, t.inset, em(kPillRound));
  border(rect, t.line, em(kPillRound));
  const TextStyle on{Step::kSmall, Face::kSemibold, t.text};
  const TextStyle off{Step::kSmall, Face::kRegular, t.text_2};
  bool changed = false;
  float x = rect.x;
  for (std::size_t i = 0; i < options.size(); ++i) {
    const float right = i + 1 == options.size() ? rect.right() : std::round(x + widths[i]);
    const Rect part{x, rect.y, right - x, rect.h};
    const bool is_on = static_cast<int>(i) == selected;
    const bool beside = static_cast<int>(i) == selected + 1;
    ImGui::PushID(static_cast<int>(i));
    const Item of = item("part", part, em(kPillRound));
    ImGui::PopID();
    if (is_on) {
      fill(part, t.dark ? t.card_hi : t.panel, em(kPillRound));
      border(part, t.line_2, em(kPillRound));
    } else if (i > 0 && !beside) {
      vline(part.x, part.y + part.h * 0.32F, part.y + part.h * 0.68F, t.line_2);
    }
    if (of.hovered && !is_on) fill(part.inset(2), fade(t.card_hi, 0.6F), em(kTiny));
    text_in(part.inset(em(kTiny), 0), options[i], is_on ? on : off, Align::kCentre);
    if (of.pressed && !is_on) {
      selected = static_cast<int>(i);
      changed = true;
    }
    x = right;
  }
  return changed;
}

}  // namespace

bool button(std::string_view id, Rect rect, std::string_view label, const ButtonLook& look) {
  const bool off = !look.off_because.empty();
  const float radius = em(kCardRound);
  const Item of = off ? Item{} : item(id, rect, radius);
  const ButtonColours colours = colours_of(look, of);
  if (colours.fill != 0) fill(rect, colours.fill, radius);
  border(rect, colours.edge, radius);
  const Face face = look.primary ? Face::kSemibold : Face::kMedium;
  const TextStyle style{Step::kLabel, face, colours.ink};
  Rect inside = rect.inset(em(kHalfGap), 0);
  if (!look.key.empty()) {
    const float width = kbd_width(look.key);
    kbd({inside.right() - width, rect.cy()}, look.key);
    inside.w -= width + em(kSmallGap);
  }
  if (look.icon) {
    const float size = em(0.93F);
    const float all = size + em(kHalfGap) + measure(label, style);
    const float x = std::max(inside.x + em(kSmallGap), inside.cx() - all / 2);
    icon(*look.icon, {x + size / 2, rect.cy()}, size, colours.ink);
    inside = {x + size + em(kHalfGap), rect.y, inside.right() - x - size - em(kHalfGap), rect.h};
    text_in(inside, label, style);
  } else {
    text_in(inside, label, style, Align::kCentre);
  }
  if (off) text({rect.x, rect.bottom() + em(kWide)}, look.off_because, style::axis());
  return of.pressed;
}

bool tile_button(std::string_view id, Rect rect, std::string_view label, const ButtonLook& look) {
  const bool off = !look.off_because.empty();
  const Item of = item(id, rect, em(kCardRound));
  if (off) tip(of, {std::string(label), {}, 0, std::string(look.off_because), {}});
  const ButtonColours colours = colours_of(look, of);
  if (colours.fill != 0) fill(rect, colours.fill, em(kCardRound));
  border(rect, colours.edge, em(kCardRound));
  const ImU32 ink = look.tint || off ? colours.ink : theme().text_2;
  if (look.icon) icon(*look.icon, {rect.cx(), rect.y + rect.h * 0.35F}, em(1), ink);
  text_in({rect.x, rect.y + rect.h * 0.56F, rect.w, rect.h * 0.38F}, label,
          {Step::kMicro, Face::kRegular, ink}, Align::kCentre);
  return of.pressed && !off;
}

bool icon_button(std::string_view id, Rect rect, IconId what, std::string_view name) {
  const Item of = item(id, rect, em(kPillRound));
  if (of.hovered || of.held) fill(rect, theme().card_hi, em(kPillRound));
  const float size = std::min(em(0.93F), rect.h * 0.62F);
  icon(what, {rect.cx(), rect.cy()}, size, of.hovered ? theme().text : theme().text_2);
  tip(of, {std::string(name), {}, 0, {}, {}});
  return of.pressed;
}

bool segmented(std::string_view id, Rect rect, std::span<const std::string> options,
               int& selected) {
  ImGui::PushID(id.data(), id.data() + id.size());
  const TextStyle widest{Step::kSmall, Face::kSemibold, 0};
  const bool changed =
      draw_segments(rect, options, segment_widths(rect.w, options, widest), selected);
  ImGui::PopID();
  return changed;
}

bool tabs(std::string_view id, Rect rect, std::span<const std::string> labels, int& selected) {
  ImGui::PushID(id.data(), id.data() + id.size());
  const std::size_t count = std::max<std::size_t>(labels.size(), 1);
  std::vector<float> widths(labels.size(), rect.w / static_cast<float>(count));
  const TextStyle widest{Step::kSmall, Face::kSemibold, 0};
  const bool even = std::all_of(labels.begin(), labels.end(), [&](const std::string& label) {
    return measure(label, widest) + 2 * em(kTiny) <= widths.front();
  });
  if (!even) widths = segment_widths(rect.w, labels, widest);
  const bool changed = draw_segments(rect, labels, widths, selected);
  ImGui::PopID();
  return changed;
}

}  // namespace glasspost::viz
