// What is known of each process: is it well, how busy, since when. Fed with gauges and deeds.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "engine/base/time.hpp"
#include "engine/telemetry/fact_source.hpp"

namespace glasspost::viz {

enum class Health : std::uint8_t {
  kUnknown = 0,  // no fact of it yet
  kRunning = 1,
  kPaused = 2,    // stopped; it may go on
  kDown = 3,      // ended; its supervisor starts it again
  kStarting = 4,  // a new life that does not serve yet
  kSilent = 5     // running, as far as we know, but it has said nothing for a while
};

struct ProcessCard {
  NodeId node;
  std::string name;
  std::vector<Address> roles;
  Health health = Health::kUnknown;
  Time since = Time(Duration(0));  // of this health
  std::uint64_t boot = 0;
  std::uint64_t starts = 0;
  bool measured = false;  // it tells its processor time and connections (a real one does)
  bool tells_syncs = false;
  double cpu = 0;  // share of one processor over the last second
  std::uint64_t held = 0;
  std::uint64_t connections = 0;
  double steps_a_second = 0;
  double syncs_a_second = 0;
  double puts_a_second = 0;
  std::uint64_t sync_p50_us = 0;  // of the last interval in which there was one; 0: none yet
  std::uint64_t sync_p99_us = 0;
  std::uint64_t step_p99_us = 0;
  std::uint64_t memory_bytes = 0;
  Time heard = Time(Duration(0));
};

bool has_store(const ProcessCard& card);
// A role that may own sections, and keeps leases for them.
bool owns_sections(Address role);

class Processes {
 public:
  // The processes that there are. Known ones keep what is known of them.
  void name(const RunLabels& labels);

  void apply(const Fact& fact);

  // Time went on: who has been silent for too long?
  void at(Time now);

  const std::vector<ProcessCard>& all() const { return cards_; }
  // Those that have not ended, as far as anybody told.
  std::size_t up() const;
  // The end of the whole cluster in facts, for when nobody is left to tell it: one for each process
  // that has not ended yet.
  std::vector<Fact> ends_of_all(Time now) const;
  const ProcessCard* find(NodeId node) const;
  const ProcessCard* find(const std::string& name) const;
  // The process in which a role lives; null if it is not known.
  const ProcessCard* of_role(std::uint32_t fact_role) const;

 private:
  // A counter that only rises, and its rate over about a second.
  struct Rising {
    Time at = Time(Duration(0));
    std::uint64_t value = 0;
    double rate = 0;
    void take(Time now, std::uint64_t newer);
  };
  struct Counters {
    Rising cpu, steps, syncs, puts;
  };

  ProcessCard* card(NodeId node);
  void set_health(ProcessCard& card, Health health, Time now);
  void gauge(ProcessCard& card, Counters& counters, const Fact& fact);
  void deed(const Fact& fact);

  std::vector<ProcessCard> cards_;
  std::map<NodeId, Counters> counters_;
  std::map<std::uint32_t, NodeId> homes_;  // by role, as facts name it
};

}  // namespace glasspost::viz
