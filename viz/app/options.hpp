// The command line of glasspost-viz.
#pragma once

#include <cstdint>
#include <string>

#include "viz/widgets/strings.hpp"
#include "viz/widgets/theme.hpp"

namespace glasspost::viz {

struct Options {
  int width = 1600, height = 900;
  float scale = 1;
  ThemeName theme = ThemeName::kDark;
  Language language = Language::kEnglish;
  std::string directory;  // run directory of a cluster; empty: the usual one
  std::string replay;     // a recording
  double as_live = 0;     // seconds at its end that come at their own pace
  bool sim = false;       // a virtual world
  std::uint64_t seed = 1;
  bool hostile = false;  // with the seed's faults
  std::string placement = "split";
  std::string workspace;  // that is shown first; empty: Explore
  bool tour = false;      // the captioned minute
  double seconds = 0;     // end after so many; 0: when the window is closed
  bool summary = false;   // in words at the end
  std::string state;      // a file that says how the console stands
  std::string shot;       // a PNG to write; then the program ends
  int frames = 3;         // drawn before the shot
  bool sheet = false;     // the style sheet instead of a workspace
  bool json = false;      // a report on stdout at the end
  bool fallback_fonts = false;
};

// Empty: go on. Otherwise the program ends with this code; the text has been printed.
struct ParseEnd {
  bool end = false;
  int code = 0;
};
ParseEnd parse_options(int argc, char** argv, Options& options);

}  // namespace glasspost::viz
