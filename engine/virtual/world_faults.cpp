// What strikes the virtual world, and the people who write texts in it.
#include <algorithm>
#include <cassert>
#include <iterator>

#include "engine/core/forgotten.hpp"
#include "engine/roles/store/rebirth.hpp"
#include "engine/virtual/world.hpp"

namespace glasspost {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::seconds;

std::string seconds_text(Duration length) {
  std::string text = std::to_string(static_cast<double>(length.count()) / 1e6);
  return text.substr(0, text.find('.') + 3) + " s";
}

constexpr Duration kSlowLinkMost = milliseconds(400);
constexpr Duration kSlowSyncMost = milliseconds(500);
constexpr Duration kBreakNoticed = seconds(3);  // by both ends

// When the last trace of a fault that strikes now is gone.
Time healed_at(Time now, const Fault& fault) {
  switch (fault.kind) {
    case FaultKind::kSlowLink:
      return now + fault.length + std::min(kSlowLinkMost, fault.length);
    case FaultKind::kSlowDisk:
      return now + fault.length + kSlowSyncMost;
    case FaultKind::kEdgeBreak:
      return now + kBreakNoticed;
    default:
      return now + fault.length;
  }
}

}  // namespace

void World::strike(Fault fault) {
  fault.at = now_;
  plan_.push_back(fault);
  on_fault(plan_.size() - 1);
}

Status World::choose(const std::string& key, const std::string& value) {
  if (Status set = set_choice(config_.choices, key, value); !set) return set;
  ++config_.epoch;
  may_forget_ = may_forget_ || may_forget(config_);
  if (watch_ != nullptr) {
    watch_->fact(now_, choice_fact(key, get_choice(config_.choices, key), config_.epoch));
  }
  for (std::size_t index = 1; index <= nodes_.size(); ++index) {
    const auto number = static_cast<std::uint16_t>(index);
    Node& here = node(number);
    if (!here.up || here.is_device) continue;
    if (here.frozen_until > now_) {
      at(here.frozen_until, {.kind = EventKind::kChosen, .node = number, .boot = here.boots});
    } else {
      on_chosen(number);
    }
  }
  return ok();
}

// A process hears of the choices in force; one that was frozen, as it thaws.
void World::on_chosen(std::uint16_t number) {
  Node& here = node(number);
  Turn turn = turn_of(here);
  here.config.choices = config_.choices;
  here.config.epoch = config_.epoch;
  reconfigure(here.process, turn);
  after_turn(number);
}

void World::on_fault(std::size_t index) {
  const Fault fault = plan_[index];
  if (fault.node > nodes_.size() || fault.peer > nodes_.size()) return;
  const bool armed =
      fault.kind == FaultKind::kCrashInSync || fault.kind == FaultKind::kCrashAfterSend;
  if (!armed) {
    ++counts_.faults[static_cast<std::size_t>(fault.kind)];
    healed_ = std::max(healed_, now_ + fault.length);
    const bool is_seen = watch_ != nullptr && fault.kind != FaultKind::kRecut;
    if (is_seen) watch_->fault(now_, fault, healed_at(now_, fault));
  }
  const std::string name = fault.node == 0 ? "" : node(fault.node).name;
  const std::string peer = fault.peer == 0 ? "" : node(fault.peer).name;
  const std::string length = seconds_text(fault.length);
  switch (fault.kind) {
    case FaultKind::kCrash:
    case FaultKind::kDeviceCrash:
      note(name + " lost power for " + length);
      return crash(fault.node, fault.length);
    case FaultKind::kLoseDisk:
      note(name + " lost its disk, and came back with an empty one after " + length);
      return lose_disk(fault.node, fault.length);
    case FaultKind::kCrashInSync:
      node(fault.node).armed_in_sync = static_cast<int>(index);
      return;
    case FaultKind::kCrashAfterSend:
      node(fault.node).armed_after_send = static_cast<int>(index);
      return;
    case FaultKind::kFreeze:
      note(name + " stood still for " + length);
      node(fault.node).frozen_until = std::max(node(fault.node).frozen_until, now_ + fault.length);
      return;
    case FaultKind::kCutOneWay:
      note("nothing from " + name + " reached " + peer + " for " + length);
      return cut(fault.node, fault.peer, fault.length);
    case FaultKind::kCutTwoWay:
      note(name + " and " + peer + " could not reach each other for " + length);
      cut(fault.node, fault.peer, fault.length);
      return cut(fault.peer, fault.node, fault.length);
    case FaultKind::kSlowLink: {
      note("the way from " + name + " to " + peer + " was slow for " + length);
      Link& link = links_[{fault.node, fault.peer}];
      link.slow_until = now_ + fault.length;
      link.slow_by = std::min(kSlowLinkMost, fault.length);
      healed_ = std::max(healed_, link.slow_until + link.slow_by);
      return;
    }
    case FaultKind::kSlowDisk:
      note("the disk of " + name + " was slow for " + length);
      node(fault.node).slow_disk_until = now_ + fault.length;
      healed_ = std::max(healed_, healed_at(now_, fault));
      return;
    case FaultKind::kEdgeBreak:
      return break_edge(fault.node);
    case FaultKind::kAirplane:
      note(name + " was in airplane mode for " + length);
      set_airplane(fault.node, true);
      return at(now_ + fault.length, {.kind = EventKind::kLanding, .node = fault.node});
    case FaultKind::kClockBack:
      note("the time of day of " + name + " was set back by " + length);
      node(fault.node).clock_back += fault.length;
      return;
    case FaultKind::kRecut:
      return recut();
    case FaultKind::kNoise:
      noisy_ = true;
      noisy_until_ = now_ + fault.length;
      return;
  }
}

