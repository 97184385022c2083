// Baking: which glyphs, which files, and digits made equally wide afterwards.
#include "viz/widgets/fonts.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <set>
#include <vector>

#include <imgui_freetype.h>

#include "viz/widgets/font_files.hpp"
#include "viz/widgets/strings.hpp"
#include "viz/widgets/theme.hpp"
#include "viz/widgets/wrap.hpp"

namespace glasspost::viz {
namespace {

constexpr std::array<float, kStepCount> kStepEm{11.0F / 14, 12.0F / 14, 13.0F / 14, 1,
                                                16.0F / 14, 20.0F / 14, 2,          40.0F / 14};
constexpr float kFallbackShrink = 0.93F;  // DejaVu is wider and taller than Inter
constexpr ImWchar kThinSpaceGlyph = 0x2009;
constexpr ImWchar kBox = 0x25A1;  // stands for what cannot be drawn

struct Baked {
  std::array<std::array<ImFont*, kFaceCount>, kStepCount> fonts{};
  FontReport report;
  std::set<char32_t> wanted;  // outside the string tables
  float scale = 0;
  Language language = Language::kEnglish;
  bool stale = true;
};
Baked g_baked;

// Beyond title size there are only headlines: two faces, no Chinese (text() draws it from title).
bool headline(int step) {
  return step > static_cast<int>(Step::kTitle);
}

// Latin, Greek, Cyrillic is left out; punctuation, currency, arrows, maths, shapes.
const ImWchar* latin_ranges() {
  static constexpr std::array<ImWchar, 17> kRanges{0x0020, 0x024F, 0x0370, 0x03FF, 0x2000, 0x206F,
                                                   0x2070, 0x209F, 0x20A0, 0x20CF, 0x2190, 0x22FF,
                                                   0x25A0, 0x25FF, 0xFFFD, 0xFFFD, 0};
  return kRanges.data();
}

void add_text(ImFontGlyphRangesBuilder& builder, std::string_view utf8) {
  builder.AddText(utf8.data(), utf8.data() + utf8.size());
}

// What must be there besides Latin: the tables in the present language, and what users wrote.
ImVector<ImWchar> other_ranges() {
  ImFontGlyphRangesBuilder builder;
  for (std::uint16_t id = 0; id < static_cast<std::uint16_t>(Str::kEnd); ++id) {
    add_text(builder, tr(static_cast<Str>(id)));
  }
  add_text(builder, tr(Str::kLanguages));
  builder.AddChar(kBox);
  for (const char32_t c : g_baked.wanted)
    builder.AddChar(static_cast<ImWchar>(c));
  for (ImWchar c = 0; c < 0x2000; ++c) {  // from the Latin font, not from the Chinese one
    builder.UsedChars[c >> 5] &= ~(1U << (c & 31));
  }
  ImVector<ImWchar> ranges;
  builder.BuildRanges(&ranges);
  return ranges;
}

// All digits as wide as the widest, so that numbers do not dance; the space at least 0.29 of the
// size, or words run together at small sizes; a thin space where the font has none.
void even_out(ImFont& font) {
  float widest = 0;
  for (ImWchar c = '0'; c <= '9'; ++c)
    widest = std::max(widest, font.FindGlyph(c)->AdvanceX);
  for (ImFontGlyph& glyph : font.Glyphs) {
    if (glyph.Codepoint >= '0' && glyph.Codepoint <= '9') {
      const float shift = std::floor((widest - glyph.AdvanceX) / 2);
      glyph.X0 += shift;
      glyph.X1 += shift;
      glyph.AdvanceX = widest;
    }
    if (glyph.Codepoint == ' ') {
      glyph.AdvanceX = std::max(glyph.AdvanceX, std::round(font.FontSize * 0.29F));
    }
  }
  if (font.FindGlyphNoFallback(kThinSpaceGlyph) == nullptr) {
    font.AddGlyph(nullptr, kThinSpaceGlyph, 0, 0, 0, 0, 0, 0, 0, 0,
                  std::round(font.FontSize * 0.17F));
  }
  font.BuildLookupTable();
}

// The face's file; medium is the regular one where the family has no medium.
const FontFile& file_of(const FontFiles& files, Face face) {
  switch (face) {
    case Face::kMono:
      return files.mono;
    case Face::kSemibold:
      return files.semibold;
    case Face::kMedium:
      return files.medium;
    case Face::kRegular:
      break;
  }
  return files.regular;
}

ImFont* add_font(const FontFiles& files, Face face, float pixels, const ImWchar* others) {
  ImFontAtlas& atlas = *ImGui::GetIO().Fonts;
  const FontFile& file = file_of(files, face);
  ImFontConfig config;
  config.OversampleH = 1;
  config.PixelSnapH = true;
  config.FontNo = file.number;
  const float size = std::round(file.fallback ? pixels * kFallbackShrink : pixels);
  ImFont* font = atlas.AddFontFromFileTTF(file.path.c_str(), size, &config, latin_ranges());
  if (font != nullptr && others != nullptr && !files.chinese.path.empty()) {
    config.MergeMode = true;
    config.FontNo = files.chinese.number;
    atlas.AddFontFromFileTTF(files.chinese.path.c_str(), std::round(pixels), &config, others);
  }
  return font;
}

// Fills the table of fonts; every place is set, so that font() never answers null.
bool add_fonts(const FontFiles& files, const ImVector<ImWchar>& others) {
  for (int step = 0; step < kStepCount; ++step) {
    const float pixels = std::round(em_exact(kStepEm.at(static_cast<std::size_t>(step))));
    auto& row = g_baked.fonts.at(static_cast<std::size_t>(step));
    const bool big = headline(step);
    for (const Face face : {Face::kRegular, Face::kMedium, Face::kSemibold, Face::kMono}) {
      if (big && (face == Face::kRegular || face == Face::kMono)) continue;
      const bool chinese = !big && face != Face::kMono;
      ImFont* font = add_font(files, face, pixels, chinese ? others.Data : nullptr);
      if (font == nullptr) return false;
      row.at(static_cast<std::size_t>(face)) = font;
    }
    if (big) row[0] = row[1];
    if (big) row[3] = row[2];
  }
  return true;
}

FontReport report_of(const FontFiles& files, std::uint64_t builds) {
  const ImFontAtlas& atlas = *ImGui::GetIO().Fonts;
  FontReport report;
  report.latin = files.regular.path;
  report.mono = files.mono.path;
  report.chinese = files.chinese.path;
  report.fallback = files.regular.fallback;
  report.atlas_width = atlas.TexWidth;
  report.atlas_height = atlas.TexHeight;
  report.builds = builds;
  return report;
}

}  // namespace

float step_em(Step step) {
  return kStepEm.at(static_cast<std::size_t>(step));
}

bool build_fonts(std::string& error) {
  const FontFiles files = find_fonts();
  if (files.regular.path.empty()) {
    error =
        "no font was found: install fonts-inter (or at least fonts-dejavu-core) and start again";
    return false;
  }
  ImFontAtlas& atlas = *ImGui::GetIO().Fonts;
  atlas.Clear();
  atlas.FontBuilderIO = ImGuiFreeType::GetBuilderForFreeType();
  atlas.FontBuilderFlags = ImGuiFreeTypeBuilderFlags_LightHinting;
  atlas.TexDesiredWidth = scale() > 1.25F ? 4096 : 2048;
  const ImVector<ImWchar> others = other_ranges();  // lives until Build has read it
  if (!add_fonts(files, others) || !atlas.Build()) {
    error = "the font " + files.regular.path + " cannot be read: install fonts-inter again";
    return false;
  }
  for (ImFont* font : atlas.Fonts)
    even_out(*font);
  ImGui::GetIO().FontDefault = font(Step::kBody, Face::kRegular);
  g_baked.scale = scale();
  g_baked.language = language();
  g_baked.stale = false;
  g_baked.report = report_of(files, g_baked.report.builds + 1);
  return true;
}

bool fonts_stale() {
  return g_baked.stale || g_baked.scale != scale() || g_baked.language != language();
}

const FontReport& font_report() {
  return g_baked.report;
}

ImFont* font(Step step, Face face) {
  return g_baked.fonts.at(static_cast<std::size_t>(step)).at(static_cast<std::size_t>(face));
}

void want_glyphs(std::string_view utf8) {
  // A bound: text of users shall not fill the atlas. 4 000 characters cover nearly all Chinese.
  constexpr std::size_t kMost = 4000;
  const ImFont* body = font(Step::kBody, Face::kRegular);
  for (std::size_t at = 0; at < utf8.size();) {
    if (static_cast<unsigned char>(utf8[at]) < 0x80) {
      ++at;
      continue;
    }
    const char32_t c = next_code_point(utf8, at);
    if (c > IM_UNICODE_CODEPOINT_MAX || g_baked.wanted.size() >= kMost) continue;
    if (body->FindGlyphNoFallback(static_cast<ImWchar>(c)) == nullptr &&
        g_baked.wanted.insert(c).second) {
      g_baked.stale = true;
    }
  }
}

bool can_draw(char32_t c) {
  if (c < 0x80 || c == kBox) return true;
  if (c > IM_UNICODE_CODEPOINT_MAX) return false;  // this ImGui's characters have 16 bits
  const ImFont* body = font(Step::kBody, Face::kRegular);
  if (body->FindGlyphNoFallback(static_cast<ImWchar>(c)) != nullptr) return true;
  return g_baked.stale && g_baked.wanted.contains(c);  // it may come with the next atlas
}

}  // namespace glasspost::viz
