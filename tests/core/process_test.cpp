// Tests of a process: what its roles are told and in which order, what a frame may bring in,
// timers, and the books of a link.
#include "engine/core/process.hpp"

#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "tests/core/support/toy_process.hpp"

namespace glasspost::tests {
namespace {

TEST_CASE("a life begins with the config for every role and then the start for every role") {
  ProcessBench bench(
      [](const Input& input, const Seen&, Outbox& out) {
        if (input.kind == Input::Kind::kStart) send_toy(out, kBeside, 1);
      },
      [](const Input& input, const Seen&, Outbox& out) {
        if (input.kind == Input::Kind::kStart) send_toy(out, kHere, 2);
      });
  bench.config.epoch = 5;
  Turn turn = bench.turn();
  start(bench.process, turn);
  CHECK(bench.diary.take() == Words{"logic-1 config 5", "logic-2 config 5", "logic-1 start",
                                    "logic-2 start", "logic-2 letters 1", "logic-1 letters 2"});
  CHECK(bench.process.station.steps == 6);
  bench.config.epoch = 6;
  reconfigure(bench.process, turn);
  CHECK(bench.diary.take() == Words{"logic-1 config 6", "logic-2 config 6"});
}

TEST_CASE("what a role sees is the turn's and the life's and its puts are settled") {
  std::vector<std::uint64_t> drawn;
  ProcessBench bench([&](const Input&, const Seen& seen, Outbox& out) {
    CHECK(seen.now == at_ms(4));
    CHECK(seen.wall_ms == 1'700'000);
    CHECK(seen.boot == BootId{3});
    CHECK(seen.step == drawn.size() + 1);
    CHECK(seen.store.get("key").has_value() == !drawn.empty());
    CHECK(seen.random("one").next() == seen.random("one").next());
    CHECK(seen.random("one").next() != seen.random("other").next());
    drawn.push_back(seen.random("one").next());
    out.set("key", "value");
  });
  bench.now = at_ms(4);
  Turn turn = bench.turn();
  deliver(bench.process, {toy_letter(kAway, kHere, 1)}, turn);
  deliver(bench.process, {toy_letter(kAway, kHere, 2)}, turn);
  REQUIRE(drawn.size() == 2);
  CHECK(drawn[0] != drawn[1]);
  CHECK(bench.process.station.puts == drawn.size());
}

TEST_CASE("the letters of a frame become one step a target in the order they arrived") {
  ProcessBench bench;
  bench.hear(frame_of(1, 1));
  bench.diary.take();
  bench.hear(frame_of(
      1, 2,
      {toy_letter(kAway, kBeside, 1), toy_letter(kAway, kHere, 2), toy_letter(kAwayToo, kBeside, 3),
       toy_letter(kAway, kHere, 4), toy_letter(kAway, kBeside, 5)}));
  CHECK(bench.diary.take() == Words{"logic-2 letters 1 3 5", "logic-1 letters 2 4"});
}

TEST_CASE("letters of several frames are gathered, and stepped before a new life is told") {
  ProcessBench bench;
  bench.hear(frame_of(1, 1));
  bench.diary.take();
  std::vector<v1::Letter> letters;
  const auto gather_one = [&](v1::Frame frame, bool plain) {
    CHECK(brings_letters_only(bench.process, frame) == plain);
    Turn turn = bench.turn();
    gather(bench.process, frame, turn, letters);
  };
  gather_one(frame_of(1, 2, {toy_letter(kAway, kHere, 1)}), true);
  gather_one(frame_of(1, 3, {toy_letter(kAway, kBeside, 2), toy_letter(kThird, kHere, 9)}), true);
  gather_one(frame_of(1, 4, {toy_letter(kAwayToo, kHere, 3)}), true);
  CHECK(bench.diary.take().empty());
  CHECK(letters.size() == 3);  // what does not live at the peer is none
  gather_one(frame_of(2, 1, {toy_letter(kAway, kHere, 4)}), false);
  const Words told = bench.diary.take();
  REQUIRE(told.size() == 6);
  CHECK(told[0] == "logic-1 letters 1 3");
  CHECK(told[1] == "logic-2 letters 2");
  CHECK(told[2] == "logic-1 peer account-1 boot 2 up");
  REQUIRE(letters.size() == 1);
  CHECK(letters.front().trace() == 4);
  CHECK(letters.front().source_boot() == 2);
}

TEST_CASE("letters between roles of a process go on until none is left") {
  const auto count_down = [](Address other) {
    return [other](const Input& input, const Seen&, Outbox& out) {
      for (const v1::Letter& letter : input.letters) {
        CHECK(letter.source_boot() == (letter.source() == pack(kAway) ? 1 : 3));
        if (letter.trace() > 1) send_toy(out, other, letter.trace() - 1);
      }
    };
  };
  ProcessBench bench(count_down(kBeside), count_down(kHere));
  bench.hear(frame_of(1, 1));
  bench.diary.take();
  bench.hear(frame_of(1, 2, {toy_letter(kAway, kHere, 3), toy_letter(kAway, kHere, 2)}));
  CHECK(bench.diary.take() ==
        Words{"logic-1 letters 3 2", "logic-2 letters 2 1", "logic-1 letters 1"});
}

TEST_CASE("DESIGN S3: a letter whose source does not live at the peer is dropped and counted") {
  ProcessBench bench;
  bench.hear(frame_of(1, 1));
  bench.diary.take();
  const Address nobody{RoleKind::kMailbox, 77};
  bench.hear(frame_of(1, 2,
                      {toy_letter(kThird, kHere, 1), toy_letter(kAway, kHere, 2),
                       toy_letter(nobody, kHere, 3), toy_letter(kBeside, kHere, 4)}));
  CHECK(bench.diary.take() == Words{"logic-1 letters 2"});
  bench.sync();
  REQUIRE(bench.sink.facts.size() == 3);
  for (const Fact& fact : bench.sink.facts) {
    CHECK(fact.kind == FactKind::kDropped);
    CHECK(fact.subject == pack(kHere));
    CHECK(fact.object == v1::Letter::kCountUsers);
    CHECK(fact.number == static_cast<std::uint64_t>(DropReason::kNotUnderstood));
    CHECK(fact.node == kNode.value);
  }
  CHECK(bench.sink.facts[0].trace == 1);
  CHECK(bench.sink.facts[1].trace == 3);
  CHECK(bench.sink.facts[2].trace == 4);
}

TEST_CASE("DESIGN S3: the boot of a source is the frame's and never the letter's own word") {
  std::vector<std::uint64_t> boots;
  ProcessBench bench([&](const Input& input, const Seen&, Outbox&) {
    for (const v1::Letter& letter : input.letters)
      boots.push_back(letter.source_boot());
  });
  v1::Letter forged = toy_letter(kAway, kHere, 1);
  forged.set_source_boot(99);
  bench.hear(frame_of(5, 1, {forged}));
  bench.hear(frame_of(4, 9, {forged}));
  CHECK(boots == std::vector<std::uint64_t>{5, 4});
}

TEST_CASE("a letter to nobody here is dropped with a fact that waits as others do") {
  ProcessBench bench([](const Input& input, const Seen&, Outbox& out) {
    if (input.kind == Input::Kind::kLetters) out.set("key", "value");
  });
  bench.hear(frame_of(1, 1, {toy_letter(kAway, kHere, 1)}));
  bench.hear(frame_of(1, 2, {toy_letter(kAway, kThird, 2), toy_letter(kAway, kBeside, 3)}));
  CHECK(bench.diary.steps.back() == "logic-2 letters 3");
  release(bench.process.station, bench.now, bench.sink);
  CHECK(bench.sink.facts.empty());
  bench.sync();
  REQUIRE(bench.sink.facts.size() == 1);
  CHECK(bench.sink.facts.front().kind == FactKind::kDropped);
  CHECK(bench.sink.facts.front().subject == pack(kThird));
  CHECK(bench.sink.facts.front().trace == 2);
}

TEST_CASE("every role hears of a new life of a peer before the letters of that life") {
  ProcessBench bench;
  bench.hear(frame_of(4, 1, {toy_letter(kAway, kHere, 1)}));
  CHECK(bench.diary.take() == Words{"logic-1 peer account-1 boot 4 up",
                                    "logic-2 peer account-1 boot 4 up",
                                    "logic-1 peer account-2 boot 4 up",
                                    "logic-2 peer account-2 boot 4 up", "logic-1 letters 1"});
  bench.hear(frame_of(4, 2, {toy_letter(kAway, kHere, 2)}));
  CHECK(bench.diary.take() == Words{"logic-1 letters 2"});
  bench.hear(frame_of(3, 3, {toy_letter(kAway, kHere, 3)}));
  CHECK(bench.diary.take() == Words{"logic-1 letters 3"});
  bench.hear(frame_of(5, 1, {toy_letter(kAway, kHere, 4)}));
  const Words told = bench.diary.take();
  REQUIRE(told.size() == 5);
  CHECK(told.front() == "logic-1 peer account-1 boot 5 up");
  CHECK(told.back() == "logic-1 letters 4");
}

TEST_CASE("DESIGN 6.2: gaps in the numbers of a link are counted and late frames are not gaps") {
  ProcessBench bench;
  const auto link = [&]() -> const PeerLink& { return bench.process.station.links.at(kPeerNode); };
  bench.hear(frame_of(4, 1));
  bench.hear(frame_of(4, 2));
  CHECK(link().frames_missing == 0);
  bench.hear(frame_of(4, 6));
  CHECK(link().frames_missing == 3);
  CHECK(link().frames_seen == 6);
  bench.hear(frame_of(4, 6));
  bench.hear(frame_of(4, 4));
  bench.hear(frame_of(3, 90));
  CHECK(link().frames_missing == 3);
  CHECK(link().frames_seen == 6);
  CHECK(link().boot_seen == BootId{4});
  bench.hear(frame_of(5, 1));
  CHECK(link().boot_seen == BootId{5});
  CHECK(link().frames_seen == 1);
}

TEST_CASE("a gap at the beginning of a life is a gap") {
  ProcessBench bench;
  bench.hear(frame_of(4, 3));
  CHECK(bench.process.station.links.at(kPeerNode).frames_missing == 2);
}

TEST_CASE("a timer that is due is run once and one that is not due waits") {
  ProcessBench bench;
  bench.process.station.timers = {
      {{kHere, {1, 1}}, at_ms(10)}, {{kHere, {1, 2}}, at_ms(11)}, {{kBeside, {3, 4}}, at_ms(5)}};
  bench.now = at_ms(10);
  bench.timers();
  CHECK(bench.diary.take() == Words{"logic-1 timer 1/1", "logic-2 timer 3/4"});
  bench.timers();
  CHECK(bench.diary.take().empty());
  CHECK(bench.process.station.next_timer() == at_ms(11));
  bench.now = at_ms(11);
  bench.timers();
  CHECK(bench.diary.take() == Words{"logic-1 timer 1/2"});
  CHECK(bench.process.station.next_timer() == kNever);
}

TEST_CASE("a timer may set itself again and is not run twice in a turn") {
  ProcessBench bench([](const Input& input, const Seen& seen, Outbox& out) {
    if (input.kind == Input::Kind::kTimer) out.wake(input.timer, seen.now);
  });
  bench.process.station.timers = {{{kHere, {1, 1}}, at_ms(10)}};
  bench.now = at_ms(10);
  bench.timers();
  CHECK(bench.diary.take().size() == 1);
  CHECK(bench.process.station.next_timer() == at_ms(10));
  bench.timers();
  CHECK(bench.diary.take().size() == 1);
}

TEST_CASE("a timer that an earlier one of the turn moved or cancelled does not run") {
  ProcessBench bench([](const Input& input, const Seen&, Outbox& out) {
    if (input.timer.subject != 1) return;
    out.cancel({1, 2});
    out.wake({1, 3}, at_ms(20));
    send_toy(out, kBeside, 8);
  });
  for (std::uint64_t subject = 1; subject <= 4; ++subject)
    bench.process.station.timers[{kHere, {1, subject}}] = at_ms(10);
  bench.now = at_ms(10);
  bench.timers();
  CHECK(bench.diary.take() == Words{"logic-1 timer 1/1", "logic-2 letters 8", "logic-1 timer 1/4"});
  CHECK(bench.process.station.timers.size() == 1);
  CHECK(bench.process.station.next_timer() == at_ms(20));
}

TEST_CASE("a change of a connection is told to its role alone") {
  ProcessBench bench;
  Turn turn = bench.turn();
  change_peer(bench.process, kBeside, {{RoleKind::kDevice, 12}, BootId{1}, false}, turn);
  CHECK(bench.diary.take() == Words{"logic-2 peer device-12 boot 1 down"});
}

TEST_CASE("letters from whoever the host vouches for are delivered as they are") {
  ProcessBench bench([](const Input& input, const Seen&, Outbox& out) {
    for (const v1::Letter& letter : input.letters) {
      CHECK(letter.source() == pack({RoleKind::kDevice, 5}));
      send_toy(out, kBeside, letter.trace() + 1);
    }
  });
  Turn turn = bench.turn();
  deliver(bench.process, {toy_letter({RoleKind::kDevice, 5}, kHere, 1)}, turn);
  CHECK(bench.diary.take() == Words{"logic-1 letters 1", "logic-2 letters 2"});
}

TEST_CASE("a copy of a role goes its own way and loads only what a role saved") {
  ProcessBench bench;
  bench.hear(frame_of(1, 1, {toy_letter(kAway, kHere, 1)}));
  RoleBox& role = bench.process.roles.at(kHere);
  const RoleBox copy = role;
  bench.hear(frame_of(1, 2, {toy_letter(kAway, kHere, 2)}));
  CHECK(role.as<ToyRole>().state().steps == 4);
  CHECK(copy.as<ToyRole>().state().steps == 3);
  CHECK(role.hash() != copy.hash());
  CHECK_FALSE(role.load("no role ever saved this"));
  CHECK(role.as<ToyRole>().state().steps == 4);
  REQUIRE(role.load(copy.save()));
  CHECK(role.hash() == copy.hash());
  CHECK(role.broken_invariant().empty());
  RoleBox assigned = RoleBox::of(ToyRole());
  assigned = copy;
  CHECK(assigned.hash() == copy.hash());
}

}  // namespace
}  // namespace glasspost::tests
