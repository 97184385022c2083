// What a host keeps for the roles of one process, as a value; and settle, the one place that knows
// the order: durable first, visible second.
//
//   step -> settle:   puts go into the store's memory at once and get a number;
//                     letters to a role of this process are handed over at once (a crash loses
//                     both); what leaves the process, and every fact, is held behind the newest
//                     put.
//   sync -> release:  when the sync has covered that put, what is held leaves, in order.
//
// A step without puts waits like any other: it may have read puts that are not synced. One sync
// covers every step since the last one, so a busy process syncs once for many messages.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <vector>

#include "engine/base/ids.hpp"
#include "engine/base/time.hpp"
#include "engine/core/archive_message.hpp"
#include "engine/core/contract.hpp"

namespace glasspost {

// Where settle writes. Applied batches are visible to reads at once and durable after a later sync.
class WriteStore {
 public:
  virtual ~WriteStore() = default;
  // All of it or, after a crash, nothing.
  virtual void apply(std::span<const Put> batch) = 0;
};

// What waits for a sync: a letter with the facts that become true as it leaves, or (target 0) facts
// alone.
struct Held {
  std::uint64_t after_put = 0;
  Time not_after = kNever;
  Archived<v1::Letter> letter;
  std::vector<Fact> facts;

  template <class Archive>
  void fields(Archive& archive) {
    archive(after_put, not_after, letter, facts);
  }
};

// What this process knows of another process.
struct PeerLink {
  std::uint64_t frames_sent = 0;
  BootId boot_seen;                  // the newest life heard of
  std::uint64_t frames_seen = 0;     // of that life: the highest number
  std::uint64_t frames_missing = 0;  // gaps in the numbers, over all lives
  bool lacks_routes = false;         // it lives by an older table: the next frame takes ours along
  bool has_routes = false;           // it lives by a newer one: a frame asks for it

  template <class Archive>
  void fields(Archive& archive) {
    archive(frames_sent, boot_seen, frames_seen, frames_missing, lacks_routes, has_routes);
  }
};

// Names a timer in a process.
struct StationTimer {
  Address role;
  TimerId timer;
  auto operator<=>(const StationTimer&) const = default;

  template <class Archive>
  void fields(Archive& archive) {
    archive(role, timer);
  }
};

// All that a host keeps for one life of a process, beside sockets, files and clocks.
// Invariants:
//   I1  synced <= puts, and both only rise.
//   I2  held is in rising order of after_put.
//   I3  nothing in held has after_put <= synced once release has returned.
struct Station {
  NodeId node;
  BootId boot;
  std::uint64_t random_seed = 0;
  std::vector<Address> roles;  // of this process
  std::uint64_t steps = 0;
  std::uint64_t puts = 0;        // batches applied
  std::uint64_t synced = 0;      // batches known to be durable
  std::uint64_t routes_put = 0;  // routes of ours spread when this is durable
  std::deque<Held> held;
  std::map<StationTimer, Time> timers;
  std::map<NodeId, PeerLink> links;

  bool hosts(Address role) const;

  // The earliest timer, or kNever.
  Time next_timer() const;

  // The host stops reading its links while this holds.
  bool must_stop_reading() const;

  template <class Archive>
  void fields(Archive& archive) {
    archive(node, boot, random_seed, roles, steps, puts, synced, routes_put, held, timers, links);
  }
};

// A step that has been done, and what it asked for.
struct Stepped {
  Address role;
  Time now;
  Outbox out;
};

// Takes over what a step asked for. Letters to roles of this process are appended to `local`.
void settle(Station& station, Stepped&& step, WriteStore& store, std::vector<v1::Letter>& local);

// Where release puts what may leave. The letter's source is set.
class ReleaseSink {
 public:
  virtual ~ReleaseSink() = default;
  virtual void hand_over(v1::Letter&& letter) = 0;
  virtual void fact(const Fact& fact) = 0;
};

// Lets go of everything that `station.synced` covers. `now` is the instant of handing over: a
// letter whose not_after has passed is withheld, and a fact says so.
void release(Station& station, Time now, ReleaseSink& sink);

}  // namespace glasspost
