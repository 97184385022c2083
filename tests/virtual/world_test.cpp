// One seed is one run: the same twice, another when anything differs. A world is a value.
#include <algorithm>
#include <set>

#include "tests/virtual/seeds.hpp"

namespace glasspost::tests {
namespace {

constexpr Duration kHalfOfMinute = std::chrono::seconds(30);

std::uint64_t hash_of(const Scenario& scenario, const FaultPlan& plan) {
  return run_plan(scenario, plan).hash;
}

TEST_CASE("the same seed twice is the same run") {
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    const RunReport one = run_seed(seed, FaultProfile::kHostile, kHalfOfMinute);
    const RunReport other = run_seed(seed, FaultProfile::kHostile, kHalfOfMinute);
    CHECK(one.hash == other.hash);
    CHECK(one.counts.envelopes == other.counts.envelopes);
    CHECK(tell_story(one) == tell_story(other));
  }
}

TEST_CASE("different seeds are different runs") {
  std::set<std::uint64_t> hashes;
  for (const FaultProfile profile :
       {FaultProfile::kNone, FaultProfile::kMild, FaultProfile::kHostile}) {
    for (std::uint64_t seed = 1; seed <= 5; ++seed)
      hashes.insert(run_seed(seed, profile, kHalfOfMinute).hash);
  }
  CHECK(hashes.size() == 15);
}

// The plan without its first fault of this kind.
FaultPlan without(FaultPlan plan, FaultKind kind) {
  const auto found = std::find_if(plan.begin(), plan.end(),
                                  [kind](const Fault& fault) { return fault.kind == kind; });
  REQUIRE(found != plan.end());
  plan.erase(found);
  return plan;
}

TEST_CASE("a run is another one when one fault is taken away") {
  Scenario scenario = make_scenario(4, FaultProfile::kHostile, kHalfOfMinute);
  scenario.placement = Placement::kSplit;
  const FaultPlan plan = make_plan(scenario);
  std::set<std::uint64_t> hashes{hash_of(scenario, plan)};
  for (const FaultKind kind : {FaultKind::kCrash, FaultKind::kFreeze, FaultKind::kNoise,
                               FaultKind::kDeviceCrash, FaultKind::kAirplane}) {
    hashes.insert(hash_of(scenario, without(plan, kind)));
  }
  CHECK(hashes.size() == 6);
}

TEST_CASE("a run is another one when a choice differs") {
  Scenario scenario = make_scenario(1, FaultProfile::kNone, kHalfOfMinute);
  const std::uint64_t before = hash_of(scenario, {});
  scenario.choices.seq_step = 7;
  CHECK(hash_of(scenario, {}) != before);
}

TEST_CASE("a world is a value: a copy goes the way of its origin, and neither disturbs the other") {
  const Scenario scenario = make_scenario(3, FaultProfile::kHostile, kHalfOfMinute);
  World origin(scenario, make_plan(scenario));
  World copy = origin;
  origin.run();
  const std::uint64_t hash = origin.hash();
  copy.run();
  CHECK(copy.hash() == hash);
  CHECK(origin.hash() == hash);
  const World kept = copy;
  CHECK(kept.hash() == hash);
  CHECK(kept.broken_save() == "");
}

TEST_CASE("a world that was too short to heal in has no faults") {
  const Scenario scenario = make_scenario(1, FaultProfile::kHostile, std::chrono::seconds(15));
  CHECK(make_plan(scenario).empty());
}

TEST_CASE("a fault at a node that does not exist strikes nothing") {
  const Scenario scenario = make_scenario(1, FaultProfile::kNone, kHalfOfMinute);
  const Fault nowhere{FaultKind::kCrash, Time(std::chrono::seconds(5)), std::chrono::seconds(1),
                      9'999, 0};
  const RunReport report = run_plan(scenario, {nowhere});
  CHECK(fired(report.counts, FaultKind::kCrash) == 0);
  CHECK(report.broken() == -1);
}

}  // namespace
}  // namespace glasspost::tests
