// What a virtual run is made of: the shape of the cluster, the load, and the faults that will
// strike. All of it is drawn from one seed before the run begins, so a shrinker can take faults
// away one by one.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.hpp"
#include "engine/base/time.hpp"
#include "engine/core/choices.hpp"
#include "engine/core/limits.hpp"
#include "engine/core/quorum.hpp"

namespace glasspost {

// How rough a run is.
enum class FaultProfile : std::uint8_t { kNone = 0, kMild = 1, kHostile = 2 };

// Errors: kInvalidArgument with the known words.
Result<FaultProfile> parse_profile(std::string_view word);
std::string_view to_text(FaultProfile profile);

// Which roles share a process.
enum class Placement : std::uint8_t { kSplit = 0, kMerged = 1, kPaired = 2 };
std::string_view to_text(Placement placement);

// What can strike.
enum class FaultKind : std::uint8_t {
  kCrash = 0,           // the process dies at `at` and is started again after `length`
  kCrashInSync = 1,     // armed at `at`: dies while its disk syncs, again until a sync was lost
  kCrashAfterSend = 2,  // armed at `at`: dies just after it has sent something to `peer`
  kFreeze = 3,          // stands still for `length`, then goes on as if nothing had happened
  kCutOneWay = 4,       // nothing from `node` reaches `peer` for `length`
  kCutTwoWay = 5,
  kSlowLink = 6,     // what travels from `node` to `peer` takes up to `length` longer
  kSlowDisk = 7,     // syncs of `node` take up to 500 ms for `length`
  kDeviceCrash = 8,  // a device loses power and is switched on after `length`
  kEdgeBreak = 9,    // a device's connection breaks and nobody notices at once
  kAirplane = 10,    // a device is off the air for `length`
  kNoise = 11,       // single frames are lost, doubled and overtaken, from `at` on for `length`
  kLoseDisk = 12,    // as kCrash, and the disk of `node`, a replica, is empty afterwards
  kClockBack = 13,   // the time of day of `node` is set back by `length`
  kRecut = 14        // no fault: seq.section is switched while all that goes on
};
inline constexpr std::size_t kFaultKinds = 15;
std::string_view to_text(FaultKind kind);

// One fault. Nodes are numbered as the world numbers them: servers first, then devices.
struct Fault {
  FaultKind kind = FaultKind::kCrash;
  Time at = Time(Duration(0));
  Duration length = Duration(0);
  std::uint16_t node = 0;
  std::uint16_t peer = 0;
};

// The faults of a run, in order of time.
using FaultPlan = std::vector<Fault>;

// A run, but for its faults.
struct Scenario {
  std::uint64_t seed = 1;
  FaultProfile profile = FaultProfile::kNone;
  Duration length = std::chrono::seconds(60);
  Placement placement = Placement::kSplit;
  std::uint32_t access_count = 2;
  std::uint32_t conversation_count = 2;
  std::uint32_t mailbox_count = 2;
  std::uint32_t seq_count = 2;
  std::uint32_t arbiter_count = 2;
  Quorum quorum;               // of the store
  std::uint32_t sections = 4;  // of each kind
  std::uint32_t users = 12;
  std::uint32_t devices_per_user = 2;
  double texts_per_second = 8;                // of all devices together
  Duration quiet = std::chrono::seconds(12);  // no new texts and no faults at the end
  // As in Config: so small that a run of a minute takes over from several checkpoints.
  std::uint64_t checkpoint_tail_bytes = 4'000;
  std::uint64_t checkpoint_part_bytes = 2'000;
  // As in Config: with several replicas they vary with the seed, so that much is copied.
  std::uint64_t recent_batches = limits::kRecentBatchesMax;
  std::uint64_t copy_batches = limits::kCopyBatchesMax;
  Choices choices;
};

// The scenario of a seed: its shape and choices vary with the seed unless the profile is kNone.
Scenario make_scenario(std::uint64_t seed, FaultProfile profile, Duration length);

// Draws the faults. Every hostile plan of at least 40 s has a crash, a cut and a lost sync; with
// several replicas of the store each of them has a crash, a cut, a freeze and a lost sync, and one
// of them loses its disk. But for that one, no disk forgets what was synced.
FaultPlan make_plan(const Scenario& scenario);

}  // namespace glasspost
