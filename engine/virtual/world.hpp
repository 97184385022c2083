// The virtual world: a whole cluster and its devices in one process, with virtual time, a seeded
// network and disks that forget what was not synced. It drives the same Process values as the live
// host does.
//
//   events by time --> a node's Process (core/process.hpp) --> settle --> disk, held
//        ^                                                       |
//        +---- frames, edge frames, syncs, timers, faults <------+--> facts --> promises
//
// One seed decides everything: the scenario, the faults and every delay are drawn from streams of
// it. The hash covers every input, put, send and fact of every step, bytes included, and every
// draw: two runs are the same run if and only if their hashes agree. A World is a value; copying
// one is a snapshot.
//
// Invariants:
//   I1  nothing happens at a node that is down; what happens at a frozen one happens when it thaws.
//   I2  a frame that is lost, doubled or delayed is counted.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "engine/base/hash.hpp"
#include "engine/base/random.hpp"
#include "engine/core/process.hpp"
#include "engine/promises/promises.hpp"
#include "engine/storage/faulty_store.hpp"
#include "engine/virtual/clock.hpp"
#include "engine/virtual/plan.hpp"
#include "engine/virtual/shape.hpp"
#include "engine/virtual/world_watch.hpp"

namespace glasspost {

// What happened in a run, counted.
struct WorldCounts {
  std::array<std::uint64_t, kFaultKinds> faults{};  // fired, by kind
  std::uint64_t lost_syncs = 0;                     // crashes that took unsynced batches with them
  std::uint64_t lost_batches = 0;
  std::uint64_t torn_tails = 0;
  std::uint64_t frames = 0;  // sent between processes
  std::uint64_t frames_lost = 0;
  std::uint64_t frames_doubled = 0;
  std::uint64_t frames_late = 0;  // of a dead sender, or for a new life of the receiver
  std::uint64_t envelopes = 0;    // letters delivered to roles
  std::uint64_t steps = 0;
  std::uint64_t composed = 0;  // texts that people wrote
  std::uint64_t acked = 0;
  std::uint64_t shown = 0;
  std::uint64_t dropped = 0;       // letters that roles dropped, with a fact each
  std::uint64_t checkpoints = 0;   // that counted
  std::uint64_t loaded = 0;        // take-overs that began with a checkpoint
  std::uint64_t replayed = 0;      // batches that all take-overs replayed, ...
  std::uint64_t not_replayed = 0;  // ... and that checkpoints spared them
  std::uint64_t index_pages = 0;   // old index entries that were read back
  std::uint64_t caught_up = 0;     // replicas of sections that were copied to
  std::uint64_t moved = 0;         // sections that arbiters gave to another owner
  std::uint64_t withheld = 0;      // letters that a lease kept back
  std::uint64_t forgotten = 0;     // places where a log did not go on from what was known
};

// Something worth a sentence in the story of a run.
struct Notable {
  Time at;
  std::string sentence;
};

// The user of a virtual world whose devices log in with a password; all others have tokens.
inline constexpr std::uint32_t kPasswordUser = 1;

class World final : public StepObserver {
 public:
  World(const Scenario& scenario, const FaultPlan& plan);

  // Runs to the end of the scenario and judges. Call once.
  void run();

  // The same in pieces: all that happens up to this instant. Later calls go on.
  void run_until(Time until);
  Time now() const { return now_; }

  // Somebody looks on from now on; nullptr: nobody. Copies of this world tell it, too.
  void watch(WorldWatch* watch) { watch_ = watch; }

  // Somebody looks at the world and meddles: a fault strikes now, a choice is set now. A run in
  // which that was done is not the run of its seed any more.
  void strike(Fault fault);
  Status choose(const std::string& key, const std::string& value);

  const Scenario& scenario() const { return scenario_; }
  const Promises& promises() const { return promises_; }
  const WorldCounts& counts() const { return counts_; }
  const std::vector<Notable>& notables() const { return notables_; }
  std::uint64_t hash() const;
  Time healed() const { return healed_; }

  // A role as it stands; null while its process is down, frozen, or not there.
  const RoleBox* role(Address address) const;

  // A role's broken invariant or a role that never came back, as a sentence; empty if all is well.
  const std::string& trouble() const { return trouble_; }

  // Every role's state survives save and load, with the same hash. For tests.
  std::string broken_save() const;

  void stepped(const Process& process, Address role, const Input& input, const Seen& seen,
               const Outbox& out) override;

 private:
  // A device's connection to an access process.
  struct Edge {
    bool open = false;
    std::uint64_t generation = 0;  // of the device's connections
    std::uint32_t access = 1;      // the access role to try, or connected to
    std::uint64_t access_boot = 0;
    std::uint64_t connection = 0;      // its number there
    std::deque<std::string> queued{};  // written while there was no connection
    bool dead = false;                 // broken, and the device does not know yet
  };

  // A process or a device.
  struct Node {
    std::string name;
    bool is_device = false;
    bool up = false;
    std::uint64_t boots = 0;
    Time frozen_until = Time(Duration(0));
    Process process;
    std::vector<v1::Letter> arrived;  // in this turn's frames, not stepped yet
    bool turn_due = false;            // they will be
    Config config;                    // its own copy: routes reach it when they do
    FaultyStore disk;
    Duration clock_back = Duration(0);  // how far its time of day was set back
    StationClockModel clock;
    bool syncing = false;
    Time sync_began = Time(Duration(0));
    std::uint64_t timer_generation = 0;
    Time timer_at = kNever;
    std::uint64_t connections = 0;  // given out in this life (access)
    int armed_in_sync = -1;         // index of the fault that waits for a sync
    int armed_after_send = -1;
    Time slow_disk_until = Time(Duration(0));
    Edge edge;          // devices only
    DeviceId device;    // devices only
    std::string token;  // devices only
  };

