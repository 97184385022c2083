// The string table is whole: both languages, the same slots, no name twice.
#include "viz/widgets/strings.hpp"

#include <set>
#include <string>

#include <doctest/doctest.h>

namespace glasspost::viz {
namespace {

std::set<char> slots(std::string_view text) {
  std::set<char> found;
  for (std::size_t i = 0; i + 2 < text.size(); ++i) {
    if (text[i] == '{' && text[i + 2] == '}') found.insert(text[i + 1]);
  }
  return found;
}

TEST_CASE("every string has both languages with the same slots") {
  for (std::uint16_t i = 0; i < static_cast<std::uint16_t>(Str::kEnd); ++i) {
    const auto id = static_cast<Str>(i);
    CAPTURE(str_name(id));
    CHECK_FALSE(tr(id, Language::kEnglish).empty());
    CHECK_FALSE(tr(id, Language::kChinese).empty());
    CHECK(slots(tr(id, Language::kEnglish)) == slots(tr(id, Language::kChinese)));
  }
}

TEST_CASE("the table is asked in the present language") {
  set_language(Language::kChinese);
  CHECK(tr(Str::kExplore) == "探索");
  set_language(Language::kEnglish);
  CHECK(tr(Str::kExplore) == "Explore");
}

TEST_CASE("how long a fault lasts is a length, not an instant") {
  CHECK(tr_with(Str::kFaultFor, "kill store-1", "0:04") == "kill store-1 for 0:04");
  for (std::uint16_t i = 0; i < static_cast<std::uint16_t>(Str::kEnd); ++i) {
    CAPTURE(str_name(static_cast<Str>(i)));
    CHECK(tr(static_cast<Str>(i), Language::kEnglish).find("since {") == std::string_view::npos);
  }
}

TEST_CASE("slots are filled in the order of the language") {
  CHECK(tr_with(Str::kSeed, "42") == "seed 42");
  CHECK(tr_with(Str::kGoTo, "{1}") == "Go to {1}");  // a value is never read as a pattern
}

}  // namespace
}  // namespace glasspost::viz
