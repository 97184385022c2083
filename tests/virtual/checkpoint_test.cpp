// Checkpoints in hostile weather: they are written, taken over from, and keep the replay short.
#include "engine/core/limits.hpp"
#include "tests/virtual/seeds.hpp"

namespace glasspost::tests {
namespace {

WorldCounts counts_of(Scenario scenario) {
  World world(scenario, make_plan(scenario));
  world.run();
  check_all_is_well(world);
  return world.counts();
}

Scenario hostile(std::uint64_t seed, std::uint64_t tail_bytes) {
  Scenario scenario = make_scenario(seed, FaultProfile::kHostile, kMinute);
  scenario.checkpoint_tail_bytes = tail_bytes;
  scenario.checkpoint_part_bytes = 300;
  return scenario;
}

TEST_CASE("DESIGN 5.2: hostile seeds take over from checkpoints and replay little") {
  std::uint64_t loaded = 0;
  for (std::uint64_t seed = 1; seed <= seeds(12); ++seed) {
    INFO("seed " << seed);
    const WorldCounts often = counts_of(hostile(seed, 500));
    CHECK(often.checkpoints >= 16);
    CHECK(often.loaded >= 1);
    loaded += often.loaded;
    CHECK(often.not_replayed > often.replayed);
    CHECK(often.index_pages > 0);
    const WorldCounts never = counts_of(hostile(seed, limits::kCheckpointTailBytes));
    CHECK(never.checkpoints == 0);
    CHECK(never.not_replayed == 0);
    CHECK(never.index_pages == 0);
  }
  CHECK(loaded >= 12 * seeds(12));
}

TEST_CASE("the limits of checkpoints vary with the seed") {
  std::uint64_t small = 0;
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    const Scenario scenario = make_scenario(seed, FaultProfile::kHostile, kMinute);
    small += scenario.checkpoint_tail_bytes < limits::kCheckpointTailBytes ? 1 : 0;
  }
  CHECK(small > 20);
  CHECK(small < 40);
}

}  // namespace
}  // namespace glasspost::tests
