// An unsafe choice gives up what the registry says, and the shrinker finds the few faults that
// show it.
#include <algorithm>
#include <functional>
#include <iterator>
#include <set>

#include "tests/virtual/forked.hpp"
#include "tests/virtual/seeds.hpp"

namespace glasspost::tests {
namespace {

constexpr std::uint64_t kSeeds = 500;

Scenario with_choice(std::uint64_t seed, std::string_view key, std::string_view value) {
  Scenario scenario = make_scenario(seed, FaultProfile::kHostile, kMinute);
  const Status set = set_choice(scenario.choices, key, value);
  REQUIRE(set);
  return scenario;
}

// The promises that the registry says are given up: the numbers before the colon.
std::set<int> promises_of(const ChoiceInfo& info) {
  std::set<int> promises;
  for (char letter : info.gives_up.substr(0, info.gives_up.find(':'))) {
    if (letter >= '1' && letter <= '9') promises.insert(letter - '0');
  }
  return promises;
}

// Does the choice break one of them under this seed?
bool breaks(const ChoiceInfo& info, std::string_view value, std::uint64_t seed) {
  const Scenario scenario = with_choice(seed, info.key, value);
  const Forked run = run_forked(scenario, make_plan(scenario));
  if (!promises_of(info).contains(run.promise)) return false;
  MESSAGE(info.key << " = " << value << ", seed " << seed << ": " << run.sentence);
  return true;
}

// A seed in which each unsafe value breaks what it gives up. After a change of the code others do:
// then the first one is taken, and told.
struct Kept {
  std::string_view key;
  std::string_view value;
  std::uint64_t seed = 0;
};
constexpr Kept kKept[] = {
    {"delivery.ack", "after-memory", 4}, {"store.fsync", "interval", 1},
    {"store.fsync", "never", 1},         {"seq.lease", "off", 2},
    {"seq.fencing", "off", 6},           {"seq.clock", "wall", 146},
    {"seq.lease-from", "receive", 21},
};

// 0: no seed breaks anything.
std::uint64_t breaking_seed(const ChoiceInfo& info, std::string_view value) {
  for (const Kept& kept : kKept) {
    const bool is_meant = kept.key == info.key && kept.value == value;
    if (is_meant && breaks(info, value, kept.seed)) return kept.seed;
  }
  for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
    if (breaks(info, value, seed)) return seed;
  }
  return 0;
}

TEST_CASE("every unsafe value breaks what it gives up, where the safe one holds") {
  int unsafe = 0;
  for (const ChoiceInfo& info : choice_registry()) {
    for (std::string_view value : info.unsafe) {
      ++unsafe;
      INFO(info.key << " = " << value);
      CHECK(info.gives_up.find(value) != std::string_view::npos);
      CHECK(info.gives_up.find("give") != std::string_view::npos);
      CHECK_FALSE(promises_of(info).empty());
      CHECK(std::any_of(std::begin(kKept), std::end(kKept), [&](const Kept& kept) {
        return kept.key == info.key && kept.value == value;
      }));
      const std::uint64_t seed = breaking_seed(info, value);
      REQUIRE(seed != 0);
      const Scenario safe = with_choice(seed, info.key, info.standard);
      CHECK(run_forked(safe, make_plan(safe)).promise == 0);
    }
  }
  CHECK(unsafe == std::size(kKept));
}

// A section that is stuck answers BUSY for the rest of the run; a device then repeats for ever what
// no fact ever calls acknowledged. (The account is spared: nobody logs in to one that is lost.)
TEST_CASE("a store that loses what it confirmed leaves no owner stuck") {
  for (std::string_view value : {"interval", "never"}) {
    for (std::uint64_t seed = 1; seed <= 25; ++seed) {
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

// Two histories can then meet in one log. That breaks promises; it must neither end a process nor
// break what a role holds to.
void check_nobody_dies(std::uint64_t count) {
  std::uint64_t met = 0;
  for (const Quorum quorum : {Quorum{1, 1, 1}, Quorum{3, 2, 2}}) {
    for (std::string_view value : {"interval", "never"}) {
      for (std::uint64_t seed = 1; seed <= count; ++seed) {
        Scenario scenario = with_choice(seed, "store.fsync", value);
        scenario.quorum = quorum;
        World world(scenario, make_plan(scenario));
        world.run();
        INFO("store.fsync = " << value << ", " << to_text(quorum) << ", seed " << seed);
        CHECK(world.trouble() == "");
        met += world.counts().forgotten;
      }
    }
  }
  CHECK(met > 0);  // or nothing was tried
}

TEST_CASE("a store that loses what it confirmed ends no process, alone or among three") {
  check_nobody_dies(seeds(40));
}

// Seed 458: a replica keeps the index of a conversation, and loses batches that it speaks of.
TEST_CASE("an index that outlives its batches ends no process") {
  Scenario scenario = with_choice(458, "store.fsync", "interval");
  scenario.quorum = Quorum{3, 2, 2};
  World world(scenario, make_plan(scenario));
  world.run();
  CHECK(world.trouble() == "");
}

TEST_SUITE("slow") {
  TEST_CASE("a store that loses what it confirmed ends no process: 300 seeds of each") {
    check_nobody_dies(seeds(300));
  }
}

TEST_CASE("an unsafe choice does no harm where nothing fails") {
  Scenario scenario = make_scenario(1, FaultProfile::kNone, kMinute);
  scenario.choices.delivery_ack = DeliveryAck::kAfterMemory;
  scenario.choices.store_fsync = StoreFsync::kLeftToSystem;
  scenario.choices.seq_lease = Duration(0);
  scenario.choices.seq_fencing = false;
  scenario.choices.seq_clock = LeaseClock::kWall;
  scenario.choices.seq_lease_from = LeaseFrom::kReceive;
  CHECK(run_plan(scenario, {}).broken() == -1);
}

TEST_CASE("shrinking leaves only faults that are needed to break the same promise") {
  const ChoiceInfo& ack = choice_registry().front();
  REQUIRE(ack.key == "delivery.ack");
  const std::uint64_t seed = breaking_seed(ack, "after-memory");
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
