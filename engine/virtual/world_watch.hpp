// Who watches a virtual world: what a live cluster tells by rings and hub, told of the world. The
// same tap stands on each process; times are the world's true ones. Watching changes nothing in the
// world: it draws no random number and schedules nothing.
//
//   World --(facts, letters, deeds)--> WorldWatch --take--> facts in order of time
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <vector>

#include "engine/base/histogram.hpp"
#include "engine/base/time.hpp"
#include "engine/core/station.hpp"
#include "engine/telemetry/fact_source.hpp"
#include "engine/telemetry/tap.hpp"
#include "engine/virtual/plan.hpp"

namespace glasspost {

class WorldWatch {
 public:
  // A fact may be told as much later than the instant it is of: a cell when its window is over, and
  // in a quiet process a little later.
  static constexpr Duration kLateness = std::chrono::milliseconds(600);

  // As telemetry.watch and telemetry.bodies mean it.
  WorldWatch(std::uint64_t watch, bool bodies) : watch_(watch), bodies_(bodies) {}

  // What the world tells. `now` is always true time.
  void fact(Time now, Fact fact);
  void stepped(Time now, NodeId node, Address role, std::span<const v1::Letter> letters,
               const Outbox& out);
  void to_edge(Time now, NodeId node, Address from, const v1::Letter& letter);
  void started(Time now, NodeId node, std::uint64_t boots);
  void ended(Time now, NodeId node, std::uint64_t boots);
  // A fault strikes and will have healed at `healed`, which may be later than the end of the world.
  void fault(Time now, const Fault& fault, Time healed);
  // A sync of a process's disk is over.
  void synced(NodeId node, Duration took);
  // At least every half second, for each process.
  void gauge(Time now, const Station& station);

  // The facts up to `until`, in order of time, once. REQUIRES: until is kLateness before the
  // world's time, or the world is over.
  std::vector<Fact> take(Time until);

  // The rest, when the world is over. Faults that would heal later do not any more.
  std::vector<Fact> close(Time end);

 private:
  // Of one life of a process.
  struct Syncs {
    std::uint64_t all = 0;
    Histogram recent;  // microseconds, since the last gauge
  };

  Tap& tap_of(NodeId node);

  std::uint64_t watch_;
  bool bodies_;
  std::map<NodeId, std::unique_ptr<Tap>> taps_;
  std::map<NodeId, Syncs> syncs_;
  std::vector<Fact> waiting_;
};

// What the numbers in the facts of such a world stand for.
RunLabels labels_of(const Scenario& scenario);

}  // namespace glasspost
