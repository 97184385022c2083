// Time series of the whole cluster, in buckets of 100 ms over the last two minutes: what was done,
// and how late. Never an average of averages: latencies are kept as samples.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <vector>

#include "engine/base/time.hpp"
#include "engine/proto/fact.hpp"
#include "viz/model/connections.hpp"
#include "viz/model/messages.hpp"
#include "viz/model/processes.hpp"

namespace glasspost::viz {

enum class Count : std::uint8_t {
  kSends = 0,     // texts that reached an access process
  kAcked = 1,     // texts acknowledged
  kRows = 2,      // inbox rows that became visible
  kShown = 3,     // messages shown, on all devices
  kNotices = 4,   // notices to devices
  kSyncs = 5,     // syncs of stores' disks
  kNumbers = 6,   // inbox numbers handed out
  kCeilings = 7,  // ceilings made durable
  kLetters = 8,   // letters between roles
  kLost = 9,      // facts that never came
  kPuts = 10,     // batches that stores put on their disks
  kDue = 11,      // devices that were logged in as a row of their user became visible
  kCrossed = 12,  // letters between roles of different processes, those of leases apart
  kPulls = 13,    // syncs that devices asked for, with news or without
  kLogins = 14,
  kLookups = 15,       // questions of logic to the account: does this pair exist?
  kTakeOvers = 16,     // sections that an owner began to serve
  kSeqTakeOvers = 17,  // those of them that hand out numbers
  kRenewals = 18       // letters of owners that ask a replica to renew their leases
};
inline constexpr std::size_t kCounts = 19;

// What the samples of a latency are. kSync: a store's median of each interval between two gauges.
enum class Latency : std::uint8_t { kToAcked = 0, kToShown = 1, kSync = 2 };
inline constexpr std::size_t kLatencies = 3;

struct Bucket {
  Time from;
  std::array<std::uint32_t, kCounts> counts{};
  std::array<std::vector<std::uint32_t>, kLatencies> latencies_us;  // at most kSamplesMax each
};

inline constexpr Duration kBucket = std::chrono::milliseconds(100);
inline constexpr Duration kMetricsKept = std::chrono::seconds(120);

// Lowest, median, 99th percentile and highest of some samples.
struct Spread {
  std::size_t samples = 0;
  double lowest = 0, p50 = 0, p99 = 0, highest = 0;  // microseconds
};

class Metrics {
 public:
  // The others have heard this fact already.
  void apply(const Fact& fact, const Messages& messages, const Connections& connections,
             const Processes& processes);
  void at(Time now);

  const std::deque<Bucket>& buckets() const { return buckets_; }

  // A second, over the `span` before `now`.
  double rate(Count count, Time now, Duration span = std::chrono::seconds(1)) const;
  // Of the samples taken from `from` (inclusive) to `to`.
  Spread spread(Latency latency, Time from, Time to) const;

 private:
  // A counter of one life of a process, by node: its last value.
  using Counters = std::array<std::uint64_t, 256>;

  Bucket& bucket(Time now);
  void sample(const MessageStory* story, Latency what, Time now);
  void add(Time now, Count count, std::uint64_t amount);
  void cell(const Fact& fact, const Processes& processes);
  void gauge(const Fact& fact, const Processes& processes);

  std::deque<Bucket> buckets_;
  Counters syncs_{};
  Counters puts_{};
};

}  // namespace glasspost::viz