// The next of the five cuts but one, so that each follows each sooner or later.
void World::recut() {
  constexpr std::size_t kCuts = std::size(kSeqCuts);
  const auto* const now =
      std::find(std::begin(kSeqCuts), std::end(kSeqCuts), config_.choices.seq_section);
  const auto place = static_cast<std::size_t>(now - std::begin(kSeqCuts));
  const std::string next(to_text(kSeqCuts[(place + 2) % kCuts]));
  note("the sections of numbers were cut anew: seq.section " + next);
  const Status set = choose("seq.section", next);
  assert(set && "it is one of the options");
}

// A device's connection dies without a word; both ends find out later, by probing.
void World::break_edge(std::uint16_t number) {
  Node& device = node(number);
  if (!device.up || !device.edge.open || device.edge.dead) return;
  note("the connection of " + device.name + " broke and nobody noticed");
  device.edge.dead = true;
  at(now_ + fault_random_.uniform(milliseconds(200), seconds(2)),
     {.kind = EventKind::kEdgeLost,
      .node = number,
      .boot = device.boots,
      .amount = device.edge.generation});
  at(now_ + fault_random_.uniform(milliseconds(200), kBreakNoticed),
     {.kind = EventKind::kEdgeDown,
      .node = node_with(shapes_, {RoleKind::kAccess, device.edge.access}),
      .boot = device.edge.access_boot,
      .number = device.edge.connection,
      .amount = device.edge.access});
  healed_ = std::max(healed_, now_ + kBreakNoticed);
}

void World::cut(std::uint16_t from, std::uint16_t to, Duration length) {
  Link& link = links_[{from, to}];
  link.cut_until = std::max(link.cut_until, now_ + length);
  link.cut_keeps = fault_random_.chance(0.5);
}

// Power loss: memory is gone, the disk forgets what was not synced, connections break.
void World::crash(std::uint16_t number, Duration length) {
  Node& here = node(number);
  if (!here.up) return;
  if (watch_ != nullptr && !here.is_device) watch_->ended(now_, NodeId{number}, here.boots);
  here.up = false;
  here.process = Process{};
  here.arrived.clear();
  here.turn_due = false;
  here.frozen_until = now_;
  const FaultyStore::Loss loss = here.disk.crash(disk_random_);
  counts_.lost_batches += loss.batches;
  if (loss.batches > 0) ++counts_.lost_syncs;
  if (loss.torn) ++counts_.torn_tails;
  if (loss.batches > 0) {
    note(here.name + " lost " + std::to_string(loss.batches) + " batches that were not synced" +
         (loss.torn ? ", the last one torn" : ""));
  }
  healed_ = std::max(healed_, now_ + length);
  certify(number, here.boots);
  at(now_ + length, {.kind = EventKind::kBoot, .node = number});
  delay_tail_of(number);
  for (std::size_t index = shapes_.size(); index < nodes_.size(); ++index) {
    Node& device = nodes_[index];
    if (!device.edge.open) continue;
    const std::uint16_t access = node_with(shapes_, {RoleKind::kAccess, device.edge.access});
    const auto device_number = static_cast<std::uint16_t>(index + 1);
    if (access == number && device.up) {
      at(now_ + network_random_.uniform(milliseconds(1), milliseconds(50)),
         {.kind = EventKind::kEdgeLost,
          .node = device_number,
          .boot = device.boots,
          .amount = device.edge.generation});
    }
    if (device_number != number) continue;
    device.edge.open = false;
    at(now_ + network_random_.uniform(milliseconds(1), milliseconds(50)),
       {.kind = EventKind::kEdgeDown,
        .node = access,
        .boot = device.edge.access_boot,
        .number = device.edge.connection,
        .amount = device.edge.access});
  }
}

// Whoever reaped the process tells all others, a little later, that this life is over.
void World::certify(std::uint16_t number, std::uint64_t boots) {
  if (node(number).is_device) return;
  for (Address role : shapes_[number - 1U].roles)
    config_.ended[role] = BootId{boots};
  for (std::size_t other = 1; other <= shapes_.size(); ++other) {
    const Node& told = node(static_cast<std::uint16_t>(other));
    if (!told.up || other == number) continue;
    at(now_ + fault_random_.uniform(milliseconds(1), milliseconds(300)),
       {.kind = EventKind::kCertificate,
        .node = static_cast<std::uint16_t>(other),
        .boot = told.boots,
        .number = number,
        .amount = boots});
  }
}

