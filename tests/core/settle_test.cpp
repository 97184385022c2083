// Tests of settle and release: durable first, visible second; what leaves when, in which order, and
// what is withheld (DESIGN 5, 7.3).
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "engine/base/archive.hpp"
#include "engine/core/limits.hpp"
#include "engine/core/station.hpp"
#include "tests/core/support/toys.hpp"

namespace glasspost::tests {
namespace {

Outbox put_only() {
  Outbox out;
  out.set("key", "value");
  return out;
}

Outbox letter_only(std::uint64_t trace) {
  Outbox out;
  send_toy(out, kAway, trace);
  return out;
}

Outbox put_and_letter(std::uint64_t trace) {
  Outbox out = letter_only(trace);
  out.set("key", std::to_string(trace));
  return out;
}

TEST_CASE("DESIGN 5: a put is visible at once and its letter waits for the sync") {
  ToyBench bench;
  bench.settle_step(put_and_letter(1));
  CHECK(bench.store.rows == std::map<std::string, std::string>{{"key", "1"}});
  CHECK(bench.station.puts == 1);
  release(bench.station, at_ms(0), bench.sink);
  CHECK(bench.sink.order.empty());
  bench.sync();
  CHECK(bench.sink.order == Words{"letter 1"});
  CHECK(bench.station.held.empty());
  release(bench.station, at_ms(0), bench.sink);
  CHECK(bench.sink.order.size() == 1);
}

TEST_CASE("DESIGN 5: all puts of a step are one batch in the store") {
  ToyBench bench;
  Outbox out;
  out.set("a", "1");
  out.set("b", "2");
  out.erase("a");
  bench.settle_step(std::move(out));
  CHECK(bench.store.batches == 1);
  CHECK(bench.station.puts == 1);
  CHECK(bench.store.rows == std::map<std::string, std::string>{{"b", "2"}});
  bench.settle_step({});
  CHECK(bench.store.batches == 1);
  CHECK(bench.station.puts == 1);
}

TEST_CASE("DESIGN 5: a step without puts waits for the puts of every role before it") {
  ToyBench bench;
  bench.settle_step(put_only(), at_ms(0), kHere);
  bench.settle_step(letter_only(1), at_ms(0), kBeside);
  Outbox facts;
  facts.fact(toy_fact(9));
  bench.settle_step(std::move(facts), at_ms(0), kBeside);
  release(bench.station, at_ms(0), bench.sink);
  CHECK(bench.sink.order.empty());
  bench.sync();
  CHECK(bench.sink.order == Words{"letter 1", "fact 9"});
}

TEST_CASE("DESIGN 5: where nothing was put nothing waits") {
  ToyBench bench;
  bench.settle_step(letter_only(1));
  release(bench.station, at_ms(0), bench.sink);
  CHECK(bench.sink.order == Words{"letter 1"});
  bench.settle_step(put_and_letter(2));
  bench.sync();
  bench.settle_step(letter_only(3));
  release(bench.station, at_ms(0), bench.sink);
  CHECK(bench.sink.order == Words{"letter 1", "letter 2", "letter 3"});
}

TEST_CASE("DESIGN 5: one sync releases many steps and they leave in order") {
  ToyBench bench;
  Words expected;
  for (std::uint64_t step = 1; step <= 20; ++step) {
    bench.settle_step(step % 3 == 0 ? letter_only(step) : put_and_letter(step));
    expected.push_back("letter " + std::to_string(step));
  }
  release(bench.station, at_ms(0), bench.sink);
  CHECK(bench.sink.order.empty());
  bench.sync();
  CHECK(bench.sink.order == expected);
}

TEST_CASE("DESIGN 5: a sync lets go of what it covers and of nothing after it") {
  ToyBench bench;
  bench.settle_step(put_and_letter(1));
  bench.settle_step(put_and_letter(2));
  bench.settle_step(letter_only(3));
  bench.settle_step(put_and_letter(4));
  bench.settle_step(letter_only(5));
  bench.sync_upto(1);
  CHECK(bench.sink.order == Words{"letter 1"});
  bench.sync_upto(2);
  CHECK(bench.sink.order == Words{"letter 1", "letter 2", "letter 3"});
  for (const Held& held : bench.station.held)
    CHECK(held.after_put > bench.station.synced);
  bench.sync_upto(3);
  CHECK(bench.sink.order.back() == "letter 5");
  CHECK(bench.sink.order.size() == 5);
}

TEST_CASE("DESIGN 5: facts leave with their step and tell time and role and process") {
  ToyBench bench;
  Outbox out = put_and_letter(1);
  out.fact(toy_fact(11));
  out.sends.back().at_release.push_back(toy_fact(12));
  bench.settle_step(std::move(out), at_ms(5), kBeside);
  release(bench.station, at_ms(6), bench.sink);
  CHECK(bench.sink.facts.empty());
  bench.sync(at_ms(8));
  CHECK(bench.sink.order == Words{"fact 11", "letter 1", "fact 12"});
  for (const Fact& fact : bench.sink.facts) {
    CHECK(fact.time_us == 8'000);
    CHECK(fact.node == 7);
    CHECK(fact.role == (std::uint32_t{2} << 24 | 2));
  }
}

TEST_CASE("the source of a letter is the role that stepped whatever it wrote there") {
  ToyBench bench;
  Outbox out = letter_only(1);
  out.sends.back().letter.set_source(pack({RoleKind::kAccount, 5}));
  send_toy(out, kHere, 2).letter.set_source(pack({RoleKind::kAccount, 5}));
  bench.settle_step(std::move(out), at_ms(0), kBeside);
  bench.sync();
  REQUIRE(bench.sink.letters.size() == 1);
  CHECK(bench.sink.letters.front().source() == pack(kBeside));
  REQUIRE(bench.local.size() == 1);
  CHECK(bench.local.front().source() == pack(kBeside));
}

TEST_CASE("DESIGN 3: a letter to a role of this process goes at once and its facts wait") {
  ToyBench bench;
  Outbox out = put_only();
  send_toy(out, kBeside, 1).at_release.push_back(toy_fact(21));
  send_toy(out, kHere, 2);
  bench.settle_step(std::move(out));
  REQUIRE(bench.local.size() == 2);
  CHECK(bench.local[0].trace() == 1);
  CHECK(bench.local[0].source() == pack(kHere));
  CHECK(bench.local[0].source_boot() == 3);
  CHECK(bench.local[1].trace() == 2);
  release(bench.station, at_ms(0), bench.sink);
  CHECK(bench.sink.order.empty());
  bench.sync();
  CHECK(bench.sink.order == Words{"fact 21"});
}

TEST_CASE("DESIGN 7.3: not_after is compared at the instant of handing over") {
  ToyBench bench;
  Outbox out = put_only();
  for (std::uint64_t trace = 1; trace <= 3; ++trace) {
    Send& send = send_toy(out, kAway, trace);
    send.not_after = at_ms(static_cast<std::int64_t>(trace) * 10);
    send.at_release.push_back(toy_fact(30 + trace));
  }
  bench.settle_step(std::move(out), at_ms(1), kBeside);
  bench.sync(at_ms(20));
  CHECK(bench.sink.order == Words{"withheld 1", "letter 2", "fact 32", "letter 3", "fact 33"});
  const Fact& withheld = bench.sink.facts.front();
  CHECK(withheld.kind == FactKind::kWithheld);
  CHECK(withheld.subject == pack(kAway));
  CHECK(withheld.object == v1::Letter::kCountUsers);
  CHECK(withheld.time_us == 20'000);
  CHECK(withheld.node == 7);
  CHECK(withheld.role == (std::uint32_t{2} << 24 | 2));
}

TEST_CASE("DESIGN 7.3: one microsecond past not_after is too late") {
  for (std::int64_t late_us : {0, 1}) {
    ToyBench bench;
    Outbox out;
    send_toy(out, kAway, 1).not_after = at_ms(10);
    bench.settle_step(std::move(out));
    bench.sync(at_ms(10) + Duration(late_us));
    CHECK(bench.sink.letters.size() == (late_us == 0 ? 1 : 0));
  }
}

TEST_CASE("DESIGN 7.3: a late letter to a role of this process is withheld too") {
  ToyBench bench;
  Outbox out = put_only();
  Send& late = send_toy(out, kBeside, 1);
  late.not_after = at_ms(4);
  late.at_release.push_back(toy_fact(41));
  send_toy(out, kBeside, 2).not_after = at_ms(5);
  bench.settle_step(std::move(out), at_ms(5));
  REQUIRE(bench.local.size() == 1);
  CHECK(bench.local.front().trace() == 2);
  bench.sync(at_ms(5));
  CHECK(bench.sink.order == Words{"withheld 1"});
}

TEST_CASE("a timer is set and moved and cancelled and belongs to its role") {
  ToyBench bench;
  CHECK(bench.station.next_timer() == kNever);
  const auto wake = [&](Address role, TimerId timer, Time at) {
    Outbox out;
    out.wake(timer, at);
    bench.settle_step(std::move(out), at_ms(0), role);
  };
  wake(kHere, {1, 5}, at_ms(30));
  wake(kBeside, {1, 5}, at_ms(40));
  wake(kHere, {1, 6}, at_ms(50));
  CHECK(bench.station.timers.size() == 3);
  CHECK(bench.station.next_timer() == at_ms(30));
  wake(kHere, {1, 5}, at_ms(60));
  CHECK(bench.station.timers.size() == 3);
  CHECK(bench.station.next_timer() == at_ms(40));
  Outbox out;
  out.cancel({1, 5});
  out.cancel({9, 9});
  bench.settle_step(std::move(out), at_ms(0), kBeside);
  CHECK(bench.station.next_timer() == at_ms(50));
  CHECK(bench.station.timers.contains({kHere, {1, 5}}));
  CHECK_FALSE(bench.station.timers.contains({kBeside, {1, 5}}));
  CHECK(bench.station.held.empty());
}

TEST_CASE("DESIGN 5: timers never wait for the disk") {
  ToyBench bench;
  Outbox out = put_and_letter(1);
  out.wake({1, 1}, at_ms(2));
  bench.settle_step(std::move(out));
  CHECK(bench.station.synced == 0);
  CHECK(bench.station.next_timer() == at_ms(2));
}

TEST_CASE("DESIGN 5: a process stops reading while too much is held and goes on after the sync") {
  ToyBench bench;
  Outbox out = put_only();
  for (std::size_t sent = 1; sent < limits::kHeldReleasesMax; ++sent)
    send_toy(out, kAway, sent);
  bench.settle_step(std::move(out));
  CHECK_FALSE(bench.station.must_stop_reading());
  bench.settle_step(letter_only(1));
  CHECK(bench.station.must_stop_reading());
  bench.sync();
  CHECK_FALSE(bench.station.must_stop_reading());
  CHECK(bench.sink.letters.size() == limits::kHeldReleasesMax);
}

TEST_CASE("a saved station goes on as the one it was saved from") {
  ToyBench bench;
  bench.station.random_seed = 99;
  bench.station.steps = 12;
  bench.station.links[NodeId{4}] = {5, BootId{6}, 7, 8};
  bench.settle_step(put_and_letter(1));
  bench.sync();
  Outbox out = put_and_letter(2);
  out.fact(toy_fact(51));
  send_toy(out, kAway, 3).not_after = at_ms(10);
  out.sends.back().at_release.push_back(toy_fact(52));
  out.wake({1, 2}, at_ms(77));
  bench.settle_step(std::move(out));

  const std::string saved = save_state(bench.station, 1);
  Result<Station> loaded = load_state<Station>(saved, 1);
  REQUIRE(loaded);
  CHECK(hash_state(*loaded) == hash_state(bench.station));
  CHECK(loaded->node == NodeId{7});
  CHECK(loaded->boot == BootId{3});
  CHECK(loaded->random_seed == 99);
  CHECK(loaded->steps == 12);
  CHECK(loaded->roles == bench.station.roles);
  CHECK(loaded->puts == 2);
  CHECK(loaded->synced == 1);
  CHECK(loaded->timers == bench.station.timers);
  CHECK(loaded->links.at(NodeId{4}).frames_sent == 5);
  CHECK(loaded->links.at(NodeId{4}).boot_seen == BootId{6});
  CHECK(loaded->links.at(NodeId{4}).frames_seen == 7);
  CHECK(loaded->links.at(NodeId{4}).frames_missing == 8);

  loaded->synced = 2;
  ToySink sink;
  release(*loaded, at_ms(11), sink);
  CHECK(sink.order == Words{"fact 51", "letter 2", "withheld 3"});
  CHECK_FALSE(load_state<Station>(saved.substr(0, saved.size() - 1), 1));
}

}  // namespace
}  // namespace glasspost::tests
