// Drawing scenarios and faults.
#include "engine/virtual/plan.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

#include "engine/base/random.hpp"
#include "engine/base/text.hpp"
#include "engine/core/limits.hpp"
#include "engine/virtual/shape.hpp"

namespace glasspost {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// Draws faults into a plan. Devices are numbered after the servers.
struct Drawer {
  const Scenario& scenario;
  std::vector<NodeShape> nodes;
  Random random;
  Random apart;
  FaultPlan plan;

  std::uint16_t server() { return static_cast<std::uint16_t>(1 + random.below(nodes.size())); }
  std::uint16_t device() {
    const std::uint64_t devices = scenario.users * scenario.devices_per_user;
    return static_cast<std::uint16_t>(nodes.size() + 1 + random.below(devices));
  }
  std::uint16_t store(std::uint64_t number) const {
    return node_with(nodes, {RoleKind::kStore, number});
  }
  // One of the replicas.
  std::uint16_t store() {
    const std::uint32_t replicas = scenario.quorum.replicas;
    return store(replicas == 1 ? 1 : 1 + random.below(replicas));
  }

  // A role whose process keeps sections.
  std::uint16_t owner() {
    switch (random.below(3)) {
      case 0:
        return node_with(nodes,
                         {RoleKind::kConversation, 1 + random.below(scenario.conversation_count)});
      case 1:
        return node_with(nodes, {RoleKind::kMailbox, 1 + random.below(scenario.mailbox_count)});
      default:
        return node_with(nodes, {RoleKind::kSeq, 1 + random.below(scenario.seq_count)});
    }
  }

  // When the last fault must be over.
  Time end() const { return Time(scenario.length - scenario.quiet - seconds(2)); }

  Time moment() { return Time(random.uniform(seconds(2), to_duration(end()) * 8 / 10)); }
  static Duration to_duration(Time time) { return time.time_since_epoch(); }

  // Callers draw inside the braces: their order is fixed there, while that of a call's arguments is
  // not, and the same seed must give the same plan with every compiler.
  void add(Fault fault) {
    fault.at = std::min(fault.at, end());
    fault.length = std::max(Duration(milliseconds(1)), std::min(fault.length, end() - fault.at));
    plan.push_back(fault);
  }

