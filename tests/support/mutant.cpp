// The name of the mutant, fixed by the build when it links one.
#include "tests/support/mutant.hpp"

namespace glasspost::tests {

std::string_view mutant() {
  return GLASSPOST_MUTANT;
}

}  // namespace glasspost::tests
