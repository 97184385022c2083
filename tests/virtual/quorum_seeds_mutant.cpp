// As hostile_seeds_mutant.cpp, for rules that only count with several replicas of the store: a
// hundred hostile seeds with 3/2/2 hold, and once a rule is deleted one of five hundred notices.
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
  for (std::uint64_t seed = 1; seed <= kSeeds; ++seed)
    check_holds(seed, hostile(seed));
}

// Divergence of replicas is noticed by a broken promise, or before that by an owner's assert or a
// role's invariant: nobody reads what two logs have left together.
void check_mutant_is_found() {
  for (std::uint64_t seed = 1; seed <= kMutantSeeds; ++seed) {
    const Forked run = hostile(seed);
    if (!run.died && run.trouble.empty() && run.promise == 0) continue;
    MESSAGE("seed " << seed
                    << " notices: " << (run.died ? "an assert" : run.trouble + " " + run.sentence));
    return;
  }
  FAIL("none of " << kMutantSeeds << " hostile seeds noticed anything");
}

TEST_CASE("a hundred hostile seeds with 3/2/2 hold, and some notice once a rule is deleted") {
  if (mutant().empty()) {
    check_product_holds();
  } else {
    check_mutant_is_found();
  }
}

}  // namespace
}  // namespace glasspost::tests
