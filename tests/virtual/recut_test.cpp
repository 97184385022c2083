// seq.section in the virtual world: the users are cut anew while numbers are handed out, between
// faults or without any, and no user's numbers go back.
#include "engine/roles/seq/seq.hpp"
#include "tests/virtual/seeds.hpp"

namespace glasspost::tests {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr SeqCut kOrder[] = {SeqCut::kHalf, SeqCut::kQuadruple, SeqCut::kQuarter, SeqCut::kDouble,
                             SeqCut::kWhole};

Scenario cut_in_four(std::uint64_t seed, Quorum quorum) {
  Scenario scenario = make_scenario(seed, FaultProfile::kNone, kMinute);
  scenario.quorum = quorum;
  scenario.users = 16;  // in four sections: a quarter has one user
  scenario.choices.seq_lease = seconds(1);
  scenario.choices.seq_poll = milliseconds(100);
  scenario.choices.seq_detect = milliseconds(200);
  return scenario;
}

const Seq::State& allocator(const World& world, std::uint64_t number) {
  const RoleBox* role = world.role({RoleKind::kSeq, number});
  REQUIRE(role != nullptr);
  return role->as<Seq>().state();
}

// The sections that are served, with where they began.
std::map<SectionId, std::uint64_t> floors(const World& world) {
  std::map<SectionId, std::uint64_t> found;
  for (std::uint64_t number = 1; number <= world.scenario().seq_count; ++number) {
    for (const auto& [id, section] : allocator(world, number).sections) {
      if (!section.serves) continue;
      CHECK_FALSE(found.contains(id));
      found[id] = section.floor;
    }
  }
  return found;
}

std::map<UserId, std::uint64_t> last_numbers(const World& world) {
  std::map<UserId, std::uint64_t> found;
  for (std::uint64_t number = 1; number <= world.scenario().seq_count; ++number) {
    const Seq::State& state = allocator(world, number);
    for (const auto& [id, section] : state.sections) {
      const std::uint32_t first = state.config.first_user(id).value;
      section.last.for_each([&, first](std::size_t place, std::uint64_t last) {
        found[UserId{first + static_cast<std::uint32_t>(place)}] = last;
      });
    }
  }
  return found;
}

TEST_CASE("WF 3.2: users are cut anew under load, by all five cuts, above all that they got") {
  for (Quorum quorum : {Quorum{1, 1, 1}, Quorum{3, 2, 2}}) {
    CAPTURE(quorum.replicas);
    World world(cut_in_four(1, quorum), {});
    Time now(seconds(8));
    world.run_until(now);
    for (SeqCut cut : kOrder) {
      CAPTURE(to_text(cut));
      const auto before = last_numbers(world);
      CHECK(before.size() > 8);
      REQUIRE(world.choose("seq.section", std::string(to_text(cut))));
      now += seconds(2);
      world.run_until(now);
      const Config& config = allocator(world, 1).config;
      CHECK(config.seq_cut == cut);
      const auto served = floors(world);
      CHECK(served.size() == config.seq_sections(cut));
      for (const auto& [user, last] : before) {
        const auto section = served.find(config.seq_section(user));
        REQUIRE(section != served.end());
        CHECK(section->second >= last);
      }
      now += seconds(6);
      world.run_until(now);
    }
    world.run();
    check_all_is_well(world);
  }
}

TEST_CASE("an owner that is frozen while the users are cut anew hands out nothing as it thaws") {
  for (SeqCut cut : kOrder) {
    CAPTURE(to_text(cut));
    if (cut == SeqCut::kWhole) continue;
    const Scenario scenario = cut_in_four(2, {3, 2, 2});
    const std::uint16_t frozen = node_with(server_nodes(scenario), {RoleKind::kSeq, 1});
    World world(scenario, {{FaultKind::kFreeze, Time(seconds(10)), seconds(20), frozen, 0}});
    world.run_until(Time(seconds(10) + milliseconds(50)));
    REQUIRE(world.choose("seq.section", std::string(to_text(cut))));
    world.run_until(Time(seconds(16)));
    // All of it is served by the other one, once the lease was over.
    const Config& config = allocator(world, 2).config;
    CHECK(config.seq_cut == cut);
    for (const auto& [id, section] : allocator(world, 2).sections)
      CHECK(section.serves);
    CHECK(allocator(world, 2).sections.size() == config.seq_sections(cut));
    world.run();
    check_all_is_well(world);
  }
}

TEST_CASE("a switch waits until the cut before is served everywhere") {
  World world(cut_in_four(3, {3, 2, 2}), {});
  world.run_until(Time(seconds(5)));
  // Five switches at once: each arbiter takes them one after the other, or leaves some out.
  for (SeqCut cut : kOrder)
    REQUIRE(world.choose("seq.section", std::string(to_text(cut))));
  REQUIRE(world.choose("seq.section", "quarter"));
  world.run_until(Time(seconds(12)));
  CHECK(allocator(world, 1).config.seq_cut == SeqCut::kQuarter);
  CHECK(floors(world).size() == 16);
  world.run();
  check_all_is_well(world);
}

TEST_CASE(
    "two disks that were lost one after the other do not keep the users from being cut anew") {
  const Scenario scenario = cut_in_four(4, {3, 2, 2});
  const auto disk = [&scenario](std::uint64_t number, Time at) {
    const std::uint16_t node = node_with(server_nodes(scenario), {RoleKind::kStore, number});
    return Fault{FaultKind::kLoseDisk, at, milliseconds(500), node, 0};
  };
  World world(scenario, {disk(1, Time(seconds(5))), disk(2, Time(seconds(12)))});
  Time now(seconds(20));
  world.run_until(now);
  for (SeqCut cut : kOrder) {
    CAPTURE(to_text(cut));
    REQUIRE(world.choose("seq.section", std::string(to_text(cut))));
    now += seconds(4);
    world.run_until(now);
    const Config& config = allocator(world, 1).config;
    CHECK(config.seq_cut == cut);
    CHECK(floors(world).size() == config.seq_sections(cut));
  }
  world.run();
  check_all_is_well(world);
}

// Seed 7355: an arbiter shares a process with the only replica, which loses the table that it
// chose; another one then had the same version, and a section of numbers two owners that fenced
// each other.
TEST_CASE("a table that a crash takes back was told to nobody") {
  const Scenario scenario = make_scenario(7'355, FaultProfile::kHostile, kMinute);
  CHECK(run_plan(scenario, make_plan(scenario)).broken_sentence() == "");
}

}  // namespace
}  // namespace glasspost::tests
