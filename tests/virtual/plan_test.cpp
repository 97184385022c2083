// What scenarios and fault plans look like, whatever the seed.
#include "engine/virtual/plan.hpp"

#include <algorithm>
#include <set>

#include <doctest/doctest.h>

#include "engine/virtual/shape.hpp"

namespace glasspost::tests {
namespace {

using std::chrono::seconds;

constexpr std::uint64_t kPlans = 500;

bool has(const FaultPlan& plan, FaultKind kind) {
  return std::any_of(plan.begin(), plan.end(), [kind](const Fault& f) { return f.kind == kind; });
}

void check_fault(const Scenario& scenario, const Fault& fault) {
  const std::size_t nodes =
      server_nodes(scenario).size() + scenario.users * scenario.devices_per_user;
  INFO("seed " << scenario.seed << ", " << to_text(fault.kind) << " at " << to_us(fault.at));
  CHECK(fault.node <= nodes);
  CHECK(fault.peer <= nodes);
  CHECK(fault.at >= Time(seconds(1)));
  CHECK(fault.length > Duration(0));
  const Time end = Time(scenario.length - scenario.quiet);
  CHECK(fault.at + fault.length <= end);
  const bool is_everywhere = fault.kind == FaultKind::kNoise || fault.kind == FaultKind::kRecut;
  if (!is_everywhere) CHECK(fault.node != 0);
}

TEST_CASE("faults strike nodes that exist, in order of time, and are over when the quiet begins") {
  for (const FaultProfile profile : {FaultProfile::kMild, FaultProfile::kHostile}) {
    for (std::uint64_t seed = 1; seed <= kPlans; ++seed) {
      const Scenario scenario = make_scenario(seed, profile, seconds(40 + seed % 30));
      const FaultPlan plan = make_plan(scenario);
      for (const Fault& fault : plan)
        check_fault(scenario, fault);
      const auto earlier = [](const Fault& one, const Fault& other) { return one.at < other.at; };
      CHECK(std::is_sorted(plan.begin(), plan.end(), earlier));
    }
  }
}

TEST_CASE("every hostile plan has a crash, a cut and a crash in the middle of a sync") {
  for (std::uint64_t seed = 1; seed <= kPlans; ++seed) {
    const FaultPlan plan = make_plan(make_scenario(seed, FaultProfile::kHostile, seconds(40)));
    CHECK(has(plan, FaultKind::kCrash));
    CHECK((has(plan, FaultKind::kCutOneWay) || has(plan, FaultKind::kCutTwoWay)));
    CHECK(has(plan, FaultKind::kCrashInSync));
  }
}

TEST_CASE("with three replicas every hostile plan strikes each of them in every way") {
  for (std::uint64_t seed = 1; seed <= kPlans; ++seed) {
    Scenario scenario = make_scenario(seed, FaultProfile::kHostile, seconds(40));
    scenario.quorum = {3, 2, 2};
    const FaultPlan plan = make_plan(scenario);
    const auto nodes = server_nodes(scenario);
    for (std::uint64_t number = 1; number <= 3; ++number) {
      const std::uint16_t replica = node_with(nodes, {RoleKind::kStore, number});
      std::set<FaultKind> kinds;
      for (const Fault& fault : plan) {
        check_fault(scenario, fault);
        if (fault.node == replica || fault.peer == replica) kinds.insert(fault.kind);
      }
      for (const FaultKind kind :
           {FaultKind::kCrash, FaultKind::kCrashInSync, FaultKind::kFreeze, FaultKind::kSlowDisk}) {
        CHECK(kinds.contains(kind));
      }
      const bool cut =
          kinds.contains(FaultKind::kCutOneWay) || kinds.contains(FaultKind::kCutTwoWay);
      CHECK(cut);
    }
  }
}

TEST_CASE("every replica of the store has a process of its own, whatever the placement") {
  for (const Placement placement : {Placement::kSplit, Placement::kMerged, Placement::kPaired}) {
    Scenario scenario;
    scenario.placement = placement;
    scenario.quorum = {3, 2, 2};
    const auto nodes = server_nodes(scenario);
    std::set<std::uint16_t> homes;
    for (std::uint64_t number = 1; number <= 3; ++number)
      homes.insert(node_with(nodes, {RoleKind::kStore, number}));
    CHECK(homes.size() == 3);
    const Config config = make_config(scenario);
    CHECK(config.replicas.size() == 3);
    CHECK(config.read_quorum == 2);
    CHECK(config.write_quorum == 2);
  }
}

TEST_CASE("without faults there is no plan, and the scenario is the standard one") {
  const Scenario standard;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const Scenario scenario = make_scenario(seed, FaultProfile::kNone, seconds(60));
    CHECK(make_plan(scenario).empty());
    CHECK(scenario.seed == seed);
    CHECK(scenario.users == standard.users);
    CHECK(scenario.placement == standard.placement);
  }
}

TEST_CASE("seeds vary the placement, the users, the devices, the step and the notice window") {
  std::set<Placement> placements;
  std::set<std::uint32_t> users;
  std::set<std::uint32_t> devices;
  std::set<std::uint64_t> steps;
  std::set<Duration> windows;
  for (std::uint64_t seed = 1; seed <= kPlans; ++seed) {
    const Scenario scenario = make_scenario(seed, FaultProfile::kHostile, seconds(60));
    placements.insert(scenario.placement);
    users.insert(scenario.users);
    devices.insert(scenario.devices_per_user);
    steps.insert(scenario.choices.seq_step);
    windows.insert(scenario.choices.notice_window);
  }
  CHECK(placements.size() == 3);
  CHECK(users.size() == 11);
  CHECK(devices.size() == 3);
  CHECK(steps.size() == 4);
  CHECK(windows.size() == 3);
}

TEST_CASE("seeds leave the choices safe") {
  for (std::uint64_t seed = 1; seed <= kPlans; ++seed) {
    const Choices choices = make_scenario(seed, FaultProfile::kHostile, seconds(60)).choices;
    CHECK(choices.delivery_ack == DeliveryAck::kAfterDurable);
    CHECK(choices.store_fsync == StoreFsync::kAlways);
  }
}

TEST_CASE("a profile has a word of its own, and an unknown word is explained") {
  for (const FaultProfile profile :
       {FaultProfile::kNone, FaultProfile::kMild, FaultProfile::kHostile}) {
    const Result<FaultProfile> parsed = parse_profile(to_text(profile));
    REQUIRE(parsed);
    CHECK(*parsed == profile);
  }
  const Result<FaultProfile> unknown = parse_profile("stormy");
  REQUIRE_FALSE(unknown);
  CHECK(unknown.error().code == Code::kInvalidArgument);
  CHECK(unknown.error().message.find("'stormy'") != std::string::npos);
}

TEST_CASE("every kind of fault has a name of its own") {
  std::set<std::string_view> names;
  for (std::size_t kind = 0; kind < kFaultKinds; ++kind)
    names.insert(to_text(static_cast<FaultKind>(kind)));
  CHECK(names.size() == kFaultKinds);
  CHECK_FALSE(names.contains("?"));
}

TEST_CASE("every role of the directory lives in the process that the shape says") {
  for (const Placement placement : {Placement::kSplit, Placement::kMerged, Placement::kPaired}) {
    Scenario scenario;
    scenario.placement = placement;
    const std::vector<NodeShape> nodes = server_nodes(scenario);
    std::size_t roles = 0;
    for (const NodeShape& node : nodes)
      roles += node.roles.size();
    const Directory directory = make_directory(nodes);
    CHECK(directory.size() == roles);
    for (const auto& [role, home] : directory)
      CHECK(node_with(nodes, role) == home.value);
    if (placement == Placement::kMerged) CHECK(nodes.size() == 1);
    if (placement == Placement::kSplit) CHECK(nodes.size() == roles);
  }
}

}  // namespace
}  // namespace glasspost::tests
