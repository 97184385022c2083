// Rows for the inboxes: in order, within the window, again until confirmed, and written down.
#include "engine/core/limits.hpp"
#include "tests/roles/support/home.hpp"

namespace glasspost::tests {
namespace {

TEST_CASE("DESIGN 5.1: every member's inbox gets a row, the sender's too, after the commit") {
  Home home = serving_home();
  submit(home, kAlicePhone, kPair, 1, "hi");
  CHECK(home.take(v1::Letter::kIndexRows).empty());
  home.commit();
  const Letters rows = home.take(v1::Letter::kIndexRows);
  REQUIRE(rows.size() == 2);
  for (const v1::Letter& letter : rows) {
    CHECK(letter.target() == pack(kMailbox1));
    CHECK(letter.index_rows().after() == 0);
    REQUIRE(letter.index_rows().messages_size() == 1);
    CHECK(letter.index_rows().messages(0).text() == "hi");
    CHECK(letter.index_rows().messages(0).sender() == kAlice.value);
    CHECK(letter.index_rows().messages(0).sender_device() == kAlicePhone.device().value);
  }
  CHECK(rows[0].index_rows().user() == kAlice.value);
  CHECK(rows[1].index_rows().user() == kBob.value);
}

TEST_CASE("rows go to the mailbox of each member") {
  Home home = serving_home();
  const UserId dora{150};
  send_text(home, kAlicePhone, pair_of(kAlice, dora), 1, "hi");
  const Letters rows = home.take(v1::Letter::kIndexRows);
  REQUIRE(rows.size() == 2);
  CHECK(rows[0].target() == pack(kMailbox1));
  CHECK(rows[1].target() == pack({RoleKind::kMailbox, 2}));
}

TEST_CASE("rows are sent in number order, and no more than the window before a confirmation") {
  Home home = serving_home();
  send_many(home, kPair, 50);
  CHECK(rows_sent(home, kBob) == numbers(1, limits::kIndexWindow));
  indexed(home, kBob, kPair, 10);
  CHECK(rows_sent(home, kBob) == numbers(33, 42));
  indexed(home, kBob, kPair, 42);
  CHECK(rows_sent(home, kBob) == numbers(43, 50));
  indexed(home, kBob, kPair, 50);
  CHECK(rows_sent(home, kBob).empty());
  CHECK(rows_sent(home, kAlice) == numbers(1, limits::kIndexWindow));
}

TEST_CASE("a message says after which number it comes") {
  Home home = serving_home();
  send_many(home, kPair, 2);
  const Letters rows = home.take(v1::Letter::kIndexRows);
  REQUIRE(rows.size() == 4);
  CHECK(rows[2].index_rows().after() == 1);
  CHECK(rows[2].index_rows().messages(0).number() == 2);
}

TEST_CASE("DESIGN 5.1: rows that nobody confirmed are sent again until they are") {
  Home home = serving_home();
  send_many(home, kPair, 2);
  rows_sent(home, kAlice);
  rows_sent(home, kBob);
  indexed(home, kAlice, kPair, 2);
  indexed(home, kBob, kPair, 1);
  for (int waits : {1, 2, 4}) {
    home.wait(limits::kIndexRetry * waits);
    CHECK(rows_sent(home, kBob) == numbers(2, 2));
    CHECK(rows_sent(home, kAlice).empty());
  }
  indexed(home, kBob, kPair, 2);
  home.wait(limits::kIndexRetry * 3);
  CHECK(rows_sent(home, kBob).empty());
  CHECK(home.facts_of(FactKind::kIndexed).size() == 3);
}

TEST_CASE("rows that were sent just now are not sent again by the timer") {
  Home home = serving_home();
  home.wait(limits::kIndexRetry - Duration(1));
  send_many(home, kPair, 1);
  CHECK(rows_sent(home, kBob) == numbers(1, 1));
  home.wait(Duration(1));
  CHECK(rows_sent(home, kBob).empty());
  home.wait(limits::kIndexRetry);
  CHECK(rows_sent(home, kBob) == numbers(1, 1));
}

TEST_CASE("a late, doubled or strange confirmation moves nothing back or too far") {
  Home home = serving_home();
  send_many(home, kPair, 3);
  rows_sent(home, kBob);
  indexed(home, kBob, kPair, 2);
  indexed(home, kBob, kPair, 1);
  indexed(home, kBob, kPair, 2);
  indexed(home, kCarol, kPair, 3);
  indexed(home, kCarol, kOtherPair, 3);
  home.wait(limits::kIndexRetry);
  CHECK(rows_sent(home, kBob) == numbers(3, 3));
  indexed(home, kBob, kPair, 99);
  send_text(home, kAlicePhone, kPair, 4, "four");
  CHECK(rows_sent(home, kBob) == numbers(4, 4));
}

TEST_CASE("DESIGN 5.1: a new owner sends only what is not written down as indexed") {
  Home home = serving_home();
  send_many(home, kPair, 5);
  indexed(home, kAlice, kPair, 5);
  indexed(home, kBob, kPair, 3);
  home.wait(limits::kIndexRecord);
  home.commit();
  home.take_over(new_home());
  CHECK(rows_sent(home, kBob) == numbers(4, 5));
  CHECK(rows_sent(home, kAlice) == numbers(4, 5));
}

TEST_CASE("a new owner sends all again when nothing was written down") {
  Home home = serving_home();
  send_many(home, kPair, 40);
  indexed(home, kAlice, kPair, 40);
  indexed(home, kBob, kPair, 40);
  home.take_over(new_home());  // before the record was due
  CHECK(rows_sent(home, kBob) == numbers(1, limits::kIndexWindow));
  indexed(home, kBob, kPair, 40);
  CHECK(rows_sent(home, kBob).empty());
}

TEST_CASE("a new owner sends nothing of a conversation that is indexed") {
  Home home = serving_home();
  send_many(home, kPair, 5);
  indexed(home, kAlice, kPair, 5);
  indexed(home, kBob, kPair, 5);
  home.wait(limits::kIndexRecord);
  home.commit();
  home.take_over(new_home());
  home.wait(limits::kIndexRetry * 2);
  CHECK(home.take(v1::Letter::kIndexRows).empty());
  send_text(home, kAlicePhone, kPair, 6, "six");
  CHECK(rows_sent(home, kBob) == numbers(6, 6));
}

TEST_CASE("progress is written down once, and not before both members have it") {
  Home home = serving_home();
  send_many(home, kPair, 2);
  home.said.clear();
  indexed(home, kAlice, kPair, 2);
  home.wait(limits::kIndexRecord);
  CHECK(home.take(v1::Letter::kAppendLog).empty());
  indexed(home, kBob, kPair, 1);
  home.wait(limits::kIndexRecord);
  v1::ConversationBatch batch;
  const v1::Letter append = home.one(v1::Letter::kAppendLog);
  REQUIRE(batch.ParseFromString(append.append_log().batch().payload()));
  REQUIRE(batch.entries_size() == 1);
  CHECK(batch.entries(0).indexed_to().conversation() == kPair.value);
  CHECK(batch.entries(0).indexed_to().number() == 1);
}

TEST_CASE("rows whose bodies left the cache are read from the log first") {
  Home home = serving_home();
  send_many(home, kPair, 1);
  home.said.clear();
  // A busy neighbour pushes the text out of the cache.
  Letters letters;
  for (std::uint64_t id = 1; id <= limits::kCachedBodiesMax; ++id)
    letters.push_back(submit_letter(kCarolPhone, kOtherPair, id, "x"));
  home.feed(std::move(letters));
  home.commit();
  home.said.clear();
  home.wait(limits::kIndexRetry);
  CHECK(rows_sent(home, kBob).empty());
  home.commit();
  home.wait(limits::kIndexRetry);
  CHECK(rows_sent(home, kBob) == numbers(1, 1));
}

}  // namespace
}  // namespace glasspost::tests
