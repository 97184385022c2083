// Where the font files are: looked for at run time in the usual folders, in order of preference.
// Nothing is vendored; DejaVu, which nearly every machine has, stands in for what is missing.
#pragma once

#include <string>

namespace glasspost::viz {

struct FontFile {
  std::string path;       // empty: not found
  int number = 0;         // of the face within a collection (.ttc)
  bool fallback = false;  // DejaVu or another stand-in: drawn at 93 % of the size
};

struct FontFiles {
  FontFile regular, medium, semibold, mono, chinese;
};
[[nodiscard]] FontFiles find_fonts();

// For tests: look as if only the fallback family were installed.
void use_fallback_fonts_only(bool only);

}  // namespace glasspost::viz
