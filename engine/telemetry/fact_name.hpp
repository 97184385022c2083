// Facts as words: for reports and whoever prints facts.
#pragma once

#include <string_view>

#include "engine/proto/fact.hpp"

namespace glasspost {

// In lower case, like "committed" or "key passed"; "unknown" for a number that is no kind.
std::string_view name_of(FactKind kind);

// Where facts were lost, like "ring".
std::string_view name_of(LossPlace place);

}  // namespace glasspost
