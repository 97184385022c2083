// The promises hold under every kind of weather, and the weather was as bad as it claims.
#include "tests/virtual/seeds.hpp"

namespace glasspost::tests {
namespace {

World run_world(std::uint64_t seed, FaultProfile profile) {
  const Scenario scenario = make_scenario(seed, profile, kMinute);
  World world(scenario, make_plan(scenario));
  world.run();
  return world;
}

void check_was_hostile(const World& world) {
  const WorldCounts& counts = world.counts();
  INFO("seed " << world.scenario().seed);
  CHECK(fired(counts, FaultKind::kCrash) > 0);
  CHECK(fired(counts, FaultKind::kCutOneWay) + fired(counts, FaultKind::kCutTwoWay) > 0);
  CHECK(counts.lost_syncs > 0);
  CHECK(verdict_of(world.promises().verdicts(), 1).judged >= 200);
  const bool one_process = world.scenario().placement == Placement::kMerged;
  CHECK((counts.frames == 0) == one_process);
  CHECK((counts.frames_lost == 0) == one_process);
  CHECK((counts.frames_doubled == 0) == one_process);
  CHECK(counts.dropped < counts.envelopes);
}

// Seeds first, first + 1, ...; under a sanitizer fewer of them.
void check_hostile_seeds(std::uint64_t first, std::uint64_t count) {
  for (std::uint64_t seed = first; seed < first + seeds(count); ++seed) {
    const World world = run_world(seed, FaultProfile::kHostile);
    check_all_is_well(world);
    check_was_hostile(world);
  }
}

// Four cases, so that they run side by side.
TEST_CASE("hostile seeds 1 to 50 hold, each with a crash, a cut and a lost sync") {
  check_hostile_seeds(1, 50);
}
TEST_CASE("hostile seeds 51 to 100 hold, each with a crash, a cut and a lost sync") {
  check_hostile_seeds(51, 50);
}
TEST_CASE("hostile seeds 101 to 150 hold, each with a crash, a cut and a lost sync") {
  check_hostile_seeds(101, 50);
}
TEST_CASE("hostile seeds 151 to 200 hold, each with a crash, a cut and a lost sync") {
  check_hostile_seeds(151, 50);
}

TEST_CASE("late frames of dead processes are part of hostile weather") {
  std::uint64_t late = 0;
  for (std::uint64_t seed = 1; seed <= 3; ++seed)
    late += run_world(seed, FaultProfile::kHostile).counts().frames_late;
  CHECK(late > 0);
}

TEST_CASE("mild seeds hold") {
  for (std::uint64_t seed = 1; seed <= seeds(30); ++seed) {
    const World world = run_world(seed, FaultProfile::kMild);
    check_all_is_well(world);
    CHECK(fired(world.counts(), FaultKind::kCrash) > 0);
    CHECK(fired(world.counts(), FaultKind::kCrashAfterSend) == 0);
  }
}

TEST_CASE("without faults all is well, and the network neither loses nor doubles nor delays") {
  for (std::uint64_t seed = 1; seed <= seeds(10); ++seed) {
    const World world = run_world(seed, FaultProfile::kNone);
    check_all_is_well(world);
    const WorldCounts& counts = world.counts();
    CHECK(counts.frames > 0);
    CHECK(counts.frames_lost == 0);
    CHECK(counts.frames_doubled == 0);
    CHECK(counts.frames_late == 0);
    CHECK(counts.lost_syncs == 0);
    for (const std::uint64_t faults : counts.faults)
      CHECK(faults == 0);
    CHECK(counts.acked >= 200);
    CHECK(counts.acked == counts.composed);  // nobody had to send anything twice
  }
}

TEST_SUITE("slow") {
  TEST_CASE("hostile seeds 1001 to 1500 hold") {
    check_hostile_seeds(1'001, 500);
  }
  TEST_CASE("hostile seeds 1501 to 2000 hold") {
    check_hostile_seeds(1'501, 500);
  }

  TEST_CASE("three hundred more mild seeds hold") {
    for (std::uint64_t seed = 1'001; seed < 1'001 + seeds(300); ++seed)
      check_all_is_well(run_world(seed, FaultProfile::kMild));
  }
}

}  // namespace
}  // namespace glasspost::tests
