// Time, processes and disks of the virtual world.
#include "engine/virtual/world.hpp"

#include <algorithm>
#include <cassert>

#include "engine/core/forgotten.hpp"
#include "engine/roles/roster.hpp"

namespace glasspost {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;

// 2015-02-18 12:00 UTC: the evening of the gala in Beijing.
constexpr std::int64_t kWallStart = 1'424'260'800'000;

// The key of every virtual account role; there is nothing to protect here.
constexpr MacKey kVirtualKey{1, 2, 3};
constexpr const char* kVirtualPassword = "a virtual password";

std::string name_of(UserId user) {
  return "user " + std::to_string(user.value);
}

// Collects what a release lets go and passes the facts on.
class WorldSink final : public FrameSink {
 public:
  WorldSink(Process& process, const Directory& directory, const Config& config, Time now)
      : FrameSink(process.station, directory, config, now) {}
  void fact(const Fact& fact) override { facts.push_back(fact); }
  std::vector<Fact> facts;
};

void hash_letter(Hash64& hash, const v1::Letter& letter) {
  std::string bytes;
  const bool written = letter.SerializeToString(&bytes);
  assert(written);
  hash.add(bytes);
}

void hash_fact(Hash64& hash, const Fact& fact) {
  hash.add(static_cast<std::uint64_t>(fact.kind) << 48 | std::uint64_t{fact.node} << 32 |
           fact.role);
  for (std::uint64_t word :
       {fact.trace, fact.subject, fact.object, fact.number, fact.value, fact.extra}) {
    hash.add(word);
  }
}

}  // namespace

World::World(const Scenario& scenario, const FaultPlan& plan)
    : scenario_(scenario),
      plan_(plan),
      shapes_(server_nodes(scenario)),
      directory_(make_directory(shapes_)),
      config_(make_config(scenario)),
      may_forget_(may_forget(config_)),
      network_random_(derive_seed(scenario.seed, "network")),
      disk_random_(derive_seed(scenario.seed, "disk")),
      fault_random_(derive_seed(scenario.seed, "strike")),
      load_random_(derive_seed(scenario.seed, "load")),
      boot_random_(derive_seed(scenario.seed, "boot")) {
  for (std::size_t index = 0; index < shapes_.size(); ++index) {
    nodes_.emplace_back().name = shapes_[index].name;
    at(Time(Duration(0)),
       {.kind = EventKind::kBoot, .node = static_cast<std::uint16_t>(index + 1)});
  }
  for (std::size_t index = 0; index < plan_.size(); ++index) {
    at(plan_[index].at, {.kind = EventKind::kFault, .number = index});
  }
  at(Time(milliseconds(500)), {.kind = EventKind::kCheck});
  at(Time(milliseconds(600)), {.kind = EventKind::kCompose});
}

void World::run() {
  run_until(Time(scenario_.length));
  check_invariants();
  promises_.finish(healed_, now_);
}

void World::run_until(Time until) {
  const Time end = std::min(until, Time(scenario_.length));
  while (!events_.empty() && events_.begin()->first.first <= end) {
    auto next = events_.extract(events_.begin());
    now_ = next.key().first;
    happen(next.mapped());
  }
  now_ = std::max(now_, end);
}

void World::at(Time when, Event event) {
  events_.emplace(std::pair(std::max(when, now_), ++events_made_), std::move(event));
}

// True if the node cannot attend to this now: it is down, or frozen, or a new life has begun.
bool World::put_off(const Event& event) {
  Node& here = node(event.node);
  if (event.kind == EventKind::kBoot || event.kind == EventKind::kFrame) return false;
  if (event.boot != 0 && event.boot != here.boots) return true;
  if (!here.up) return true;
  if (here.frozen_until <= now_) return false;
  at(here.frozen_until, event);
  return true;
}

void World::happen(Event& event) {
  if (event.node != 0 && event.kind != EventKind::kCrash && event.kind != EventKind::kEdgeTry &&
      put_off(event)) {
    return;
  }
  switch (event.kind) {
    case EventKind::kBoot:
      return boot(event.node);
    case EventKind::kFrame:
      return on_frame(event);
    case EventKind::kTimer: {
      Node& here = node(event.node);
      if (event.number != here.timer_generation) return;
      here.timer_at = kNever;
      Turn turn = turn_of(here);
      run_timers(here.process, turn);
      return after_turn(event.node);
    }
    case EventKind::kSyncDone:
      return on_sync_done(event);
    case EventKind::kFault:
      return on_fault(event.number);
    case EventKind::kCrash:
      return on_crash(event);
    case EventKind::kCompose:
      return compose();
    case EventKind::kCheck:
      check_invariants();
      return at(now_ + milliseconds(500), {.kind = EventKind::kCheck});
    case EventKind::kEdgeTry:
      return on_edge_try(event);
    case EventKind::kEdgeUp:
      return on_edge_up(event);
    case EventKind::kEdgeDown:
      return on_edge_down(event);
    case EventKind::kEdgeLost:
      return on_edge_lost(event);
    case EventKind::kToAccess:
      return on_to_access(event);
    case EventKind::kToDevice:
      return on_to_device(event);
    case EventKind::kHashed:
      return on_hashed(event);
    case EventKind::kLanding:
      return set_airplane(event.node, false);
    case EventKind::kCertificate:
      return on_certificate(event);
    case EventKind::kChosen:
      return on_chosen(event.node);
    case EventKind::kTurn:
      node(event.node).turn_due = false;
      return after_turn(event.node);
  }
}