  // A directed link between two nodes.
  struct Link {
    Time cut_until = Time(Duration(0));
    bool cut_keeps = false;  // what was sent during the cut arrives after it
    Time slow_until = Time(Duration(0));
    Duration slow_by = Duration(0);
    Time newest_arrival = Time(Duration(0));
  };

  enum class EventKind : std::uint8_t {
    kBoot,
    kFrame,
    kTimer,
    kSyncDone,
    kFault,
    kCrash,
    kCompose,
    kCheck,
    kEdgeTry,
    kEdgeUp,
    kEdgeDown,
    kEdgeLost,
    kToAccess,
    kToDevice,
    kLanding,
    kHashed,
    kCertificate,
    kChosen,
    kTurn
  };

  // Something that will happen at a node.
  struct Event {
    EventKind kind = EventKind::kCheck;
    std::uint16_t node = 0;
    std::uint16_t from = 0;    // kFrame: the sender
    std::uint64_t boot = 0;    // of the node when this was made; 0: any
    std::uint64_t number = 0;  // timer generation, fault index, connection, ...
    std::uint64_t amount = 0;  // kSyncDone: bytes; kCrash: length in us; edge: generation;
                               // kCertificate: of node `number`, the newest life that ended
    std::string bytes{};
  };

  // world.cpp: time, processes, disks.
  void at(Time when, Event event);
  void happen(Event& event);
  bool put_off(const Event& event);
  void boot(std::uint16_t number);
  void provision();
  void add_device(UserId user, unsigned index, const std::string& token);
  Turn turn_of(Node& node);
  Turn turn_as_is(Node& node);
  void step_arrived(Node& node);
  bool is_busy();
  void after_turn(std::uint16_t number);
  void start_sync(std::uint16_t number);
  void on_sync_done(const Event& event);
  void schedule_timer(std::uint16_t number);
  void on_fact(const Fact& fact);
  Fact by_world_clock(const Fact& fact);
  void count_take_over(const Fact& fact);
  void check_invariants();
  void tell_host_fact(FactKind kind, std::uint16_t number, std::uint64_t subject);

  // world_network.cpp: frames between processes, and the edge.
  void send_frame(std::uint16_t from, std::uint16_t to, std::string&& bytes);
  void on_frame(Event& event);
  void send_edge(std::uint16_t from, const v1::Letter& letter);
  void hash_later(std::uint16_t account, const v1::HashPassword& wanted);
  void on_hashed(const Event& event);
  void to_access(std::uint16_t device, std::string bytes);
  void on_to_access(const Event& event);
  void on_to_device(const Event& event);
  void on_edge_try(const Event& event);
  void on_edge_up(const Event& event);
  void on_edge_down(const Event& event);
  void on_edge_lost(const Event& event);
  Time arrival(std::uint16_t from, std::uint16_t to, bool ordered);
  void retry_edge(std::uint16_t device);

  // world_faults.cpp: what strikes, and the load.
  void on_fault(std::size_t index);
  void recut();
  void break_edge(std::uint16_t number);
  void cut(std::uint16_t from, std::uint16_t to, Duration length);
  void crash(std::uint16_t number, Duration length);
  void certify(std::uint16_t number, std::uint64_t boots);
  void check_ceiling(const Fact& handed_out);
  void on_chosen(std::uint16_t number);
  void on_certificate(const Event& event);
  void lose_disk(std::uint16_t number, Duration length);
  void on_crash(const Event& event);
  void delay_tail_of(std::uint16_t number);
  void set_airplane(std::uint16_t number, bool on);
  void compose();
  void note(std::string sentence);
  Time faults_end() const;

  Node& node(std::uint16_t number) { return nodes_.at(number - 1U); }

  Scenario scenario_;
  FaultPlan plan_;
  std::vector<NodeShape> shapes_;
  Directory directory_;
  Config config_;
  std::map<std::uint64_t, std::uint64_t> ceilings_;  // by section: the highest that an owner told
  bool may_forget_;  // a choice let a store lose what it confirmed, or quorums miss each other
  Time now_ = Time(Duration(0));
  Time healed_ = Time(Duration(0));
  std::uint64_t events_made_ = 0;
  std::map<std::pair<Time, std::uint64_t>, Event> events_;
  std::deque<Node> nodes_;  // servers first; grows while references are held
  std::map<std::pair<std::uint16_t, std::uint16_t>, Link> links_;
  bool noisy_ = false;
  Time noisy_until_ = Time(Duration(0));
  // One stream a purpose, so that one more draw of one kind shifts no other.
  Random network_random_;
  Random disk_random_;
  Random fault_random_;
  Random load_random_;
  Random boot_random_;
  Hash64 hash_;
  Promises promises_;
  WorldCounts counts_;
  std::vector<Notable> notables_;
  std::string trouble_;
  WorldWatch* watch_ = nullptr;
};

}  // namespace glasspost
