// Hand-written bad days: each struck role on its own, in every placement.
#include "tests/virtual/seeds.hpp"

namespace glasspost::tests {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr Placement kPlacements[] = {Placement::kSplit, Placement::kMerged, Placement::kPaired};

Scenario half_minute(Placement placement) {
  Scenario scenario = make_scenario(1, FaultProfile::kNone, seconds(40));
  scenario.placement = placement;
  return scenario;
}

// The process with this role dies every three seconds.
FaultPlan crashes_of(const Scenario& scenario, Address role) {
  const std::uint16_t node = node_with(server_nodes(scenario), role);
  FaultPlan plan;
  for (int second = 3; second < 24; second += 3)
    plan.push_back({FaultKind::kCrash, Time(seconds(second)), milliseconds(500), node, 0});
  return plan;
}

void check_survives(const Scenario& scenario, const FaultPlan& plan) {
  World world(scenario, plan);
  world.run();
  check_all_is_well(world);
  CHECK(fired(world.counts(), plan.front().kind) == plan.size());
}

TEST_CASE("a role may die every three seconds, wherever it lives") {
  for (const Placement placement : kPlacements) {
    for (const RoleKind kind :
         {RoleKind::kAccess, RoleKind::kLogic, RoleKind::kConversation, RoleKind::kMailbox,
          RoleKind::kSeq, RoleKind::kStore, RoleKind::kAccount}) {
      INFO(to_text(placement) << ", " << to_text(Address{kind, 1}));
      const Scenario scenario = half_minute(placement);
      check_survives(scenario, crashes_of(scenario, {kind, 1}));
    }
  }
}

TEST_CASE("the store may stand still for four seconds") {
  for (const Placement placement : kPlacements) {
    const Scenario scenario = half_minute(placement);
    const std::uint16_t store = node_with(server_nodes(scenario), {RoleKind::kStore, 1});
    check_survives(scenario, {{FaultKind::kFreeze, Time(seconds(8)), seconds(4), store, 0}});
  }
}

TEST_CASE("a home that cannot hear its store for five seconds catches up") {
  const Scenario scenario = half_minute(Placement::kSplit);
  const std::vector<NodeShape> nodes = server_nodes(scenario);
  const std::uint16_t store = node_with(nodes, {RoleKind::kStore, 1});
  const std::uint16_t home = node_with(nodes, {RoleKind::kConversation, 1});
  check_survives(scenario, {{FaultKind::kCutOneWay, Time(seconds(8)), seconds(5), store, home}});
  check_survives(scenario, {{FaultKind::kCutOneWay, Time(seconds(8)), seconds(5), home, store}});
}

TEST_CASE("a device shows after its flight what was written meanwhile") {
  const Scenario scenario = half_minute(Placement::kSplit);
  const auto first_device = static_cast<std::uint16_t>(server_nodes(scenario).size() + 1);
  check_survives(scenario,
                 {{FaultKind::kAirplane, Time(seconds(5)), seconds(15), first_device, 0}});
}

}  // namespace
}  // namespace glasspost::tests
