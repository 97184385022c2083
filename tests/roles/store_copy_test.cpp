// A replica that was away is given pages: what it truncates, what it takes, and which checkpoints
// count on it afterwards.
#include "engine/core/limits.hpp"
#include "tests/roles/support/replica.hpp"

namespace glasspost::tests {
namespace {

using Texts = std::vector<std::string>;

v1::LogPage whole_page(Replica& replica, std::uint64_t epoch, std::uint64_t from,
                       std::uint64_t to) {
  return read_log(replica, epoch, from, to, 2).log_page();
}

// All that one replica has, page by page into another, under this start record.
void copy_all(Replica& source, Replica& replica, std::uint64_t epoch, std::uint64_t start_epoch,
              std::uint64_t from) {
  for (;;) {
    const v1::LogPage page = whole_page(source, epoch, from, 1'000'000);
    if (page.batches().empty()) return;
    CHECK(page.copy_to() == 2);
    from = copy_log(replica, epoch, start_epoch, from - 1,
                    {page.batches().begin(), page.batches().end()})
               .last() +
           1;
  }
}

TEST_CASE("DESIGN 7.1: a first page of the owner's log truncates what may be dead, no later one") {
  Replica replica = started_replica(5);
  append(replica, 5, 1, "one");
  replica.ask(append_letter(batch(5, 2, "dead two", 1)));
  replica.ask(append_letter(batch(5, 3, "dead three", 1)));
  seal(replica, 8);
  v1::LogCopied copied = copy_log(replica, 8, 8, 1, {batch(8, 2, "two")});
  CHECK(copied.start_epoch() == 8);
  CHECK(copied.last() == 2);
  CHECK(copied.epoch() == 8);
  copied = copy_log(replica, 8, 8, 2, {batch(8, 3, "three")});
  CHECK(copied.last() == 3);
  copied = copy_log(replica, 8, 8, 1, {batch(8, 2, "two")});  // doubled on its way
  CHECK(copied.last() == 3);
  CHECK(replica.out.puts.empty());
  for (bool rebooted : {false, true}) {
    if (rebooted) replica.reboot();
    CHECK(payloads(replica, 8) == Texts{"one", "two", "three"});
    CHECK(seal(replica, 8).section_sealed().record().start_epoch() == 8);
  }
  CHECK(append(replica, 8, 4, "four").log_appended().last() == 4);
}

TEST_CASE("DESIGN 7.1: a settled page of an older log replaces what is here and drops nothing") {
  Replica replica = started_replica(5);
  append(replica, 5, 1, "one");
  replica.ask(append_letter(part(5, 2, "dead rows")));
  append(replica, 5, 3, "three");
  seal(replica, 8);
  v1::LogCopied copied = copy_log(replica, 8, 7, 1, {batch(7, 2, "two")});
  CHECK(copied.start_epoch() == 7);
  CHECK(copied.last() == 2);
  for (bool rebooted : {false, true}) {
    if (rebooted) replica.reboot();
    CHECK(payloads(replica, 8) == Texts{"one", "two", "three"});
    const v1::SectionSealed sealed = seal(replica, 8).section_sealed();
    CHECK(sealed.record().start_epoch() == 5);
    CHECK(sealed.last() == 3);
  }
  CHECK_FALSE(replica.disk.get(keys::checkpoint_part(kLog, 2)));
  // It goes on beyond the end of what was here, and again when it comes twice.
  const std::vector<v1::LogBatch> page{batch(7, 3, "settled three"), batch(7, 4, "four")};
  for (int times = 0; times < 2; ++times) {
    copied = copy_log(replica, 8, 7, 2, page);
    CHECK(copied.last() == 4);
    CHECK(payloads(replica, 8) == Texts{"one", "two", "settled three", "four"});
    CHECK(seal(replica, 8).section_sealed().settled() == 4);
  }
  start_log(replica, 8, 5, {batch(8, 5, "five")});
  CHECK(payloads(replica, 8) == Texts{"one", "two", "settled three", "four", "five"});
}

TEST_CASE("what is settled here is never truncated, though the owner thinks that it is not here") {
  Replica replica = started_replica(5);
  append(replica, 5, 1, "one");
  replica.ask(append_letter(part(5, 2, "rows")));
  replica.ask(append_letter(record(5, 3, 1, 2, 2)));
  replica.ask(append_letter(batch(5, 4, "dead", 2)));
  seal(replica, 8);
  CHECK(copy_log(replica, 8, 8, 0).last() == 2);
  CHECK(seal(replica, 8).section_sealed().record().checkpoint().last() == 2);
}

TEST_CASE("pages of an older log are late once the sealed epoch has its start record here") {
  Replica replica = started_replica(5);
  append(replica, 5, 1, "one");
  seal(replica, 8);
  start_log(replica, 8, 2, {batch(8, 2, "two")});
  const v1::LogCopied copied = copy_log(replica, 8, 5, 1, {batch(5, 2, "older two")});
  CHECK(copied.start_epoch() == 8);
  CHECK(copied.last() == 2);
  CHECK(replica.out.puts.empty());
  CHECK(payloads(replica, 8) == Texts{"one", "two"});
}

TEST_CASE("a page with a hole before it is not taken, and nothing is put") {
  Replica replica = started_replica(5);
  append(replica, 5, 1, "one");
  seal(replica, 8);
  copy_log(replica, 8, 7, 4, {batch(7, 5, "five")});
  CHECK(replica.out.puts.empty());
  const v1::LogCopied copied = copy_log(replica, 8, 8, 4, {batch(8, 5, "five")});
  CHECK(copied.start_epoch() == 5);
  CHECK(replica.out.puts.empty());
}

TEST_CASE("a page under another than the sealed epoch is refused") {
  Replica replica = started_replica(5);
  seal(replica, 8);
  CHECK(replica.ask(copy_letter(7, 7, 0, {batch(7, 1, "one")})).has_epoch_refused());
  CHECK(replica.out.puts.empty());
}

TEST_CASE("a start record that begins beyond the log is not taken") {
  Replica replica = started_replica(5);
  append(replica, 5, 1, "one");
  seal(replica, 6);
  replica.feed(from(kHome1, start_letter(6, 3, {batch(6, 3, "three")})));
  CHECK(replica.said.empty());
  CHECK(replica.out.puts.empty());
  CHECK(replica.facts_of(FactKind::kDropped).size() == 1);
}

TEST_CASE("DESIGN 5.2: rows and index blocks are copied with the log, and its checkpoint counts") {
  Replica source = started_replica(5);
  append(source, 5, 1, "one");
  source.ask(append_letter(blocks(5, 2, {{7, 0}, {8, 3}})));
  source.ask(append_letter(part(5, 3, "rows")));
  source.ask(append_letter(record(5, 4, 1, 3, 3)));
  append(source, 5, 5, "five");
  Replica replica;
  seal(replica, 5);
  copy_all(source, replica, 5, 5, 1);
  for (bool rebooted : {false, true}) {
    if (rebooted) replica.reboot();
    CHECK(payloads(replica, 5) == payloads(source, 5));
    CHECK(index_of(replica, 5, 7, 0) == Texts{"7/0"});
    CHECK(index_of(replica, 5, 8, 3) == Texts{"8/3"});
    CHECK(seal(replica, 5).section_sealed().record().checkpoint().covers() == 1);
  }
  // And from this one to a third: nothing was lost on the way.
  Replica third;
  seal(third, 5);
  copy_all(replica, third, 5, 5, 1);
  CHECK(index_of(third, 5, 8, 3) == Texts{"8/3"});
  CHECK(seal(third, 5).section_sealed().record().checkpoint().covers() == 1);
}

TEST_CASE("DESIGN 5.2: a checkpoint whose rows were gone does not count on the one copied to") {
  Replica source = started_replica(5);
  append(source, 5, 1, "one");
  source.ask(append_letter(part(5, 2, "old rows")));
  source.ask(append_letter(record(5, 3, 1, 2, 2)));
  source.ask(append_letter(part(5, 4, "new rows")));
  source.ask(append_letter(record(5, 5, 1, 4, 4)));
  Replica replica;
  seal(replica, 5);
  const v1::LogPage page = whole_page(source, 5, 1, 9);
  REQUIRE(page.batches_size() == 5);
  CHECK(page.batches(1).rows().empty());
  CHECK(page.batches(3).rows() == "new rows");
  // It stops between the two records: the older one has no rows any more.
  copy_log(replica, 5, 5, 0, {page.batches().begin(), page.batches().begin() + 3});
  replica.reboot();
  CHECK(seal(replica, 5).section_sealed().record().checkpoint().covers() == 0);
  copy_log(replica, 5, 5, 3, {page.batches().begin() + 3, page.batches().end()});
  CHECK(seal(replica, 5).section_sealed().record().checkpoint().first() == 4);
}

TEST_CASE("a page for a replica is short, and one batch at least") {
  Replica source = started_replica(5);
  const std::string large(limits::kCopyPageBytesMax / 2, 'x');
  for (std::uint64_t position = 1; position <= 4; ++position)
    append(source, 5, position, large);
  append(source, 5, 5, std::string(limits::kCopyPageBytesMax + 1, 'y'));
  CHECK(whole_page(source, 5, 1, 9).batches_size() == 1);
  CHECK(whole_page(source, 5, 5, 9).batches_size() == 1);
  Replica replica;
  seal(replica, 5);
  copy_all(source, replica, 5, 5, 1);
  CHECK(payloads(replica, 5).size() == 5);
}

}  // namespace
}  // namespace glasspost::tests
