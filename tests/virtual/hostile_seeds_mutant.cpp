// For mutants of the virtual world: within a hundred hostile seeds, deleting the rule breaks a
// promise, with a sentence and not only by an assert; the product as it is holds on the same seeds.
#include <doctest/doctest.h>

#include "tests/support/mutant.hpp"
#include "tests/virtual/forked.hpp"

namespace glasspost::tests {
namespace {

constexpr std::uint64_t kSeeds = 100;

Forked hostile(std::uint64_t seed) {
  return run_seed_forked(seed, FaultProfile::kHostile, std::chrono::seconds(60));
}

void check_product_holds() {
  for (std::uint64_t seed = 1; seed <= kSeeds; ++seed)
    check_holds(seed, hostile(seed));
}

// Asserts and invariants may notice first, and on most seeds do; what counts is a broken promise.
void check_mutant_is_found() {
  std::uint64_t noticed = 0;
  for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
    const Forked run = hostile(seed);
    const bool found = run.died || !run.trouble.empty() || run.promise != 0;
    if (found && noticed == 0) {
      noticed = seed;
      MESSAGE("seed " << seed << " is the first that notices anything");
    }
    if (run.promise == 0) continue;
    MESSAGE("seed " << seed << " breaks promise " << run.promise << ": " << run.sentence);
    return;
  }
  FAIL("no promise was broken by " << kSeeds << " hostile seeds; the first that noticed anything, "
                                   << "by an assert or an invariant, was " << noticed
                                   << " (0: none)");
}

TEST_CASE("a hundred hostile seeds hold, and break a promise once a rule is deleted") {
  if (mutant().empty()) {
    check_product_holds();
  } else {
    check_mutant_is_found();
  }
}

}  // namespace
}  // namespace glasspost::tests