  void crash(std::uint16_t node) {
    add({.kind = FaultKind::kCrash,
         .at = moment(),
         .length = random.uniform(milliseconds(50), seconds(2)),
         .node = node});
  }
  void crash_in_sync(std::uint16_t node) {
    add({.kind = FaultKind::kCrashInSync,
         .at = moment(),
         .length = random.uniform(milliseconds(50), seconds(1)),
         .node = node});
  }
  // Dies just after a send, and often once more soon after it is back.
  void crash_after_send() {
    const Fault first{.kind = FaultKind::kCrashAfterSend,
                      .at = moment(),
                      .length = random.uniform(milliseconds(20), milliseconds(400)),
                      .node = owner(),
                      .peer = store()};
    add(first);
    if (!random.chance(0.8)) return;
    const Duration pause = random.uniform(milliseconds(50), milliseconds(700));
    add({.kind = FaultKind::kCrash,
         .at = first.at + first.length + pause,
         .length = random.uniform(milliseconds(20), milliseconds(400)),
         .node = first.node});
  }
  void cut() {
    const std::uint16_t one = server();
    const std::uint16_t other = static_cast<std::uint16_t>(one % nodes.size() + 1);
    // With a single server process the cut is between it and a device.
    const std::uint16_t peer = nodes.size() == 1 ? device() : other;
    add({.kind = random.chance(0.5) ? FaultKind::kCutOneWay : FaultKind::kCutTwoWay,
         .at = moment(),
         .length = random.uniform(milliseconds(200), seconds(5)),
         .node = one,
         .peer = peer});
  }
  // Any fault of one node for a while.
  void strike(FaultKind kind, std::uint16_t node, Duration shortest, Duration longest) {
    add({.kind = kind, .at = moment(), .length = random.uniform(shortest, longest), .node = node});
  }
  void slow_link() {
    add({.kind = FaultKind::kSlowLink,
         .at = moment(),
         .length = random.uniform(milliseconds(300), seconds(2)),
         .node = server(),
         .peer = server()});
  }
};

// What befalls each replica of several: it is away while the others go on, and comes back.
void draw_replica(Drawer& draw, std::uint16_t replica) {
  draw.crash_in_sync(replica);
  draw.strike(FaultKind::kCrash, replica, milliseconds(50), seconds(8));
  draw.strike(FaultKind::kFreeze, replica, milliseconds(300), seconds(6));
  draw.strike(FaultKind::kSlowDisk, replica, seconds(1), seconds(3));
  for (int i = 0; i < 3; ++i) {
    draw.add({.kind = draw.random.chance(0.5) ? FaultKind::kCutOneWay : FaultKind::kCutTwoWay,
              .at = draw.moment(),
              .length = draw.random.uniform(milliseconds(200), seconds(6)),
              .node = draw.owner(),
              .peer = replica});
  }
}

// One replica loses all that it had; two at a time would be too much for W = 2. It is one with a
// process of its own: what others keep has no replicas. Drawn apart: for it no other fault changes.
void draw_lost_disk(Drawer& draw) {
  std::swap(draw.random, draw.apart);
  std::uint16_t replica = draw.store();
  while (draw.nodes[replica - 1U].roles.size() > 1)
    replica = draw.store();
  draw.strike(FaultKind::kLoseDisk, replica, milliseconds(50), seconds(8));
  std::swap(draw.random, draw.apart);
}

void draw_common(Drawer& draw, int rounds) {
  for (int round = 0; round < rounds; ++round) {
    draw.crash(draw.server());
    draw.strike(FaultKind::kFreeze, draw.server(), milliseconds(300), seconds(4));
    draw.cut();
    draw.slow_link();
    draw.strike(FaultKind::kSlowDisk, draw.store(), seconds(3), seconds(3));
    draw.strike(FaultKind::kDeviceCrash, draw.device(), milliseconds(300), seconds(5));
    draw.strike(FaultKind::kEdgeBreak, draw.device(), milliseconds(1), milliseconds(1));
    draw.strike(FaultKind::kAirplane, draw.device(), seconds(1), seconds(8));
    draw.strike(FaultKind::kFreeze, draw.owner(), seconds(1), seconds(9));
    draw.strike(FaultKind::kClockBack, draw.owner(), seconds(1), seconds(9));
  }
}

// An owner that is given up while it lives: cut off from the store but not from its callers; or
// frozen, while the store's answers to it are long on their way, or while its time of day is set
// back.
void draw_lost_owner(Drawer& draw) {
  const std::uint16_t owner = draw.owner();
  const Time at = draw.moment();
  const Duration length = draw.random.uniform(seconds(2), seconds(9));
  const std::uint64_t variant = draw.random.below(3);
  const FaultKind kind = variant == 0 ? FaultKind::kCutTwoWay : FaultKind::kSlowLink;
  for (std::uint32_t number = 1; number <= draw.scenario.quorum.replicas; ++number) {
    const std::uint16_t replica = draw.store(number);
    if (replica == owner || variant == 2) continue;
    draw.add({.kind = kind, .at = at, .length = length, .node = replica, .peer = owner});
  }
  if (variant == 0) return;
  const Time then = at + milliseconds(500);
  draw.add({.kind = FaultKind::kFreeze, .at = then, .length = length, .node = owner});
  if (variant == 1) return;
  draw.add({.kind = FaultKind::kClockBack, .at = then, .length = length, .node = owner});
}

// The users are cut anew, up to three times, with draws of their own.
void draw_recuts(Drawer& draw) {
  Random random(derive_seed(draw.scenario.seed, "cuts"));
  std::swap(draw.random, random);
  for (std::uint64_t left = draw.random.below(4); left > 0; --left)
    draw.add({.kind = FaultKind::kRecut, .at = draw.moment()});
  std::swap(draw.random, random);
}

}  // namespace

Result<FaultProfile> parse_profile(std::string_view word) {
  if (word == "none") return FaultProfile::kNone;
  if (word == "mild") return FaultProfile::kMild;
  if (word == "hostile") return FaultProfile::kHostile;
  return Error{Code::kInvalidArgument,
               "there are no '" + escape_controls(word) + "' faults; use none, mild or hostile"};
}

std::string_view to_text(FaultProfile profile) {
  switch (profile) {
    case FaultProfile::kNone:
      return "none";
    case FaultProfile::kMild:
      return "mild";
    case FaultProfile::kHostile:
      return "hostile";
  }
  return "?";
}

std::string_view to_text(Placement placement) {
  switch (placement) {
    case Placement::kSplit:
      return "split";
    case Placement::kMerged:
      return "merged";
    case Placement::kPaired:
      return "paired";
  }
  return "?";
}