// A life begins: empty memory, the disk as it is, a clock of its own.
void World::boot(std::uint16_t number) {
  Node& here = node(number);
  assert(!here.up);
  here.up = true;
  ++here.boots;
  here.clock = {now_, time_from_us(boot_random_.between(0, 1'000'000'000)),
                scenario_.profile == FaultProfile::kNone ? 0 : boot_random_.between(-500, 500)};
  here.process = Process{};
  Station& station = here.process.station;
  station.node = NodeId{number};
  station.boot = BootId{here.boots};
  station.random_seed = derive_seed(scenario_.seed, here.name, here.boots);
  here.syncing = false;
  here.timer_at = kNever;
  here.connections = 0;
  if (here.is_device) {
    const Address self{RoleKind::kDevice, number};
    const UserId user = user_of(here.device);
    const bool typed = here.token.empty();
    add_role(here.process, self,
             RoleBox::of(Client(self, {here.device, here.token, typed ? name_of(user) : "",
                                       typed ? kVirtualPassword : ""})));
    here.edge = Edge{.generation = here.edge.generation + 1, .access = here.edge.access};
    at(now_ + milliseconds(1), {.kind = EventKind::kEdgeTry, .node = number, .boot = here.boots});
  } else {
    for (Address role : shapes_[number - 1U].roles) {
      add_role(here.process, role, make_role(role, {.account = {.token_key = kVirtualKey}}));
    }
  }
  if (watch_ != nullptr && !here.is_device) watch_->started(now_, NodeId{number}, here.boots);
  here.config = config_;
  Turn turn = turn_of(here);
  start(here.process, turn);
  if (here.boots == 1 && here.process.station.hosts({RoleKind::kAccount, 1})) provision();
  after_turn(number);
}

// The first thing that an account role hears in this world: who there is.
void World::provision() {
  Node& account = node(node_with(shapes_, {RoleKind::kAccount, 1}));
  std::vector<v1::Letter> letters;
  for (std::uint32_t user = 1; user <= scenario_.users; ++user) {
    v1::Letter& letter = letters.emplace_back();
    letter.set_source(pack({RoleKind::kAdministrator, 1}));
    letter.set_target(pack({RoleKind::kAccount, 1}));
    letter.mutable_add_user()->set_name(name_of(UserId{user}));
    letter.mutable_add_user()->set_devices(scenario_.devices_per_user);
  }
  v1::Letter& letter = letters.emplace_back();
  letter.set_source(pack({RoleKind::kAdministrator, 1}));
  letter.set_target(pack({RoleKind::kAccount, 1}));
  letter.mutable_set_password()->set_name(name_of(UserId{kPasswordUser}));
  letter.mutable_set_password()->set_password(kVirtualPassword);
  Turn turn = turn_of(account);
  deliver(account.process, std::move(letters), turn);
}

void World::add_device(UserId user, unsigned index, const std::string& token) {
  Node& added = nodes_.emplace_back();
  const auto number = static_cast<std::uint16_t>(nodes_.size());
  added.is_device = true;
  added.device = device_of(user, index);
  added.name = to_text(added.device);
  added.token = token;
  added.edge.access = static_cast<std::uint32_t>(1 + number % scenario_.access_count);
  at(now_ + load_random_.uniform(milliseconds(1), milliseconds(300)),
     {.kind = EventKind::kBoot, .node = number});
}

// For whatever happens next: what came before it is stepped before it.
Turn World::turn_of(Node& here) {
  step_arrived(here);
  return turn_as_is(here);
}

void World::step_arrived(Node& here) {
  if (here.arrived.empty()) return;
  Turn turn = turn_as_is(here);
  deliver(here.process, std::exchange(here.arrived, {}), turn);
}

Turn World::turn_as_is(Node& here) {
  const std::int64_t wall = kWallStart + to_us(now_ - here.clock_back) / 1'000;
  return {.now = here.clock.station_time(now_),
          .wall_ms = wall,
          .reads = here.disk,
          .writes = here.disk,
          .directory = directory_,
          .config = here.config,
          .observer = this};
}

// What every turn of a host ends with: sync if something waits for it, release, send, sleep.
void World::after_turn(std::uint16_t number) {
  Node& here = node(number);
  if (!here.up) return;
  step_arrived(here);
  Station& station = here.process.station;
  start_sync(number);
  if (config_.choices.store_fsync != StoreFsync::kAlways) station.synced = station.puts;
  WorldSink sink(here.process, directory_, here.config, now_);
  release(station, here.clock.station_time(now_), sink);
  auto frames = sink.take_frames();
  const auto edge = sink.take_edge();
  for (const Fact& fact : sink.facts)
    on_fact(fact);
  for (auto& [peer, bytes] : frames)
    send_frame(number, peer.value, std::move(bytes));
  for (const v1::Letter& letter : edge)
    send_edge(number, letter);
  schedule_timer(number);
}

void World::start_sync(std::uint16_t number) {
  Node& here = node(number);
  const Station& station = here.process.station;
  if (here.syncing || station.synced == station.puts) return;
  if (config_.choices.store_fsync == StoreFsync::kLeftToSystem) return;
  here.syncing = true;
  here.sync_began = now_;
  Duration takes = microseconds(150) + disk_random_.exponential(microseconds(120));
  if (config_.choices.store_fsync == StoreFsync::kInterval) takes += std::chrono::seconds(1);
  if (here.slow_disk_until > now_) {
    takes += disk_random_.uniform(milliseconds(5), milliseconds(500));
  }
  at(now_ + takes, {.kind = EventKind::kSyncDone,
                    .node = number,
                    .boot = here.boots,
                    .number = station.puts,
                    .amount = here.disk.appended()});
  if (here.armed_in_sync < 0 || now_ > faults_end()) return;
  const Fault& fault = plan_[static_cast<std::size_t>(here.armed_in_sync)];
  here.armed_in_sync = -1;
  at(now_ + disk_random_.uniform(Duration(1), takes),
     {.kind = EventKind::kCrash,
      .node = number,
      .boot = here.boots,
      .number = static_cast<std::uint64_t>(&fault - plan_.data()),
      .amount = static_cast<std::uint64_t>(fault.length.count())});
}

void World::on_sync_done(const Event& event) {
  Node& here = node(event.node);
  here.syncing = false;
  if (watch_ != nullptr && !here.is_device) {
    watch_->synced(NodeId{event.node}, now_ - here.sync_began);
  }
  here.disk.synced(event.amount);
  here.process.station.synced = std::max(here.process.station.synced, event.number);
  after_turn(event.node);
}

void World::schedule_timer(std::uint16_t number) {
  Node& here = node(number);
  const Time due = here.process.station.next_timer();
  const Time when = due == kNever ? kNever : std::max(now_, here.clock.world_time(due));
  if (when == here.timer_at) return;
  here.timer_at = when;
  ++here.timer_generation;
  if (when == kNever) return;
  at(when, {.kind = EventKind::kTimer,
            .node = number,
            .boot = here.boots,
            .number = here.timer_generation});
}

// Allocators have no log to replay.
void World::count_take_over(const Fact& fact) {
  if (kind_of(SectionId{static_cast<std::uint32_t>(fact.subject)}) == SectionKind::kSeq) return;
  counts_.loaded += fact.value < fact.number ? 1 : 0;
  counts_.replayed += fact.value;
  counts_.not_replayed += fact.number - fact.value;
}

// Who watches knows one clock alone. A fact's own time is told by it; the end of a lease must be,
// too.
Fact World::by_world_clock(const Fact& fact) {
  Fact told = fact;
  if (fact.kind != FactKind::kLeased) return told;
  const Time until = time_from_us(static_cast<std::int64_t>(fact.object));
  told.object = static_cast<std::uint64_t>(to_us(node(fact.node).clock.world_time(until)));
  return told;
}

void World::on_fact(const Fact& fact) {
  hash_fact(hash_, fact);
  if (watch_ != nullptr) watch_->fact(now_, by_world_clock(fact));
  promises_.observe(now_, fact);
  switch (fact.kind) {
    case FactKind::kAcked:
      ++counts_.acked;
      return;
    case FactKind::kShown:
      ++counts_.shown;
      return;
    case FactKind::kDropped:
      ++counts_.dropped;
      return;
    case FactKind::kCheckpoint:
      ++counts_.checkpoints;
      return;
    case FactKind::kCaughtUp:
      ++counts_.caught_up;
      return;
    case FactKind::kForgotten:
      ++counts_.forgotten;
      if (may_forget_ || !trouble_.empty()) return;
      trouble_ = node(fact.node).name + " met a log of another history in " +
                 to_text(SectionId{static_cast<std::uint32_t>(fact.subject)}) +
                 ", though no choice lets a store forget";
      return;
    case FactKind::kCeiling:
      ceilings_[fact.subject] = std::max(ceilings_[fact.subject], fact.object);
      return;
    case FactKind::kHandedOut:
      return check_ceiling(fact);
    case FactKind::kServing:
      count_take_over(fact);
      if (now_ < Time(std::chrono::seconds(1))) return;
      return note(to_text(SectionId{static_cast<std::uint32_t>(fact.subject)}) +
                  " is served again by " + node(fact.node).name + " under epoch " +
                  std::to_string(fact.object));
    case FactKind::kRouted:
      ++counts_.moved;
      return note(to_text(unpack(fact.value)) + " was silent: an arbiter gave " +
                  to_text(SectionId{static_cast<std::uint32_t>(fact.subject)}) + " to " +
                  to_text(unpack(fact.object)));
    case FactKind::kWithheld:
      ++counts_.withheld;
      return;
    default:
      return;
  }
}

// WF 3.3: no number is handed out above all ceilings that owners said to be durable. That they are,
// on the disks, is not looked at here.
void World::check_ceiling(const Fact& handed_out) {
  const std::uint64_t last = handed_out.number + handed_out.value - 1;
  if (last <= ceilings_[handed_out.object] || !trouble_.empty()) return;
  trouble_ = node(handed_out.node).name + " handed out number " + std::to_string(last) + " of " +
             to_text(SectionId{static_cast<std::uint32_t>(handed_out.object)}) +
             " above its ceiling " + std::to_string(ceilings_[handed_out.object]);
}

void World::stepped(const Process& process, Address role, const Input& input, const Seen&,
                    const Outbox& out) {
  if (watch_ != nullptr && process.station.node.value <= shapes_.size()) {
    watch_->stepped(now_, process.station.node, role, input.letters, out);
  }
  ++counts_.steps;
  counts_.envelopes += input.letters.size();
  hash_.add(static_cast<std::uint64_t>(to_us(now_)) << 8 | static_cast<std::uint64_t>(input.kind));
  hash_.add(std::uint64_t{process.station.node.value} << 48 ^ pack(role));
  for (const v1::Letter& letter : input.letters) {
    hash_letter(hash_, letter);
    counts_.index_pages += letter.has_index_page() ? 1 : 0;
  }
  hash_.add(std::uint64_t{input.timer.kind} << 48 ^ input.timer.subject);
  hash_.add(pack(input.peer.address) ^ input.peer.boot.value << 1 ^ (input.peer.up ? 1U : 0U));
  for (const Put& put : out.puts) {
    hash_.add(static_cast<std::uint64_t>(put.kind));
    hash_.add(put.key);
    hash_.add(put.value);
  }
  for (const Send& send : out.sends)
    hash_letter(hash_, send.letter);
  for (const TimerChange& change : out.timers) {
    hash_.add(change.timer.subject);
    hash_.add(static_cast<std::uint64_t>(to_us(change.at)));
  }
}

void World::check_invariants() {
  for (const Node& here : nodes_) {
    if (!here.up) continue;
    if (watch_ != nullptr && !here.is_device) watch_->gauge(now_, here.process.station);
    if (!trouble_.empty()) continue;
    for (const auto& [address, role] : here.process.roles) {
      const std::string broken = role.broken_invariant();
      if (!broken.empty()) trouble_ = to_text(address) + " broke its invariant " + broken;
    }
  }
}

// What a live host says of itself and no role does.
void World::tell_host_fact(FactKind kind, std::uint16_t number, std::uint64_t subject) {
  if (watch_ != nullptr) watch_->fact(now_, {.kind = kind, .node = number, .subject = subject});
}

std::string World::broken_save() const {
  for (const Node& here : nodes_) {
    for (const auto& [address, role] : here.process.roles) {
      RoleBox copy = role;
      const Status loaded = copy.load(role.save());
      if (!loaded) return to_text(address) + " does not load: " + loaded.error().message;
      if (copy.hash() != role.hash()) return to_text(address) + " loads as something else";
      if (copy.save() != role.save()) return to_text(address) + " is not saved canonically";
    }
  }
  return {};
}

const RoleBox* World::role(Address address) const {
  for (const Node& node : nodes_) {
    const auto found = node.process.roles.find(address);
    if (found == node.process.roles.end()) continue;
    return node.up && node.frozen_until <= now_ ? &found->second : nullptr;
  }
  return nullptr;
}

std::uint64_t World::hash() const {
  Hash64 all = hash_;
  for (const Random* stream :
       {&network_random_, &disk_random_, &fault_random_, &load_random_, &boot_random_}) {
    all.add(stream->draws());
    all.add(stream->digest());
  }
  return all.value();
}

Time World::faults_end() const {
  return Time(scenario_.length - scenario_.quiet - std::chrono::seconds(2));
}

void World::note(std::string sentence) {
  notables_.push_back({now_, std::move(sentence)});
}

}  // namespace glasspost
