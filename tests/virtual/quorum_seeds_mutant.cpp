// As hostile_seeds_mutant.cpp, for rules that only count with several replicas of the store: a
// hundred hostile seeds with 3/2/2 hold, and once a rule is deleted one within so many breaks.
#include <doctest/doctest.h>

#include "tests/support/mutant.hpp"
#include "tests/virtual/forked.hpp"

namespace glasspost::tests {
namespace {

constexpr std::uint64_t kSeeds = 100;
constexpr std::uint64_t kMutantSeeds = 500;

Forked hostile(std::uint64_t seed) {
  Scenario scenario = make_scenario(seed, FaultProfile::kHostile, std::chrono::seconds(60));
  scenario.quorum = {3, 2, 2};
  return run_forked(scenario, make_plan(scenario));
}

void check_product_holds() {
  for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
    const Forked run = hostile(seed);
    INFO("seed " << seed << ": " << run.trouble << run.sentence);
    CHECK_FALSE(run.died);
    CHECK(run.trouble.empty());
    CHECK(run.promise == 0);
  }
}

// Asserts and invariants may notice first, and on most seeds do; what counts is a broken promise.
void check_mutant_is_found() {
  std::uint64_t noticed = 0;
  for (std::uint64_t seed = 1; seed <= kMutantSeeds; ++seed) {
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
  FAIL("no promise was broken by "
       << kMutantSeeds << " hostile seeds; the first that noticed anything, "
       << "by an assert or an invariant, was " << noticed << " (0: none)");
}

TEST_CASE(
    "a hundred hostile seeds with 3/2/2 hold, and some break a promise once a rule is deleted") {
  if (mutant().empty()) {
    check_product_holds();
  } else {
    check_mutant_is_found();
  }
}

}  // namespace
}  // namespace glasspost::tests
