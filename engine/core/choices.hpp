// The design choices a student can switch, each described once. Command line, console,
// docs and labs read this registry; roles read the plain values in Choices.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/ids.hpp"
#include "engine/base/result.hpp"
#include "engine/base/time.hpp"
#include "engine/proto/fact.hpp"

namespace glasspost {

// When a home tells the sender that a message is sent.
enum class DeliveryAck : std::uint8_t {
  kAfterDurable = 0,  // its batch is on W replicas
  kAfterMemory = 1    // the home has decided, nothing is durable: gives up promise 1
};

// When a store's puts are made durable.
enum class StoreFsync : std::uint8_t {
  kAlways = 0,       // what leaves waits for the sync
  kInterval = 1,     // synced once a second, nothing waits: gives up promise 1
  kLeftToSystem = 2  // never synced by us: gives up promise 1
};

// By which clock owners measure their leases.
enum class LeaseClock : std::uint8_t {
  kMonotonic = 0,  // only its rate matters
  kWall = 1        // the time of day, which may be set back: gives up promise 5
};

// From when a lease counts.
enum class LeaseFrom : std::uint8_t {
  kSend = 0,    // the owner asked for it
  kReceive = 1  // the answer came, which may be long after: gives up promise 5
};

// How those who need numbers find a section's allocator.
enum class SeqRouting : std::uint8_t {
  kTable = 0,  // in the route table, which comes with the traffic (WF 3.9): any allocator
  kPair = 1    // one of two that never change (WF 3.10): try one, then the other
};

// The values in force. Copied into every Config.
struct Choices {
  DeliveryAck delivery_ack = DeliveryAck::kAfterDurable;
  Duration notice_window = Duration(0);
  StoreFsync store_fsync = StoreFsync::kAlways;
  std::uint64_t seq_step = 10'000;    // WF 3.2
  std::uint32_t seq_prefetch = 50;    // per cent of the step left when the next is asked for
  std::uint64_t telemetry_watch = 1;  // one of so many messages is told letter by letter; 0: none
  bool telemetry_bodies = true;       // with their bytes
  Duration seq_lease = std::chrono::seconds(5);   // N; 0: none, gives up promises 2 and 5
  Duration seq_poll = std::chrono::seconds(1);    // P: owners renew, arbiters look
  Duration seq_detect = std::chrono::seconds(1);  // D: an owner silent for longer is given up
  bool seq_fencing = true;                        // replicas refuse older epochs
  LeaseClock seq_clock = LeaseClock::kMonotonic;
  LeaseFrom seq_lease_from = LeaseFrom::kSend;
  SeqRouting seq_routing = SeqRouting::kTable;
  SeqCut seq_section = SeqCut::kWhole;  // how many users a section of numbers is to have

  template <class Archive>
  void fields(Archive& archive) {
    archive(delivery_ack, notice_window, store_fsync, seq_step, seq_prefetch, telemetry_watch,
            telemetry_bodies, seq_lease, seq_poll, seq_detect, seq_fencing, seq_clock,
            seq_lease_from, seq_routing, seq_section);
  }
};

// One choice as a person meets it.
struct ChoiceInfo {
  std::string_view key;       // "seq.step"
  std::string_view options;   // "1 .. 1000000", or the words, separated by " | "
  std::string_view standard;  // the default, as text
  std::string_view trades;    // what one gets for what
  std::string_view gives_up;  // promise numbers an unsafe option breaks, and under which fault
  std::string_view formula;   // predicts its effect from measured inputs
  std::string_view source;    // WF or DESIGN, as docs/sources.md numbers them
  std::string_view applies;   // when a new value counts: "now", "next notice", ...
  std::string_view gains;     // what the default buys, in a few words
  std::string_view costs;     // and what it costs
  std::string_view quantity;  // what the formula predicts: "ack p50"
  std::vector<std::string_view> offers;  // values that the design board offers
  std::vector<std::string_view> unsafe;  // those of them that give something up
};

// All of them, in the order of the design board.
const std::vector<ChoiceInfo>& choice_registry();

// Which roles share a process is chosen, too, but only when a cluster is made: it is a property of
// the topology, not in the registry.
inline constexpr std::string_view kPlacementKey = "topology.placement";

// So is the number of the store's replicas (quorum.hpp).
inline constexpr std::string_view kQuorumKey = "store.quorum";

// Changes one value. Errors: kNotFound with the nearest key; kInvalidArgument with the options, or
// with the way to set the placement.
Status set_choice(Choices& choices, std::string_view key, std::string_view value);

// The deed of setting a choice, as a fact (kChoiceSet), and the key and value that it tells of. A
// value longer than 24 bytes is cut. Empty for a fact of another kind or of an unknown choice.
Fact choice_fact(std::string_view key, std::string_view value, std::uint64_t epoch);
std::string choice_key_of(const Fact& fact);
std::string choice_value_of(const Fact& fact);

// The value in force as text. REQUIRES: the key is in the registry.
std::string get_choice(const Choices& choices, std::string_view key);

}  // namespace glasspost
