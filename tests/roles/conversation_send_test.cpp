// The home decides: numbers, client ids, membership, and when a sender is answered.
#include "engine/base/hash.hpp"
#include "engine/core/limits.hpp"
#include "tests/roles/support/home.hpp"

namespace glasspost::tests {
namespace {

TEST_CASE("DESIGN 5.1: numbers of a conversation are dense, 1 first") {
  Home home = serving_home();
  CHECK(send_text(home, kAlicePhone, kPair, 1, "one").number() == 1);
  CHECK(send_text(home, kBobPhone, kPair, 1, "two").number() == 2);
  CHECK(send_text(home, kAlicePhone, kOtherPair, 2, "elsewhere").number() == 1);
  CHECK(send_text(home, kAliceTablet, kPair, 1, "three").number() == 3);
  CHECK(send_text(home, kAlicePhone, kPair, 3, "four").number() == 4);
}

TEST_CASE("DESIGN 5.1: the sender is answered at the horizon and not before") {
  Home home = serving_home();
  submit(home, kAlicePhone, kPair, 1, "hi");
  CHECK(home.take(v1::Letter::kSubmitted).empty());
  CHECK(home.facts_of(FactKind::kCommitted).empty());
  home.lose();
  CHECK(home.take(v1::Letter::kSubmitted).empty());
  home.wait(limits::kStoreRetry);  // the batch is sent again
  CHECK(home.take(v1::Letter::kSubmitted).empty());
  home.commit();
  const v1::Letter answer = home.one(v1::Letter::kSubmitted);
  CHECK(answer.target() == pack(kAccess1));
  CHECK(answer.trace() == 501);
  CHECK(answer.submitted().number() == 1);
  CHECK(home.facts_of(FactKind::kCommitted).size() == 1);
}

TEST_CASE("an answer says all that a device and an observer need") {
  Home home = serving_home();
  home.wall_ms = 123'456;
  const v1::Submitted sent = send_text(home, kAlicePhone, kPair, 5, "hi");
  CHECK(sent.origin().SerializeAsString() == origin_of(kAlicePhone, 5).SerializeAsString());
  CHECK(sent.conversation() == kPair.value);
  CHECK(sent.client_id() == 5);
  CHECK(sent.time_ms() == 123'456);
  CHECK(sent.body_hash() == hash64("hi"));
  CHECK(sent.failure() == v1::FAILURE_CODE_UNSPECIFIED);
  const std::vector<Fact> committed = home.facts_of(FactKind::kCommitted);
  REQUIRE(committed.size() == 1);
  CHECK(committed[0].subject == kPair.value);
  CHECK(committed[0].object == kAlicePhone.device().value);
  CHECK(committed[0].number == 1);
  CHECK(committed[0].value == 5);
  CHECK(committed[0].extra == hash64("hi"));
}

TEST_CASE("DESIGN 5.1: all that one step decides is one batch of the log") {
  Home home = serving_home();
  Letters letters;
  for (std::uint64_t id = 1; id <= 20; ++id) {
    const ConversationId pair = id % 2 == 0 ? kPair : kOtherPair;
    letters.push_back(submit_letter(kAlicePhone, pair, id, "text"));
  }
  home.feed(letters);
  const v1::Letter append = home.one(v1::Letter::kAppendLog);
  v1::ConversationBatch batch;
  REQUIRE(batch.ParseFromString(append.append_log().batch().payload()));
  CHECK(batch.entries_size() == 20);
  home.stores[0].feed(append);
  home.feed(home.stores[0].one(v1::Letter::kLogAppended));
  const Letters answers = home.take(v1::Letter::kSubmitted);
  REQUIRE(answers.size() == 20);
  for (std::size_t i = 0; i < 20; ++i) {
    CHECK(answers[i].submitted().client_id() == i + 1);
    CHECK(answers[i].submitted().number() == i / 2 + 1);
  }
}

TEST_CASE("promise 6: a resend gets the number and the time of the first one") {
  Home home = serving_home();
  home.wall_ms = 1'000;
  send_text(home, kAlicePhone, kPair, 1, "hi");
  send_text(home, kAlicePhone, kPair, 2, "there");
  home.wall_ms = 2'000;
  const v1::Submitted again = send_text(home, kAlicePhone, kPair, 1, "hi");
  CHECK(again.number() == 1);
  CHECK(again.time_ms() == 1'000);
  CHECK(again.failure() == v1::FAILURE_CODE_UNSPECIFIED);
  CHECK(send_text(home, kAlicePhone, kPair, 3, "new").number() == 3);
}

TEST_CASE("a resend before the commit waits with the first one") {
  Home home = serving_home();
  submit(home, kAlicePhone, kPair, 1, "hi");
  submit(home, kAlicePhone, kPair, 1, "hi");
  CHECK(home.take(v1::Letter::kSubmitted).empty());
  CHECK(home.take(v1::Letter::kAppendLog).size() == 1);
  home.wait(limits::kStoreRetry);
  home.commit();
  const Letters answers = home.take(v1::Letter::kSubmitted);
  REQUIRE(answers.size() == 2);
  CHECK(answers[0].submitted().number() == 1);
  CHECK(answers[1].submitted().number() == 1);
  CHECK(history(home, kBobPhone, {}).page().newest() == 1);
}

TEST_CASE("resends while the store stands still are bounded, and no other text loses its answer") {
  Home home = serving_home();
  home.feed(
      {submit_letter(kAlicePhone, kPair, 1, "hi"), submit_letter(kAlicePhone, kPair, 2, "ho")});
  for (int i = 0; i < 1'000; ++i)
    submit(home, kAlicePhone, kPair, 1, "hi");
  home.commit();
  std::map<std::uint64_t, int> answers;  // by client id
  for (const v1::Letter& answer : home.take(v1::Letter::kSubmitted))
    ++answers[answer.submitted().client_id()];
  CHECK(answers == std::map<std::uint64_t, int>{{1, limits::kAnswersPerTextMax}, {2, 1}});
}

TEST_CASE("a resend in the same step as the first one makes no second message") {
  Home home = serving_home();
  home.feed({submit_letter(kAlicePhone, kPair, 1, "hi"), submit_letter(kAlicePhone, kPair, 1, "hi"),
             submit_letter(kAlicePhone, kPair, 1, "other")});
  home.commit();
  const Letters answers = home.take(v1::Letter::kSubmitted);
  REQUIRE(answers.size() == 3);
  CHECK(answers[0].submitted().failure() == v1::FAILURE_CODE_CLIENT_ID_REUSED);
  CHECK(answers[1].submitted().number() == 1);
  CHECK(answers[2].submitted().number() == 1);
  CHECK(history(home, kBobPhone, {}).page().newest() == 1);
}

TEST_CASE("promise 6: the same client id with another text is an error") {
  Home home = serving_home();
  send_text(home, kAlicePhone, kPair, 1, "hi");
  const v1::Submitted refused = send_text(home, kAlicePhone, kPair, 1, "ho");
  CHECK(refused.failure() == v1::FAILURE_CODE_CLIENT_ID_REUSED);
  CHECK(refused.number() == 0);
  CHECK(history(home, kBobPhone, {}).page().newest() == 1);
}

TEST_CASE("a client id belongs to one device and one conversation") {
  Home home = serving_home();
  CHECK(send_text(home, kAlicePhone, kPair, 1, "one").number() == 1);
  CHECK(send_text(home, kAliceTablet, kPair, 1, "two").number() == 2);
  CHECK(send_text(home, kBobPhone, kPair, 1, "three").number() == 3);
  CHECK(send_text(home, kAlicePhone, kOtherPair, 1, "one").number() == 1);
}

TEST_CASE("DESIGN 5.1: the last 1,024 client ids of a device are kept, older ones are TOO_OLD") {
  Home home = serving_home();
  Letters letters;
  for (std::uint64_t id = 1; id <= limits::kClientIdsKept; ++id)
    letters.push_back(submit_letter(kAlicePhone, kPair, id, "text"));
  home.feed(letters);
  home.commit();
  home.said.clear();
  CHECK(send_text(home, kAlicePhone, kPair, 1, "text").number() == 1);
  CHECK(send_text(home, kAlicePhone, kPair, 1'025, "text").number() == 1'025);
  CHECK(send_text(home, kAlicePhone, kPair, 1, "text").failure() == v1::FAILURE_CODE_TOO_OLD);
  CHECK(send_text(home, kAlicePhone, kPair, 2, "text").number() == 2);
  send_text(home, kAlicePhone, kPair, 1'026, "text");
  CHECK(send_text(home, kAlicePhone, kPair, 2, "text").failure() == v1::FAILURE_CODE_TOO_OLD);
  CHECK(send_text(home, kAliceTablet, kPair, 1, "text").number() == 1'027);
  CHECK(send_text(home, kAlicePhone, kOtherPair, 1, "text").number() == 1);
}

TEST_CASE("client id 0 is none") {
  Home home = serving_home();
  const v1::Submitted refused = send_text(home, kAlicePhone, kPair, 0, "hi");
  CHECK(refused.failure() == v1::FAILURE_CODE_TOO_OLD);
  CHECK(send_text(home, kAlicePhone, kPair, 1, "hi").number() == 1);
}

TEST_CASE("promise 7: who is no member is told that there is no such conversation") {
  Home home = serving_home();
  for (const ConversationId conversation : {kPair, ConversationId{5}, ConversationId{kGroupBit}}) {
    const v1::Submitted refused = send_text(home, kCarolPhone, conversation, 1, "hi");
    CHECK(refused.failure() == v1::FAILURE_CODE_NO_CONVERSATION);
    CHECK(refused.number() == 0);
  }
  CHECK(home.take(v1::Letter::kAppendLog).empty());
  CHECK(history(home, kBobPhone, {}).page().newest() == 0);
}

TEST_CASE("a home that does not serve answers UNAVAILABLE and decides nothing") {
  Home home;
  home.start();
  submit(home, kAlicePhone, kPair, 1, "hi");
  CHECK(home.one(v1::Letter::kSubmitted).submitted().failure() == v1::FAILURE_CODE_UNAVAILABLE);
  home.feed(history_letter(kAlicePhone, {}));
  CHECK(home.one(v1::Letter::kHistoryRead).history_read().failure() ==
        v1::FAILURE_CODE_UNAVAILABLE);
  home.feed(fetch_letter(kPair, {1}));
  CHECK(home.take(v1::Letter::kBodiesFetched).empty());
  home.commit();
  CHECK(history(home, kAlicePhone, {}).page().newest() == 0);
  CHECK(send_text(home, kAlicePhone, kPair, 1, "hi").number() == 1);
}

TEST_CASE("a conversation that another home owns is UNAVAILABLE here") {
  Config config = small_config();
  config.conversation_owners = {{RoleKind::kConversation, 2}};
  Home home = serving_home(config);
  submit(home, kAlicePhone, kPair, 1, "hi");
  CHECK(home.one(v1::Letter::kSubmitted).submitted().failure() == v1::FAILURE_CODE_UNAVAILABLE);
}

TEST_CASE("a log without room answers BUSY, but resends as ever") {
  Home home = serving_home();
  for (std::uint64_t id = 1; id <= limits::kUnconfirmedBatchesMax; ++id)
    submit(home, kAlicePhone, kPair, id, "text");
  CHECK(home.take(v1::Letter::kSubmitted).empty());
  submit(home, kAlicePhone, kPair, 999, "text");
  CHECK(home.one(v1::Letter::kSubmitted).submitted().failure() == v1::FAILURE_CODE_BUSY);
  submit(home, kAlicePhone, kPair, 1, "text");
  CHECK(home.take(v1::Letter::kSubmitted).empty());
  home.commit();
  CHECK(home.take(v1::Letter::kSubmitted).size() == limits::kUnconfirmedBatchesMax + 1);
  CHECK(send_text(home, kAlicePhone, kPair, 999, "text").number() == 257);
}

TEST_CASE("a step decides as much as one batch may hold, whatever came for it") {
  Home home = serving_home();
  const std::string text(limits::kTextBytesMax, 'x');
  std::vector<v1::Letter> letters;
  for (std::uint64_t id = 1; id <= 600; ++id)
    letters.push_back(submit_letter(kAlicePhone, kPair, id, text));
  home.feed(letters);
  const v1::Letter batch = home.one(v1::Letter::kAppendLog);
  CHECK(batch.ByteSizeLong() < limits::kUnconfirmedBytesMax + 2 * limits::kTextBytesMax);
  const std::vector<v1::Letter> refused = home.take(v1::Letter::kSubmitted);
  CHECK(refused.size() == 600 - limits::kUnconfirmedBytesMax / limits::kTextBytesMax);
  for (const v1::Letter& one : refused)
    CHECK(one.submitted().failure() == v1::FAILURE_CODE_BUSY);
  home.said.push_back(batch);
  home.commit();
  CHECK(home.take(v1::Letter::kSubmitted).size() == 600 - refused.size());
}

TEST_CASE("DESIGN 8: delivery.ack after-memory answers at once") {
  Config config = small_config();
  config.choices.delivery_ack = DeliveryAck::kAfterMemory;
  Home home = serving_home(config);
  submit(home, kAlicePhone, kPair, 1, "hi");
  CHECK(home.one(v1::Letter::kSubmitted).submitted().number() == 1);
  CHECK(home.facts_of(FactKind::kCommitted).empty());
  CHECK(home.take(v1::Letter::kIndexRows).empty());
  submit(home, kAlicePhone, kPair, 1, "hi");
  CHECK(home.one(v1::Letter::kSubmitted).submitted().number() == 1);
  home.commit();
  CHECK(home.take(v1::Letter::kSubmitted).empty());  // no second answer
  CHECK(rows_sent(home, kBob) == numbers(1, 1));
}

}  // namespace
}  // namespace glasspost::tests
