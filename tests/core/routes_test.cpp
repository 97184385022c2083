// Tests of routes: a table is taken over if it is newer and fits, and spreads with frames.
#include "engine/core/routes.hpp"

#include <doctest/doctest.h>

#include "tests/core/support/toy_process.hpp"

namespace glasspost::tests {
namespace {

constexpr Address kHome1{RoleKind::kConversation, 1};
constexpr Address kHome2{RoleKind::kConversation, 2};
constexpr Address kInbox{RoleKind::kMailbox, 1};
constexpr Address kNumbers{RoleKind::kSeq, 1};

Config two_homes() {
  Config config;
  config.conversation_owners = {kHome1, kHome2};
  config.mailbox_owners = {kInbox};
  config.seq_owners = {kNumbers};
  config.owners = {kHome1, kHome2, kInbox, kNumbers};
  return config;
}

// The next table: all of it goes to the second home.
v1::RouteTable moved(const Config& config) {
  v1::RouteTable routes = routes_of(config);
  routes.set_version(routes.version() + 1);
  set_owner(routes, section_of(SectionKind::kConversation, 0), kHome2);
  return routes;
}

TEST_CASE("a newer table that fits is taken over, and says what the configuration said") {
  Config config = two_homes();
  const v1::RouteTable routes = moved(config);
  CHECK(owner_of(routes, section_of(SectionKind::kConversation, 0)) == kHome2);
  CHECK(adopt_routes(config, routes));
  CHECK(config.route_version == 2);
  CHECK(config.conversation_owners == std::vector<Address>{kHome2, kHome2});
  CHECK(routes_of(config).SerializeAsString() == routes.SerializeAsString());
  CHECK_FALSE(adopt_routes(config, routes));  // the same again
}

TEST_CASE("a table that does not fit changes nothing: other sections, or roles that cannot own") {
  Config config = two_homes();
  const std::uint64_t before = hash_state(config);
  v1::RouteTable more = moved(config);
  more.add_seq_owners(pack(kNumbers));
  v1::RouteTable fewer = moved(config);
  fewer.clear_mailbox_owners();
  v1::RouteTable unknown = moved(config);
  unknown.set_conversation_owners(0, pack({RoleKind::kConversation, 3}));
  v1::RouteTable wrong_kind = moved(config);
  wrong_kind.set_conversation_owners(0, pack(kInbox));
  v1::RouteTable garbage = moved(config);
  garbage.set_seq_owners(0, ~std::uint64_t{0});
  v1::RouteTable last = moved(config);
  last.set_version(~std::uint64_t{0});
  for (const v1::RouteTable& bad :
       {more, fewer, unknown, wrong_kind, garbage, last, v1::RouteTable{}}) {
    CHECK_FALSE(adopt_routes(config, bad));
    CHECK(hash_state(config) == before);
  }
}

// A frame of a process that lives by routes of this version.
v1::Frame frame_by(std::uint64_t number, std::uint64_t version) {
  v1::Frame frame = frame_of(1, number, {});
  frame.set_route_version(version);
  return frame;
}

struct NoFacts final : FrameSink {
  using FrameSink::FrameSink;
  void fact(const Fact&) override {}
};

// What leaves now, by peer.
std::map<NodeId, v1::Frame> leaving(ProcessBench& bench) {
  NoFacts sink(bench.process.station, bench.directory, bench.config, bench.now);
  std::map<NodeId, v1::Frame> frames;
  for (auto& [node, frame] : frames_of(sink))
    frames[node] = std::move(frame);
  return frames;
}

TEST_CASE("WF 3.9: whoever lives by an older table is given the newer one, once") {
  ProcessBench bench;
  bench.config = two_homes();
  bench.config.route_version = 3;
  bench.hear(frame_by(1, 3));
  CHECK(leaving(bench).empty());
  bench.hear(frame_by(2, 2));
  auto frames = leaving(bench);
  REQUIRE(frames.size() == 1);
  CHECK(frames.at(kPeerNode).routes().version() == 3);
  CHECK(leaving(bench).empty());
  bench.hear(frame_by(3, 2));  // it was lost, or is still on its way
  CHECK(leaving(bench).at(kPeerNode).has_routes());
}

TEST_CASE(
    "WF 3.9: whoever hears of a newer table asks for it by a word, and all its roles get it") {
  ProcessBench bench;
  bench.config = two_homes();
  bench.hear(frame_by(1, 2));
  const auto frames = leaving(bench);
  REQUIRE(frames.size() == 1);
  CHECK_FALSE(frames.at(kPeerNode).has_routes());
  CHECK(frames.at(kPeerNode).route_version() == 1);
  bench.diary.take();
  v1::Frame answer = frame_by(2, 2);
  *answer.mutable_routes() = moved(bench.config);
  bench.hear(answer);
  CHECK(bench.config.route_version == 2);
  CHECK(bench.diary.take().size() == 2);  // a configuration for each role
  CHECK(leaving(bench).empty());
}

TEST_CASE("a table that a role makes goes to its neighbours, and to every other process") {
  Config config = two_homes();
  ProcessBench bench([&](const Input& input, const Seen&, Outbox& out) {
    if (input.kind == Input::Kind::kTimer) out.routes = moved(config);
  });
  bench.config = config;
  bench.process.station.timers[{kHere, {1, 1}}] = bench.now;
  bench.diary.take();
  bench.timers();
  CHECK(bench.config.route_version == 2);
  CHECK(bench.diary.take().size() == 3);  // the timer, and a configuration for each role
  const auto frames = leaving(bench);
  CHECK(frames.size() == 2);
  for (const auto& [node, frame] : frames)
    CHECK(frame.routes().version() == 2);
}

// The replica of this process may have chosen it, and a crash would take that back.
TEST_CASE(
    "a table that a role makes known is told to nobody before the disk has what it rests on") {
  Config config = two_homes();
  ProcessBench bench([&](const Input& input, const Seen&, Outbox& out) {
    if (input.kind != Input::Kind::kTimer) return;
    out.set("what was accepted", "bytes");
    out.routes = moved(config);
  });
  bench.config = config;
  bench.process.station.timers[{kHere, {1, 1}}] = bench.now;
  bench.timers();
  CHECK(bench.config.route_version == 2);  // here all live by it
  CHECK(leaving(bench).empty());
  bench.hear(frame_by(1, 1));  // a peer with the older one is not told yet, either
  CHECK(leaving(bench).empty());
  bench.sync();
  const auto frames = leaving(bench);
  CHECK(frames.size() == 2);
  for (const auto& [node, frame] : frames)
    CHECK(frame.routes().version() == 2);
}

TEST_CASE(
    "a table with another cut of the numbers is taken over if it has an owner for each section") {
  Config config = two_homes();
  config.users_per_section = 4;
  v1::RouteTable routes = routes_of(config);
  routes.set_version(5);
  routes.set_seq_cut(static_cast<std::uint32_t>(SeqCut::kHalf));
  routes.set_seq_cut_version(5);
  CHECK_FALSE(adopt_routes(config, routes));  // two sections now
  routes.add_seq_owners(pack(kNumbers));
  v1::RouteTable no_cut = routes;
  no_cut.set_seq_cut(5);
  CHECK_FALSE(adopt_routes(config, no_cut));
  v1::RouteTable ahead = routes;
  ahead.set_seq_cut_version(6);
  CHECK_FALSE(adopt_routes(config, ahead));
  REQUIRE(adopt_routes(config, routes));
  CHECK(config.seq_cut == SeqCut::kHalf);
  CHECK(config.seq_cut_before == SeqCut::kWhole);
  CHECK(config.seq_cut_version == 5);
  CHECK(config.seq_section(UserId{3}) == section_of(SeqCut::kHalf, 1));
  CHECK(routes_of(config).SerializeAsString() == routes.SerializeAsString());
}

}  // namespace
}  // namespace glasspost::tests
