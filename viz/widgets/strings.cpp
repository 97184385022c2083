// The table itself, and slots for values.
#include "viz/widgets/strings.hpp"

#include <array>

namespace glasspost::viz {
namespace {

struct Entry {
  const char* name;
  const char* english;
  const char* chinese;
};

// Not deduced: that would ask one question more than clang answers.
constexpr std::array<Entry, static_cast<std::size_t>(Str::kEnd)> kTable{{
#define GLASSPOST_STRING(id, english, chinese) Entry{#id, english, chinese},
#include "viz/widgets/strings/all.inl"
#undef GLASSPOST_STRING
}};
static_assert(kTable.back().name != nullptr, "a word for each");

Language g_language = Language::kEnglish;

}  // namespace

void set_language(Language language) {
  g_language = language;
}
Language language() {
  return g_language;
}

std::string_view tr(Str id) {
  return tr(id, g_language);
}

std::string_view tr(Str id, Language language) {
  const Entry& entry = kTable.at(static_cast<std::size_t>(id));
  return language == Language::kChinese ? entry.chinese : entry.english;
}

const char* str_name(Str id) {
  return kTable.at(static_cast<std::size_t>(id)).name;
}

std::string tr_with(Str id, std::string_view zero, std::string_view one, std::string_view two) {
  const std::array<std::string_view, 3> values{zero, one, two};
  const std::string_view pattern = tr(id);
  std::string result;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    const bool slot = pattern[i] == '{' && i + 2 < pattern.size() && pattern[i + 2] == '}' &&
                      pattern[i + 1] >= '0' && pattern[i + 1] <= '2';
    if (slot) {
      result += values.at(static_cast<std::size_t>(pattern[i + 1] - '0'));
      i += 2;
    } else {
      result += pattern[i];
    }
  }
  return result;
}

}  // namespace glasspost::viz
