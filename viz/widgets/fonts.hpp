// The font atlas: sizes times faces with the glyphs that are in use, drawn by FreeType.
// ImGui 1.86 has no dynamic atlas: it is baked for one scale and one set of glyphs, and baked again
// between two frames when fonts_stale() says so (scale or language changed, a new glyph was drawn).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <imgui.h>

namespace glasspost::viz {

// Type steps. micro 11 px, small 12, label 13, body 14, lead 16, title 20, display 28, huge 40.
enum class Step : std::uint8_t { kMicro, kSmall, kLabel, kBody, kLead, kTitle, kDisplay, kHuge };
enum class Face : std::uint8_t { kRegular, kMedium, kSemibold, kMono };
inline constexpr int kStepCount = 8;
inline constexpr int kFaceCount = 4;

[[nodiscard]] float step_em(Step step);

// Which font files were found, for `--json` and for the help page.
struct FontReport {
  std::string latin, mono, chinese;  // paths; chinese is empty when no such font is installed
  bool fallback = false;             // DejaVu stands in for Inter
  int atlas_width = 0, atlas_height = 0;
  std::uint64_t builds = 0;
};

// Bakes the atlas of the present ImGui context for scale() and every string of the tables. The
// caller uploads the texture. False with a sentence in `error` when no font file is found at all.
bool build_fonts(std::string& error);
[[nodiscard]] bool fonts_stale();
[[nodiscard]] const FontReport& font_report();
[[nodiscard]] ImFont* font(Step step, Face face);

// Asks for glyphs that no string table has: names and chat text of users. text() calls it.
void want_glyphs(std::string_view utf8);
// Whether the fonts have this character, or may have it when the atlas is baked anew. Never what
// lies above U+FFFF, such as an emoji: Debian's ImGui has characters of 16 bits.
[[nodiscard]] bool can_draw(char32_t c);

}  // namespace glasspost::viz
