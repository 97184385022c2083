// Text: one line with a step, a face, a colour and an alignment; measuring, cutting, wrapping.
// y is always the centre of the capitals, so that text beside an icon or a bar sits in the middle.
// Every cut is counted: a screen that cuts text is a defect, and the tests ask cut_texts().
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <imgui.h>

#include "viz/scene/rect.hpp"
#include "viz/widgets/fonts.hpp"

namespace glasspost::viz {

enum class Align : std::uint8_t { kLeft, kCentre, kRight };

struct TextStyle {
  Step step = Step::kSmall;
  Face face = Face::kRegular;
  ImU32 colour = 0;  // 0: theme().text
};

// The usual styles, so that views need not spell them out.
namespace style {
[[nodiscard]] TextStyle axis();         // micro, text-3: axis text, captions of bars
[[nodiscard]] TextStyle caption();      // small, text-3: labels, units
[[nodiscard]] TextStyle explanation();  // small, text-2
[[nodiscard]] TextStyle value();        // small, medium, text
[[nodiscard]] TextStyle name();         // label, semibold, text: card names, panel titles
[[nodiscard]] TextStyle lead();         // lead, semibold, text
[[nodiscard]] TextStyle number();       // title, semibold, text: the number of a card
[[nodiscard]] TextStyle headline();     // display, semibold, text: the number of a view
[[nodiscard]] TextStyle mono();         // small, mono, text-2: ids, keys, epochs
[[nodiscard]] TextStyle coloured(TextStyle style, ImU32 colour);
}  // namespace style

// Draws one line; `at` is the anchor that `align` names. Returns the width in pixels.
float text(ImVec2 at, std::string_view utf8, const TextStyle& style, Align align = Align::kLeft);
// The same within a box: centred vertically, cut with an ellipsis (and counted) when too wide.
float text_in(Rect box, std::string_view utf8, const TextStyle& style, Align align = Align::kLeft);
// The same for the name of a process: what is cut is its middle, not its number.
float name_in(Rect box, std::string_view name, const TextStyle& style);
// Text on a panel-coloured pad (90 %), for labels over lines and hatches. `at` as in text().
float text_padded(ImVec2 at, std::string_view utf8, const TextStyle& style,
                  Align align = Align::kLeft);

// The characters of a text that are drawn as boxes, for its tooltip: "U+1F600". Empty: none.
[[nodiscard]] std::string cannot_be_drawn(std::string_view utf8);
[[nodiscard]] float measure(std::string_view utf8, const TextStyle& style);
[[nodiscard]] float line_height(Step step);  // of a paragraph: 1.42 times the size
[[nodiscard]] float cap_height(Step step);

// Wrapped text, first line at the top of `box`. Returns the y below the last line. Lines that do
// not fit the height are left out and counted as one cut.
float paragraph(Rect box, std::string_view utf8, const TextStyle& style);
[[nodiscard]] float paragraph_height(float width, std::string_view utf8, const TextStyle& style);

// Cuts since the program began, and the last of them (at most 64) with what was cut.
[[nodiscard]] std::uint64_t cut_texts();
[[nodiscard]] const std::vector<std::string>& cut_examples();

}  // namespace glasspost::viz
