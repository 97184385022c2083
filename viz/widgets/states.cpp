// What stands where a picture cannot be: nothing yet, waiting, loss; a broken promise.
#include "viz/widgets/controls.hpp"
#include "viz/widgets/strings.hpp"
#include "viz/widgets/wrap.hpp"

namespace glasspost::viz {

bool empty_state(Rect rect, IconId what, std::string_view line, std::string_view button_label) {
  dashed_border(rect, theme().line_2);
  const TextStyle style{Step::kLabel, Face::kRegular, theme().text_2};
  const auto lines = wrap(line, rect.w - 2 * em(kPad),
                          [&style](std::string_view part) { return measure(part, style); });
  const float leading = line_height(Step::kLabel);
  const float more = leading * static_cast<float>(std::max<std::size_t>(lines.size(), 1) - 1);
  const float height = em(button_label.empty() ? 3.6F : 6.5F) + more;
  float y = std::max(rect.y, rect.cy() - height / 2);
  // In a very low place the words are worth more than the icon.
  if (height <= rect.h) {
    icon(what, {rect.cx(), y + em(0.8F)}, em(1.57F), theme().text_3);
    y += em(2.9F);
  } else {
    y = rect.cy() - more / 2;
  }
  for (const std::string_view one : lines) {
    text({rect.cx(), y}, one, style, Align::kCentre);
    y += leading;
  }
  y -= leading;
  if (button_label.empty()) return false;
  const float width =
      measure(button_label, {Step::kLabel, Face::kMedium, 0}) + 2 * em(kSection) + em(kGap);
  return button("make", {rect.cx() - width / 2, y + em(1.3F), width, em(2.14F)}, button_label);
}

void waiting_state(ImVec2 at, std::string_view words) {
  icon(IconId::kWait, {at.x + em(0.5F), at.y}, em(0.93F), theme().warn_text);
  text({at.x + em(kSection), at.y}, words, {Step::kSmall, Face::kRegular, theme().text});
}

void loss_state(ImVec2 at, std::string_view words) {
  const float side = 5 * scale();
  pattern({at.x, at.y - side * 1.5F, side * 9, side * 3}, Pattern::kChequer, theme().control);
  text({at.x + side * 9 + em(kPad), at.y}, words, {Step::kSmall, Face::kRegular, theme().text});
}

float broken_card_height(float width, const BrokenPromise& what) {
  const float words = width - em(2.57F) - em(kPad);
  const float rows = std::max(em(kTextRowHeight) * static_cast<float>(what.witnesses.size()),
                              em(1.86F) + em(kGap));
  return em(kCardPad) + paragraph_height(words, what.sentence, style::name()) + em(kSmallGap) +
         paragraph_height(words, what.promise, style::explanation()) + em(kSmallGap) + rows +
         em(kPad);
}

bool broken_card(Rect rect, const BrokenPromise& what) {
  const Theme& t = theme();
  fill(rect, mix(t.panel, t.bad, 0.10F), em(kPanelRound));
  border(rect, t.bad, em(kPanelRound), std::max(1.6F * scale(), 1.6F));
  const float x = rect.x + em(2.57F);
  const float width = rect.right() - x - em(kPad);
  icon(IconId::kCross, {rect.x + em(1.43F), rect.y + em(1.43F)}, em(0.93F), t.bad_text);
  float y = paragraph({x, rect.y + em(kCardPad), width, rect.h}, what.sentence, style::name());
  y = paragraph({x, y + em(kSmallGap), width, rect.h}, what.promise, style::explanation());
  const std::string_view there = tr(Str::kGoThere);
  const float button_width = measure(there, {Step::kLabel, Face::kMedium, 0}) + em(2.14F);
  const Rect go{rect.right() - em(kPad) - button_width, rect.bottom() - em(kPad) - em(1.86F),
                button_width, em(1.86F)};
  y += em(kSmallGap);
  for (const std::string& witness : what.witnesses) {
    const float right = y + em(kTextRowHeight) > go.y ? go.x : rect.right();
    text_in({x, y, right - x - em(kPad), em(kTextRowHeight)}, witness,
            {Step::kMicro, Face::kMono, t.text_2});
    y += em(kTextRowHeight);
  }
  return button("go-there", go, there);
}

}  // namespace glasspost::viz
