// Logic: who may not exist is refused, who exists is passed on, and a fresh count is waited for.
#include "engine/roles/logic/logic.hpp"

#include "engine/core/limits.hpp"
#include "tests/roles/support/door.hpp"
#include "tests/roles/support/home.hpp"

namespace glasspost::tests {
namespace {

struct LogicBench : Bench {
  LogicBench()
      : Bench({RoleKind::kLogic, 1}, RoleBox::of(Logic({RoleKind::kLogic, 1})), small_config()) {
    start();
    said.clear();
  }
};

void count(LogicBench& logic, std::uint32_t users) {
  v1::Letter letter;
  letter.mutable_user_count()->set_count(users);
  logic.feed(from(kAccount1, letter));
}

TEST_CASE("logic asks how many users there are at the start and every now and then") {
  Bench logic({RoleKind::kLogic, 1}, RoleBox::of(Logic({RoleKind::kLogic, 1})), small_config());
  logic.start();
  CHECK(logic.one(v1::Letter::kCountUsers).target() == pack(kAccount1));
  logic.wait(limits::kUserCountPeriod * 3);
  CHECK(logic.take(v1::Letter::kCountUsers).size() == 3);
}

TEST_CASE("a request for existing users goes to the home, as it came") {
  LogicBench logic;
  count(logic, 9);
  const v1::Letter submit = submit_letter(kAlicePhone, kPair, 1, "hi");
  logic.feed(submit);
  const v1::Letter passed = logic.one(v1::Letter::kSubmit);
  CHECK(passed.target() == pack(kHome1));
  CHECK(passed.trace() == submit.trace());
  CHECK(passed.submit().SerializeAsString() == submit.submit().SerializeAsString());
  const v1::Letter read = history_letter(kAlicePhone, {.from = 4});
  logic.feed(read);
  CHECK(logic.one(v1::Letter::kReadHistory).read_history().SerializeAsString() ==
        read.read_history().SerializeAsString());
  CHECK(logic.said.empty());
}

TEST_CASE("a request for a user beyond the count waits for a fresh one, asked for at once") {
  LogicBench logic;
  count(logic, 6);
  logic.feed({submit_letter(kAlicePhone, kPair, 1, "hi"), history_letter(kAlicePhone, {})});
  CHECK(logic.take(v1::Letter::kSubmit).empty());
  CHECK(logic.take(v1::Letter::kSubmitted).empty());
  CHECK(!logic.take(v1::Letter::kCountUsers).empty());
  count(logic, 7);
  CHECK(logic.take(v1::Letter::kSubmit).size() == 1);
  CHECK(logic.take(v1::Letter::kReadHistory).size() == 1);
  count(logic, 8);
  CHECK(logic.said.empty());
}

TEST_CASE("what waits is answered by the next count, whoever asked for it") {
  LogicBench logic;
  logic.feed(submit_letter(kAlicePhone, kPair, 1, "hi"));
  logic.said.clear();  // the question is lost
  logic.wait(limits::kUserCountPeriod);
  CHECK(logic.take(v1::Letter::kCountUsers).size() == 1);
  count(logic, 9);
  CHECK(logic.take(v1::Letter::kSubmit).size() == 1);
}

TEST_CASE("a user that does not exist is refused after the fresh count") {
  LogicBench logic;
  count(logic, 6);
  logic.feed({submit_letter(kAlicePhone, kPair, 1, "hi"), history_letter(kAlicePhone, {})});
  count(logic, 6);
  const v1::Letter refused = logic.one(v1::Letter::kSubmitted);
  CHECK(refused.target() == pack(kAccess1));
  CHECK(refused.trace() == 501);
  CHECK(refused.submitted().failure() == v1::FAILURE_CODE_NO_CONVERSATION);
  CHECK(logic.one(v1::Letter::kHistoryRead).history_read().failure() ==
        v1::FAILURE_CODE_NO_CONVERSATION);
  CHECK(logic.take(v1::Letter::kSubmit).empty());
}

TEST_CASE("what is no pair is refused at once") {
  LogicBench logic;
  count(logic, 9);
  const ConversationId backwards{std::uint64_t{7} << 32 | 3};
  for (ConversationId none : {ConversationId{0}, ConversationId{5}, backwards}) {
    logic.feed(submit_letter(kAlicePhone, none, 1, "hi"));
    CHECK(logic.one(v1::Letter::kSubmitted).submitted().failure() ==
          v1::FAILURE_CODE_NO_CONVERSATION);
    CHECK(logic.said.empty());
  }
}

TEST_CASE("promise 7: a device cannot tell a missing conversation from one it is no member of") {
  LogicBench logic;
  count(logic, 9);
  Home home = serving_home();
  const ConversationId missing = pair_of(kAlice, UserId{50});
  logic.feed({submit_letter(kCarolPhone, missing, 1, "hi"),
              history_letter(kCarolPhone, {.pair = missing})});
  count(logic, 9);
  home.feed({submit_letter(kCarolPhone, kPair, 1, "hi"), history_letter(kCarolPhone, {})});
  const v1::HistoryRead there = home.one(v1::Letter::kHistoryRead).history_read();
  const v1::HistoryRead nowhere = logic.one(v1::Letter::kHistoryRead).history_read();
  CHECK(there.SerializeAsString() == nowhere.SerializeAsString());
  // As the device reads them.
  std::string seen[2];
  const v1::Letter answers[2] = {home.one(v1::Letter::kSubmitted),
                                 logic.one(v1::Letter::kSubmitted)};
  for (int i = 0; i < 2; ++i) {
    Door door;
    log_in(door, kCarolPhone);
    door.feed(answers[i]);
    seen[i] = said_to(door, kCarolPhone.connection).SerializeAsString();
  }
  CHECK(seen[0] == seen[1]);
  CHECK(answers[0].trace() == answers[1].trace());
}

TEST_CASE("BUSY when too many wait") {
  LogicBench logic;
  Letters letters;
  for (std::uint64_t id = 1; id <= limits::kWaitingRequestsMax; ++id)
    letters.push_back(submit_letter(kAlicePhone, kPair, id, "hi"));
  logic.feed(letters);
  CHECK(logic.take(v1::Letter::kSubmitted).empty());
  logic.feed(submit_letter(kAlicePhone, kPair, 5'000, "hi"));
  const v1::Submitted refused = logic.one(v1::Letter::kSubmitted).submitted();
  CHECK(refused.failure() == v1::FAILURE_CODE_BUSY);
  CHECK(refused.client_id() == 5'000);
  count(logic, 9);
  CHECK(logic.take(v1::Letter::kSubmit).size() == limits::kWaitingRequestsMax);
  logic.feed(submit_letter(kAlicePhone, kPair, 5'000, "hi"));
  CHECK(logic.take(v1::Letter::kSubmit).size() == 1);
}

TEST_CASE("a late count does not make users disappear") {
  LogicBench logic;
  count(logic, 9);
  count(logic, 2);
  logic.feed(submit_letter(kAlicePhone, kPair, 1, "hi"));
  CHECK(logic.take(v1::Letter::kSubmit).size() == 1);
}

}  // namespace
}  // namespace glasspost::tests
