// Tests of how an owner looks after replicas that were away: one that missed its seal, one that is
// behind, one whose tail is dead, and one that is away for ever (DESIGN 7.1).
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "engine/core/limits.hpp"
#include "tests/core/support/toy_owner.hpp"

namespace glasspost::tests {
namespace {

Replicas filled(std::uint64_t count, std::uint64_t settled) {
  Replicas replicas;
  for (std::uint64_t number : {1, 2, 3})
    replicas[number].fill(1, count, settled);
  replicas[1].owner = register_of(kRival, 1, 1);
  return replicas;
}

// The timer, and what it asks, until nobody asks any more.
void settle(OwnerBench& owner, int ticks = 20) {
  for (int at = 0; at < ticks && owner.timers.contains(kRetry); ++at) {
    owner.tick();
    owner.exchange();
  }
}

int caught_up(const OwnerBench& owner) {
  int count = 0;
  for (const Fact& fact : owner.facts)
    count += fact.kind == FactKind::kCaughtUp ? 1 : 0;
  return count;
}

void check_same(const ToyReplica& one, const ToyReplica& other) {
  CHECK(one.record.start_epoch() == other.record.start_epoch());
  REQUIRE(one.last() == other.last());
  for (const auto& [position, batch] : one.log)
    CHECK(batch.payload() == other.log.at(position).payload());
}

TEST_CASE("a replica that missed its seal is sealed when it is back, and the owner goes on") {
  Replicas replicas = filled(5, 3);
  OwnerBench owner(config_of(3, 2, 2), replicas);
  owner.down = {3};
  owner.take_over();
  REQUIRE(owner.log.serving());
  owner.append("six");
  owner.exchange();
  CHECK(owner.log.horizon == 6);
  CHECK(replicas[3].record.sealed_epoch() == 1);
  // An append that reaches it is refused with the epoch that it knows.
  v1::Letter refused = from_replica(3);
  refused.mutable_epoch_refused()->set_section(kSection.value);
  refused.mutable_epoch_refused()->set_epoch(owner.log.claim.epoch);
  refused.mutable_epoch_refused()->set_sealed_epoch(1);
  owner.down = {};
  owner.hear(refused);
  CHECK(owner.began_again == 0);
  CHECK(count_of(owner.asked, v1::Letter::kSealSection) == 1);
  owner.exchange();
  CHECK(owner.began_again == 0);
  check_same(replicas[3], replicas[1]);
}

TEST_CASE("only a higher sealed epoch ends ours, and so does who forgot its seal") {
  Replicas replicas = filled(2, 2);
  OwnerBench owner(config_of(3, 2, 2), replicas);
  owner.down = {3};
  owner.take_over();
  v1::Letter refused = from_replica(2);  // this one was sealed
  refused.mutable_epoch_refused()->set_section(kSection.value);
  refused.mutable_epoch_refused()->set_epoch(owner.log.claim.epoch);
  refused.mutable_epoch_refused()->set_sealed_epoch(owner.log.claim.epoch - 1);
  owner.hear(refused);
  CHECK(owner.began_again == 1);
}

TEST_CASE("a short absence needs no copying: what was missed is kept and sent again") {
  Replicas replicas;
  OwnerBench owner(config_of(3, 2, 2), replicas);
  owner.take_over();
  owner.down = {3};
  for (int at = 0; at < 20; ++at)
    owner.append("while it was away");
  owner.exchange();
  CHECK(owner.log.horizon == 20);
  CHECK(owner.log.recent.size() == 20);
  owner.tick();
  owner.tick();
  owner.down = {};
  settle(owner);
  check_same(replicas[3], replicas[1]);
  CHECK(owner.log.recent.empty());
  CHECK(caught_up(owner) == 0);
  CHECK_FALSE(owner.timers.contains(kRetry));  // all is quiet
}

TEST_CASE("a lost append is sent again while others go on") {
  Replicas replicas;
  OwnerBench owner(config_of(3, 2, 2), replicas);
  owner.take_over();
  owner.append("lost at 3");
  owner.exchange([](const v1::Letter& question) { return unpack(question.target()).number == 3; });
  for (int at = 0; at < 40 && replicas[3].last() != owner.log.horizon; ++at) {
    owner.append("goes on");
    owner.exchange();
    const Time due = owner.timers.at(kRetry);
    owner.now += std::chrono::milliseconds(50);
    if (owner.now >= due) owner.tick();
    owner.exchange();
  }
  check_same(replicas[3], replicas[1]);
  CHECK(caught_up(owner) == 0);
}

TEST_CASE("what was missed for long is copied in pages, and the gap closes while it is served") {
  Replicas replicas;
  OwnerBench owner(config_of(3, 2, 2), replicas);
  for (auto& [number, replica] : replicas)
    replica.page_rows = 50;
  replicas[1].page_rows = replicas[2].page_rows = 50;
  owner.take_over();
  owner.down = {3};
  const int missed = static_cast<int>(limits::kRecentBatchesMax) + 300;
  for (int at = 0; at < missed; ++at) {
    owner.append("batch " + std::to_string(at));
    owner.exchange();
  }
  CHECK(owner.log.recent.size() == limits::kRecentBatchesMax);
  owner.tick();
  owner.tick();
  owner.down = {};
  int pages = 0;
  for (int at = 0; at < 20 && caught_up(owner) == 0; ++at) {
    owner.tick();
    owner.exchange([&](const v1::Letter& question) {
      if (question.has_copy_log()) {
        ++pages;
        CHECK(question.copy_log().batches_size() <= 50);
        owner.append("in between");  // serving goes on
      }
      return false;
    });
  }
  settle(owner);
  CHECK(pages >= 6);
  CHECK(caught_up(owner) == 1);
  check_same(replicas[3], replicas[1]);
  CHECK(owner.log.recent.empty());
}

TEST_CASE("copying survives the loss of any one letter and puts no batch twice") {
  for (int lost = 0; lost < 12; ++lost) {
    Replicas replicas = filled(200, 200);
    replicas[3] = {};
    replicas[1].page_rows = replicas[2].page_rows = 70;
    OwnerBench owner(config_of(3, 2, 2), replicas);
    owner.down = {3};
    owner.take_over();
    REQUIRE(owner.log.serving());
    owner.down = {};
    int count = 0;
    for (int at = 0; at < 20; ++at) {
      owner.tick();
      owner.exchange([&](const v1::Letter& question) {
        const bool about_three = unpack(question.target()).number == 3 || question.has_read_log();
        return about_three && count++ == lost;
      });
    }
    check_same(replicas[3], replicas[1]);
    CHECK(owner.began_again == 0);
  }
}

TEST_CASE("DESIGN 7.1: a tail under another start record is dead above what was settled there") {
  Replicas replicas = filled(4, 4);
  for (std::uint64_t number : {1, 2}) {
    for (std::uint64_t at = 5; at <= 9; ++at)
      replicas[number].log[at] = batch_of(2, at, "live " + std::to_string(at));
    replicas[number].record.set_sealed_epoch(2);
    replicas[number].record.set_start_epoch(2);
    replicas[number].settled = 8;
  }
  // Its owner never came to serve: nobody else has this start record.
  for (std::uint64_t at = 5; at <= 7; ++at)
    replicas[3].log[at] = batch_of(1, at, "dead");
  SUBCASE("it comes back while others serve") {
    replicas[1].owner = register_of(kRival, 1, 2);
    OwnerBench owner(config_of(3, 2, 2), replicas);
    owner.down = {3};
    owner.take_over();
    REQUIRE(owner.log.serving());
    owner.append("next");
    owner.exchange();
    owner.down = {};
    settle(owner);
    check_same(replicas[3], replicas[1]);
    CHECK(replicas[3].log.at(5).payload() == "live 5");
  }
  SUBCASE("it is needed for the take-over") {
    replicas[1].owner = register_of(kRival, 1, 2);
    OwnerBench owner(config_of(3, 2, 2), replicas);
    owner.down = {2};
    owner.take_over();
    CHECK(owner.log.serving());
    CHECK(owner.log.horizon == 9);
    check_same(replicas[3], replicas[1]);
    CHECK(replicas[3].log.at(5).payload() == "live 5");
    CHECK(replicas[3].log.at(9).epoch() == owner.log.claim.epoch);
  }
}

TEST_CASE(
    "a replica that is needed for the take-over is given first what it lacks below the tail") {
  Replicas replicas = filled(300, 299);
  replicas[1].page_rows = 100;
  replicas[2].log.erase(replicas[2].log.upper_bound(20), replicas[2].log.end());
  replicas[2].settled = 19;
  OwnerBench owner(config_of(3, 2, 2), replicas);
  owner.down = {3};
  owner.begin();
  bool served_early = false;
  owner.exchange([&](const v1::Letter& question) {
    if (question.has_copy_log()) served_early = served_early || owner.log.serving();
    if (question.has_start_log() && unpack(question.target()).number == 2) {
      CHECK(replicas[2].last() == 299);
    }
    return false;
  });
  CHECK_FALSE(served_early);
  CHECK(owner.log.serving());
  CHECK(owner.log.horizon == 300);
  check_same(replicas[2], replicas[1]);
}

// What was acknowledged is on replicas 1 and 2. The one that took over knew more than 1 does, and
// never came to serve; the next one dies while it gives 1 what it lacks; then 2 is away.
TEST_CASE("DESIGN 7.1: who is given pages before the take-over is over loses nothing by that") {
  Replicas replicas;
  for (std::uint64_t number : {1, 2})
    replicas[number].fill(1, 9, number == 2 ? 9 : 2);
  replicas[2].record.set_sealed_epoch(2);
  replicas[2].record.set_start_epoch(2);
  replicas[2].page_rows = 2;
  replicas[1].owner = replicas[2].owner = register_of(kRival, 1, 2);
  OwnerBench dying(config_of(3, 2, 2), replicas, 1);
  dying.down = {3};
  dying.begin();
  int pages = 0;
  dying.exchange(
      [&](const v1::Letter& question) { return question.has_copy_log() && ++pages > 1; });
  REQUIRE(pages == 2);
  REQUIRE_FALSE(dying.log.serving());
  OwnerBench next(config_of(3, 2, 2), replicas, 2);
  next.down = {2};
  next.take_over();
  CHECK(next.log.serving());
  CHECK(next.replayed.size() == 9);
  CHECK(next.log.horizon == 9);
}

TEST_CASE("one replica away for ever keeps nobody from serving and costs bounded memory") {
  Replicas replicas = filled(9, 2);
  OwnerBench owner(config_of(3, 2, 2), replicas);
  owner.down = {3};
  owner.take_over();
  CHECK(owner.log.adopted.size() == 7);
  for (int at = 0; at < 2'000; ++at) {
    owner.append(std::string(500, 'x'));
    owner.exchange();
    if (at % 100 == 99) owner.tick();
    owner.exchange();
  }
  CHECK(owner.log.horizon == 2'009);
  CHECK(owner.log.adopted.empty());
  CHECK(owner.log.recent.size() <= limits::kRecentBatchesMax);
  CHECK(owner.log.recent_bytes <= limits::kRecentBytesMax);
  owner.tick();
  CHECK(owner.asked.size() <= 1);  // it is asked whether it is back, no more
}

TEST_CASE("a take-over whose best replica dies takes what the others have") {
  Replicas replicas = filled(6, 6);
  replicas[3].log[7] = batch_of(1, 7, "on one replica alone");
  OwnerBench owner(config_of(3, 2, 2), replicas);
  owner.down = {1};
  owner.begin();
  owner.exchange([](const v1::Letter& question) { return question.has_read_log(); });
  REQUIRE(owner.log.phase == LogPhase::kReading);
  owner.down = {3};
  for (int at = 0; at < 10 && !owner.log.serving(); ++at) {
    owner.tick();
    owner.exchange();
  }
  CHECK(owner.log.serving());
  CHECK(owner.began_again >= 1);
  CHECK(owner.log.horizon == 6);
  CHECK(owner.replayed.size() == 6);
}

TEST_CASE("old batches are read from another replica when one is silent") {
  Replicas replicas;
  OwnerBench owner(config_of(3, 2, 2), replicas);
  owner.take_over();
  owner.append("one");
  owner.exchange();
  std::set<std::uint64_t> asked;
  for (int at = 0; at < 3; ++at) {
    owner.step([&](OwnerStep& step) { owner.log.read(1, 1, step); });
    const auto questions = owner.take_asked();
    REQUIRE(questions.size() == 1);
    asked.insert(unpack(questions[0].target()).number);
    owner.now += limits::kBodiesRetry;
  }
  CHECK(asked.size() == 3);
}

TEST_CASE("an owner that looks after a replica goes on from its saved state") {
  Replicas replicas = filled(200, 200);
  replicas[3] = {};
  replicas[1].page_rows = replicas[2].page_rows = 30;
  OwnerBench owner(config_of(3, 2, 2), replicas);
  owner.down = {3};
  owner.take_over();
  owner.down = {};
  for (int at = 0; at < 20; ++at) {
    owner.tick();
    owner.exchange([&](const v1::Letter&) {
      const std::uint64_t before = owner.log_hash();
      owner.log = reloaded(owner.log);
      CHECK(owner.log_hash() == before);
      return false;
    });
  }
  check_same(replicas[3], replicas[1]);
}

}  // namespace
}  // namespace glasspost::tests
