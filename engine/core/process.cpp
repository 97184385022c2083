// The loop that both hosts share: step, settle, and again until the process is quiet.
#include "engine/core/process.hpp"

#include <algorithm>
#include <cassert>
#include <limits>
#include <utility>

#include <google/protobuf/io/coded_stream.h>

#include "engine/core/dropped.hpp"
#include "engine/core/limits.hpp"
#include "engine/core/routes.hpp"

namespace glasspost {
namespace {

using Local = std::vector<v1::Letter>;

// At most what a frame's own fields cost, a route table among them, and a letter's tag and length.
constexpr std::size_t kFrameOverhead = 65'536;
constexpr std::size_t kFrameBytesFirst = 1'024;  // the room that a frame begins with

void drop(Process& process, const v1::Letter& letter, DropReason reason) {
  Fact fact = dropped_fact(unpack(letter.target()), letter, reason);
  fact.node = process.station.node.value;
  process.station.held.push_back({process.station.puts, kNever, {}, {fact}});
}

void step_role(Process& process, Address address, const Input& input, Turn& turn, Local& local) {
  Station& station = process.station;
  ++station.steps;
  const Seen seen{.now = turn.now,
                  .wall_ms = turn.wall_ms,
                  .boot = station.boot,
                  .store = turn.reads,
                  .random_seed = station.random_seed,
                  .step = station.steps};
  Outbox out;
  out.sample = turn.sample;
  out.sends.reserve(input.letters.size());  // most letters are answered by one
  process.roles.at(address).step(input, seen, out);
  if (turn.observer != nullptr) turn.observer->stepped(process, address, input, seen, out);
  const bool has_routes = out.routes && adopt_routes(turn.config, *out.routes);
  if (has_routes) {
    turn.has_new_routes = true;
    for (const auto& [role, node] : turn.directory) {
      if (node != station.node) station.links[node].lacks_routes = true;
    }
  }
  settle(station, {address, turn.now, std::move(out)}, turn.writes, local);
  if (has_routes) station.routes_put = station.puts;
}

// Letters to one role, as one step.
void step_batch(Process& process, Address target, const Local& letters, Turn& turn, Local& local) {
  Input input;
  input.kind = Input::Kind::kLetters;
  input.letters = letters;
  step_role(process, target, input, turn, local);
}

bool all_to_one(const Local& letters) {
  return std::all_of(letters.begin(), letters.end(), [&](const v1::Letter& letter) {
    return letter.target() == letters.front().target();
  });
}

// One step a target role, in the order in which the targets first appear.
void step_letters(Process& process, Local&& letters, Turn& turn, Local& local) {
  if (letters.empty()) return;
  const Address first = unpack(letters.front().target());
  if (process.roles.contains(first) && all_to_one(letters)) {
    return step_batch(process, first, letters, turn, local);
  }
  std::vector<Address> order;
  std::map<Address, Local> by_role;
  for (v1::Letter& letter : letters) {
    const Address target = unpack(letter.target());
    if (!process.roles.contains(target)) {
      drop(process, letter, DropReason::kNotUnderstood);
      continue;
    }
    Local& batch = by_role[target];
    if (batch.empty()) order.push_back(target);
    batch.push_back(std::move(letter));
  }
  for (Address target : order)
    step_batch(process, target, by_role[target], turn, local);
}

// Hands letters between roles of this process, and routes to all of them, until there is nothing.
void run_until_quiet(Process& process, Local& local, Turn& turn) {
  while (!local.empty() || turn.has_new_routes) {
    if (std::exchange(turn.has_new_routes, false)) {
      Input input;
      input.kind = Input::Kind::kConfig;
      input.config = &turn.config;
      for (const auto& [address, role] : process.roles)
        step_role(process, address, input, turn, local);
    }
    Local batch = std::exchange(local, {});
    step_letters(process, std::move(batch), turn, local);
  }
}

void step_all(Process& process, const Input& input, Turn& turn) {
  Local local;
  for (const auto& [address, role] : process.roles)
    step_role(process, address, input, turn, local);
  run_until_quiet(process, local, turn);
}

// The sender's routes against ours: the newer ones go to whoever has older ones.
void compare_routes(PeerLink& link, const v1::Frame& frame, Turn& turn) {
  if (frame.has_routes() && adopt_routes(turn.config, frame.routes())) turn.has_new_routes = true;
  link.lacks_routes = frame.route_version() < turn.config.route_version;
  link.has_routes = frame.route_version() > turn.config.route_version;
}

void tell_new_life(Process& process, NodeId node, BootId boot, Turn& turn) {
  for (const auto& [address, home] : turn.directory) {
    if (home != node) continue;
    Input input;
    input.kind = Input::Kind::kPeer;
    input.peer = {address, boot, true};
    step_all(process, input, turn);
  }
}

void append(std::string& bytes, const v1::Frame& frame) {
  const bool written = frame.AppendToString(&bytes);
  assert(written);
}

// As one of a frame's letters; its size has just been asked for.
void append_letter(std::string& bytes, const v1::Letter& letter, std::size_t size) {
  using google::protobuf::io::CodedOutputStream;
  constexpr std::uint32_t kTag =
      v1::Frame::kLettersFieldNumber << 3 | 2;  // of a length that follows
  const auto length = static_cast<std::uint32_t>(size);
  const std::size_t before = bytes.size();
  bytes.resize(before + CodedOutputStream::VarintSize32(kTag) +
               CodedOutputStream::VarintSize32(length) + size);
  auto* to = reinterpret_cast<std::uint8_t*>(bytes.data() + before);
  to = CodedOutputStream::WriteTagToArray(kTag, to);
  to = CodedOutputStream::WriteVarint32ToArray(length, to);
  letter.SerializeWithCachedSizesToArray(to);
}

// The books of a link: a new life, and what is missing in this one.
bool note_frame(PeerLink& link, const v1::Frame& frame) {
  const BootId boot{frame.source_boot()};
  const bool new_life = boot > link.boot_seen;
  if (new_life) {
    link.boot_seen = boot;
    link.frames_seen = 0;
  }
  if (boot == link.boot_seen && frame.number() > link.frames_seen) {
    link.frames_missing += frame.number() - link.frames_seen - 1;
    link.frames_seen = frame.number();
  }
  return new_life;
}

}  // namespace

void add_role(Process& process, Address address, RoleBox role) {
  const bool added = process.roles.emplace(address, std::move(role)).second;
  assert(added);
  process.station.roles.push_back(address);
}

void start(Process& process, Turn& turn) {
  Input input;
  input.kind = Input::Kind::kConfig;
  input.config = &turn.config;
  step_all(process, input, turn);
  input = {};
  input.kind = Input::Kind::kStart;
  step_all(process, input, turn);
}

void reconfigure(Process& process, Turn& turn) {
  Input input;
  input.kind = Input::Kind::kConfig;
  input.config = &turn.config;
  step_all(process, input, turn);
}

void deliver(Process& process, std::vector<v1::Letter>&& letters, Turn& turn) {
  Local local;
  step_letters(process, std::move(letters), turn, local);
  run_until_quiet(process, local, turn);
}

void receive(Process& process, v1::Frame frame, Turn& turn) {
  Local letters;
  gather(process, frame, turn, letters);
  deliver(process, std::move(letters), turn);
}

void gather(Process& process, v1::Frame& frame, Turn& turn, std::vector<v1::Letter>& letters) {
  if (frame.source_node() > std::numeric_limits<std::uint16_t>::max())
    return;  // there is no such node
  const NodeId node{static_cast<std::uint16_t>(frame.source_node())};
  PeerLink& link = process.station.links[node];
  const bool is_new_life = note_frame(link, frame);
  compare_routes(link, frame, turn);
  if (is_new_life || turn.has_new_routes) deliver(process, std::exchange(letters, {}), turn);
  Local local;
  run_until_quiet(process, local, turn);  // what the letters say may follow from the routes
  if (is_new_life) {
    tell_new_life(process, node, BootId{frame.source_boot()}, turn);
  }
  for (v1::Letter& arrived : *frame.mutable_letters()) {
    const auto home = turn.directory.find(unpack(arrived.source()));
    if (home == turn.directory.end() || home->second != node) {
      drop(process, arrived, DropReason::kNotUnderstood);
      continue;
    }
    v1::Letter& letter = letters.emplace_back(std::move(arrived));
    letter.set_source_boot(frame.source_boot());
    letter.set_handed_us(frame.handed_us());
  }
}

bool brings_letters_only(const Process& process, const v1::Frame& frame) {
  const NodeId node{static_cast<std::uint16_t>(frame.source_node())};
  const auto link = process.station.links.find(node);
  const bool knows_life =
      link != process.station.links.end() && BootId{frame.source_boot()} <= link->second.boot_seen;
  return knows_life && !frame.has_routes();
}

void run_timers(Process& process, Turn& turn) {
  std::vector<StationTimer> due;
  for (const auto& [timer, at] : process.station.timers) {
    if (at <= turn.now) due.push_back(timer);
  }
  Local local;
  for (const StationTimer& timer : due) {
    // An earlier timer of this turn may have moved or cancelled it.
    const auto found = process.station.timers.find(timer);
    if (found == process.station.timers.end() || found->second > turn.now) continue;
    process.station.timers.erase(found);
    Input input;
    input.kind = Input::Kind::kTimer;
    input.timer = timer.timer;
    step_role(process, timer.role, input, turn, local);
    run_until_quiet(process, local, turn);
  }
}

void change_peer(Process& process, Address role, const Peer& peer, Turn& turn) {
  Input input;
  input.kind = Input::Kind::kPeer;
  input.peer = peer;
  Local local;
  step_role(process, role, input, turn, local);
  run_until_quiet(process, local, turn);
}

void FrameSink::hand_over(v1::Letter&& letter) {
  const auto home = directory_.find(unpack(letter.target()));
  if (letter.has_client() || home == directory_.end()) {
    edge_.push_back(std::move(letter));
  } else {
    add_letter(home->second, letter);
  }
}

// Letters leave in order, in frames that each hold so many, of so many bytes. Protobuf reads bytes
// that follow each other as one message, merged: so a letter becomes bytes once, behind those
// before.
void FrameSink::add_letter(NodeId to, const v1::Letter& letter) {
  std::vector<Outgoing>& frames = by_node_[to];
  const std::size_t size = letter.ByteSizeLong();
  const bool is_full = frames.empty() || frames.back().letters == limits::kLettersPerFrameMax ||
                       frames.back().bytes.size() + size + kFrameOverhead > limits::kFrameBytesMax;
  if (is_full) frames.push_back(empty_frame(to));
  append_letter(frames.back().bytes, letter, size);
  ++frames.back().letters;
}

std::vector<v1::Letter> FrameSink::take_edge() {
  return std::exchange(edge_, {});
}

std::vector<std::pair<NodeId, std::string>> FrameSink::take_frames() {
  add_routes();
  std::vector<std::pair<NodeId, std::string>> taken;
  for (auto& [node, frames] : by_node_) {
    for (Outgoing& frame : frames)
      taken.emplace_back(node, std::move(frame.bytes));
  }
  by_node_.clear();
  return taken;
}

// What a role has made known was perhaps chosen by a replica of this process, whose disk has not
// synced yet: nobody else hears of it before that. To those who lack our routes they go with the
// next frame, or, as a question to those who have newer ones, alone: every frame says which version
// its sender has.
void FrameSink::add_routes() {
  for (auto& [node, link] : station_.links) {
    const bool tells = link.lacks_routes && station_.synced >= station_.routes_put;
    if (!tells && !link.has_routes) continue;
    std::vector<Outgoing>& frames = by_node_[node];
    if (frames.empty()) frames.push_back(empty_frame(node));
    link.has_routes = false;
    if (!tells) continue;
    v1::Frame routes;
    *routes.mutable_routes() = routes_of(config_);
    append(frames.front().bytes, routes);
    link.lacks_routes = false;
  }
}

FrameSink::Outgoing FrameSink::empty_frame(NodeId to) {
  v1::Frame frame;
  frame.set_source_node(station_.node.value);
  frame.set_source_boot(station_.boot.value);
  frame.set_number(++station_.links[to].frames_sent);
  frame.set_handed_us(to_us(handed_));
  frame.set_config_epoch(config_.epoch);
  frame.set_route_version(config_.route_version);
  Outgoing outgoing;
  outgoing.bytes.reserve(kFrameBytesFirst);
  append(outgoing.bytes, frame);
  return outgoing;
}

}  // namespace glasspost
