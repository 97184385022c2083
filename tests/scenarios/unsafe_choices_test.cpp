// An unsafe choice gives up what the registry says, and the shrinker finds the few faults that
// show it.
#include <functional>

#include "tests/virtual/forked.hpp"
#include "tests/virtual/seeds.hpp"

namespace glasspost::tests {
namespace {

constexpr std::uint64_t kSeeds = 100;

Scenario with_choice(std::uint64_t seed, std::string_view key, std::string_view value) {
  Scenario scenario = make_scenario(seed, FaultProfile::kHostile, kMinute);
  const Status set = set_choice(scenario.choices, key, value);
  REQUIRE(set);
  return scenario;
}

std::string given_up_by(std::string_view key) {
  for (const ChoiceInfo& info : choice_registry()) {
    if (info.key == key) return std::string(info.gives_up);
  }
  return {};
}

// The first seed under which the choice breaks promise 1; 0 if none does.
std::uint64_t seed_that_breaks_promise_1(std::string_view key, std::string_view value) {
  for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
    const Scenario scenario = with_choice(seed, key, value);
    const Forked run = run_forked(scenario, make_plan(scenario));
    if (run.promise != 1) continue;
    MESSAGE(key << " = " << value << ", seed " << seed << ": " << run.sentence);
    return seed;
  }
  return 0;
}

TEST_CASE("acknowledging before a message is durable gives up promise 1") {
  CHECK(given_up_by("delivery.ack").find('1') != std::string::npos);
  CHECK(seed_that_breaks_promise_1("delivery.ack", "after-memory") != 0);
}

TEST_CASE("never syncing the store gives up promise 1") {
  CHECK(given_up_by("store.fsync").find('1') != std::string::npos);
  CHECK(seed_that_breaks_promise_1("store.fsync", "never") != 0);
}

TEST_CASE("syncing the store once a second gives up promise 1") {
  CHECK(seed_that_breaks_promise_1("store.fsync", "interval") != 0);
}

// A section that is stuck answers BUSY for the rest of the run; a device then repeats for ever what
// no fact ever calls acknowledged. (The account is spared: nobody logs in to one that is lost.)
TEST_CASE("a store that loses what it confirmed leaves no owner stuck") {
  for (std::string_view value : {"interval", "never"}) {
    for (std::uint64_t seed = 1; seed <= kSeeds / 4; ++seed) {
      Scenario scenario = with_choice(seed, "store.fsync", value);
      scenario.placement = Placement::kSplit;
      const std::uint16_t account = node_with(server_nodes(scenario), {RoleKind::kAccount, 1});
      FaultPlan plan = make_plan(scenario);
      std::erase_if(plan, [account](const Fault& fault) { return fault.node == account; });
      World world(scenario, plan);
      world.run();
      INFO("store.fsync = " << value << ", seed " << seed);
      CHECK(world.trouble() == "");
      CHECK(world.counts().acked >= world.counts().composed);
    }
  }
}

TEST_CASE("an unsafe choice does no harm where nothing fails") {
  Scenario scenario = make_scenario(1, FaultProfile::kNone, kMinute);
  scenario.choices.delivery_ack = DeliveryAck::kAfterMemory;
  scenario.choices.store_fsync = StoreFsync::kLeftToSystem;
  CHECK(run_plan(scenario, {}).broken() == -1);
}

TEST_CASE("shrinking leaves only faults that are needed to break the same promise") {
  const std::uint64_t seed = seed_that_breaks_promise_1("delivery.ack", "after-memory");
  REQUIRE(seed != 0);
  const Scenario scenario = with_choice(seed, "delivery.ack", "after-memory");
  const RunReport broken = run_plan(scenario, make_plan(scenario));
  REQUIRE(broken.broken() == 1);
  std::size_t least = broken.plan.size();
  const RunReport smallest = shrink(broken, [&least](std::size_t left) {
    CHECK(left < least);
    least = left;
  });
  CHECK(smallest.broken() == 1);
  CHECK(smallest.plan.size() < broken.plan.size());
  CHECK(smallest.plan.size() == least);
  CHECK(smallest.plan.size() > 0);
  CHECK(run_plan(scenario, smallest.plan).hash == smallest.hash);
  for (std::size_t index = 0; index < smallest.plan.size(); ++index) {
    FaultPlan fewer = smallest.plan;
    fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(index));
    CHECK(run_plan(scenario, fewer).broken() != 1);
  }
}

}  // namespace
}  // namespace glasspost::tests
