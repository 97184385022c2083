// Small boxes with a word: pills, keys, the mode badge; and the entries of legends.
#include <algorithm>
#include <cmath>

#include "viz/widgets/shapes.hpp"
#include "viz/widgets/strings.hpp"

namespace glasspost::viz {
namespace {

constexpr float kPillHeight = 1.14F;  // em
constexpr float kKeyHeight = 1.29F;
constexpr float kBadgeHeight = 1.5F;
constexpr float kMarkRadius = 0.22F;
constexpr float kSwatch = 0.86F;

TextStyle pill_text(ImU32 colour) {
  return {Step::kMicro, Face::kMedium, colour};
}

float mark_space(Marker mark) {
  return mark == Marker::kNone ? 0 : em(kMarkRadius * 2 + kHalfGap);
}

// Drawn without halo: it lies on an even ground.
void flat_mark(ImVec2 at, Marker mark, ImU32 colour) {
  const float r = em_exact(kMarkRadius);
  if (mark == Marker::kCircle) circle(at, r, colour);
  if (mark == Marker::kSquare) fill({at.x - r, at.y - r, 2 * r, 2 * r}, colour);
  if (mark == Marker::kDiamond) marker(at, mark, colour, r);
}

void frame(Rect box, const PillLook& look) {
  if (look.fill != 0) fill(box, look.fill, em(kPillRound));
  const ImU32 edge = look.edge != 0 ? look.edge : theme().line_2;
  if (look.dashed) {
    dashed_border(box, edge);
  } else {
    border(box, edge, em(kPillRound));
  }
}

std::string_view mode_word(Mode mode) {
  if (mode == Mode::kReal) return tr(Str::kReal);
  return tr(mode == Mode::kRecorded ? Str::kRecorded : Str::kSimulated);
}
Marker mode_mark(Mode mode) {
  return mode == Mode::kRecorded ? Marker::kSquare : Marker::kCircle;
}

}  // namespace

float pill_width(std::string_view label, const PillLook& look) {
  return std::ceil(measure(label, pill_text(0))) + mark_space(look.mark) + 2 * em(kHalfGap);
}

float pill(ImVec2 at, std::string_view label, const PillLook& look) {
  const float width = pill_width(label, look);
  const float height = em(kPillHeight);
  const ImU32 ink = look.text != 0 ? look.text : theme().text_2;
  frame({at.x, std::floor(at.y - height / 2), width, height}, look);
  if (look.mark != Marker::kNone) {
    flat_mark({at.x + em(kHalfGap + kMarkRadius), at.y}, look.mark, ink);
  }
  text({at.x + em(kHalfGap) + mark_space(look.mark), at.y}, label, pill_text(ink));
  return width;
}

float kbd_width(std::string_view key) {
  return std::max(std::ceil(measure(key, pill_text(0))) + 2 * em(kHalfGap), em(kKeyHeight));
}

float kbd(ImVec2 at, std::string_view key) {
  const float width = kbd_width(key);
  const float height = em(kKeyHeight);
  const Rect box{at.x, std::floor(at.y - height / 2), width, height};
  fill(box, theme().card_hi, em(kTiny));
  border(box, theme().line_2, em(kTiny));
  text({box.cx(), at.y}, key, pill_text(theme().text_2), Align::kCentre);
  return width;
}

float mode_badge_width(Mode mode) {
  const float word = measure(mode_word(mode), {Step::kSmall, Face::kSemibold, 0});
  return std::ceil(word) + mark_space(mode_mark(mode)) + 2 * em(kGap);
}

float mode_badge(ImVec2 at, Mode mode) {
  const Theme& t = theme();
  const bool real = mode == Mode::kReal;
  const ImU32 ink = real ? t.ok_text : t.text;
  const TextStyle style{Step::kSmall, Face::kSemibold, ink};
  const Marker mark = mode_mark(mode);
  const float width = mode_badge_width(mode);
  const float height = em(kBadgeHeight);
  const Rect box{at.x, std::floor(at.y - height / 2), width, height};
  if (mode == Mode::kSimulated) {
    dashed_border(box, t.text_2);
  } else {
    border(box, real ? t.ok_text : t.text_2, em(kPillRound), std::max(1.2F * scale(), 1.0F));
  }
  flat_mark({at.x + em(kGap + kMarkRadius), at.y}, mark, ink);
  text({at.x + em(kGap) + mark_space(mark), at.y}, mode_word(mode), style);
  return width;
}

float legend_state(ImVec2 at, State state, std::string_view word) {
  const float side = em(kSwatch);
  state_fill({at.x, std::floor(at.y - side / 2), side, side}, state, em(kTiny));
  const float width = text({at.x + side + em(kHalfGap), at.y}, word,
                           {Step::kSmall, Face::kRegular, theme().text_2});
  return side + em(kHalfGap) + width + em(kWide);
}

float legend_message(ImVec2 at, MessageType type, std::string_view word) {
  const MessageLook look = message_look(type);
  const float mark_width = look.marker == Marker::kNone ? em(1.43F) : em(kHalfGap);
  if (look.marker == Marker::kNone) {
    line(at, {at.x + mark_width, at.y}, look.colour, {1.6F * scale(), look.dash});
  } else {
    marker({at.x + mark_width / 2, at.y}, look.marker, look.colour);
  }
  const float width = text({at.x + mark_width + em(kHalfGap), at.y}, word,
                           {Step::kSmall, Face::kRegular, theme().text_2});
  return mark_width + em(kHalfGap) + width + em(kWide);
}

float legend_line(ImVec2 at, ImU32 colour, const Stroke& stroke, std::string_view word) {
  const float length = em(kWide);
  line(at, {at.x + length, at.y}, colour, stroke);
  const float width = text({at.x + length + em(kHalfGap), at.y}, word,
                           {Step::kSmall, Face::kRegular, theme().text_2});
  return length + em(kHalfGap) + width + em(kWide);
}

}  // namespace glasspost::viz
