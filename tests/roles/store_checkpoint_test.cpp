// A replica's checkpoints: parts beside the log, the record that makes them count, index blocks.
#include "engine/core/limits.hpp"
#include "tests/roles/support/replica.hpp"

namespace glasspost::tests {
namespace {

using Texts = std::vector<std::string>;

// Position and rows of the parts that lie between.
Texts parts_of(Replica& replica, std::uint64_t epoch, std::uint64_t from, std::uint64_t to) {
  v1::Letter letter;
  v1::ReadLog& read = *letter.mutable_read_log();
  read.set_section(kLog.value);
  read.set_epoch(epoch);
  read.set_from(from);
  read.set_to(to);
  read.set_parts(true);
  Texts list;
  const v1::Letter page = replica.ask(letter);
  CHECK(page.log_page().parts());
  for (const v1::LogBatch& made : page.log_page().batches())
    list.push_back(std::to_string(made.position()) + " " + made.rows());
  return list;
}

TEST_CASE("DESIGN 5.2: parts lie beside the log, and their places stay in it") {
  Replica replica = started_replica(5);
  append(replica, 5, 1, "one");
  replica.ask(append_letter(part(5, 2, "rows")));
  append(replica, 5, 3, "three");
  replica.ask(append_letter(part(5, 4, "more rows")));
  for (bool rebooted : {false, true}) {
    if (rebooted) replica.reboot();
    CHECK(payloads(replica, 5) == Texts{"one", "", "three", ""});
    CHECK(read_log(replica, 5, 2, 2).log_page().batches(0).rows().empty());
    CHECK(parts_of(replica, 5, 1, 9) == Texts{"2 rows", "4 more rows"});
    CHECK(parts_of(replica, 5, 3, 4) == Texts{"4 more rows"});
  }
  CHECK(seal(replica, 6).section_sealed().record().checkpoint().covers() == 0);
}

TEST_CASE("DESIGN 5.2: a seal tells of the newest checkpoint that counts, whose parts stay") {
  Replica replica = started_replica(5);
  append(replica, 5, 1, "one");
  replica.ask(append_letter(part(5, 2, "old")));
  replica.ask(append_letter(record(5, 3, 1, 2, 2)));
  append(replica, 5, 4, "four");
  replica.ask(append_letter(part(5, 5, "new")));
  CHECK(parts_of(replica, 5, 1, 9) == Texts{"2 old", "5 new"});
  replica.ask(append_letter(record(5, 6, 4, 5, 5)));
  CHECK(parts_of(replica, 5, 1, 9) == Texts{"5 new"});
  replica.reboot();
  const v1::SectionSealed sealed = seal(replica, 6).section_sealed();
  CHECK(sealed.record().checkpoint().covers() == 4);
  CHECK(sealed.record().checkpoint().first() == 5);
  CHECK(sealed.settled() >= 5);
}

TEST_CASE("DESIGN 7.1: parts above a start record are dead, parts that count are not") {
  Replica replica = started_replica(5);
  append(replica, 5, 1, "one");
  replica.ask(append_letter(part(5, 2, "counts")));
  replica.ask(append_letter(record(5, 3, 1, 2, 2)));
  replica.ask(append_letter(part(5, 4, "dead")));
  seal(replica, 6);
  // A new owner that knew only of the batch before: its tail holds the places again.
  start_log(replica, 6, 2, {part(6, 2, ""), batch(6, 3, "three")});
  CHECK(parts_of(replica, 6, 1, 9) == Texts{"2 counts"});
  replica.reboot();
  const v1::SectionSealed sealed = seal(replica, 7).section_sealed();
  CHECK(sealed.record().checkpoint().last() == 2);
  CHECK(sealed.settled() >= 2);
}

TEST_CASE(
    "a checkpoint of which the others have forgotten the parts is dropped, and that is told") {
  for (bool copied : {false, true}) {
    Replica replica = started_replica(5);
    append(replica, 5, 1, "one");
    replica.ask(append_letter(part(5, 2, "parts")));
    replica.ask(append_letter(record(5, 3, 1, 2, 2)));
    seal(replica, 6);
    start_log(replica, 6, 2, {batch(6, 2, "two", 1)});
    CHECK(replica.facts_of(FactKind::kForgotten).empty());  // there is something in its place
    seal(replica, 7);
    if (copied) {
      replica.ask(copy_letter(7, 7, 2, {}));
      CHECK(replica.facts_of(FactKind::kForgotten).empty());  // what is settled stays
      continue;
    }
    start_log(replica, 7, 2, {});
    const std::vector<Fact> told = replica.facts_of(FactKind::kForgotten);
    REQUIRE(told.size() == 1);
    CHECK(told[0].subject == kLog.value);
    CHECK(told[0].object == 7);
    CHECK(told[0].number == 2);
    for (bool rebooted : {false, true}) {
      if (rebooted) replica.reboot();
      CHECK(seal(replica, 7).section_sealed().record().checkpoint().covers() == 0);
      CHECK(parts_of(replica, 7, 1, 9).empty());
      CHECK(payloads(replica, 7) == Texts{"one"});
    }
  }
}

TEST_CASE("DESIGN 5.2: an index page begins with the block that holds the entry") {
  Replica replica = started_replica(5);
  replica.ask(append_letter(blocks(5, 1, {{7, 0}, {7, 10}, {8, 0}})));
  replica.ask(append_letter(blocks(5, 2, {{7, 15}})));
  for (bool rebooted : {false, true}) {
    if (rebooted) replica.reboot();
    CHECK(index_of(replica, 5, 7, 0) == Texts{"7/0", "7/10", "7/15"});
    CHECK(index_of(replica, 5, 7, 9) == Texts{"7/0", "7/10", "7/15"});
    CHECK(index_of(replica, 5, 7, 10) == Texts{"7/10", "7/15"});
    CHECK(index_of(replica, 5, 7, 99) == Texts{"7/15"});
    CHECK(index_of(replica, 5, 6, 5).empty());
    CHECK(index_of(replica, 5, 8, 5) == Texts{"8/0"});
    CHECK(payloads(replica, 5) == Texts{"", ""});
  }
}

TEST_CASE("an index page holds so many blocks, and is for the owner alone") {
  Replica replica = started_replica(5);
  std::vector<std::pair<std::uint64_t, std::uint64_t>> list;
  for (std::uint64_t after = 0; after < limits::kIndexPageBlocks + 9; ++after)
    list.emplace_back(1, after);
  replica.ask(append_letter(blocks(5, 1, list)));
  CHECK(index_of(replica, 5, 1, 3).size() == limits::kIndexPageBlocks);
  v1::Letter letter;
  letter.mutable_read_index()->set_section(kLog.value);
  letter.mutable_read_index()->set_epoch(4);
  CHECK(replica.ask(letter).has_epoch_refused());
}

}  // namespace
}  // namespace glasspost::tests
