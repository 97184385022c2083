// Every choice of the registry has its words in both languages, and the English ones are those of
// the registry.
#include "viz/widgets/choice_words.hpp"

#include <algorithm>

#include <doctest/doctest.h>

#include "engine/core/choices.hpp"

namespace glasspost::viz {
namespace {

bool has_chinese(std::string_view text) {
  return std::any_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) >= 0xE3; });
}

void check_both(Str id, std::string_view english) {
  CAPTURE(str_name(id));
  CHECK(tr(id, Language::kEnglish) == english);
  CHECK(has_chinese(tr(id, Language::kChinese)));
}

TEST_CASE("every choice says the same as the registry, in both languages") {
  for (const ChoiceInfo& info : choice_registry()) {
    CAPTURE(info.key);
    const ChoiceWords& words = choice_words(info.key);
    REQUIRE(words.key == info.key);
    check_both(words.trades, info.trades);
    check_both(words.applies, info.applies);
    check_both(words.gains, info.gains);
    check_both(words.costs, info.costs);
    check_both(words.formula, info.formula);
    check_both(words.quantity, info.quantity);
    CHECK((words.gives_up == Str::kEnd) == info.gives_up.empty());
    if (words.gives_up != Str::kEnd) check_both(words.gives_up, info.gives_up);
  }
}

TEST_CASE("the placement, which is not in the registry, has its words, too") {
  const ChoiceWords& words = choice_words(kPlacementKey);
  for (const Str id :
       {words.trades, words.applies, words.gains, words.costs, words.formula, words.quantity}) {
    CAPTURE(str_name(id));
    CHECK(has_chinese(tr(id, Language::kChinese)));
  }
}

TEST_CASE("every input of a formula has a name of its own") {
  for (int one = 0; one <= static_cast<int>(Input::kLease); ++one) {
    const Str id = word_of(static_cast<Input>(one));
    CAPTURE(str_name(id));
    CHECK(std::string_view(str_name(id)).starts_with("kInput"));
    for (int other = 0; other < one; ++other)
      CHECK(word_of(static_cast<Input>(other)) != id);
  }
}

}  // namespace
}  // namespace glasspost::viz
