// Connections and sessions: who is behind a connection, since when, and until when.
#include "engine/core/limits.hpp"
#include "tests/roles/support/door.hpp"

namespace glasspost::tests {
namespace {

TEST_CASE("a login is checked by the account, answered, and registered at the mailbox") {
  Door door;
  door.wall_ms = 99'000;
  connect(door, kAlicePhone.connection);
  request(door, kAlicePhone.connection, ask_login(5, "the token"));
  const v1::Letter check = door.one(v1::Letter::kLoginCheck);
  CHECK(check.target() == pack(kAccount1));
  CHECK(check.login_check().token() == "the token");
  CHECK(check.login_check().origin().user() == 0);
  CHECK(check.login_check().origin().connection() == kAlicePhone.connection);
  CHECK(door.said.empty());
  door.feed(checked_letter(kAlicePhone, 5));
  const v1::ClientEnvelope done = said_to(door, kAlicePhone.connection);
  CHECK(done.request() == 5);
  CHECK(done.login_done().user() == kAlice.value);
  CHECK(done.login_done().device() == kAlicePhone.device().value);
  CHECK(done.login_done().time_ms() == 99'000);
  const v1::Letter route = door.one(v1::Letter::kRegisterRoute);
  CHECK(route.target() == pack(kMailbox1));
  CHECK(route.register_route().session() == kAlicePhone.session);
  CHECK(route.register_route().origin().SerializeAsString() ==
        origin_of(kAlicePhone, 0).SerializeAsString());
  CHECK(door.facts_of(FactKind::kLoggedIn).size() == 1);
}

TEST_CASE("a refused login says why and leaves nobody logged in") {
  Door door;
  connect(door, kAlicePhone.connection);
  request(door, kAlicePhone.connection, ask_login(5, "token"));
  door.said.clear();
  door.feed(checked_letter(kAlicePhone, 5, v1::FAILURE_CODE_TOKEN_EXPIRED));
  CHECK(failure_of(door, kAlicePhone.connection) == v1::FAILURE_CODE_TOKEN_EXPIRED);
  CHECK(door.take(v1::Letter::kRegisterRoute).empty());
  CHECK(door.facts_of(FactKind::kLoginRefused).size() == 1);
  request(door, kAlicePhone.connection, ask_sync(6, 0));
  CHECK(failure_of(door, kAlicePhone.connection) == v1::FAILURE_CODE_LOGIN_REQUIRED);
}

TEST_CASE("a token that cannot be one is refused without asking") {
  Door door;
  connect(door, 31);
  request(door, 31, ask_login(5, std::string(limits::kTokenBytesMax + 1, 'x')));
  CHECK(failure_of(door, 31) == v1::FAILURE_CODE_TOKEN_INVALID);
  CHECK(door.said.empty());
  request(door, 31, ask_login(5, std::string(limits::kTokenBytesMax, 'x')));
  CHECK(door.take(v1::Letter::kLoginCheck).size() == 1);
}

TEST_CASE("a verdict on an older try of a connection is dropped") {
  Door door;
  connect(door, kAlicePhone.connection);
  request(door, kAlicePhone.connection, ask_login(5, "one"));
  door.now += limits::kTokenPatience;
  request(door, kAlicePhone.connection, ask_login(6, "other"));
  door.said.clear();
  door.feed(checked_letter(kAlicePhone, 5));
  CHECK(door.said.empty());
  door.feed(checked_letter(kAlicePhone, 6));
  CHECK(said_to(door, kAlicePhone.connection).has_login_done());
}

TEST_CASE("a verdict for a closed connection or another life of this role is dropped") {
  Door door;
  connect(door, kAlicePhone.connection);
  request(door, kAlicePhone.connection, ask_login(5, "one"));
  Phone other = kAlicePhone;
  other.access_boot = 9;
  door.said.clear();
  door.feed(checked_letter(other, 5));
  CHECK(door.said.empty());
  disconnect(door, kAlicePhone.connection);
  door.feed(checked_letter(kAlicePhone, 5));
  CHECK(door.said.empty());
}

TEST_CASE("a login of the same device on another connection ends the older one") {
  Door door;
  log_in(door, kAlicePhone);
  Phone newer = kAlicePhone;
  newer.connection = 5;
  newer.session = 2;
  connect(door, 5);
  request(door, 5, ask_login(1, "token"));
  door.said.clear();
  door.feed(checked_letter(newer, 1));
  const Letters said = door.take(v1::Letter::kClient);
  REQUIRE(said.size() == 2);
  CHECK(said[0].target() == pack({RoleKind::kDevice, kAlicePhone.connection}));
  CHECK(said[0].client().has_login_ended());
  CHECK(said[0].client().login_ended().sentence() != "");
  CHECK(said[1].target() == pack({RoleKind::kDevice, 5}));
  CHECK(said[1].client().has_login_done());
  const v1::Letter forget = door.one(v1::Letter::kForgetRoute);
  CHECK(forget.forget_route().origin().connection() == kAlicePhone.connection);
  CHECK(door.one(v1::Letter::kRegisterRoute).register_route().session() == 2);
  request(door, kAlicePhone.connection, ask_sync(6, 0));
  CHECK(failure_of(door, kAlicePhone.connection) == v1::FAILURE_CODE_LOGIN_REQUIRED);
  request(door, 5, ask_sync(6, 0));
  CHECK(door.take(v1::Letter::kPullRows).size() == 1);
}

TEST_CASE("another device on the same connection takes it over") {
  Door door;
  log_in(door, kAlicePhone);
  Phone bob = kBobPhone;
  bob.connection = kAlicePhone.connection;
  request(door, bob.connection, ask_login(2, "token"));
  door.said.clear();
  door.feed(checked_letter(bob, 2));
  const v1::Letter forget = door.one(v1::Letter::kForgetRoute);
  CHECK(forget.forget_route().origin().device() == kAlicePhone.device().value);
  request(door, bob.connection, ask_sync(6, 0));
  const v1::Letter pull = door.one(v1::Letter::kPullRows);
  CHECK(pull.pull_rows().origin().user() == kBob.value);
}

TEST_CASE("a login elsewhere ends this one, but only that of the connection that is meant") {
  Door door;
  log_in(door, kAlicePhone);
  Phone other = kAlicePhone;
  other.connection = 999;
  door.feed(replaced_letter(other));
  other = kAlicePhone;
  other.access_boot = 2;
  door.feed(replaced_letter(other));
  CHECK(door.said.empty());
  door.feed(replaced_letter(kAlicePhone));
  CHECK(said_to(door, kAlicePhone.connection).has_login_ended());
  CHECK(door.facts_of(FactKind::kSessionEnded).size() == 1);
  request(door, kAlicePhone.connection, ask_sync(6, 0));
  CHECK(failure_of(door, kAlicePhone.connection) == v1::FAILURE_CODE_LOGIN_REQUIRED);
}

TEST_CASE("a logout goes to the account, and ends the session when the account says so") {
  Door door;
  log_in(door, kAlicePhone);
  request(door, kAlicePhone.connection, ask_logout(7));
  const v1::Letter end = door.one(v1::Letter::kEndLogin);
  CHECK(end.target() == pack(kAccount1));
  CHECK(end.end_login().origin().device() == kAlicePhone.device().value);
  CHECK(door.said.empty());
  door.feed(login_over_letter(kAlicePhone.device()));
  CHECK(said_to(door, kAlicePhone.connection).has_login_ended());
  CHECK(door.take(v1::Letter::kForgetRoute).size() == 1);
  request(door, kAlicePhone.connection, ask_sync(8, 0));
  CHECK(failure_of(door, kAlicePhone.connection) == v1::FAILURE_CODE_LOGIN_REQUIRED);
  door.feed(login_over_letter(kAlicePhone.device()));
  CHECK(door.said.empty());
}

TEST_CASE("the end of one device's login is not that of its user's other devices") {
  Door door;
  log_in(door, kAlicePhone);
  log_in(door, kAliceTablet);
  door.feed(login_over_letter(kAlicePhone.device()));
  said_to(door, kAlicePhone.connection);
  request(door, kAliceTablet.connection, ask_sync(8, 0));
  CHECK(door.take(v1::Letter::kPullRows).size() == 1);
}

TEST_CASE("a connection that closes is forgotten at the mailbox") {
  Door door;
  log_in(door, kAlicePhone);
  disconnect(door, kAlicePhone.connection);
  const v1::Letter forget = door.one(v1::Letter::kForgetRoute);
  CHECK(forget.target() == pack(kMailbox1));
  CHECK(forget.forget_route().origin().SerializeAsString() ==
        origin_of(kAlicePhone, 0).SerializeAsString());
  CHECK(door.role.as<Access>().state().sessions.empty());
  request(door, kAlicePhone.connection, ask_sync(8, 0));  // was on its way
  CHECK(door.said.empty());
  connect(door, 4);
  disconnect(door, 4);  // nobody was logged in
  CHECK(door.said.empty());
}

TEST_CASE("a mailbox owner that begins to serve is told its section's devices, and no others") {
  Door door;
  log_in(door, kAlicePhone);
  log_in(door, kBobPhone);
  log_in(door, {.user = UserId{150}, .connection = 150});
  connect(door, 4);
  v1::Letter letter;
  letter.mutable_owner_serves()->set_section(section_of(SectionKind::kMailbox, 0).value);
  door.feed(from(kMailbox1, letter));
  const Letters routes = door.take(v1::Letter::kRegisterRoute);
  REQUIRE(routes.size() == 2);
  CHECK(routes[0].register_route().origin().device() == kAlicePhone.device().value);
  CHECK(routes[1].register_route().origin().device() == kBobPhone.device().value);
  letter.mutable_owner_serves()->set_section(section_of(SectionKind::kMailbox, 1).value);
  door.feed(from({RoleKind::kMailbox, 2}, letter));
  CHECK(door.one(v1::Letter::kRegisterRoute).target() == pack({RoleKind::kMailbox, 2}));
}

}  // namespace
}  // namespace glasspost::tests