std::string_view to_text(FaultKind kind) {
  switch (kind) {
    case FaultKind::kCrash:
      return "crash";
    case FaultKind::kCrashInSync:
      return "crash_in_sync";
    case FaultKind::kCrashAfterSend:
      return "crash_after_send";
    case FaultKind::kFreeze:
      return "freeze";
    case FaultKind::kCutOneWay:
      return "cut_one_way";
    case FaultKind::kCutTwoWay:
      return "cut_two_way";
    case FaultKind::kSlowLink:
      return "slow_link";
    case FaultKind::kSlowDisk:
      return "slow_disk";
    case FaultKind::kDeviceCrash:
      return "device_crash";
    case FaultKind::kEdgeBreak:
      return "edge_break";
    case FaultKind::kAirplane:
      return "airplane";
    case FaultKind::kNoise:
      return "noise";
    case FaultKind::kLoseDisk:
      return "lose_disk";
    case FaultKind::kClockBack:
      return "clock_back";
    case FaultKind::kRecut:
      return "recut";
  }
  return "?";
}

Scenario make_scenario(std::uint64_t seed, FaultProfile profile, Duration length) {
  Scenario scenario;
  scenario.seed = seed;
  scenario.profile = profile;
  scenario.length = length;
  if (profile == FaultProfile::kNone) return scenario;
  Random random(derive_seed(seed, "scenario"));
  const std::uint64_t placement = random.below(10);
  if (placement < 2) scenario.placement = Placement::kMerged;
  if (placement >= 2 && placement < 4) scenario.placement = Placement::kPaired;
  scenario.users = static_cast<std::uint32_t>(random.between(6, 16));
  scenario.devices_per_user = static_cast<std::uint32_t>(random.between(1, 3));
  // Rare but legal values, as a matter of course: tiny steps, wide windows.
  const std::uint64_t steps[] = {1, 7, 100, 10'000};
  scenario.choices.seq_step = steps[random.below(4)];
  const Duration windows[] = {Duration(0), Duration(0), milliseconds(50), milliseconds(200)};
  scenario.choices.notice_window = windows[random.below(4)];
  Random checkpoints(derive_seed(seed, "checkpoints"));
  const std::uint64_t tails[] = {500, 1'000, 4'000, limits::kCheckpointTailBytes};
  scenario.checkpoint_tail_bytes = tails[checkpoints.below(4)];
  const std::uint64_t parts[] = {100, 1'000, limits::kCheckpointPartBytes};
  scenario.checkpoint_part_bytes = parts[checkpoints.below(3)];
  Random leases(derive_seed(seed, "leases"));
  if (leases.chance(0.6)) {  // preset quick
    scenario.choices.seq_lease = seconds(1);
    scenario.choices.seq_poll = milliseconds(100);
    scenario.choices.seq_detect = milliseconds(200);
  }
  Random copies(derive_seed(seed, "copies"));
  const std::uint64_t recent[] = {0, 3, 20, limits::kRecentBatchesMax};
  scenario.recent_batches = recent[copies.below(4)];
  const std::uint64_t pages[] = {1, 10, limits::kCopyBatchesMax};
  scenario.copy_batches = pages[copies.below(3)];
  return scenario;
}

FaultPlan make_plan(const Scenario& scenario) {
  if (scenario.profile == FaultProfile::kNone) return {};
  Drawer draw{scenario,
              server_nodes(scenario),
              Random(derive_seed(scenario.seed, "faults")),
              Random(derive_seed(scenario.seed, "lost disk")),
              {}};
  if (draw.end() < Time(seconds(4))) return {};  // too short to heal in
  if (scenario.profile == FaultProfile::kMild) {
    draw_common(draw, 1);
  } else {
    draw_common(draw, static_cast<int>(draw.random.between(1, 3)));
    draw.crash_in_sync(draw.store(1));
    for (int i = 0; i < 5; ++i)
      draw.crash_after_send();
    for (int i = 0; i < 3; ++i)
      draw.crash(draw.owner());
    for (std::uint32_t number = 1; number <= scenario.quorum.replicas; ++number) {
      if (scenario.quorum.replicas > 1) draw_replica(draw, draw.store(number));
    }
    if (scenario.quorum.is_safe() && scenario.quorum.replicas > 1) draw_lost_disk(draw);
    draw_lost_owner(draw);
    draw_recuts(draw);
  }
  draw.add({.kind = FaultKind::kNoise, .at = Time(seconds(1)), .length = scenario.length});
  const auto earlier = [](const Fault& one, const Fault& other) { return one.at < other.at; };
  std::stable_sort(draw.plan.begin(), draw.plan.end(), earlier);
  return draw.plan;
}

}  // namespace glasspost
