// Tests of the take-over of a section, steps 3 to 5 of DESIGN 7.1: which tail is read, what is
// replayed, what is written under the new epoch, when the owner serves, and when it begins again.
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "engine/core/limits.hpp"
#include "tests/core/support/toy_owner.hpp"

namespace glasspost::tests {
namespace {

Words batches(std::uint64_t count) {
  Words payloads;
  for (std::uint64_t at = 1; at <= count; ++at)
    payloads.push_back("b" + std::to_string(at));
  return payloads;
}

// Asks and answers until an answer with this body would be heard; gives the owner's question.
void exchange_until(OwnerBench& owner, v1::Letter::BodyCase body) {
  owner.exchange([body](const v1::Letter& question) { return question.body_case() == body; });
}

TEST_CASE("DESIGN 7.1: an empty section is served when W replicas have the start record") {
  Replicas replicas;
  OwnerBench owner(config_of(3, 2, 2), replicas);
  owner.begin();
  CHECK(owner.timers.at(kRetry) == owner.now + limits::kStoreRetry);
  exchange_until(owner, v1::Letter::kStartLog);
  CHECK(owner.log.phase == LogPhase::kStarting);
  const std::uint64_t epoch = owner.log.claim.epoch;
  owner.hear(log_started(1, epoch));
  owner.hear(log_started(1, epoch));
  owner.hear(log_started(2, epoch + 1));
  CHECK_FALSE(owner.log.serving());
  owner.hear(log_started(3, epoch));
  CHECK(owner.log.serving());
  CHECK(owner.served == 1);
  CHECK(owner.moved == 1);
  CHECK(owner.log.horizon == 0);
  CHECK(owner.facts.back().kind == FactKind::kServing);
  CHECK(owner.facts.back().subject == kSection.value);
  CHECK(owner.facts.back().object == epoch);
  owner.hear(log_started(2, epoch));
  const std::uint64_t before = owner.log_hash();
  owner.hear(log_started(2, epoch));
  CHECK(owner.log_hash() == before);
  CHECK(owner.served == 1);
}

TEST_CASE("a start record that a replica missed is sent again while others serve already") {
  Replicas replicas;
  for (std::uint64_t number : {1, 2, 3})
    replicas[number].fill(1, 5, 3);
  replicas[1].owner.set_epoch(1);
  OwnerBench owner(config_of(3, 3, 2), replicas);
  owner.begin();
  owner.exchange([](const v1::Letter& question) {
    return question.has_start_log() && unpack(question.target()).number == 3;
  });
  CHECK(owner.log.serving());
  owner.append("to those that have started");
  CHECK(count_of(owner.asked, v1::Letter::kAppendLog) == 2);
  owner.exchange();
  owner.tick();
  REQUIRE(owner.asked.size() == 1);
  CHECK(unpack(owner.asked[0].target()).number == 3);
  CHECK(owner.asked[0].start_log().first() == 4);
  CHECK(owner.asked[0].start_log().tail_size() == 2);
  owner.exchange();
  CHECK(replicas[3].record.start_epoch() == 2);
  CHECK(owner.log.adopted.empty());
  owner.tick();
  CHECK(owner.asked.empty());
}

TEST_CASE("DESIGN 7.1: the log is replayed in order over several pages of the best replica") {
  Replicas replicas;
  replicas[2].fill(3, 7);
  replicas[2].page_rows = 3;
  replicas[1].fill(3, 5);
  replicas[3].fill(3, 6);
  OwnerBench owner(config_of(3, 3, 2), replicas);
  replicas[1].owner.set_epoch(3);
  std::vector<std::uint64_t> froms;
  owner.begin();
  owner.exchange([&](const v1::Letter& question) {
    if (!question.has_read_log()) return false;
    CHECK(unpack(question.target()).number == 2);
    CHECK(question.read_log().to() == 7);
    CHECK(question.read_log().epoch() == 4);
    froms.push_back(question.read_log().from());
    return false;
  });
  CHECK(froms == std::vector<std::uint64_t>{1, 4, 7});
  CHECK(owner.replayed == batches(7));
  CHECK(owner.log.serving());
  CHECK(owner.log.horizon == 7);
  CHECK(owner.log.next_position == 8);
  CHECK(owner.log.unconfirmed.empty());
}

TEST_CASE("DESIGN 7.1: only what is above settled is written again and under the new epoch") {
  Replicas replicas;
  replicas[1].fill(1, 5, 2);
  replicas[2].fill(1, 5, 3);
  replicas[1].owner.set_epoch(1);
  OwnerBench owner(config_of(2, 2, 1), replicas);
  owner.begin();
  std::vector<v1::StartLog> starts;
  owner.exchange([&](const v1::Letter& question) {
    if (question.has_start_log()) starts.push_back(question.start_log());
    return false;
  });
  REQUIRE(starts.size() == 2);
  for (const v1::StartLog& start : starts) {
    CHECK(start.section() == kSection.value);
    CHECK(start.epoch() == 2);
    CHECK(start.first() == 4);
    REQUIRE(start.tail_size() == 2);
    for (int at : {0, 1}) {
      CHECK(start.tail(at).epoch() == 2);
      CHECK(start.tail(at).position() == static_cast<std::uint64_t>(at) + 4);
      CHECK(start.tail(at).payload() == "b" + std::to_string(at + 4));
    }
  }
  CHECK(owner.replayed == batches(5));
  CHECK(replicas[1].log.at(3).epoch() == 1);
  CHECK(replicas[1].log.at(4).epoch() == 2);
}

TEST_CASE("DESIGN 7.1: a wholly settled log is served with a start record and no tail") {
  Replicas replicas;
  replicas[1].fill(1, 4, 4);
  replicas[1].owner.set_epoch(1);
  OwnerBench owner(config_of(1, 1, 1), replicas);
  owner.take_over();
  CHECK(owner.replayed == batches(4));
  CHECK(replicas[1].record.start_first() == 5);
  CHECK(owner.log.horizon == 4);
  CHECK(owner.append("next") == 5);
}

TEST_CASE("DESIGN 7.1: a longer tail of an older start is dead and is truncated") {
  Replicas replicas;
  replicas[1].fill(1, 6);
  replicas[2].fill(2, 3);
  replicas[2].log[3].set_payload("newer");
  replicas[1].owner.set_epoch(2);
  OwnerBench owner(config_of(3, 2, 2), replicas);
  owner.down = {3};
  owner.take_over();
  CHECK(owner.log.serving());
  CHECK(owner.replayed == Words{"b1", "b2", "newer"});
  CHECK(replicas[1].last() == 3);
  CHECK(replicas[1].log.at(3).payload() == "newer");
  CHECK(owner.append("next") == 4);
}

TEST_CASE("pages that are doubled or from elsewhere or of another epoch change nothing") {
  Replicas replicas;
  replicas[1].fill(1, 4);
  replicas[1].owner.set_epoch(1);
  OwnerBench owner(config_of(1, 1, 1), replicas);
  owner.begin();
  exchange_until(owner, v1::Letter::kReadLog);
  REQUIRE(owner.log.phase == LogPhase::kReading);
  owner.hear(log_page(2, 1, {batch_of(1, 1, "b1"), batch_of(1, 2, "b2")}));
  const auto asked = owner.take_asked();
  REQUIRE(asked.size() == 1);
  CHECK(asked[0].read_log().from() == 3);
  const std::uint64_t before = owner.log_hash();
  owner.hear(log_page(2, 1, {batch_of(1, 1, "b1"), batch_of(1, 2, "b2")}));
  owner.hear(log_page(2, 4, {batch_of(1, 4, "b4")}));
  owner.hear(log_page(1, 3, {batch_of(1, 3, "old")}));
  owner.hear(log_started(1, 2));
  owner.hear(log_appended(1, 2, 4));
  CHECK(owner.log_hash() == before);
  CHECK(owner.asked.empty());
  owner.hear(log_page(2, 3, {batch_of(1, 3, "b3"), batch_of(1, 4, "b4")}));
  CHECK(owner.replayed == batches(4));
  CHECK(owner.log.phase == LogPhase::kStarting);
}

TEST_CASE("a take-over survives the loss of any one question and replays every batch once") {
  for (int lost = 0; lost < 20; ++lost) {
    Replicas replicas;
    for (std::uint64_t number : {1, 2, 3})
      replicas[number].fill(1, 5, 2);
    replicas[1].owner.set_epoch(1);
    replicas[1].page_rows = 2;
    OwnerBench owner(config_of(3, 2, 2), replicas);
    // Two replicas, both needed: every loss stops the take-over until the timer asks again.
    owner.down = {3};
    int count = 0;
    owner.begin();
    const auto lose = [&](const v1::Letter&) { return count++ == lost; };
    owner.exchange(lose);
    for (int retry = 0; retry < 3 && !owner.log.serving(); ++retry) {
      owner.tick();
      owner.exchange(lose);
    }
    CHECK(owner.log.serving());
    CHECK(owner.replayed == batches(5));
    CHECK(owner.log.claim.epoch == 2);
    CHECK(owner.served == 1);
  }
}

TEST_CASE("asking again asks only the replicas that have not answered") {
  Replicas replicas;
  OwnerBench owner(config_of(3, 3, 3), replicas);
  owner.down = {2};
  owner.take_over();
  owner.tick();
  auto asked = owner.take_asked();
  REQUIRE(asked.size() == 1);
  CHECK(unpack(asked[0].target()).number == 2);
  CHECK(asked[0].has_seal_section());
  owner.down = {};
  owner.tick();
  owner.exchange([](const v1::Letter& question) {
    return question.has_start_log() && unpack(question.target()).number == 3;
  });
  CHECK(owner.log.phase == LogPhase::kStarting);
  owner.tick();
  asked = owner.take_asked();
  REQUIRE(asked.size() == 1);
  CHECK(unpack(asked[0].target()).number == 3);
  CHECK(asked[0].has_start_log());
}

TEST_CASE("nothing is asked again while the take-over makes progress") {
  Replicas replicas;
  OwnerBench owner(config_of(1, 1, 1), replicas);
  owner.begin();
  owner.take_asked();
  const Time due = owner.timers.at(kRetry);
  owner.now = due - std::chrono::milliseconds(1);
  owner.hear(register_promised(1, owner.log.claim.change.ballot, {}));
  CHECK(count_of(owner.take_asked(), v1::Letter::kAcceptRegister) == 1);
  owner.tick();
  CHECK(owner.now == due);
  CHECK(owner.asked.empty());
  CHECK(owner.timers.at(kRetry) == due + limits::kStoreRetry);
  owner.tick();
  CHECK(owner.asked.size() == 1);
}

TEST_CASE("DESIGN 7.1: whoever is refused begins again under a higher epoch from whatever phase") {
  for (const auto stopped : {v1::Letter::kSealSection, v1::Letter::kReadLog, v1::Letter::kStartLog,
                             v1::Letter::BODY_NOT_SET}) {
    Replicas replicas;
    replicas[1].fill(1, 3);
    replicas[1].owner.set_epoch(1);
    OwnerBench owner(config_of(1, 1, 1), replicas);
    owner.begin();
    exchange_until(owner, stopped);
    const std::uint64_t before = owner.log_hash();
    owner.hear(epoch_refused(1, 2));
    owner.hear(epoch_refused(3, 4));
    CHECK(owner.log_hash() == before);
    CHECK(owner.began_again == 0);
    owner.hear(epoch_refused(2, 3));
    CHECK(owner.began_again == 1);
    CHECK(owner.log.phase == LogPhase::kClaiming);
    CHECK(owner.log.next_position == 1);
    CHECK(owner.log.horizon == 0);
    CHECK(owner.log.followers.empty());
    CHECK(owner.log.unconfirmed.empty());
    CHECK(owner.facts.back().kind == FactKind::kFenced);
    CHECK(owner.facts.back().object == 2);
    CHECK(owner.facts.back().number == 3);
    CHECK(owner.timers.contains(kRetry));
    owner.exchange();
    CHECK(owner.log.serving());
    CHECK(owner.log.claim.epoch == 3);
    CHECK(owner.replayed == batches(3));
  }
}

TEST_CASE("DESIGN 7.1: a restarted owner fences the one before and keeps what it acknowledged") {
  Replicas replicas;
  OwnerBench first(config_of(3, 2, 2), replicas, 1);
  first.take_over();
  first.append("acknowledged");
  first.exchange();
  CHECK(first.log.horizon == 1);
  first.append("on one replica");
  first.down = {1, 3};
  first.exchange();
  CHECK(first.log.horizon == 1);
  first.append("on none");
  first.take_asked();

  OwnerBench second(config_of(3, 2, 2), replicas, 2);
  second.down = {2};
  second.take_over();
  CHECK(second.log.serving());
  CHECK(second.replayed == Words{"acknowledged"});

  first.down = {};
  first.tick();
  first.exchange();
  CHECK(first.began_again == 1);
  CHECK(first.log.phase == LogPhase::kFenced);
  CHECK(first.log.horizon == 0);
  CHECK(replicas[1].log.at(1).payload() == "acknowledged");
  CHECK(replicas[1].last() == 1);
}

TEST_CASE("a fenced log asks nothing and sets no timer and never begins again") {
  Replicas replicas;
  replicas[1].owner = register_of(kOwner, 9, 4);
  OwnerBench owner(config_of(1, 1, 1), replicas, 8);
  owner.take_over();
  CHECK(owner.log.phase == LogPhase::kFenced);
  owner.tick();
  CHECK(owner.asked.empty());
  CHECK_FALSE(owner.timers.contains(kRetry));
  owner.hear(epoch_refused(owner.log.claim.epoch, 4));
  CHECK(owner.began_again == 0);
  owner.begin();
  CHECK(owner.log.phase == LogPhase::kFenced);
  CHECK(owner.asked.empty());
}

TEST_CASE("a log saved at any moment of its take-over goes on as if it had not been") {
  Replicas replicas;
  replicas[1].fill(1, 4, 1);
  replicas[1].page_rows = 2;
  replicas[1].owner.set_epoch(1);
  OwnerBench owner(config_of(1, 1, 1), replicas);
  owner.begin();
  owner.exchange([&](const v1::Letter&) {
    const std::uint64_t before = owner.log_hash();
    owner.log = reloaded(owner.log);
    CHECK(owner.log_hash() == before);
    return false;
  });
  CHECK(owner.log.serving());
  CHECK(owner.replayed == batches(4));
  CHECK(replicas[1].record.start_first() == 2);
}

}  // namespace
}  // namespace glasspost::tests
