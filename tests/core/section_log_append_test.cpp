// Tests of a section's log while it is served: appends, the horizon, retransmission and reading
// (DESIGN 7.1: an owner acknowledges, shows and notifies nothing above the horizon).
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "engine/core/limits.hpp"
#include "tests/core/support/toy_owner.hpp"

namespace glasspost::tests {
namespace {

// An owner that serves an empty section of three replicas, W = 2, and has said nothing since.
struct ServingBench {
  Replicas replicas;
  OwnerBench owner{config_of(3, 2, 2), replicas};
  std::uint64_t epoch = 0;

  ServingBench() {
    owner.take_over();
    REQUIRE(owner.log.serving());
    epoch = owner.log.claim.epoch;
    owner.facts.clear();
    owner.moved = 0;
    owner.tick();  // nothing is unconfirmed: the timer is not set again
    REQUIRE(owner.timers.empty());
  }

  void append(int count) {
    for (int at = 0; at < count; ++at)
      owner.append("payload");
    owner.take_asked();
  }

  std::uint64_t confirm(std::uint64_t replica, std::uint64_t last) {
    owner.hear(log_appended(replica, epoch, last));
    return owner.log.horizon;
  }
};

TEST_CASE("an append goes to every replica with its epoch and position and what is settled") {
  ServingBench bench;
  CHECK(bench.owner.append("one") == 1);
  auto asked = bench.owner.take_asked();
  REQUIRE(asked.size() == 3);
  for (std::uint64_t at = 0; at < 3; ++at) {
    CHECK(asked[at].target() == pack({RoleKind::kStore, at + 1}));
    const v1::AppendLog& append = asked[at].append_log();
    CHECK(append.section() == kSection.value);
    CHECK(append.batch().epoch() == bench.epoch);
    CHECK(append.batch().position() == 1);
    CHECK(append.batch().payload() == "one");
    CHECK(append.batch().settled() == 0);
  }
  CHECK(bench.owner.append("two") == 2);
  bench.confirm(1, 2);
  bench.confirm(2, 1);
  bench.owner.take_asked();
  CHECK(bench.owner.append("three") == 3);
  asked = bench.owner.take_asked();
  REQUIRE(asked.size() == 3);
  CHECK(asked[0].append_log().batch().settled() == 1);
  CHECK(asked[0].append_log().batch().position() == 3);
}

TEST_CASE("DESIGN 7.1: the horizon is the position that W replicas have reached") {
  ServingBench bench;
  bench.append(9);
  CHECK(bench.confirm(1, 9) == 0);
  CHECK(bench.owner.moved == 0);
  CHECK(bench.confirm(2, 3) == 3);
  CHECK(bench.owner.moved == 1);
  CHECK(bench.owner.log.unconfirmed.size() == 6);
  CHECK(bench.owner.log.unconfirmed.front().value.position() == 4);
  CHECK(bench.confirm(3, 2) == 3);
  CHECK(bench.owner.moved == 1);
  CHECK(bench.confirm(3, 7) == 7);
  CHECK(bench.confirm(2, 8) == 8);
  CHECK(bench.confirm(2, 9) == 9);
  CHECK(bench.owner.log.unconfirmed.empty());
  CHECK(bench.owner.moved == 4);
  REQUIRE(bench.owner.facts.size() == 4);
  for (const Fact& fact : bench.owner.facts)
    CHECK(fact.kind == FactKind::kHorizon);
  CHECK(bench.owner.facts.back().subject == kSection.value);
  CHECK(bench.owner.facts.back().object == 9);
}

TEST_CASE("the horizon of one replica and of three needed ones") {
  for (std::uint32_t write_quorum : {1U, 3U}) {
    Replicas replicas;
    OwnerBench owner(config_of(3, 3, write_quorum), replicas);
    owner.take_over();
    owner.append("one");
    owner.take_asked();
    const std::uint64_t epoch = owner.log.claim.epoch;
    owner.hear(log_appended(2, epoch, 1));
    CHECK(owner.log.horizon == (write_quorum == 1 ? 1 : 0));
    owner.hear(log_appended(1, epoch, 1));
    owner.hear(log_appended(1, epoch, 1));
    CHECK(owner.log.horizon == (write_quorum == 1 ? 1 : 0));
    owner.hear(log_appended(3, epoch, 1));
    CHECK(owner.log.horizon == 1);
  }
}

TEST_CASE("answers that are late or doubled or of another epoch change nothing") {
  ServingBench bench;
  bench.append(5);
  bench.confirm(1, 4);
  bench.confirm(2, 4);
  const std::uint64_t before = bench.owner.log_hash();
  bench.confirm(1, 4);
  bench.confirm(2, 1);
  bench.owner.hear(log_appended(1, bench.epoch + 1, 5));
  bench.owner.hear(log_appended(2, bench.epoch + 1, 5));
  bench.owner.hear(log_appended(1, bench.epoch - 1, 5));
  bench.owner.hear(log_appended(2, bench.epoch - 1, 5));
  bench.owner.hear(log_started(3, bench.epoch));
  v1::Letter sealed = from_replica(3);
  *sealed.mutable_section_sealed() = section_sealed(bench.epoch, 7, 7, 7);
  bench.owner.hear(sealed);
  bench.owner.hear(epoch_refused(bench.epoch + 1, bench.epoch + 2));
  bench.owner.hear(toy_letter(kRival, kOwner, 1));
  CHECK(bench.owner.log_hash() == before);
  CHECK(bench.owner.asked.empty());
  CHECK(bench.owner.moved == 1);
}

TEST_CASE("a replica cannot confirm what was never appended") {
  ServingBench bench;
  bench.append(2);
  bench.confirm(1, 900);
  CHECK(bench.confirm(2, 900) == 2);
  bench.append(1);
  CHECK(bench.owner.log.horizon == 2);
  CHECK(bench.owner.log.unconfirmed.size() == 1);
}

TEST_CASE("only the timer sends again and only to replicas that have not confirmed") {
  ServingBench bench;
  bench.append(3);
  CHECK(bench.owner.timers.at(kRetry) == bench.owner.now + limits::kStoreRetry);
  bench.confirm(3, 2);
  CHECK(bench.owner.asked.empty());
  bench.owner.tick();
  std::vector<std::pair<std::uint64_t, std::uint64_t>> again;
  for (const v1::Letter& letter : bench.owner.take_asked())
    again.emplace_back(unpack(letter.target()).number, letter.append_log().batch().position());
  using Again = std::vector<std::pair<std::uint64_t, std::uint64_t>>;
  CHECK(again == Again{{1, 1}, {2, 1}, {1, 2}, {2, 2}, {1, 3}, {2, 3}, {3, 3}});
}

TEST_CASE("who asks in vain waits twice as long each time, up to a limit, and not after progress") {
  ServingBench bench;
  bench.append(2);
  for (int doubled : {2, 4, 8, 8}) {
    bench.owner.tick();
    CHECK(count_of(bench.owner.take_asked(), v1::Letter::kAppendLog) == 6);
    CHECK(bench.owner.timers.at(kRetry) == bench.owner.now + limits::kStoreRetry * doubled);
  }
  bench.confirm(1, 1);
  bench.confirm(2, 1);
  CHECK(bench.owner.timers.at(kRetry) == bench.owner.now + limits::kStoreRetry);
}

v1::Letter from_life(v1::Letter letter, std::uint64_t boot) {
  letter.set_source_boot(boot);
  return letter;
}

TEST_CASE("store.fsync never: an owner whose replica lost what it confirmed takes over anew") {
  ServingBench bench;
  bench.append(4);
  bench.owner.hear(from_life(log_appended(1, bench.epoch, 4), 7));
  bench.owner.hear(from_life(log_appended(2, bench.epoch, 4), 3));
  CHECK(bench.owner.log.horizon == 4);
  bench.owner.hear(from_life(log_appended(1, bench.epoch, 2), 6));  // of a life before
  bench.owner.hear(from_life(log_appended(1, bench.epoch, 2), 7));  // late, of the same life
  bench.owner.hear(from_life(log_appended(1, bench.epoch, 4), 8));  // a new life that lost nothing
  CHECK(bench.owner.began_again == 0);
  bench.owner.hear(from_life(log_appended(1, bench.epoch, 2), 9));
  CHECK(bench.owner.began_again == 1);
  CHECK(bench.owner.log.phase == LogPhase::kClaiming);
}

TEST_CASE("nothing is sent again while the horizon moves and the timer ends with the last batch") {
  ServingBench bench;
  bench.append(3);
  const Time due = bench.owner.timers.at(kRetry);
  bench.owner.now = due - std::chrono::milliseconds(10);
  bench.confirm(1, 1);
  bench.confirm(2, 1);
  bench.owner.tick();
  CHECK(bench.owner.now == due);
  CHECK(bench.owner.asked.empty());
  REQUIRE(bench.owner.timers.contains(kRetry));
  bench.owner.tick();
  CHECK_FALSE(bench.owner.asked.empty());
  bench.owner.take_asked();
  bench.confirm(1, 3);
  bench.confirm(2, 3);
  bench.confirm(3, 3);
  bench.owner.tick();
  CHECK(bench.owner.asked.empty());
  CHECK(bench.owner.timers.empty());
  bench.append(1);
  CHECK(bench.owner.timers.at(kRetry) == bench.owner.now + limits::kStoreRetry);
}

TEST_CASE("a second append does not put the retry of the first one off") {
  ServingBench bench;
  bench.append(1);
  const Time due = bench.owner.timers.at(kRetry);
  bench.owner.now += std::chrono::milliseconds(150);
  bench.append(1);
  CHECK(bench.owner.timers.at(kRetry) == due);
  bench.owner.tick();
  CHECK(count_of(bench.owner.take_asked(), v1::Letter::kAppendLog) == 6);
}

TEST_CASE("lost appends reach W replicas in the end and in order") {
  ServingBench bench;
  for (const char* payload : {"one", "two", "three", "four"})
    bench.owner.append(payload);
  int count = 0;
  bench.owner.exchange([&](const v1::Letter&) { return count++ % 2 == 0; });
  CHECK(bench.owner.log.horizon < 4);
  for (int retry = 0; retry < 5 && bench.owner.log.horizon < 4; ++retry) {
    bench.owner.tick();
    bench.owner.exchange();
  }
  CHECK(bench.owner.log.horizon == 4);
  int whole = 0;
  for (const auto& [number, replica] : bench.replicas) {
    if (replica.last() < 4) continue;
    ++whole;
    CHECK(replica.log.at(1).payload() == "one");
    CHECK(replica.log.at(4).payload() == "four");
  }
  CHECK(whole >= 2);
}

TEST_CASE("there is room until so many batches are unconfirmed") {
  ServingBench bench;
  bench.append(static_cast<int>(limits::kUnconfirmedBatchesMax) - 1);
  CHECK(bench.owner.log.has_room());
  bench.append(1);
  CHECK_FALSE(bench.owner.log.has_room());
  bench.confirm(1, 1);
  CHECK_FALSE(bench.owner.log.has_room());
  bench.confirm(2, 1);
  CHECK(bench.owner.log.has_room());
}

TEST_CASE("DESIGN 7.1: reading gives batches at or below the horizon and nothing above it") {
  ServingBench bench;
  for (const char* payload : {"one", "two", "three"})
    bench.owner.append(payload);
  bench.owner.exchange([](const v1::Letter& question) {
    return question.append_log().batch().position() == 3 && unpack(question.target()).number > 1;
  });
  CHECK(bench.owner.log.horizon == 2);
  bench.owner.step([&](OwnerStep& step) { bench.owner.log.read(1, 2, step); });
  REQUIRE(bench.owner.asked.size() == 1);
  CHECK(bench.owner.asked[0].read_log().from() == 1);
  CHECK(bench.owner.asked[0].read_log().to() == 2);
  CHECK(bench.owner.asked[0].read_log().epoch() == bench.epoch);
  bench.owner.exchange();
  CHECK(bench.owner.read == Words{"one", "two"});
  CHECK(bench.owner.replayed.empty());
  bench.owner.read.clear();
  const std::uint64_t before = bench.owner.log_hash();
  bench.owner.hear(log_page(bench.epoch, 2, {batch_of(1, 2, "two"), batch_of(1, 3, "three")}));
  bench.owner.hear(log_page(bench.epoch + 1, 1, {batch_of(1, 1, "one")}));
  CHECK(bench.owner.read == Words{"two"});
  CHECK(bench.owner.log_hash() == before);
}

TEST_CASE("a saved log that serves goes on with the same horizon and unconfirmed batches") {
  ServingBench bench;
  bench.append(4);
  bench.confirm(1, 3);
  bench.confirm(2, 2);
  const std::uint64_t before = bench.owner.log_hash();
  bench.owner.log = reloaded(bench.owner.log);
  CHECK(bench.owner.log_hash() == before);
  CHECK(bench.confirm(3, 3) == 3);
  CHECK(bench.owner.append("next") == 5);
  CHECK(bench.owner.log.unconfirmed.size() == 2);
}

}  // namespace
}  // namespace glasspost::tests