void World::on_certificate(const Event& event) {
  Node& here = node(event.node);
  for (Address role : shapes_[event.number - 1U].roles)
    here.config.ended[role] = std::max(here.config.ended[role], BootId{event.amount});
  Turn turn = turn_of(here);
  reconfigure(here.process, turn);
  after_turn(event.node);
}

// A new disk, on which the host has noted that there was another one. A node that is down already
// comes back when it would have.
void World::lose_disk(std::uint16_t number, Duration length) {
  crash(number, length);
  Node& here = node(number);
  here.disk = FaultyStore{};
  here.disk.apply(mark_of_lost_disk());
  here.disk.synced(here.disk.appended());
}

void World::on_crash(const Event& event) {
  Node& here = node(event.node);
  const Fault& fault = plan_[event.number];
  if (!here.up || here.boots != event.boot) {
    // Another fault was quicker; this one still wants its loss.
    if (fault.kind == FaultKind::kCrashInSync) here.armed_in_sync = static_cast<int>(event.number);
    return;
  }
  ++counts_.faults[static_cast<std::size_t>(fault.kind)];
  if (watch_ != nullptr) watch_->fault(now_, fault, healed_at(now_, fault));
  note(here.name +
       (fault.kind == FaultKind::kCrashInSync ? " lost power in the middle of a sync"
                                              : " died just after it had sent") +
       " and came back after " + seconds_text(fault.length));
  const std::uint64_t lost_before = counts_.lost_syncs;
  crash(event.node, fault.length);
  // Many crashes lose nothing: the kernel was quick. This fault wants a loss.
  if (fault.kind == FaultKind::kCrashInSync && counts_.lost_syncs == lost_before) {
    here.armed_in_sync = static_cast<int>(event.number);
  }
}

// What a dead process had sent may still arrive: some of it a while later, some of it, worse, just
// when its next life has taken over.
void World::delay_tail_of(std::uint16_t number) {
  std::vector<std::pair<Time, std::uint64_t>> tail;
  Time next_life = now_;
  for (const auto& [key, event] : events_) {
    if (event.kind == EventKind::kFrame && event.from == number) tail.push_back(key);
    if (event.kind == EventKind::kBoot && event.node == number) next_life = key.first;
  }
  for (const auto& key : tail) {
    if (!fault_random_.chance(0.75)) continue;
    auto held = events_.extract(key);
    ++counts_.frames_late;
    const Time when = fault_random_.chance(0.5)
                          ? key.first + fault_random_.uniform(Duration(0), milliseconds(1'500))
                          : next_life + fault_random_.uniform(Duration(0), milliseconds(100));
    at(when, std::move(held.mapped()));
  }
}

void World::set_airplane(std::uint16_t number, bool on) {
  Node& here = node(number);
  if (!here.up) return;
  std::vector<v1::Letter> letters(1);
  letters[0].set_source(pack({RoleKind::kPerson, 1}));
  letters[0].set_target(pack({RoleKind::kDevice, number}));
  letters[0].mutable_set_airplane()->set_on(on);
  Turn turn = turn_of(here);
  deliver(here.process, std::move(letters), turn);
  after_turn(number);
}

// Somebody writes to somebody else. A device that is off is not written on.
void World::compose() {
  const double rate = scenario_.texts_per_second;
  if (now_ >= Time(scenario_.length - scenario_.quiet)) return;
  at(now_ + load_random_.exponential(Duration(static_cast<std::int64_t>(1e6 / rate))),
     {.kind = EventKind::kCompose});
  const std::size_t devices = nodes_.size() - shapes_.size();
  if (devices == 0) return;
  const std::size_t index = shapes_.size() + load_random_.below(devices);
  const UserId peer{static_cast<std::uint32_t>(1 + load_random_.below(scenario_.users))};
  const std::uint64_t bytes = load_random_.chance(0.02) ? 8'000 : load_random_.between(1, 200);
  Node& here = nodes_[index];
  if (!here.up || here.frozen_until > now_ || user_of(here.device) == peer) return;
  ++counts_.composed;
  std::string text = "text " + std::to_string(counts_.composed) + " ";
  text.resize(std::max<std::size_t>(text.size(), bytes), '.');
  const auto number = static_cast<std::uint16_t>(index + 1);
  std::vector<v1::Letter> letters(1);
  letters[0].set_source(pack({RoleKind::kPerson, 1}));
  letters[0].set_target(pack({RoleKind::kDevice, number}));
  letters[0].mutable_compose_text()->set_conversation(pair_of(user_of(here.device), peer).value);
  letters[0].mutable_compose_text()->set_text(std::move(text));
  Turn turn = turn_of(here);
  deliver(here.process, std::move(letters), turn);
  after_turn(number);
}

}  // namespace glasspost
