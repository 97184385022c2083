// Access: what one connection may have under way, and passwords on their way in.
#include "engine/core/limits.hpp"
#include "tests/roles/support/door.hpp"

namespace glasspost::tests {
namespace {

v1::ClientEnvelope ask_text(std::uint64_t client_id) {
  v1::ClientEnvelope envelope = ask_send(client_id, "hello");
  envelope.mutable_send_text()->set_client_id(client_id);
  return envelope;
}

v1::ClientEnvelope ask_password(std::uint64_t request, const std::string& password) {
  v1::ClientEnvelope envelope;
  envelope.set_request(request);
  envelope.mutable_login()->set_name("alice");
  envelope.mutable_login()->set_password(password);
  envelope.mutable_login()->set_device(2);
  return envelope;
}

TEST_CASE("more than 64 texts without an answer are TOO_MANY, but the same ones again are not") {
  Door door;
  log_in(door, kAlicePhone);
  for (std::uint64_t id = 1; id <= limits::kUnackedPerDevice; ++id)
    request(door, kAlicePhone.connection, ask_text(id));
  CHECK(door.take(v1::Letter::kSubmit).size() == limits::kUnackedPerDevice);
  request(door, kAlicePhone.connection, ask_text(99));
  CHECK(failure_of(door, kAlicePhone.connection) == v1::FAILURE_CODE_TOO_MANY);
  request(door, kAlicePhone.connection, ask_text(7));
  CHECK(door.take(v1::Letter::kSubmit).size() == 1);
  door.feed(submitted_letter(kAlicePhone, 6));  // client id 6 has its answer
  door.said.clear();
  request(door, kAlicePhone.connection, ask_text(99));
  CHECK(door.take(v1::Letter::kSubmit).size() == 1);
  request(door, kAlicePhone.connection, ask_text(100));
  CHECK(failure_of(door, kAlicePhone.connection) == v1::FAILURE_CODE_TOO_MANY);
}

TEST_CASE("texts whose answers were lost do not count for ever") {
  Door door;
  log_in(door, kAlicePhone);
  for (std::uint64_t id = 1; id <= limits::kUnackedPerDevice; ++id)
    request(door, kAlicePhone.connection, ask_text(id));
  door.said.clear();
  door.now += limits::kSubmitPatience + Duration(1);
  request(door, kAlicePhone.connection, ask_text(99));
  CHECK(door.take(v1::Letter::kSubmit).size() == 1);
}

v1::ClientEnvelope ask_page(std::uint64_t request, bool history) {
  v1::ClientEnvelope envelope;
  envelope.set_request(request);
  if (history) {
    envelope.mutable_history()->set_conversation(pair_of(UserId{1}, UserId{2}).value);
  } else {
    envelope.mutable_sync();
  }
  return envelope;
}

TEST_CASE("one page of a kind is under way on a connection, whatever number its question has") {
  for (const std::uint64_t number : {std::uint64_t{0}, std::uint64_t{7}}) {
    for (const bool history : {false, true}) {
      Door door;
      log_in(door, kAlicePhone);
      const auto asked = history ? v1::Letter::kReadHistory : v1::Letter::kPullRows;
      request(door, kAlicePhone.connection, ask_page(number, history));
      CHECK(door.take(asked).size() == 1);
      request(door, kAlicePhone.connection, ask_page(number, history));
      CHECK(failure_of(door, kAlicePhone.connection) == v1::FAILURE_CODE_BUSY);
      CHECK(door.take(asked).empty());
      door.now += limits::kPagePatience;
      request(door, kAlicePhone.connection, ask_page(number, history));
      CHECK(door.take(asked).size() == 1);
    }
  }
}

TEST_CASE("one token of a connection is checked at a time, and one without an answer is lost") {
  Door door;
  connect(door, kAlicePhone.connection);
  for (const std::uint64_t number : {std::uint64_t{0}, std::uint64_t{7}}) {
    request(door, kAlicePhone.connection, ask_login(number, "token"));
    CHECK(door.take(v1::Letter::kLoginCheck).size() == 1);
    request(door, kAlicePhone.connection, ask_login(number + 1, "token"));
    CHECK(failure_of(door, kAlicePhone.connection) == v1::FAILURE_CODE_BUSY);
    door.now += limits::kTokenPatience;
    request(door, kAlicePhone.connection, ask_login(number + 2, "token"));
    CHECK(door.take(v1::Letter::kLoginCheck).size() == 1);
    door.feed(checked_letter(kAlicePhone, number));  // of the older one
    CHECK(door.take(v1::Letter::kClient).empty());
    door.feed(checked_letter(kAlicePhone, number + 2));
    CHECK(said_to(door, kAlicePhone.connection).has_login_done());
    door.said.clear();
  }
  static_assert(limits::kTokenPatience < limits::kLoginRetry / 2, "our own device is never BUSY");
}

TEST_CASE("one lookup of a connection is under way at a time, and one without an answer is lost") {
  Door door;
  log_in(door, kAlicePhone);
  for (const std::uint64_t number : {std::uint64_t{0}, std::uint64_t{7}}) {
    request(door, kAlicePhone.connection, ask_lookup(number, "bob"));
    CHECK(door.take(v1::Letter::kLookupName).size() == 1);
    request(door, kAlicePhone.connection, ask_lookup(number, "bob"));
    CHECK(failure_of(door, kAlicePhone.connection) == v1::FAILURE_CODE_BUSY);
    CHECK(door.take(v1::Letter::kLookupName).empty());
    door.now += limits::kPagePatience;
    request(door, kAlicePhone.connection, ask_lookup(number, "bob"));
    CHECK(door.take(v1::Letter::kLookupName).size() == 1);
    door.feed(found_letter(kAlicePhone, number, UserId{2}));
    CHECK(said_to(door, kAlicePhone.connection).lookup_done().user() == 2);
    request(door, kAlicePhone.connection, ask_lookup(number, "carol"));
    CHECK(door.take(v1::Letter::kLookupName).size() == 1);
    door.now += limits::kPagePatience;
  }
}

TEST_CASE("a password goes to the account, one at a time of each connection") {
  Door door;
  connect(door, kAlicePhone.connection);
  request(door, kAlicePhone.connection, ask_password(3, "correct horse"));
  const v1::LoginCheck check = door.one(v1::Letter::kLoginCheck).login_check();
  CHECK(check.name() == "alice");
  CHECK(check.password() == "correct horse");
  CHECK(check.device_index() == 2);
  CHECK(check.token().empty());
  request(door, kAlicePhone.connection, ask_password(4, "another"));
  CHECK(failure_of(door, kAlicePhone.connection) == v1::FAILURE_CODE_BUSY);
  door.feed(checked_letter(kAlicePhone, 3, v1::FAILURE_CODE_PASSWORD_WRONG));
  CHECK(failure_of(door, kAlicePhone.connection) == v1::FAILURE_CODE_PASSWORD_WRONG);
  request(door, kAlicePhone.connection, ask_password(5, "correct horse"));
  CHECK(door.take(v1::Letter::kLoginCheck).size() == 1);
  v1::Letter good = checked_letter(kAlicePhone, 5);
  good.mutable_login_checked()->set_token("token");
  door.feed(good);
  CHECK(said_to(door, kAlicePhone.connection).login_done().token() == "token");
}

TEST_CASE("a password that nobody can have is not passed on, and a lost one is asked for again") {
  Door door;
  connect(door, kAlicePhone.connection);
  request(door, kAlicePhone.connection, ask_password(3, std::string(129, 'x')));
  CHECK(failure_of(door, kAlicePhone.connection) == v1::FAILURE_CODE_PASSWORD_WRONG);
  CHECK(door.said.empty());
  request(door, kAlicePhone.connection, ask_password(4, "correct horse"));
  door.now += limits::kHashPatience;
  request(door, kAlicePhone.connection, ask_password(5, "correct horse"));
  CHECK(door.take(v1::Letter::kLoginCheck).size() == 2);
}

TEST_CASE("a kick leaves a session alone that began after it") {
  Door door;
  log_in(door, kAlicePhone);
  door.feed(login_over_letter(kAlicePhone.device(), kAlicePhone.session - 1));
  CHECK(door.said.empty());
  door.feed(login_over_letter(kAlicePhone.device(), kAlicePhone.session));
  CHECK(said_to(door, kAlicePhone.connection).has_login_ended());
}

}  // namespace
}  // namespace glasspost::tests
