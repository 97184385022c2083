// Every fixed word of the console in English and Chinese, by id. Each view has its own table in
// viz/widgets/strings/<view>.inl; a line there is   GLASSPOST_STRING(kName, "English", "中文")
// The font atlas is baked from these tables, so words that stand elsewhere may lack their glyphs.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace glasspost::viz {

enum class Language : std::uint8_t { kEnglish, kChinese };

enum class Str : std::uint16_t {
#define GLASSPOST_STRING(id, english, chinese) id,
#include "viz/widgets/strings/all.inl"
#undef GLASSPOST_STRING
  kEnd,
};

void set_language(Language language);
[[nodiscard]] Language language();
// The text is zero-terminated and lives for ever.
[[nodiscard]] std::string_view tr(Str id);
[[nodiscard]] std::string_view tr(Str id, Language language);
[[nodiscard]] const char* str_name(Str id);  // "kOk", for tests
// tr(id) with {0}, {1}, {2} replaced: word order differs between the languages.
[[nodiscard]] std::string tr_with(Str id, std::string_view zero, std::string_view one = {},
                                  std::string_view two = {});

}  // namespace glasspost::viz
