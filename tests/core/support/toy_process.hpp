// A process of toy roles for the tests of engine/core/process: every step is written down as words,
// "logic-1 letters 4 5", and a test may say what a role does in a step.
#pragma once

#include <cassert>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/core/process.hpp"
#include "tests/core/support/toys.hpp"

namespace glasspost::tests {

using Act = std::function<void(const Input&, const Seen&, Outbox&)>;

// What a sink's frames say, in their order.
inline std::vector<std::pair<NodeId, v1::Frame>> frames_of(FrameSink& sink) {
  std::vector<std::pair<NodeId, v1::Frame>> frames;
  for (const auto& [node, bytes] : sink.take_frames()) {
    const bool whole = frames.emplace_back(node, v1::Frame()).second.ParseFromString(bytes);
    assert(whole);
  }
  return frames;
}

// Counts its steps and does what it was told to do.
class ToyRole {
 public:
  static constexpr std::uint32_t kStateVersion = 1;
  struct State {
    std::uint64_t steps = 0;

    template <class Archive>
    void fields(Archive& archive) {
      archive(steps);
    }
  };

  explicit ToyRole(Act act = nullptr) : act_(std::move(act)) {}

  const State& state() const { return state_; }
  void restore(State state) { state_ = state; }
  std::string broken_invariant() const { return state_.steps < 1'000 ? "" : "fewer than 1000"; }
  void step(const Input& input, const Seen& seen, Outbox& out) {
    ++state_.steps;
    if (act_) act_(input, seen, out);
  }

 private:
  Act act_;
  State state_;
};

// Hears every step of every role, in the order they were taken.
class Diary final : public StepObserver {
 public:
  void stepped(const Process&, Address role, const Input& input, const Seen&,
               const Outbox&) override {
    steps.push_back(to_text(role) + " " + words_of(input));
  }

  Words take() { return std::exchange(steps, {}); }

  Words steps;

 private:
  static std::string words_of(const Input& input) {
    switch (input.kind) {
      case Input::Kind::kConfig:
        return "config " + std::to_string(input.config->epoch);
      case Input::Kind::kStart:
        return "start";
      case Input::Kind::kTimer:
        return "timer " + std::to_string(input.timer.kind) + "/" +
               std::to_string(input.timer.subject);
      case Input::Kind::kPeer:
        return "peer " + to_text(input.peer.address) + " " + to_text(input.peer.boot) +
               (input.peer.up ? " up" : " down");
      case Input::Kind::kLetters:
        break;
    }
    std::string words = "letters";
    for (const v1::Letter& letter : input.letters)
      words += " " + std::to_string(letter.trace());
    return words;
  }
};

inline constexpr NodeId kNode{7};
inline constexpr NodeId kPeerNode{8};
inline constexpr NodeId kThirdNode{9};
inline constexpr Address kAwayToo{RoleKind::kAccount, 2};
inline constexpr Address kThird{RoleKind::kStore, 1};

// logic-1 and logic-2 here, account-1 and account-2 at a peer, store-1 at a third process.
struct ProcessBench {
  Process process;
  ToyStore store;
  Diary diary;
  ToySink sink;
  Directory directory{{kHere, kNode},
                      {kBeside, kNode},
                      {kAway, kPeerNode},
                      {kAwayToo, kPeerNode},
                      {kThird, kThirdNode}};
  Config config;
  Time now = at_ms(0);

  explicit ProcessBench(Act here = nullptr, Act beside = nullptr) {
    process.station.node = kNode;
    process.station.boot = BootId{3};
    process.station.random_seed = 42;
    add_role(process, kHere, RoleBox::of(ToyRole(std::move(here))));
    add_role(process, kBeside, RoleBox::of(ToyRole(std::move(beside))));
  }

  Turn turn() {
    return {.now = now,
            .wall_ms = 1'700'000,
            .reads = store,
            .writes = store,
            .directory = directory,
            .config = config,
            .observer = &diary};
  }

  void hear(const v1::Frame& frame) {
    Turn one = turn();
    receive(process, frame, one);
  }

  void timers() {
    Turn one = turn();
    run_timers(process, one);
  }

  // Everything is durable; what was held leaves.
  void sync() {
    process.station.synced = process.station.puts;
    release(process.station, now, sink);
  }
};

inline v1::Frame frame_of(std::uint64_t boot, std::uint64_t number,
                          const std::vector<v1::Letter>& letters = {}) {
  v1::Frame frame;
  frame.set_source_node(kPeerNode.value);
  frame.set_source_boot(boot);
  frame.set_number(number);
  for (const v1::Letter& letter : letters)
    *frame.add_letters() = letter;
  return frame;
}

}  // namespace glasspost::tests
