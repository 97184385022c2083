// Frames between processes, and connections between devices and access processes.
#include <algorithm>
#include <cassert>

#include "engine/base/mac.hpp"
#include "engine/core/limits.hpp"
#include "engine/virtual/world.hpp"

namespace glasspost {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::seconds;

// Single frames while there is noise. Mild and hostile differ in how often.
struct Noise {
  double loss = 0;
  double doubled = 0;
  double overtaken = 0;
};

Noise noise_of(FaultProfile profile) {
  return profile == FaultProfile::kHostile ? Noise{0.01, 0.01, 0.03} : Noise{0.002, 0.002, 0.005};
}

constexpr std::size_t kQueuedOnDevice = 32;  // a ZeroMQ socket keeps some while it reconnects

}  // namespace

// When something sent now gets there; kNever if a cut swallows it.
Time World::arrival(std::uint16_t from, std::uint16_t to, bool ordered) {
  Link& link = links_[{from, to}];
  Time when = now_ + microseconds(40) + network_random_.exponential(microseconds(200));
  if (link.cut_until > now_) {
    if (!link.cut_keeps) return kNever;
    when = link.cut_until + network_random_.exponential(milliseconds(2));
  }
  if (link.slow_until > now_) when += network_random_.uniform(Duration(0), link.slow_by);
  if (!ordered) return when;
  when = std::max(when, link.newest_arrival);
  link.newest_arrival = when;
  return when;
}

void World::send_frame(std::uint16_t from, std::uint16_t to, std::string&& bytes) {
  ++counts_.frames;
  Node& sender = node(from);
  if (sender.armed_after_send >= 0 && now_ < faults_end()) {
    const Fault& fault = plan_[static_cast<std::size_t>(sender.armed_after_send)];
    if (fault.peer == to) {
      sender.armed_after_send = -1;
      at(now_ + fault_random_.uniform(Duration(0), microseconds(300)),
         {.kind = EventKind::kCrash,
          .node = from,
          .boot = sender.boots,
          .number = static_cast<std::uint64_t>(&fault - plan_.data()),
          .amount = static_cast<std::uint64_t>(fault.length.count())});
    }
  }
  Event event{.kind = EventKind::kFrame, .node = to, .from = from, .boot = node(to).boots};
  event.bytes = std::move(bytes);
  const bool noisy = noisy_ && now_ < noisy_until_;
  const Noise noise = noisy ? noise_of(scenario_.profile) : Noise{};
  const bool overtaken = noisy && network_random_.chance(noise.overtaken);
  Time when = arrival(from, to, !overtaken);
  if (overtaken && when != kNever) when += network_random_.uniform(Duration(0), milliseconds(20));
  if (when == kNever || (noisy && network_random_.chance(noise.loss))) {
    ++counts_.frames_lost;
    return;
  }
  if (noisy && network_random_.chance(noise.doubled)) {
    ++counts_.frames_doubled;
    at(when + network_random_.uniform(Duration(0), milliseconds(50)), event);
  }
  at(when, std::move(event));
}

void World::on_frame(Event& event) {
  Node& here = node(event.node);
  const bool same_life = event.boot == 0 || event.boot == here.boots;
  if (!here.up || !same_life) {
    // The connection broke. Its tail is lost, or waits in a queue and reaches the next life.
    if (network_random_.chance(here.up ? 0.5 : 0.1)) {
      ++counts_.frames_lost;
      return;
    }
    if (!here.up) return at(now_ + milliseconds(20), std::move(event));
    ++counts_.frames_late;
  }
  if (here.frozen_until > now_) return at(here.frozen_until, std::move(event));
  v1::Frame frame;
  const bool whole = frame.ParseFromString(event.bytes);
  assert(whole && "the virtual network does not change bytes");
  Turn turn = turn_as_is(here);
  gather(here.process, frame, turn, here.arrived);
  if (here.turn_due) return;
  if (!is_busy()) return after_turn(event.node);
  here.turn_due = true;
  at(now_ + network_random_.uniform(Duration(0), microseconds(500)),
     {.kind = EventKind::kTurn, .node = event.node, .boot = here.boots});
}

