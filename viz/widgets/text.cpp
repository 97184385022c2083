// Drawing and measuring with the baked fonts; the rules of wrapping are in wrap.cpp.
#include "viz/widgets/text.hpp"

#include <algorithm>
#include <cmath>

#include "viz/widgets/shapes.hpp"
#include "viz/widgets/theme.hpp"
#include "viz/widgets/wrap.hpp"

namespace glasspost::viz {
namespace {

constexpr float kLineHeight = 1.42F;
constexpr std::size_t kCutExamples = 64;

struct Cuts {
  std::uint64_t count = 0;
  std::vector<std::string> examples;
};
Cuts g_cuts;

void note_cut(std::string_view what) {
  ++g_cuts.count;
  if (g_cuts.examples.size() < kCutExamples) g_cuts.examples.emplace_back(what);
}

bool is_control(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
}

// Text of users may hold control characters; on a screen each is a space.
std::string without_controls(std::string_view utf8) {
  std::string result(utf8);
  std::replace_if(result.begin(), result.end(), is_control, ' ');
  return result;
}

// What no font can have, or has not, is a box. Nearly all text has none of it.
bool may_need_boxes(std::string_view utf8) {
  for (std::size_t at = 0; at < utf8.size();) {
    if (static_cast<unsigned char>(utf8[at]) < 0x80) {
      ++at;
      continue;
    }
    const char32_t c = next_code_point(utf8, at);
    if (!can_draw(c) || c == 0x200D || (c >= 0xFE00 && c <= 0xFE0F)) return true;
  }
  return false;
}

bool has_ideographs(std::string_view utf8) {
  for (std::size_t at = 0; at < utf8.size();) {
    const bool ascii = static_cast<unsigned char>(utf8[at]) < 0x80;
    if (ascii) {
      ++at;
    } else if (next_code_point(utf8, at) >= 0x2E80) {
      return true;
    }
  }
  return false;
}

// A font and the size at which to draw it: Chinese headlines are drawn from the title's glyphs, and
// Chinese in mono from the regular face, for these fonts hold no Chinese.
struct Drawn {
  ImFont* font = nullptr;
  float size = 0;
};
Drawn drawn(std::string_view utf8, const TextStyle& style) {
  const bool big = style.step > Step::kTitle;
  if ((big || style.face == Face::kMono) && has_ideographs(utf8)) {
    const Face face = style.face == Face::kMono ? Face::kRegular : style.face;
    ImFont* from = font(big ? Step::kTitle : style.step, face);
    const float wanted = std::round(em_exact(step_em(style.step)));
    return {from, big ? wanted : from->FontSize};
  }
  ImFont* from = font(style.step, style.face);
  return {from, from->FontSize};
}

float width_of(std::string_view utf8, const Drawn& with) {
  if (utf8.empty()) return 0;  // an empty view may point nowhere
  return with.font
      ->CalcTextSizeA(with.size, FLT_MAX, 0, utf8.data(), utf8.data() + utf8.size(), nullptr)
      .x;
}

Measure measure_with(const TextStyle& style) {
  return [style](std::string_view part) { return measure(part, style); };
}

}  // namespace

namespace style {
TextStyle axis() {
  return {Step::kMicro, Face::kRegular, theme().text_3};
}
TextStyle caption() {
  return {Step::kSmall, Face::kRegular, theme().text_3};
}
TextStyle explanation() {
  return {Step::kSmall, Face::kRegular, theme().text_2};
}
TextStyle value() {
  return {Step::kSmall, Face::kMedium, theme().text};
}
TextStyle name() {
  return {Step::kLabel, Face::kSemibold, theme().text};
}
TextStyle lead() {
  return {Step::kLead, Face::kSemibold, theme().text};
}
TextStyle number() {
  return {Step::kTitle, Face::kSemibold, theme().text};
}
TextStyle headline() {
  return {Step::kDisplay, Face::kSemibold, theme().text};
}
TextStyle mono() {
  return {Step::kSmall, Face::kMono, theme().text_2};
}
TextStyle coloured(TextStyle style, ImU32 colour) {
  style.colour = colour;
  return style;
}
}  // namespace style

std::string cannot_be_drawn(std::string_view utf8) {
  return behind_boxes(utf8, can_draw);
}

float measure(std::string_view utf8, const TextStyle& style) {
  if (may_need_boxes(utf8)) return measure(boxed(utf8, can_draw), style);
  return width_of(utf8, drawn(utf8, style));
}

float line_height(Step step) {
  return std::round(em_exact(step_em(step)) * kLineHeight);
}

float cap_height(Step step) {
  const ImFontGlyph* h = font(step, Face::kRegular)->FindGlyph('H');
  return h->Y1 - h->Y0;
}

float text(ImVec2 at, std::string_view utf8, const TextStyle& style, Align align) {
  if (utf8.empty()) return 0;
  if (std::any_of(utf8.begin(), utf8.end(), is_control)) {
    return text(at, without_controls(utf8), style, align);
  }
  want_glyphs(utf8);
  if (may_need_boxes(utf8)) return text(at, boxed(utf8, can_draw), style, align);
  const Drawn with = drawn(utf8, style);
  const float width = width_of(utf8, with);
  const float share = align == Align::kLeft ? 0.0F : (align == Align::kCentre ? 0.5F : 1.0F);
  const ImFontGlyph* h = with.font->FindGlyph('H');
  const float grown = with.size / with.font->FontSize;
  const ImVec2 corner(std::floor(at.x - width * share + 0.5F),
                      std::floor(at.y - (h->Y0 + h->Y1) / 2 * grown + 0.5F));
  const ImU32 colour = style.colour != 0 ? style.colour : theme().text;
  canvas().AddText(with.font, with.size, corner, colour, utf8.data(), utf8.data() + utf8.size());
  return width;
}

float text_in(Rect box, std::string_view utf8, const TextStyle& style, Align align) {
  // Half a pixel of rounding is not a cut.
  const Cut cut = ellipsis(utf8, box.w + 0.5F, measure_with(style));
  if (cut.cut) note_cut(utf8);
  const float share = align == Align::kLeft ? 0.0F : (align == Align::kCentre ? 0.5F : 1.0F);
  return text({box.x + box.w * share, box.cy()}, cut.text, style, align);
}

float name_in(Rect box, std::string_view name, const TextStyle& style) {
  const Cut cut = ellipsis_in_name(name, box.w + 0.5F, measure_with(style));
  if (cut.cut) note_cut(name);
  return text({box.x, box.cy()}, cut.text, style);
}

float text_padded(ImVec2 at, std::string_view utf8, const TextStyle& style, Align align) {
  const float width = measure(utf8, style);
  const float share = align == Align::kLeft ? 0.0F : (align == Align::kCentre ? 0.5F : 1.0F);
  const float height = std::round(em_exact(step_em(style.step)) * 1.3F);
  const Rect pad{at.x - width * share - em(kSmallGap), at.y - height / 2, width + em(kGap), height};
  fill(pad, fade(theme().panel, 0.90F), em(kTiny));
  return text(at, utf8, style, align);
}

float paragraph_height(float width, std::string_view utf8, const TextStyle& style) {
  return static_cast<float>(wrap(utf8, width, measure_with(style)).size()) *
         line_height(style.step);
}

float paragraph(Rect box, std::string_view utf8, const TextStyle& style) {
  const float height = line_height(style.step);
  float y = box.y;
  for (const std::string_view line : wrap(utf8, box.w, measure_with(style))) {
    if (y + height > box.bottom() + height / 3) {
      note_cut(utf8);
      break;
    }
    text({box.x, y + height / 2}, line, style);
    y += height;
  }
  return y;
}

std::uint64_t cut_texts() {
  return g_cuts.count;
}
const std::vector<std::string>& cut_examples() {
  return g_cuts.examples;
}

}  // namespace glasspost::viz
