// Reading committed messages: history pages, bodies for mailboxes, and the way through the log.
#include "engine/core/limits.hpp"
#include "tests/roles/support/home.hpp"

namespace glasspost::tests {
namespace {

using List = std::vector<std::uint64_t>;

v1::HistoryPage page(Home& home, const Asked& asked) {
  return history(home, kBobPhone, asked).page();
}

TEST_CASE("history forward begins at the number asked for") {
  Home home = serving_home();
  send_many(home, kPair, 6);
  CHECK(numbers_of(page(home, {.from = 0})) == numbers(1, 6));
  CHECK(numbers_of(page(home, {.from = 4})) == numbers(4, 6));
  CHECK(numbers_of(page(home, {.from = 2, .max = 3})) == numbers(2, 4));
  CHECK(numbers_of(page(home, {.from = 7})).empty());
  CHECK(numbers_of(page(home, {.from = ~std::uint64_t{0}})).empty());
}

TEST_CASE("history backward is newest first") {
  Home home = serving_home();
  send_many(home, kPair, 6);
  CHECK(numbers_of(page(home, {.backward = true})) == List{6, 5, 4, 3, 2, 1});
  CHECK(numbers_of(page(home, {.from = 3, .backward = true})) == List{3, 2, 1});
  CHECK(numbers_of(page(home, {.from = 5, .backward = true, .max = 2})) == List{5, 4});
  CHECK(numbers_of(page(home, {.from = 99, .backward = true, .max = 1})) == List{6});
}

TEST_CASE("a history page says all of a message, and which is the newest") {
  Home home = serving_home();
  home.wall_ms = 4'711;
  send_many(home, kPair, 2);
  const v1::HistoryRead read = history(home, kBobPhone, {.from = 2});
  CHECK(read.origin().SerializeAsString() == origin_of(kBobPhone, 9).SerializeAsString());
  CHECK(read.page().conversation() == kPair.value);
  CHECK(read.page().newest() == 2);
  const v1::Message& message = read.page().messages(0);
  CHECK(message.conversation() == kPair.value);
  CHECK(message.number() == 2);
  CHECK(message.sender() == kAlice.value);
  CHECK(message.sender_device() == kAlicePhone.device().value);
  CHECK(message.client_id() == 2);
  CHECK(message.text() == "text 2");
  CHECK(message.time_ms() == 4'711);
  CHECK(message.inbox_number() == 0);
}

TEST_CASE("a history page has at most 200 messages, whatever is asked for") {
  Home home = serving_home();
  Letters letters;
  for (std::uint64_t id = 1; id <= 450; ++id)
    letters.push_back(submit_letter(kAlicePhone, kPair, id, "text"));
  home.feed(letters);
  home.commit();
  home.said.clear();
  CHECK(numbers_of(page(home, {.from = 1})) == numbers(1, 200));
  CHECK(numbers_of(page(home, {.from = 1, .max = 10'000})) == numbers(1, 200));
  CHECK(numbers_of(page(home, {.from = 201})) == numbers(201, 400));
  CHECK(numbers_of(page(home, {.from = 401})) == numbers(401, 450));
  CHECK(page(home, {.from = 401}).newest() == 450);
}

TEST_CASE("a history page ends early when its texts are large") {
  Home home = serving_home();
  const std::string large(limits::kPageBytesMax / 4 + 1, 'x');
  for (std::uint64_t id = 1; id <= 5; ++id)
    send_text(home, kAlicePhone, kPair, id, large);
  CHECK(numbers_of(page(home, {.from = 1})) == numbers(1, 3));
  CHECK(numbers_of(page(home, {.from = 4})) == numbers(4, 5));
}

TEST_CASE("promise 7: history is for members, and a missing conversation looks the same") {
  Home home = serving_home();
  send_many(home, kPair, 1);
  const v1::HistoryRead stranger = history(home, kCarolPhone, {});
  const v1::HistoryRead nothing = history(home, kCarolPhone, {.pair = ConversationId{5}});
  CHECK(stranger.failure() == v1::FAILURE_CODE_NO_CONVERSATION);
  CHECK(stranger.page().messages_size() == 0);
  CHECK(stranger.SerializeAsString() == nothing.SerializeAsString());
}

TEST_CASE("an empty conversation has an empty history for its members") {
  Home home = serving_home();
  const v1::HistoryRead read = history(home, kAlicePhone, {});
  CHECK(read.failure() == v1::FAILURE_CODE_UNSPECIFIED);
  CHECK(read.page().messages_size() == 0);
  CHECK(read.page().newest() == 0);
}

TEST_CASE("DESIGN 7.1: nothing above the horizon is read") {
  Home home = serving_home();
  send_many(home, kPair, 2);
  submit(home, kAlicePhone, kPair, 3, "not yet");
  home.feed(history_letter(kBobPhone, {}));
  const v1::HistoryPage before = home.one(v1::Letter::kHistoryRead).history_read().page();
  CHECK(numbers_of(before) == numbers(1, 2));
  CHECK(before.newest() == 2);
  home.feed(fetch_letter(kPair, {2, 3}));
  const v1::Letter fetched = home.one(v1::Letter::kBodiesFetched);
  REQUIRE(fetched.bodies_fetched().messages_size() == 1);
  CHECK(fetched.bodies_fetched().messages(0).number() == 2);
  home.commit();
  CHECK(page(home, {}).newest() == 3);
}

TEST_CASE("bodies are fetched by number, and what does not exist is left out") {
  Home home = serving_home();
  send_many(home, kPair, 3);
  home.feed(fetch_letter(kPair, {0, 1, 3, 9}));
  const v1::Letter letter = home.one(v1::Letter::kBodiesFetched);
  CHECK(letter.target() == pack(kMailbox1));
  const v1::BodiesFetched& fetched = letter.bodies_fetched();
  CHECK(fetched.conversation() == kPair.value);
  REQUIRE(fetched.messages_size() == 2);
  CHECK(fetched.messages(0).text() == "text 1");
  CHECK(fetched.messages(1).text() == "text 3");
  home.feed(fetch_letter(kOtherPair, {1}));
  CHECK(home.one(v1::Letter::kBodiesFetched).bodies_fetched().messages_size() == 0);
}

TEST_CASE("bodies that left the cache come from the log, and the question waits") {
  Home home = serving_home();
  send_many(home, kPair, 3);
  Letters letters;
  for (std::uint64_t id = 1; id <= limits::kCachedBodiesMax; ++id)
    letters.push_back(submit_letter(kCarolPhone, kOtherPair, id, "x"));
  home.feed(std::move(letters));
  home.commit();
  home.said.clear();
  home.feed({history_letter(kBobPhone, {}), fetch_letter(kPair, {2})});
  CHECK(home.take(v1::Letter::kHistoryRead).empty());
  CHECK(home.take(v1::Letter::kBodiesFetched).empty());
  home.commit();
  const v1::HistoryPage read = home.one(v1::Letter::kHistoryRead).history_read().page();
  CHECK(numbers_of(read) == numbers(1, 3));
  CHECK(read.messages(0).text() == "text 1");
  const v1::Letter fetched = home.one(v1::Letter::kBodiesFetched);
  REQUIRE(fetched.bodies_fetched().messages_size() == 1);
  CHECK(fetched.bodies_fetched().messages(0).text() == "text 2");
}

TEST_CASE("a read for which there is no room pushes out the oldest one, and that is told") {
  Home home = serving_home();
  send_many(home, kPair, 1);
  Letters letters;
  for (std::uint64_t id = 1; id <= limits::kCachedBodiesMax; ++id)
    letters.push_back(submit_letter(kCarolPhone, kOtherPair, id, "x"));
  home.feed(std::move(letters));
  home.commit();
  home.said.clear();
  v1::Letter first = fetch_letter(kPair, {1});
  first.set_trace(77);
  home.feed(first);
  for (std::size_t more = 1; more < limits::kWaitingRequestsMax; ++more)
    home.feed(fetch_letter(kPair, {1}));
  CHECK(home.facts_of(FactKind::kDropped).empty());
  home.feed(history_letter(kBobPhone, {}));
  const std::vector<Fact> dropped = home.facts_of(FactKind::kDropped);
  REQUIRE(dropped.size() == 1);
  CHECK(dropped[0].trace == 77);
  CHECK(dropped[0].subject == pack(kHome1));
  CHECK(dropped[0].object == static_cast<std::uint64_t>(v1::Letter::kFetchBodies));
  CHECK(dropped[0].number == static_cast<std::uint64_t>(DropReason::kQueueFull));
  home.commit();
  CHECK(home.take(v1::Letter::kBodiesFetched).size() == limits::kWaitingRequestsMax - 1);
  CHECK(home.take(v1::Letter::kHistoryRead).size() == 1);
}

// -- take-over -----------------------------------------------------------------------------------

// The same questions, asked of a home and of its successor.
std::vector<std::string> answers(Home& home) {
  std::vector<std::string> list;
  for (const Asked& asked : {Asked{}, Asked{.pair = kOtherPair, .backward = true}})
    list.push_back(history(home, kAlicePhone, asked).SerializeAsString());
  for (std::uint64_t id : {1, 2, 500, 1'030}) {
    for (const char* text : {"text", "another"})
      list.push_back(send_text(home, kAlicePhone, kPair, id, text).SerializeAsString());
  }
  list.push_back(send_text(home, kBobPhone, kPair, 1, "bob").SerializeAsString());
  return list;
}

TEST_CASE("DESIGN 7.1: a new owner answers as the old one did") {
  Home home = serving_home();
  Letters letters;
  for (std::uint64_t id = 1; id <= 1'030; ++id)
    letters.push_back(submit_letter(kAlicePhone, kPair, id, "text"));
  home.feed(letters);
  ++home.wall_ms;
  home.feed({submit_letter(kBobPhone, kPair, 1, "bob"),
             submit_letter(kAlicePhone, kOtherPair, 1'031, "carol")});
  home.commit();
  home.said.clear();
  const std::vector<std::string> before = answers(home);
  home.take_over(new_home());
  CHECK(home.facts_of(FactKind::kServing).size() == 1);
  CHECK(answers(home) == before);
  CHECK(send_text(home, kAlicePhone, kPair, 1'031, "new").number() == 1'032);
}

TEST_CASE("DESIGN 7.1: what was on the replica but unanswered is adopted by the new owner") {
  Home home = serving_home();
  submit(home, kAlicePhone, kPair, 1, "hi");
  home.stores[0].feed(home.one(v1::Letter::kAppendLog));
  home.stores[0].said.clear();  // the answer is lost with the owner
  home.take_over(new_home());
  CHECK(home.facts_of(FactKind::kCommitted).size() == 1);
  CHECK(rows_sent(home, kBob) == numbers(1, 1));
  CHECK(send_text(home, kAlicePhone, kPair, 1, "hi").number() == 1);
  CHECK(send_text(home, kAlicePhone, kPair, 2, "ho").number() == 2);
}

TEST_CASE("what never reached the replica never was: a resend makes it new") {
  Home home = serving_home();
  send_many(home, kPair, 1);
  submit(home, kAlicePhone, kPair, 2, "lost");
  home.take_over(new_home());
  CHECK(history(home, kBobPhone, {}).page().newest() == 1);
  CHECK(send_text(home, kBobPhone, kPair, 1, "first").number() == 2);
  CHECK(send_text(home, kAlicePhone, kPair, 2, "lost").number() == 3);
}

// As two histories meet in one log when stores forget (forgotten.hpp).
TEST_CASE("a message that does not come next in the log is left out, told, and numbers go on") {
  Home home = serving_home();
  send_many(home, kPair, 2);
  const Conversation::State& state = home.role.as<Conversation>().state();
  const SectionId section = state.config.conversation_section(kPair);
  const SectionLog& log = state.sections.at(section).log;
  v1::ConversationBatch other;
  for (const std::uint64_t number : {2, 9, 3}) {
    v1::StoredMessage& message = *other.add_entries()->mutable_message();
    message.set_conversation(kPair.value);
    message.set_number(number);
    message.set_sender_device(kBobPhone.device().value);
    message.set_client_id(100 + number);
    message.set_text("of another history");
  }
  v1::IndexedTo& indexed = *other.add_entries()->mutable_indexed_to();
  indexed.set_conversation(kPair.value);
  indexed.set_number(9);
  v1::Letter letter;
  v1::AppendLog& append = *letter.mutable_append_log();
  append.set_section(section.value);
  append.mutable_batch()->set_epoch(log.claim.epoch);
  append.mutable_batch()->set_position(log.next_position);
  append.mutable_batch()->set_payload(other.SerializeAsString());
  const std::uint64_t position = log.next_position;
  home.stores[0].feed(from(kHome1, letter));
  home.stores[0].said.clear();
  home.take_over(new_home());
  const std::vector<Fact> told = home.facts_of(FactKind::kForgotten);
  REQUIRE(told.size() == 1);
  CHECK(told[0].subject == section.value);
  CHECK(told[0].number == position);
  CHECK(history(home, kBobPhone, {}).page().newest() == 3);
  CHECK(send_text(home, kAlicePhone, kPair, 3, "next").number() == 4);
  CHECK(send_text(home, kBobPhone, kPair, 103, "of another history").number() == 3);
}

TEST_CASE("an owner that is refused forgets what was undecided and takes over again") {
  Home home = serving_home();
  send_many(home, kPair, 1);
  submit(home, kAlicePhone, kPair, 2, "undecided");
  home.lose();
  const auto& sections = home.role.as<Conversation>().state().sections;
  v1::Letter refused;
  refused.mutable_epoch_refused()->set_section(sections.begin()->first.value);
  refused.mutable_epoch_refused()->set_epoch(sections.begin()->second.log.claim.epoch);
  home.feed(from(kStore1, refused));
  submit(home, kAlicePhone, kPair, 3, "now");
  CHECK(home.one(v1::Letter::kSubmitted).submitted().failure() == v1::FAILURE_CODE_UNAVAILABLE);
  home.commit();
  CHECK(home.take(v1::Letter::kSubmitted).empty());
  CHECK(history(home, kBobPhone, {}).page().newest() == 1);
  CHECK(send_text(home, kAlicePhone, kPair, 2, "undecided").number() == 2);
}

}  // namespace
}  // namespace glasspost::tests