// A busy process finds more than one frame as it looks again, and steps their letters together. In
// every fourth world every fourth frame meets one.
bool World::is_busy() {
  constexpr std::uint64_t kOneIn = 4;
  return scenario_.seed % kOneIn == 2 && network_random_.chance(1.0 / kOneIn);
}

// A letter that leaves the house: to a device, from a device, or to whoever set the world up.
void World::send_edge(std::uint16_t from, const v1::Letter& letter) {
  const Address target = unpack(letter.target());
  if (target.kind == RoleKind::kAdministrator) {
    if (letter.has_password_set()) {
      for (unsigned index = 1; index <= scenario_.devices_per_user; ++index)
        add_device(UserId{letter.password_set().user()}, index, {});
      return;
    }
    const v1::UserAdded& added = letter.user_added();
    if (added.user() == kPasswordUser) return;  // its devices begin when it has a password
    for (int index = 0; index < added.tokens_size(); ++index) {
      add_device(UserId{added.user()}, static_cast<unsigned>(index + 1), added.tokens(index));
    }
    return;
  }
  if (target.kind == RoleKind::kPerson) return;  // people of this world only write
  if (target.kind == RoleKind::kHasher) return hash_later(from, letter.hash_password());
  std::string bytes;
  const bool written = letter.client().SerializeToString(&bytes);
  assert(written);
  if (node(from).is_device) return to_access(from, std::move(bytes));
  if (watch_ != nullptr) watch_->to_edge(now_, NodeId{from}, unpack(letter.source()), letter);
  for (std::size_t index = shapes_.size(); index < nodes_.size(); ++index) {
    const Edge& edge = nodes_[index].edge;
    const bool this_one = edge.open && !edge.dead && edge.connection == target.number &&
                          edge.access_boot == node(from).boots &&
                          node_with(shapes_, {RoleKind::kAccess, edge.access}) == from;
    if (!this_one) continue;
    const auto device = static_cast<std::uint16_t>(index + 1);
    const Time when = arrival(from, device, true);
    if (when == kNever) return;
    return at(when, {.kind = EventKind::kToDevice,
                     .node = device,
                     .boot = nodes_[index].boots,
                     .amount = edge.generation,
                     .bytes = std::move(bytes)});
  }
}

// What stands here for a slow hash: quick, and good enough where nobody attacks.
void World::hash_later(std::uint16_t account, const v1::HashPassword& wanted) {
  v1::PasswordHashed hashed;
  hashed.set_ticket(wanted.ticket());
  const Mac mac = mac_of(MacKey{}, wanted.cost().salt() + wanted.password());
  hashed.set_hash(std::string(mac.begin(), mac.end()));
  at(now_ + milliseconds(20), {.kind = EventKind::kHashed,
                               .node = account,
                               .boot = node(account).boots,
                               .bytes = hashed.SerializeAsString()});
}

void World::on_hashed(const Event& event) {
  Node& here = node(event.node);
  std::vector<v1::Letter> letters(1);
  letters[0].set_source(pack({RoleKind::kHasher, 1}));
  letters[0].set_target(pack({RoleKind::kAccount, 1}));
  if (!letters[0].mutable_password_hashed()->ParseFromString(event.bytes)) return;
  Turn turn = turn_of(here);
  deliver(here.process, std::move(letters), turn);
  after_turn(event.node);
}

void World::to_access(std::uint16_t device, std::string bytes) {
  Edge& edge = node(device).edge;
  if (!edge.open || edge.connection == 0) {
    edge.queued.push_back(std::move(bytes));
    if (edge.queued.size() > kQueuedOnDevice) edge.queued.pop_front();
    return;
  }
  if (edge.dead) return;
  const std::uint16_t access = node_with(shapes_, {RoleKind::kAccess, edge.access});
  const Time when = arrival(device, access, true);
  if (when == kNever) return;
  at(when, {.kind = EventKind::kToAccess,
            .node = access,
            .from = device,
            .boot = edge.access_boot,
            .number = edge.connection,
            .amount = edge.access,
            .bytes = std::move(bytes)});
}

