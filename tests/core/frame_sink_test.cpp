// Tests of FrameSink: released letters become numbered frames, one peer after the other, and what
// belongs to a connection stays apart.
#include <cstdint>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "engine/core/limits.hpp"
#include "tests/core/support/toy_process.hpp"

namespace glasspost::tests {
namespace {

// FrameSink leaves facts to its host; this host hears none.
class LettersOnly final : public FrameSink {
 public:
  using FrameSink::FrameSink;
  void fact(const Fact&) override {}
};

// The sink of ProcessBench's station.
struct SinkBench {
  ProcessBench process;
  Config config;
  LettersOnly sink{process.process.station, process.directory, config, time_from_us(77)};

  SinkBench() {
    config.epoch = 11;
    config.route_version = 12;
  }
};

std::vector<std::uint64_t> traces_of(const v1::Frame& frame) {
  std::vector<std::uint64_t> traces;
  for (const v1::Letter& letter : frame.letters())
    traces.push_back(letter.trace());
  return traces;
}

TEST_CASE("letters are gathered by peer process and keep their order") {
  SinkBench bench;
  bench.sink.hand_over(toy_letter(kHere, kThird, 1));
  bench.sink.hand_over(toy_letter(kHere, kAway, 2));
  bench.sink.hand_over(toy_letter(kBeside, kAwayToo, 3));
  bench.sink.hand_over(toy_letter(kHere, kThird, 4));
  const auto frames = frames_of(bench.sink);
  REQUIRE(frames.size() == 2);
  CHECK(frames[0].first == kPeerNode);
  CHECK(traces_of(frames[0].second) == std::vector<std::uint64_t>{2, 3});
  CHECK(frames[1].first == kThirdNode);
  CHECK(traces_of(frames[1].second) == std::vector<std::uint64_t>{1, 4});
  for (const auto& [node, frame] : frames) {
    CHECK(frame.source_node() == kNode.value);
    CHECK(frame.source_boot() == 3);
    CHECK(frame.config_epoch() == 11);
    CHECK(frame.route_version() == 12);
    CHECK(frame.handed_us() == 77);
    CHECK(frame.number() == 1);
  }
  CHECK(frames_of(bench.sink).empty());
  CHECK(bench.sink.take_edge().empty());
}

TEST_CASE("frames are numbered for each peer from one and over several takes") {
  SinkBench bench;
  for (std::uint64_t number = 1; number <= 3; ++number) {
    bench.sink.hand_over(toy_letter(kHere, kAway, number));
    if (number == 2) bench.sink.hand_over(toy_letter(kHere, kThird, number));
    const auto frames = frames_of(bench.sink);
    REQUIRE(frames.size() == (number == 2 ? 2 : 1));
    CHECK(frames.front().second.number() == number);
    CHECK(frames.back().second.number() == (number == 2 ? 1 : number));
  }
  CHECK(bench.process.process.station.links.at(kPeerNode).frames_sent == 3);
  CHECK(bench.process.process.station.links.at(kThirdNode).frames_sent == 1);
}

TEST_CASE("a frame holds so many letters and the rest goes into the next ones") {
  SinkBench bench;
  const std::uint64_t most = limits::kLettersPerFrameMax;
  for (std::uint64_t trace = 1; trace <= 2 * most + 1; ++trace)
    bench.sink.hand_over(toy_letter(kHere, kAway, trace));
  bench.sink.hand_over(toy_letter(kHere, kThird, 9'999));
  const auto frames = frames_of(bench.sink);
  REQUIRE(frames.size() == 4);
  std::uint64_t expected = 1;
  for (std::uint64_t at = 0; at < 3; ++at) {
    CHECK(frames[at].second.number() == at + 1);
    CHECK(static_cast<std::uint64_t>(frames[at].second.letters_size()) == (at < 2 ? most : 1));
    for (const std::uint64_t trace : traces_of(frames[at].second))
      CHECK(trace == expected++);
  }
  CHECK(frames[3].first == kThirdNode);
  CHECK(frames[3].second.number() == 1);
  CHECK(traces_of(frames[3].second) == std::vector<std::uint64_t>{9'999});
}

TEST_CASE("no frame is longer than links take, and routes go with the first one") {
  SinkBench bench;
  bench.config.route_version = 12;
  bench.process.process.station.links[kPeerNode].lacks_routes = true;
  v1::Letter letter = toy_letter(kHere, kAway, 1);
  letter.mutable_submit()->set_text(std::string(1'000'000, 't'));
  for (std::uint64_t trace = 1; trace <= 9; ++trace) {
    letter.set_trace(trace);
    bench.sink.hand_over(v1::Letter(letter));
  }
  const auto bytes = bench.sink.take_frames();
  REQUIRE(bytes.size() == 3);
  std::vector<std::uint64_t> traces;
  for (const auto& [node, one] : bytes) {
    CHECK(one.size() <= limits::kFrameBytesMax);
    v1::Frame frame;
    REQUIRE(frame.ParseFromString(one));
    CHECK(frame.has_routes() == traces.empty());
    for (const std::uint64_t trace : traces_of(frame))
      traces.push_back(trace);
  }
  CHECK(traces == std::vector<std::uint64_t>{1, 2, 3, 4, 5, 6, 7, 8, 9});
}

TEST_CASE("client envelopes and letters to no known home are the host's to deliver") {
  SinkBench bench;
  v1::Letter client = toy_letter(kHere, kAway, 1);
  client.mutable_client();
  bench.sink.hand_over(std::move(client));
  bench.sink.hand_over(toy_letter(kHere, {RoleKind::kDevice, 4}, 2));
  bench.sink.hand_over(toy_letter(kHere, kAway, 3));
  const std::vector<v1::Letter> edge = bench.sink.take_edge();
  REQUIRE(edge.size() == 2);
  CHECK(edge[0].trace() == 1);
  CHECK(edge[1].trace() == 2);
  CHECK(bench.sink.take_edge().empty());
  const auto frames = frames_of(bench.sink);
  REQUIRE(frames.size() == 1);
  CHECK(traces_of(frames.front().second) == std::vector<std::uint64_t>{3});
}

TEST_CASE("frames of one process are read by another as they were written") {
  SinkBench bench;
  for (std::uint64_t trace = 1; trace <= 300; ++trace)
    bench.sink.hand_over(toy_letter(kHere, kAway, trace));
  Process peer;
  peer.station.node = kPeerNode;
  peer.station.boot = BootId{1};
  std::uint64_t heard = 0;
  const auto listen = [&](const Input& input, const Seen&, Outbox&) {
    for (const v1::Letter& letter : input.letters) {
      CHECK(letter.trace() == ++heard);
      CHECK(letter.source() == pack(kHere));
      CHECK(letter.source_boot() == 3);
    }
  };
  add_role(peer, kAway, RoleBox::of(ToyRole(listen)));
  Turn turn = bench.process.turn();
  for (const auto& [node, frame] : frames_of(bench.sink))
    receive(peer, frame, turn);
  CHECK(heard == 300);
  CHECK(peer.station.links.at(kNode).frames_missing == 0);
  CHECK(peer.station.links.at(kNode).frames_seen == 2);
}

}  // namespace
}  // namespace glasspost::tests
