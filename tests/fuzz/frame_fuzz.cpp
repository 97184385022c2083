// Frames of other processes: routing id and bytes as a link hands them over, through the host's
// judging and core/process. The role here only sends back what it hears. What must hold:
//   - a routing id that is read is written in one way only;
//   - a frame counts only for the life and process that its link names;
//   - what a role hears lives where it says, and carries the life and the time of its frame;
//   - each letter is heard once or dropped with a fact;
//   - gaps in the numbers are counted, of the newest life;
//   - what is sent back fits into frames that the other side reads.
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "engine/core/arrival.hpp"
#include "engine/core/limits.hpp"
#include "engine/core/process.hpp"
#include "engine/live/speaker.hpp"
#include "engine/storage/memory_store.hpp"
#include "tests/fuzz/fuzz.hpp"

namespace glasspost::fuzz {
namespace {

constexpr NodeId kHere{3};
constexpr Address kHome{RoleKind::kConversation, 1};

// As in house.hpp, split.
const Directory& directory() {
  static const Directory known{{{RoleKind::kAccess, 1}, NodeId{1}},
                               {{RoleKind::kLogic, 1}, NodeId{2}},
                               {kHome, kHere},
                               {{RoleKind::kMailbox, 1}, NodeId{4}},
                               {{RoleKind::kSeq, 1}, NodeId{5}},
                               {{RoleKind::kStore, 1}, NodeId{6}},
                               {{RoleKind::kAccount, 1}, NodeId{7}}};
  return known;
}

// Sends every letter back to where it says it is from.
class Echo {
 public:
  static constexpr std::uint32_t kStateVersion = 1;
  struct State {
    std::uint64_t heard = 0;
    std::uint64_t lives = 0;

    template <class Archive>
    void fields(Archive& archive) {
      archive(heard, lives);
    }
  };

  void step(const Input& input, const Seen&, Outbox& out) {
    if (input.kind == Input::Kind::kPeer) ++state_.lives;
    state_.heard += input.letters.size();
    for (const v1::Letter& letter : input.letters) {
      if (letter.body_case() == v1::Letter::BODY_NOT_SET) continue;
      v1::Letter& back = out.send(unpack(letter.source())).letter;
      const std::uint64_t target = back.target();
      back = letter;
      back.set_target(target);
    }
  }
  std::string broken_invariant() const { return {}; }
  const State& state() const { return state_; }
  void restore(State state) { state_ = state; }

 private:
  State state_;
};

// Looks at what the roles hear of the frame that is being judged.
class Witness final : public StepObserver {
 public:
  void stepped(const Process&, Address role, const Input& input, const Seen&,
               const Outbox&) override {
    for (const v1::Letter& letter : input.letters) {
      must(unpack(letter.target()) == role, "a letter reaches its target");
      const auto home = directory().find(unpack(letter.source()));
      must(home != directory().end(), "a letter is from a role that lives somewhere");
      must(home->second == from, "a letter is from a role that lives where the frame comes from");
      must(letter.source_boot() == boot.value, "a letter carries the life of its frame");
      must(letter.handed_us() == handed_us, "a letter carries the time of its frame");
      ++heard;
    }
  }

  NodeId from;
  BootId boot;
  std::int64_t handed_us = 0;
  std::uint64_t heard = 0;
};

class Sink final : public FrameSink {
 public:
  using FrameSink::FrameSink;
  void fact(const Fact& fact) override {
    if (fact.kind == FactKind::kDropped) ++dropped;
  }
  std::uint64_t dropped = 0;
};

// What a link's books must say.
struct Books {
  std::uint64_t boot = 0;
  std::uint64_t seen = 0;
  std::uint64_t missing = 0;

  void note(std::uint64_t life, std::uint64_t number) {
    if (life < boot) return;
    if (life > boot) seen = 0;
    boot = life;
    if (number <= seen) return;
    missing += number - seen - 1;
    seen = number;
  }
};

class Host {
 public:
  Host() {
    process_.station.node = kHere;
    process_.station.boot = BootId{1};
    add_role(process_, kHome, RoleBox::of(Echo()));
  }

  void take(std::string_view routing_id, std::string_view bytes) {
    const std::optional<Speaker> speaker = speaker_of(routing_id);
    if (!speaker || speaker->node == kHere) return;  // what a process tells itself is no frame
    must(routing_id_of(*speaker) == routing_id, "a speaker has one routing id");
    v1::Frame frame;
    if (!read_frame(speaker->node, speaker->boot, bytes, frame)) return;
    must(frame.source_node() == speaker->node.value && frame.source_boot() == speaker->boot.value,
         "a frame names the life that its link names");
    must(static_cast<std::size_t>(frame.letters_size()) <= limits::kLettersPerFrameMax,
         "a frame holds at most as many letters as one of ours");
    witness_.from = speaker->node;
    witness_.boot = speaker->boot;
    witness_.handed_us = frame.handed_us();
    witness_.heard = 0;
    Turn turn{.now = time_from_us(1),
              .reads = store_,
              .writes = store_,
              .directory = directory(),
              .config = config_,
              .observer = &witness_};
    receive(process_, frame, turn);
    books_[speaker->node].note(frame.source_boot(), frame.number());
    const PeerLink& link = process_.station.links.at(speaker->node);
    const Books& wanted = books_.at(speaker->node);
    must(link.boot_seen.value == wanted.boot && link.frames_seen == wanted.seen &&
             link.frames_missing == wanted.missing,
         "gaps in the numbers are counted");
    send_back(static_cast<std::uint64_t>(frame.letters_size()));
  }

 private:
  void send_back(std::uint64_t arrived) {
    static const Config config;
    process_.station.synced = process_.station.puts;
    Sink sink(process_.station, directory(), config, time_from_us(2));
    release(process_.station, time_from_us(2), sink);
    must(witness_.heard + sink.dropped == arrived, "each letter is heard or dropped with a fact");
    for (const auto& [to, bytes] : sink.take_frames()) {
      must(bytes.size() <= limits::kFrameBytesMax, "a frame is not longer than allowed");
      v1::Frame again;
      must(read_frame(kHere, BootId{1}, bytes, again), "a frame of ours can be read");
    }
  }

  Process process_;
  MemoryStore store_;
  Config config_;
  Witness witness_;
  std::map<NodeId, Books> books_;
};

}  // namespace
}  // namespace glasspost::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace glasspost::fuzz;
  Host host;
  Pieces input(data, size);
  while (!input.empty()) {
    const std::string_view routing_id = input.piece();
    host.take(routing_id, input.piece());
  }
  return 0;
}