void World::on_to_access(const Event& event) {
  Node& here = node(event.node);
  std::vector<v1::Letter> letters(1);
  letters[0].set_source(pack({RoleKind::kDevice, event.number}));
  letters[0].set_target(pack({RoleKind::kAccess, event.amount}));
  if (!letters[0].mutable_client()->ParseFromString(event.bytes)) return;
  Turn turn = turn_of(here);
  deliver(here.process, std::move(letters), turn);
  after_turn(event.node);
}

void World::on_to_device(const Event& event) {
  Node& here = node(event.node);
  if (event.amount != here.edge.generation || here.edge.dead) return;
  std::vector<v1::Letter> letters(1);
  letters[0].set_source(pack({RoleKind::kAccess, here.edge.access}));
  letters[0].set_target(pack({RoleKind::kDevice, event.node}));
  if (!letters[0].mutable_client()->ParseFromString(event.bytes)) return;
  Turn turn = turn_of(here);
  deliver(here.process, std::move(letters), turn);
  after_turn(event.node);
}

void World::retry_edge(std::uint16_t device) {
  Node& here = node(device);
  here.edge.access = here.edge.access % scenario_.access_count + 1;
  at(now_ + network_random_.uniform(milliseconds(50), milliseconds(400)),
     {.kind = EventKind::kEdgeTry, .node = device, .boot = here.boots});
}

// The device's transport connects by itself; the device does not hear of it.
void World::on_edge_try(const Event& event) {
  Node& here = node(event.node);
  if (!here.up || here.boots != event.boot || here.edge.open) return;
  const std::uint16_t access = node_with(shapes_, {RoleKind::kAccess, here.edge.access});
  const Node& server = node(access);
  const Time there = arrival(event.node, access, true);
  if (!server.up || server.frozen_until > now_ || there == kNever) return retry_edge(event.node);
  here.edge.open = true;
  here.edge.dead = false;
  ++here.edge.generation;
  here.edge.access_boot = server.boots;
  here.edge.connection = 0;
  at(there, {.kind = EventKind::kEdgeUp,
             .node = access,
             .from = event.node,
             .boot = server.boots,
             .amount = here.edge.generation});
}

void World::on_edge_up(const Event& event) {
  Node& device = node(event.from);
  if (!device.up || device.edge.generation != event.amount) return;
  Node& here = node(event.node);
  device.edge.connection = ++here.connections;
  tell_host_fact(FactKind::kOpened, event.node, device.edge.connection);
  Turn turn = turn_of(here);
  change_peer(here.process, {RoleKind::kAccess, device.edge.access},
              {{RoleKind::kDevice, device.edge.connection}, BootId{1}, true}, turn);
  after_turn(event.node);
  std::deque<std::string> queued = std::exchange(device.edge.queued, {});
  for (std::string& bytes : queued)
    to_access(event.from, std::move(bytes));
}

// The access process learns that a connection is gone.
void World::on_edge_down(const Event& event) {
  Node& here = node(event.node);
  tell_host_fact(FactKind::kClosed, event.node, event.number);
  Turn turn = turn_of(here);
  change_peer(here.process, {RoleKind::kAccess, event.amount},
              {{RoleKind::kDevice, event.number}, BootId{1}, false}, turn);
  after_turn(event.node);
}

// The device's transport learns that its connection is gone.
void World::on_edge_lost(const Event& event) {
  Node& here = node(event.node);
  if (!here.edge.open || here.edge.generation != event.amount) return;
  here.edge.open = false;
  retry_edge(event.node);
}

}  // namespace glasspost
