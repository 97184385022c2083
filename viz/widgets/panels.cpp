// Boxes: panels, cards, rows, heads of tables.
#include <algorithm>

#include "viz/widgets/backdrop.hpp"
#include "viz/widgets/controls.hpp"
#include "viz/widgets/strings.hpp"

namespace glasspost::viz {
namespace {

float thin() {
  return 1;
}
float ill_width() {
  return std::max(1.4F * scale(), 1.4F);
}

void outline(Rect rect, bool simulated, const std::optional<State>& ill, float radius) {
  if (ill) {
    border(rect, state_look(*ill).fill, radius, ill_width());
  } else if (simulated) {
    dashed_border(rect, theme().text_3);
  } else {
    border(rect, theme().line, radius, thin());
  }
}

// Pin, enlarge, more, from the right edge. Returns the x left of them.
float panel_tools(Rect head, const PanelLook& look, PanelBox& box) {
  const float side = em(1.57F);
  float x = head.right() - em(kSmallGap) - side;
  const auto place = [&] {
    const Rect rect{x, head.cy() - side / 2, side, side};
    x -= side;
    return rect;
  };
  box.more = icon_button("more", place(), IconId::kMore, tr(Str::kMore));
  box.enlarge = icon_button("enlarge", place(), IconId::kEnlarge, tr(Str::kEnlarge));
  const Rect pin = place();
  box.pin = icon_button("pin", pin, IconId::kPin, tr(Str::kPin));
  if (look.pinned) icon(IconId::kPin, {pin.cx(), pin.cy()}, em(0.93F), theme().focus);
  return x + side;
}

}  // namespace

PanelBox begin_panel(Rect rect, const PanelLook& look) {
  ImGui::PushID(look.id.data(), look.id.data() + look.id.size());
  backdrop(rect, theme().panel, em(kPanelRound));
  outline(rect, look.simulated, look.ill, em(kPanelRound));
  const Rect head = rect.top(em(kPanelHeadHeight));
  hline(rect.x + 1, rect.right() - 1, head.bottom() - 1, theme().line);
  PanelBox box;
  box.inner = rect.below_top(head.h).inset(1, 0);
  box.content = box.inner.inset(em(kPad) - 1, em(kGap));
  float right = head.right() - em(kPad);
  if (look.tools) right = panel_tools(head, look, box);
  if (look.simulated) {
    const PillLook dashed{theme().text_2, theme().text_2, 0, true, Marker::kNone};
    right -= pill_width(tr(Str::kSimulated), dashed) + em(kGap);
    pill({right, head.cy()}, tr(Str::kSimulated), dashed);
  }
  float x = head.x + em(kPad);
  x += text_in({x, head.y, right - x, head.h}, look.title, style::name()) + em(kCardPad);
  // A narrow panel drops the question rather than show half of it.
  if (x + measure(look.question, style::caption()) <= right) {
    text({x, head.cy()}, look.question, style::caption());
  }
  return box;
}

void end_panel() {
  ImGui::PopID();
}

Rect card(Rect rect, const CardLook& look) {
  const Theme& t = theme();
  fill(rect, look.raised ? t.card_hi : t.card, em(kCardRound));
  if (look.ill || look.simulated) {
    outline(rect, look.simulated, look.ill, em(kCardRound));
  } else {
    border(rect, t.line_2, em(kCardRound));
  }
  if (look.selected) focus_ring(rect.inset(1), em(kCardRound));
  return rect.inset(em(kCardPad));
}

Item card_button(std::string_view id, Rect rect, CardLook look) {
  const Item of = item(id, rect, em(kCardRound));
  look.raised = look.raised || of.hovered;
  card(rect, look);
  return of;
}

Item row_button(std::string_view id, Rect rect, bool selected) {
  const Item of = item(id, rect, em(kTiny));
  if (selected || of.hovered) {
    fill(rect, selected ? theme().card_hi : theme().card, selected ? 0 : em(kTiny));
  }
  if (selected) fill(rect.left(std::max(2 * scale(), 2.0F)), theme().focus);
  return of;
}

float section(Rect rect, std::string_view label) {
  hline(rect.x, rect.right(), rect.y, theme().line);
  const float y = rect.y + em(kWide);
  text({rect.x, y}, label, {Step::kMicro, Face::kMedium, theme().text_3});
  return y + em(kPad);
}

void table_head(Rect rect, std::span<const Column> columns) {
  for (const Column& column : columns) {
    text({rect.x + column.x, rect.cy()}, column.label, style::axis(), column.align);
  }
  hline(rect.x, rect.right(), rect.bottom() - 1, theme().line);
}

}  // namespace glasspost::viz
