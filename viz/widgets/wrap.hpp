// Where lines of text may break, and where a line is cut: pure, so that it is tested without fonts.
// English breaks at spaces; Chinese may break between any two characters, except that closing
// punctuation never begins a line and opening punctuation never ends one.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace glasspost::viz {

// Width of a piece of text, in any unit; the same unit as the width given to the functions below.
using Measure = std::function<float(std::string_view)>;

// The lines of `utf8` at most `width` wide, without the spaces at which they broke; '\n' always
// breaks. A word wider than a line is broken inside. The views point into `utf8`.
[[nodiscard]] std::vector<std::string_view> wrap(std::string_view utf8, float width,
                                                 const Measure& measure);

struct Cut {
  std::string text;
  bool cut = false;
};
// `utf8` as it is, or its longest beginning that fits together with an ellipsis. Never half a
// character; empty when not even the ellipsis fits.
[[nodiscard]] Cut ellipsis(std::string_view utf8, float width, const Measure& measure);

// The same for a name that ends in a number of its own, which is what tells it from its siblings:
// "conversation-2" becomes "conv…-2". Without such an end, or without room for it, as ellipsis().
[[nodiscard]] Cut ellipsis_in_name(std::string_view name, float width, const Measure& measure);

// Whether a character can be drawn.
using CanDraw = std::function<bool(char32_t)>;

// `utf8` with a box for each character that cannot be drawn. What only changes the look of the
// character before it, or joins two of them, has no box of its own.
[[nodiscard]] std::string boxed(std::string_view utf8, const CanDraw& can_draw);

// The characters that boxed() replaces, each once: "U+1F600 U+1F680". Empty: none.
[[nodiscard]] std::string behind_boxes(std::string_view utf8, const CanDraw& can_draw);

// The code point that begins at `at`, which moves behind it. Bytes that are not UTF-8 give U+FFFD.
char32_t next_code_point(std::string_view utf8, std::size_t& at);

}  // namespace glasspost::viz
