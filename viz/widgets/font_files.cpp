// Folders and names of fonts.
#include "viz/widgets/font_files.hpp"

#include <cstdlib>
#include <filesystem>
#include <initializer_list>
#include <vector>

namespace glasspost::viz {
namespace {

namespace fs = std::filesystem;

bool g_fallback_only = false;

struct Candidate {
  const char* name;  // below one of the folders
  int number = 0;
  bool fallback = false;
};

std::vector<fs::path> folders() {
  std::vector<fs::path> result{"/usr/share/fonts", "/usr/local/share/fonts", "/Library/Fonts",
                               "/System/Library/Fonts", "/opt/homebrew/share/fonts"};
  if (const char* home = std::getenv("HOME")) {
    result.emplace_back(fs::path(home) / ".local/share/fonts");
    result.emplace_back(fs::path(home) / "Library/Fonts");
  }
  return result;
}

FontFile look_for(const Candidate& candidate) {
  for (const fs::path& folder : folders()) {
    const fs::path path = folder / candidate.name;
    std::error_code ignored;  // a folder that cannot be read holds nothing for us
    if (fs::is_regular_file(path, ignored)) {
      return {path.string(), candidate.number, candidate.fallback};
    }
  }
  return {};
}

FontFile first_of(std::initializer_list<Candidate> candidates) {
  for (const Candidate& candidate : candidates) {
    if (g_fallback_only && !candidate.fallback) continue;
    FontFile found = look_for(candidate);
    if (!found.path.empty()) return found;
  }
  return {};
}

}  // namespace

void use_fallback_fonts_only(bool only) {
  g_fallback_only = only;
}

FontFiles find_fonts() {
  FontFiles files;
  files.regular = first_of({{"opentype/inter/Inter-Regular.otf"},
                            {"truetype/inter/Inter-Regular.ttf"},
                            {"Inter-Regular.ttf"},
                            {"truetype/dejavu/DejaVuSans.ttf", 0, true},
                            {"DejaVuSans.ttf", 0, true},
                            {"Supplemental/Arial.ttf", 0, true}});
  files.medium = first_of({{"opentype/inter/Inter-Medium.otf"},
                           {"truetype/inter/Inter-Medium.ttf"},
                           {"Inter-Medium.ttf"}});
  files.semibold = first_of({{"opentype/inter/Inter-SemiBold.otf"},
                             {"truetype/inter/Inter-SemiBold.ttf"},
                             {"Inter-SemiBold.ttf"},
                             {"truetype/dejavu/DejaVuSans-Bold.ttf", 0, true},
                             {"DejaVuSans-Bold.ttf", 0, true},
                             {"Supplemental/Arial Bold.ttf", 0, true}});
  files.mono = first_of({{"truetype/jetbrains-mono/JetBrainsMono-Regular.ttf"},
                         {"JetBrainsMono-Regular.ttf"},
                         {"truetype/dejavu/DejaVuSansMono.ttf", 0, true},
                         {"DejaVuSansMono.ttf", 0, true},
                         {"Supplemental/Courier New.ttf", 0, true}});
  files.chinese = first_of({{"opentype/noto/NotoSansCJK-Regular.ttc", 2},
                            {"truetype/wqy/wqy-microhei.ttc"},
                            {"truetype/droid/DroidSansFallbackFull.ttf"},
                            {"truetype/droid/DroidSansFallback.ttf"},
                            {"Hiragino Sans GB.ttc"}});
  // One family for prose: a lone Inter-Medium beside DejaVu would look like a mistake.
  if (files.medium.path.empty() || files.regular.fallback) files.medium = files.regular;
  if (files.semibold.path.empty()) files.semibold = files.medium;
  if (files.mono.path.empty()) files.mono = files.regular;
  return files;
}

}  // namespace glasspost::viz
