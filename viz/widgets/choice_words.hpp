// What the console says of each design choice, by its key, and of what formulas are fed with. The
// registry in engine/core is the one place that decides what is said; here it is in two languages.
#pragma once

#include <string_view>

#include "viz/model/formulas.hpp"
#include "viz/widgets/strings.hpp"

namespace glasspost::viz {

struct ChoiceWords {
  std::string_view key;
  Str trades, applies, gains, costs, formula, quantity;
  Str gives_up = Str::kEnd;  // kEnd: every option is safe
};

// REQUIRES: a key of the registry, or topology.placement.
const ChoiceWords& choice_words(std::string_view key);

Str word_of(Input input);

}  // namespace glasspost::viz
