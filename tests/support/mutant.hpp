// Tells a test of tests/mutants which broken product it is linked into.
#pragma once

#include <string_view>

namespace glasspost::tests {

// The mutant's name, or nothing when the product is unchanged. A test reads, for example:
//   CHECK(second_owner_serves() == (mutant() == "store_without_seal"));
std::string_view mutant();

}  // namespace glasspost::tests
