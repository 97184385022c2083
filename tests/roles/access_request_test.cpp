// Requests inwards under the session's identity, answers outwards to whoever asked.
#include "engine/core/limits.hpp"
#include "engine/core/trace.hpp"
#include "tests/roles/support/door.hpp"

namespace glasspost::tests {
namespace {

std::vector<v1::ClientEnvelope> every_request() {
  v1::ClientEnvelope nothing;
  nothing.set_request(9);
  return {ask_send(9, "hi"),    ask_sync(9, 0), ask_history(9),
          ask_lookup(9, "Bob"), ask_logout(9),  nothing};
}

TEST_CASE("DESIGN 6.1: before login every request is answered LOGIN_REQUIRED and dropped") {
  for (const v1::ClientEnvelope& envelope : every_request()) {
    Door door;
    connect(door, 31);
    const std::uint64_t before = door.role.hash();
    request(door, 31, envelope);
    const v1::ClientEnvelope answer = said_to(door, 31);
    CHECK(answer.request() == 9);
    CHECK(answer.failure().code() == v1::FAILURE_CODE_LOGIN_REQUIRED);
    CHECK(answer.failure().sentence() != "");
    CHECK(answer.failure().retry_after_ms() > 0);
    CHECK(door.said.empty());
    CHECK(door.role.hash() == before);
  }
}

TEST_CASE("promise 7: whoever has asked to log in is not logged in yet") {
  Door door;
  connect(door, 31);
  request(door, 31, ask_login(1, "token"));
  door.said.clear();
  request(door, 31, ask_sync(2, 0));
  CHECK(failure_of(door, 31) == v1::FAILURE_CODE_LOGIN_REQUIRED);
  CHECK(door.said.empty());
}

TEST_CASE("promise 7: the sender is the session's user, whatever the device writes") {
  Door door;
  log_in(door, kAlicePhone);
  // A device that adds fields, a source and an origin of its own.
  v1::Letter forged = device_letter(kAlicePhone.connection, ask_send(9, "hi"));
  forged.set_source_boot(12);
  door.feed(forged);
  const v1::Letter letter = door.one(v1::Letter::kSubmit);
  CHECK(letter.submit().origin().SerializeAsString() ==
        origin_of(kAlicePhone, 9).SerializeAsString());
  v1::Letter submit;
  *submit.mutable_submit() = letter.submit();
  submit.mutable_submit()->mutable_origin()->set_user(kBob.value);
  door.feed(from({RoleKind::kDevice, kAlicePhone.connection}, submit));
  CHECK(door.said.empty());
}

TEST_CASE("an envelope that does not come from a connection is dropped") {
  Door door;
  log_in(door, kAlicePhone);
  v1::Letter letter = device_letter(kAlicePhone.connection, ask_sync(9, 0));
  letter.set_source(pack({RoleKind::kAccess, kAlicePhone.connection}));
  door.feed(letter);
  CHECK(door.said.empty());
}

TEST_CASE("a text goes to logic with all that the home needs") {
  Door door;
  log_in(door, kAlicePhone);
  v1::Letter asked = device_letter(kAlicePhone.connection, ask_send(9, "hi"));
  door.feed(asked);
  const v1::Letter letter = door.one(v1::Letter::kSubmit);
  CHECK(unpack(letter.target()).kind == RoleKind::kLogic);
  CHECK(unpack(letter.target()).number >= 1);
  CHECK(unpack(letter.target()).number <= door.config.logic_count);
  CHECK(letter.trace() == trace_of(kAlicePhone.device(), 6));
  CHECK(letter.submit().conversation() == kPair.value);
  CHECK(letter.submit().client_id() == 6);
  CHECK(letter.submit().text() == "hi");
}

TEST_CASE("a text that is too long or empty is refused here") {
  Door door;
  log_in(door, kAlicePhone);
  for (const std::string& text : {std::string(limits::kTextBytesMax + 1, 'x'), std::string()}) {
    request(door, kAlicePhone.connection, ask_send(9, text));
    CHECK(failure_of(door, kAlicePhone.connection) == v1::FAILURE_CODE_TOO_LARGE);
    CHECK(door.said.empty());
  }
  request(door, kAlicePhone.connection, ask_send(9, std::string(limits::kTextBytesMax, 'x')));
  CHECK(door.take(v1::Letter::kSubmit).size() == 1);
}

TEST_CASE("a sync goes to the mailbox of the session's user") {
  Door door;
  const Phone dora{.user = UserId{150}, .connection = 150, .session = 8};
  log_in(door, dora);
  request(door, 150, ask_sync(9, 21));
  const v1::Letter letter = door.one(v1::Letter::kPullRows);
  CHECK(letter.target() == pack({RoleKind::kMailbox, 2}));
  CHECK(letter.pull_rows().origin().SerializeAsString() == origin_of(dora, 9).SerializeAsString());
  CHECK(letter.pull_rows().session() == 8);
  CHECK(letter.pull_rows().key() == 21);
  CHECK(letter.pull_rows().rows_max() == 50);
}

TEST_CASE("a history goes to logic, a lookup to the account") {
  Door door;
  log_in(door, kAlicePhone);
  request(door, kAlicePhone.connection, ask_history(9));
  const v1::Letter read = door.one(v1::Letter::kReadHistory);
  CHECK(unpack(read.target()).kind == RoleKind::kLogic);
  CHECK(read.read_history().history().conversation() == kPair.value);
  CHECK(read.read_history().history().from() == 5);
  CHECK(read.read_history().origin().user() == kAlice.value);
  request(door, kAlicePhone.connection, ask_lookup(9, "Bob"));
  const v1::Letter lookup = door.one(v1::Letter::kLookupName);
  CHECK(lookup.target() == pack(kAccount1));
  CHECK(lookup.lookup_name().name() == "Bob");
  CHECK(lookup.lookup_name().origin().request() == 9);
}

TEST_CASE("an envelope that asks nothing is BAD_REQUEST") {
  Door door;
  log_in(door, kAlicePhone);
  v1::ClientEnvelope nothing;
  nothing.set_request(9);
  request(door, kAlicePhone.connection, nothing);
  CHECK(failure_of(door, kAlicePhone.connection) == v1::FAILURE_CODE_BAD_REQUEST);
  v1::ClientEnvelope answer;
  answer.mutable_text_sent();
  request(door, kAlicePhone.connection, answer);
  CHECK(failure_of(door, kAlicePhone.connection) == v1::FAILURE_CODE_BAD_REQUEST);
}

TEST_CASE("a stored text is acknowledged, and the fact leaves with the letter") {
  Door door;
  log_in(door, kAlicePhone);
  door.feed(submitted_letter(kAlicePhone, 9));
  REQUIRE(door.out.sends.size() == 1);
  REQUIRE(door.out.sends[0].at_release.size() == 1);
  const Fact& acked = door.out.sends[0].at_release[0];
  CHECK(acked.kind == FactKind::kAcked);
  CHECK(acked.trace == 77);
  CHECK(acked.subject == kPair.value);
  CHECK(acked.object == kAlicePhone.device().value);
  CHECK(acked.number == 8);
  CHECK(acked.value == 6);
  CHECK(acked.extra == 1234);
  CHECK(door.out.facts.empty());
  const v1::ClientEnvelope sent = said_to(door, kAlicePhone.connection);
  CHECK(sent.request() == 9);
  CHECK(sent.text_sent().conversation() == kPair.value);
  CHECK(sent.text_sent().client_id() == 6);
  CHECK(sent.text_sent().number() == 8);
}

TEST_CASE("a refused text is a failure, and no acknowledgement") {
  Door door;
  log_in(door, kAlicePhone);
  door.feed(submitted_letter(kAlicePhone, 9, v1::FAILURE_CODE_BUSY));
  CHECK(door.facts_of(FactKind::kAcked).empty());
  CHECK(door.facts_of(FactKind::kRefused).size() == 1);
  const v1::ClientEnvelope answer = said_to(door, kAlicePhone.connection);
  CHECK(answer.request() == 9);
  CHECK(answer.failure().code() == v1::FAILURE_CODE_BUSY);
  CHECK(answer.failure().retry_after_ms() > 0);
}

TEST_CASE("pages, names and notices reach the device that they are for") {
  Door door;
  log_in(door, kAlicePhone);
  const std::uint64_t connection = kAlicePhone.connection;
  door.feed(pulled_letter(kAlicePhone, 9, 30));
  v1::ClientEnvelope said = said_to(door, connection);
  CHECK(said.request() == 9);
  CHECK(said.sync_page().key() == 30);
  door.feed(read_letter(kAlicePhone, 10));
  said = said_to(door, connection);
  CHECK(said.request() == 10);
  CHECK(said.history_page().newest() == 4);
  door.feed(found_letter(kAlicePhone, 11, kBob));
  said = said_to(door, connection);
  CHECK(said.request() == 11);
  CHECK(said.lookup_done().user() == kBob.value);
  CHECK(said.lookup_done().name() == "Bob");
  door.feed(found_letter(kAlicePhone, 12, UserId{0}));
  CHECK(failure_of(door, connection) == v1::FAILURE_CODE_NAME_UNKNOWN);
  door.feed(notify_letter(kAlicePhone, 31));
  said = said_to(door, connection);
  CHECK(said.request() == 0);
  CHECK(said.notice().newest() == 31);
  CHECK(door.facts_of(FactKind::kNoticed).size() == 1);
}

TEST_CASE("failed pages are failures") {
  Door door;
  log_in(door, kAlicePhone);
  v1::Letter pulled = pulled_letter(kAlicePhone, 9, 0);
  pulled.mutable_rows_pulled()->set_failure(v1::FAILURE_CODE_KEY_UNKNOWN);
  door.feed(pulled);
  CHECK(failure_of(door, kAlicePhone.connection) == v1::FAILURE_CODE_KEY_UNKNOWN);
  v1::Letter read = read_letter(kAlicePhone, 9);
  read.mutable_history_read()->set_failure(v1::FAILURE_CODE_UNAVAILABLE);
  door.feed(read);
  CHECK(failure_of(door, kAlicePhone.connection) == v1::FAILURE_CODE_UNAVAILABLE);
}

Letters every_answer(const Phone& phone) {
  return {submitted_letter(phone, 9),   submitted_letter(phone, 9, v1::FAILURE_CODE_BUSY),
          pulled_letter(phone, 9, 30),  read_letter(phone, 9),
          found_letter(phone, 9, kBob), found_letter(phone, 9, UserId{0}),
          notify_letter(phone, 31)};
}

TEST_CASE("promise 7: an answer is dropped when another device is logged in there by now") {
  for (const v1::Letter& answer : every_answer(kAlicePhone)) {
    Door door;
    log_in(door, kAlicePhone);
    Phone bob = kBobPhone;
    bob.connection = kAlicePhone.connection;
    log_in(door, bob);
    door.feed(answer);
    CHECK(door.said.empty());
  }
}

TEST_CASE("an answer for another life, a closed connection or nobody's session is dropped") {
  for (std::size_t i = 0; i < every_answer(kAlicePhone).size(); ++i) {
    Door door;
    log_in(door, kAlicePhone);
    Phone older = kAlicePhone;
    older.access_boot = 0;
    door.feed(every_answer(older)[i]);
    Phone elsewhere = kAlicePhone;
    elsewhere.connection = 999;
    door.feed(every_answer(elsewhere)[i]);
    connect(door, 4);
    Phone nobody{.user = UserId{0}, .index = 0, .connection = 4};
    door.feed(every_answer(nobody)[i]);
    CHECK(door.said.empty());
    door.feed(every_answer(kAlicePhone)[i]);
    CHECK(door.said.size() == 1);
  }
}

}  // namespace
}  // namespace glasspost::tests
