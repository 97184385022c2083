// Homes and mailboxes with checkpoints: what a new owner replays, what stays in memory, and that
// old messages and rows are read as ever.
#include <algorithm>

#include "engine/core/limits.hpp"
#include "tests/roles/support/home.hpp"
#include "tests/roles/support/inbox.hpp"

namespace glasspost::tests {
namespace {

constexpr std::uint64_t kMany = 300;

Config often() {
  Config config = small_config();
  config.checkpoint_tail_bytes = 500;
  config.checkpoint_part_bytes = 200;
  return config;
}

template <class R>
const auto& section_of(const Owner& owner) {
  return owner.role.as<R>().state().sections.begin()->second;
}

// Few batches were replayed of many, by the newest take-over.
void check_short_replay(const Owner& owner) {
  const Fact serving = owner.facts_of(FactKind::kServing).back();
  CHECK(serving.number > kMany);
  CHECK(serving.value < kMany / 2);
}

// -- homes ---------------------------------------------------------------------------------------

Home old_home() {
  Home home = serving_home(often());
  send_many(home, kPair, kMany);
  CHECK(home.facts_of(FactKind::kCheckpoint).size() > 2);
  home.said.clear();
  return home;
}

TEST_CASE("DESIGN 5.2: a new home loads the newest checkpoint and goes on where the old one was") {
  Home home = old_home();
  home.take_over(new_home());
  check_short_replay(home);
  CHECK(send_text(home, kAlicePhone, kPair, 7, "text 7").number() == 7);
  CHECK(send_text(home, kAlicePhone, kPair, 8, "another").failure() ==
        v1::FAILURE_CODE_CLIENT_ID_REUSED);
  CHECK(send_text(home, kAlicePhone, kPair, kMany + 1, "new").number() == kMany + 1);
  CHECK(send_text(home, kBobPhone, kPair, 1, "bob's").number() == kMany + 2);
}

TEST_CASE("DESIGN 5.2: places of old messages leave the memory and are read when asked for") {
  Home home = old_home();
  for (bool again : {false, true}) {
    if (again) home.take_over(new_home());
    const auto& section = section_of<Conversation>(home);
    CHECK(section.positions.size() + section.checkpoint.closing.size() < kMany / 2);
    CHECK(numbers_of(history(home, kBobPhone, {}).page()) == numbers(1, 200));
    CHECK(numbers_of(history(home, kBobPhone, {.from = 201}).page()) == numbers(201, kMany));
    const v1::HistoryPage back = history(home, kBobPhone, {.from = 99, .backward = true}).page();
    std::vector<std::uint64_t> upward = numbers_of(back);
    std::reverse(upward.begin(), upward.end());
    CHECK(upward == numbers(1, 99));
    for (const v1::Message& message : back.messages())
      CHECK(message.text() == "text " + std::to_string(message.number()));
  }
}

TEST_CASE("a lost read of the index or of the log is asked again, and nothing of it is kept") {
  for (const auto lost : {v1::Letter::kReadIndex, v1::Letter::kReadLog}) {
    Home home = old_home();
    indexed(home, kAlice, kPair, kMany);
    indexed(home, kBob, kPair, kMany);
    home.wait(limits::kIndexRecord);
    home.commit();
    home.take_over(new_home());  // which has no row to send, so nothing is read for that
    home.feed(history_letter(kBobPhone, {.from = 1, .max = 20}));
    while (home.take(lost).empty())
      REQUIRE(home.carry());
    CHECK(home.take(v1::Letter::kHistoryRead).empty());
    home.wait(limits::kBodiesRetry + limits::kIndexRetry);
    home.commit();
    CHECK(numbers_of(home.one(v1::Letter::kHistoryRead).history_read().page()) == numbers(1, 20));
    CHECK(section_of<Conversation>(home).wanted.empty());
    CHECK(section_of<Conversation>(home).waiting.empty());
  }
}

TEST_CASE("rows are sent again at longer and longer intervals") {
  Home home = serving_home();
  send_many(home, kPair, 1);
  std::vector<Time> sent;
  rows_sent(home, kBob);
  for (int tick = 0; tick < 60; ++tick) {
    home.wait(limits::kIndexRetry / 2);
    if (!rows_sent(home, kBob).empty()) sent.push_back(home.now);
  }
  REQUIRE(sent.size() >= 4);
  CHECK(sent.size() < 9);
  CHECK(sent[2] - sent[1] > sent[1] - sent[0]);
}

TEST_CASE("store.fsync never: rows that a mailbox has lost are sent to it again") {
  Home home = serving_home();
  send_many(home, kPair, 4);
  indexed(home, kAlice, kPair, 4);
  indexed(home, kBob, kPair, 4);
  home.wait(limits::kIndexRecord);
  home.commit();
  home.said.clear();
  v1::Letter letter;
  letter.mutable_rows_indexed()->set_user(kBob.value);
  letter.mutable_rows_indexed()->set_conversation(kPair.value);
  letter.mutable_rows_indexed()->set_number(2);
  home.feed(from(kMailbox1, letter));
  CHECK(rows_sent(home, kBob).empty());  // a late confirmation
  letter.mutable_rows_indexed()->set_lacks_next(true);
  home.feed(from(kMailbox1, letter));
  CHECK(rows_sent(home, kBob) == numbers(3, 4));
  CHECK(rows_sent(home, kAlice).empty());
}

// -- mailboxes -----------------------------------------------------------------------------------

// Rows 1 .. kMany of Bob's inbox, numbered 1'001, 1'002, ...; Alice's have fewer.
Inbox old_inbox() {
  Inbox inbox = serving_inbox(often());
  for (std::uint64_t number = 1; number <= kMany; ++number) {
    fill(inbox, {kBob, kPair, number, number}, 1'000 + number);
    if (number % 3 == 0) fill(inbox, {kAlice, kPair, number / 3, number / 3}, 5'000 + number);
  }
  CHECK(inbox.facts_of(FactKind::kCheckpoint).size() > 2);
  inbox.said.clear();
  return inbox;
}

// The page of a pull, once all that it waits for has come.
v1::SyncPage patient_pull(Inbox& inbox, const Phone& phone, std::uint64_t key,
                          std::uint32_t rows_max) {
  inbox.feed(pull_letter(phone, key, rows_max));
  for (int round = 0; round < 50; ++round) {
    inbox.commit();
    for (const v1::Letter& pulled : inbox.take(v1::Letter::kRowsPulled))
      return pulled.rows_pulled().page();
    for (const v1::Letter& asked : inbox.take(v1::Letter::kFetchBodies)) {
      const auto& list = asked.fetch_bodies().numbers();
      inbox.feed(bodies_letter(kPair, {list.begin(), list.end()}));
    }
  }
  FAIL("a pull was never answered");
  return {};
}

std::vector<std::uint64_t> all_rows(Inbox& inbox, const Phone& phone, std::uint32_t rows_max) {
  std::vector<std::uint64_t> list;
  std::uint64_t key = 0;
  while (true) {
    const v1::SyncPage page = patient_pull(inbox, phone, key, rows_max);
    const std::vector<std::uint64_t> more = inbox_numbers(page);
    list.insert(list.end(), more.begin(), more.end());
    key = page.key();
    if (!page.more()) return list;
    REQUIRE(!more.empty());
  }
}

TEST_CASE("DESIGN 5.2: old rows leave the memory, and a device that was away gets them all") {
  Inbox inbox = old_inbox();
  std::vector<std::uint64_t> of_alice;
  for (std::uint64_t number = 5'003; number <= 5'000 + kMany; number += 3)
    of_alice.push_back(number);
  for (bool again : {false, true}) {
    if (again) {
      inbox.take_over(new_mailbox());
      check_short_replay(inbox);
      inbox.said.clear();
    }
    const auto& section = section_of<Mailbox>(inbox);
    CHECK(section.rows.size() + section.checkpoint.closing.size() < kMany / 2);
    for (std::uint32_t rows_max : {7U, 200U}) {
      CHECK(all_rows(inbox, kBobPhone, rows_max) == numbers(1'001, 1'000 + kMany));
      CHECK(all_rows(inbox, kAlicePhone, rows_max) == of_alice);
    }
    CHECK(section_of<Mailbox>(inbox).reading.empty());
  }
  fill(inbox, {kBob, kPair, kMany + 1, kMany + 1}, 9'000);
  CHECK(inbox_numbers(patient_pull(inbox, kBobPhone, 1'000 + kMany, 0)) == numbers(9'000, 9'000));
}

TEST_CASE("a new mailbox uses no number again that the checkpoint knows") {
  Inbox inbox = old_inbox();
  inbox.take_over(new_mailbox());
  inbox.said.clear();
  index_rows(inbox, kBob, kPair, kMany + 1, kMany + 1);
  number_rows(inbox, 1'000 + kMany);
  CHECK(inbox.take(v1::Letter::kAppendLog).empty());
  CHECK(inbox.take(v1::Letter::kTakeNumbers).size() == 1);  // asks again
}

TEST_CASE("a lost read of old rows is asked again when the device asks again") {
  Inbox inbox = old_inbox();
  inbox.feed(pull_letter(kBobPhone, 0, 10));
  CHECK(inbox.take(v1::Letter::kReadIndex).size() == 1);  // lost
  inbox.feed(pull_letter(kBobPhone, 0, 10));
  CHECK(inbox.take(v1::Letter::kReadIndex).empty());
  inbox.wait(limits::kBodiesRetry);
  CHECK(inbox_numbers(patient_pull(inbox, kBobPhone, 0, 10)) == numbers(1'001, 1'010));
}

TEST_CASE("rows beyond a hole are refused with the number that the inbox has") {
  Inbox inbox = serving_inbox();
  fill(inbox, {kBob, kPair, 1, 2}, 11);
  inbox.said.clear();
  index_rows(inbox, kBob, kPair, 5, 6);
  const v1::Letter answer = inbox.one(v1::Letter::kRowsIndexed);
  CHECK(answer.target() == pack(kHome1));
  CHECK(answer.rows_indexed().number() == 2);
  CHECK(answer.rows_indexed().lacks_next());
  index_rows(inbox, kBob, kPair, 1, 2);
  CHECK_FALSE(inbox.one(v1::Letter::kRowsIndexed).rows_indexed().lacks_next());
}

}  // namespace
}  // namespace glasspost::tests
