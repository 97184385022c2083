// The replica's log: what it takes, what it refuses, and what a start record declares dead.
#include "engine/core/limits.hpp"
#include "tests/roles/support/replica.hpp"

namespace glasspost::tests {
namespace {

using Texts = std::vector<std::string>;

TEST_CASE("DESIGN 7.1: a batch is taken only at the next position") {
  Replica replica = started_replica();
  CHECK(append(replica, 5, 1, "one").log_appended().last() == 1);
  CHECK(append(replica, 5, 2, "two").log_appended().last() == 2);
  CHECK(payloads(replica, 5) == Texts{"one", "two"});
}

TEST_CASE("a gap is not filled: the answer tells from where to send again") {
  Replica replica = started_replica();
  append(replica, 5, 1, "one");
  const v1::Letter answer = append(replica, 5, 3, "three");
  CHECK(answer.log_appended().last() == 1);
  CHECK(answer.log_appended().epoch() == 5);
  CHECK(replica.out.puts.empty());
  CHECK(payloads(replica, 5) == Texts{"one"});
  CHECK(append(replica, 5, 2, "two").log_appended().last() == 2);
  CHECK(append(replica, 5, 3, "three").log_appended().last() == 3);
  CHECK(payloads(replica, 5) == Texts{"one", "two", "three"});
}

TEST_CASE("a retransmitted batch is answered again and changes nothing") {
  Replica replica = started_replica();
  append(replica, 5, 1, "one");
  append(replica, 5, 2, "two");
  const v1::Letter answer = append(replica, 5, 1, "another one");
  CHECK(answer.log_appended().last() == 2);
  CHECK(replica.out.puts.empty());
  CHECK(payloads(replica, 5) == Texts{"one", "two"});
}

TEST_CASE("DESIGN 7.1: nothing is appended under an epoch that is not sealed here") {
  Replica replica = started_replica(5);
  for (std::uint64_t epoch : {4, 6}) {
    const v1::Letter answer = append(replica, epoch, 1);
    REQUIRE(answer.has_epoch_refused());
    CHECK(answer.epoch_refused().section() == kLog.value);
    CHECK(answer.epoch_refused().epoch() == epoch);
    CHECK(answer.epoch_refused().sealed_epoch() == 5);
    CHECK(replica.out.puts.empty());
  }
  CHECK(payloads(replica, 5).empty());
}

TEST_CASE("DESIGN 7.1: nothing is appended before the sealed epoch has its start record") {
  Replica replica = started_replica(5);
  append(replica, 5, 1, "one");
  seal(replica, 6);
  CHECK(append(replica, 6, 2, "early").has_epoch_refused());
  CHECK(replica.out.puts.empty());
  start_log(replica, 6, 2);
  CHECK(append(replica, 6, 2, "two").log_appended().last() == 2);
  CHECK(payloads(replica, 6) == Texts{"one", "two"});
}

TEST_CASE("several appends of one step all count") {
  Replica replica = started_replica();
  replica.feed({from(kHome1, append_letter(batch(5, 1, "one"))),
                from(kHome1, append_letter(batch(5, 2, "two"))),
                from(kHome1, append_letter(batch(5, 4, "four")))});
  const Letters answers = replica.take(v1::Letter::kLogAppended);
  REQUIRE(answers.size() == 3);
  CHECK(answers[0].log_appended().last() == 1);
  CHECK(answers[1].log_appended().last() == 2);
  CHECK(answers[2].log_appended().last() == 2);
  CHECK(payloads(replica, 5) == Texts{"one", "two"});
}

TEST_CASE("the log, its start and its end are on disk") {
  Replica replica = started_replica(5);
  append(replica, 5, 1, "one");
  append(replica, 5, 2, "two");
  replica.reboot();
  CHECK(append(replica, 5, 4, "four").log_appended().last() == 2);
  CHECK(append(replica, 5, 3, "three").log_appended().last() == 3);
  replica.reboot();
  CHECK(payloads(replica, 5) == Texts{"one", "two", "three"});
}

TEST_CASE("DESIGN 7.1: a start record truncates what its tail does not hold") {
  Replica replica = started_replica(5);
  append(replica, 5, 1, "one");
  append(replica, 5, 2, "dead two");
  replica.ask(append_letter(batch(5, 3, "dead three", 1)));
  seal(replica, 6);
  const v1::Letter answer = start_log(replica, 6, 2, {batch(6, 2, "adopted two")});
  CHECK(answer.log_started().section() == kLog.value);
  CHECK(answer.log_started().epoch() == 6);
  CHECK(payloads(replica, 6) == Texts{"one", "adopted two"});
  replica.reboot();
  CHECK(payloads(replica, 6) == Texts{"one", "adopted two"});
  CHECK(append(replica, 6, 3, "three").log_appended().last() == 3);
  CHECK(payloads(replica, 6) == Texts{"one", "adopted two", "three"});
}

TEST_CASE("a start record with an empty tail truncates all from its first position on") {
  Replica replica = started_replica(5);
  append(replica, 5, 1, "dead one");  // nobody knew it to be on W replicas
  seal(replica, 6);
  start_log(replica, 6, 1);
  CHECK(payloads(replica, 6).empty());
  replica.reboot();
  CHECK(payloads(replica, 6).empty());
  CHECK(seal(replica, 6).section_sealed().last() == 0);
}

TEST_CASE("the start record and its tail are one batch of puts") {
  Replica replica = started_replica(5);
  append(replica, 5, 1, "dead one");
  seal(replica, 6);
  start_log(replica, 6, 1, {batch(6, 1, "one"), batch(6, 2, "two")});
  REQUIRE(replica.out.puts.size() == 5);
  CHECK(replica.out.puts[0].kind == Put::Kind::kEraseRange);
  CHECK(replica.out.puts[1].kind == Put::Kind::kEraseRange);  // parts of checkpoints
  CHECK(replica.out.puts[2].key == keys::log_batch(kLog, 1));
  CHECK(replica.out.puts[3].key == keys::log_batch(kLog, 2));
  CHECK(replica.out.puts[4].key == keys::section_record(kLog));
}

TEST_CASE("DESIGN 7.1: a late double of a start record does not truncate newer batches") {
  Replica replica = started_replica(5);
  append(replica, 5, 1, "one");
  append(replica, 5, 2, "two");
  for (bool rebooted : {false, true}) {
    if (rebooted) replica.reboot();
    CHECK(start_log(replica, 5, 1).has_log_started());
    CHECK(replica.out.puts.empty());
    CHECK(payloads(replica, 5) == Texts{"one", "two"});
  }
}

TEST_CASE("a start record of another than the sealed epoch is refused") {
  Replica replica = started_replica(5);
  append(replica, 5, 1, "one");
  seal(replica, 7);
  for (std::uint64_t epoch : {5, 6, 8}) {
    const v1::Letter answer = start_log(replica, epoch, 1);
    REQUIRE(answer.has_epoch_refused());
    CHECK(answer.epoch_refused().epoch() == epoch);
    CHECK(answer.epoch_refused().sealed_epoch() == 7);
  }
  CHECK(payloads(replica, 7) == Texts{"one"});
}

TEST_CASE("a log is read in the asked bounds, and only under the sealed epoch") {
  Replica replica = started_replica(5);
  for (std::uint64_t position = 1; position <= 5; ++position)
    append(replica, 5, position, std::to_string(position));
  const v1::LogPage page = read_log(replica, 5, 2, 4).log_page();
  REQUIRE(page.batches_size() == 3);
  CHECK(page.section() == kLog.value);
  CHECK(page.epoch() == 5);
  CHECK(page.from() == 2);
  CHECK(page.batches(0).position() == 2);
  CHECK(page.batches(2).payload() == "4");
  CHECK(read_log(replica, 5, 5, 99).log_page().batches_size() == 1);
  CHECK(read_log(replica, 5, 6, 99).log_page().batches_size() == 0);
  CHECK(read_log(replica, 4, 1, 5).has_epoch_refused());
  CHECK(read_log(replica, 6, 1, 5).has_epoch_refused());
}

TEST_CASE("a log page ends early when it is full, and the rest comes with the next") {
  Replica replica = started_replica(5);
  const std::string large(limits::kLogPageBytesMax / 2 - 100, 'x');
  for (std::uint64_t position = 1; position <= 5; ++position)
    append(replica, 5, position, large);
  std::vector<int> sizes;
  std::uint64_t next = 1;
  while (next <= 5) {
    const v1::LogPage page = read_log(replica, 5, next, 5).log_page();
    REQUIRE(page.batches_size() > 0);
    CHECK(page.batches(0).position() == next);
    sizes.push_back(page.batches_size());
    next += static_cast<std::uint64_t>(page.batches_size());
  }
  CHECK(sizes == std::vector<int>{2, 2, 1});
}

TEST_CASE("a batch larger than a page is still read") {
  Replica replica = started_replica(5);
  append(replica, 5, 1, std::string(limits::kLogPageBytesMax + 1, 'x'));
  append(replica, 5, 2, "two");
  CHECK(read_log(replica, 5, 1, 2).log_page().batches_size() == 1);
}

}  // namespace
}  // namespace glasspost::tests
