// The account's passwords and kicks: what a guesser learns (nothing), what is bounded, and what a
// kick ends.
#include "engine/core/keys.hpp"
#include "engine/core/limits.hpp"
#include "tests/roles/support/registry.hpp"

namespace glasspost::tests {
namespace {

constexpr Address kHasher{RoleKind::kHasher, 1};
constexpr Address kAdministrator{RoleKind::kAdministrator, 1};

v1::Letter set_letter(const std::string& name, const std::string& password) {
  v1::Letter letter;
  letter.mutable_set_password()->set_name(name);
  letter.mutable_set_password()->set_password(password);
  return from(kAdministrator, letter);
}

v1::Letter password_letter(const std::string& name, const std::string& password,
                           std::uint32_t device, std::uint64_t request = 5) {
  v1::Letter letter;
  v1::LoginCheck& check = *letter.mutable_login_check();
  check.mutable_origin()->set_access(pack(kAccess1));
  check.mutable_origin()->set_connection(31);
  check.mutable_origin()->set_request(request);
  check.set_name(name);
  check.set_password(password);
  check.set_device_index(device);
  return from(kAccess1, letter);
}

// What the host would answer: here a hash is the salt and the password, one after the other.
v1::Letter hashed_letter(const v1::HashPassword& asked) {
  v1::Letter letter;
  const Mac mac = mac_of(MacKey{}, asked.cost().salt() + asked.password());
  letter.mutable_password_hashed()->set_ticket(asked.ticket());
  letter.mutable_password_hashed()->set_hash(std::string(mac.begin(), mac.end()));
  return from(kHasher, letter);
}

void let_hash(Registry& registry) {
  for (const v1::Letter& asked : registry.take(v1::Letter::kHashPassword)) {
    CHECK(asked.target() == pack(kHasher));
    registry.feed(hashed_letter(asked.hash_password()));
  }
}

v1::LoginChecked try_password(Registry& registry, const std::string& name,
                              const std::string& password, std::uint32_t device = 1) {
  registry.feed(password_letter(name, password, device));
  let_hash(registry);
  return registry.one(v1::Letter::kLoginChecked).login_checked();
}

void set_password(Registry& registry, const std::string& name, const std::string& password) {
  registry.feed(set_letter(name, password));
  let_hash(registry);
  CHECK(registry.one(v1::Letter::kPasswordSet).password_set().refusal() == "");
}

v1::UserKicked kick(Registry& registry, const std::string& name, std::uint32_t device) {
  v1::Letter letter;
  letter.mutable_kick_user()->set_name(name);
  letter.mutable_kick_user()->set_device_index(device);
  registry.feed(from(kAdministrator, letter));
  return registry.one(v1::Letter::kUserKicked).user_kicked();
}

Registry with_alice() {
  Registry registry;
  add_user(registry, "Alice", 2);
  set_password(registry, "alice", "correct horse");
  registry.said.clear();
  return registry;
}

TEST_CASE("name, password and device bring the device's token, which is good from then on") {
  Registry registry = with_alice();
  for (bool restarted : {false, true}) {
    if (restarted) registry.restart(new_account());
    const v1::LoginChecked checked = try_password(registry, "ALICE", "correct horse", 2);
    CHECK(checked.failure() == v1::FAILURE_CODE_UNSPECIFIED);
    CHECK(checked.origin().device() == device_of(UserId{1}, 2).value);
    CHECK(checked.session() > 0);
    CHECK(check(registry, checked.token()).origin().device() == device_of(UserId{1}, 2).value);
  }
}

TEST_CASE("promise 7: wrong name, password and device answer in the same bytes, after one hash") {
  Registry registry = with_alice();
  add_user(registry, "Bob");  // has no password
  std::set<std::string> answers;
  std::set<std::string> costs;
  const auto wrong = [&](const char* name, const char* password, std::uint32_t device) {
    registry.feed(password_letter(name, password, device));
    const v1::Letter asked = registry.one(v1::Letter::kHashPassword);
    costs.insert(std::to_string(asked.hash_password().cost().passes()) + " " +
                 std::to_string(asked.hash_password().cost().memory_kib()));
    CHECK(asked.hash_password().cost().salt().size() == 16);
    registry.feed(hashed_letter(asked.hash_password()));
    answers.insert(registry.one(v1::Letter::kLoginChecked).SerializeAsString());
  };
  wrong("alice", "wrong horse!", 1);
  wrong("alice", "correct horse", 3);
  wrong("alice", "correct horse", 0);
  wrong("nobody", "correct horse", 1);
  wrong("a\nb", "correct horse", 1);
  wrong("bob", "", 1);
  CHECK(answers.size() == 1);
  CHECK(costs.size() == 1);
  CHECK(try_password(registry, "alice", "correct horse").failure() == v1::FAILURE_CODE_UNSPECIFIED);
}

TEST_CASE("the salt of a name that nobody has does not change, that of a new password does") {
  Registry registry = with_alice();
  const auto salt_of = [&](const v1::Letter& question) {
    registry.feed(question);
    return registry.one(v1::Letter::kHashPassword).hash_password().cost().salt();
  };
  CHECK(salt_of(password_letter("nobody", "a", 1)) == salt_of(password_letter("nobody", "b", 1)));
  CHECK(salt_of(password_letter("nobody", "a", 1)) != salt_of(password_letter("no one", "a", 1)));
  CHECK(salt_of(set_letter("alice", "one password")) !=
        salt_of(set_letter("alice", "one password")));
}

TEST_CASE("tries of a name are counted, whether or not somebody has it") {
  for (const char* name : {"alice", "nobody"}) {
    Registry registry = with_alice();
    for (std::uint32_t i = 0; i < limits::kPasswordTries; ++i) {
      CHECK(try_password(registry, name, "wrong").failure() == v1::FAILURE_CODE_PASSWORD_WRONG);
    }
    const v1::LoginChecked refused = try_password(registry, name, "correct horse");
    CHECK(refused.failure() == v1::FAILURE_CODE_TOO_MANY);
    CHECK(refused.retry_after_ms() == 6'000);
    CHECK(try_password(registry, "someone else", "x").failure() == v1::FAILURE_CODE_PASSWORD_WRONG);
    registry.now += limits::kPasswordTryEvery;
    CHECK(try_password(registry, name, "wrong").failure() == v1::FAILURE_CODE_PASSWORD_WRONG);
    CHECK(try_password(registry, name, "wrong").failure() == v1::FAILURE_CODE_TOO_MANY);
  }
}

TEST_CASE("names that were tried are forgotten, the oldest first, before they fill the memory") {
  Registry registry;
  for (std::size_t i = 0; i < limits::kTriedNamesMax + 50; ++i) {
    registry.now += Duration(1);
    try_password(registry, "nobody " + std::to_string(i), "x");
  }
  CHECK(registry.role.as<Account>().state().tried.size() == limits::kTriedNamesMax);
}

TEST_CASE("more passwords than the house may hash at once are BUSY, and none is kept") {
  Registry registry = with_alice();
  for (std::size_t i = 0; i < limits::kHashesMax; ++i)
    registry.feed(password_letter("name " + std::to_string(i), "a secret word", 1));
  const Letters asked = registry.take(v1::Letter::kHashPassword);
  CHECK(asked.size() == limits::kHashesMax);
  registry.feed(password_letter("alice", "correct horse", 1));
  CHECK(registry.one(v1::Letter::kLoginChecked).login_checked().failure() == v1::FAILURE_CODE_BUSY);
  registry.feed(set_letter("alice", "another horse"));
  CHECK(registry.one(v1::Letter::kPasswordSet).password_set().refusal() != "");
  CHECK(registry.role.save().find("a secret word") == std::string::npos);
  registry.feed(hashed_letter(asked[0].hash_password()));
  registry.said.clear();
  CHECK(try_password(registry, "alice", "correct horse").failure() == v1::FAILURE_CODE_UNSPECIFIED);
}

TEST_CASE("a password that was changed while the old one was hashed does not let anybody in") {
  Registry registry = with_alice();
  registry.feed(password_letter("alice", "correct horse", 1));
  const v1::Letter asked = registry.one(v1::Letter::kHashPassword);
  set_password(registry, "alice", "another horse");
  registry.feed(hashed_letter(asked.hash_password()));
  CHECK(registry.one(v1::Letter::kLoginChecked).login_checked().failure() ==
        v1::FAILURE_CODE_PASSWORD_WRONG);
}

TEST_CASE("a host without memory for a hash is BUSY, and a foreign hash is nobody's") {
  Registry registry = with_alice();
  registry.feed(password_letter("alice", "correct horse", 1));
  const v1::Letter asked = registry.one(v1::Letter::kHashPassword);
  v1::Letter foreign = hashed_letter(asked.hash_password());
  registry.feed(from(kAccess1, foreign));
  CHECK(registry.said.empty());
  v1::Letter none;
  none.mutable_password_hashed()->set_ticket(asked.hash_password().ticket());
  registry.feed(from(kHasher, none));
  CHECK(registry.one(v1::Letter::kLoginChecked).login_checked().failure() == v1::FAILURE_CODE_BUSY);
}

TEST_CASE("passwords that are too short or too long, or of nobody, are refused with a sentence") {
  Registry registry = with_alice();
  for (const auto& [name, password] : std::vector<std::pair<std::string, std::string>>{
           {"alice", "7 bytes"}, {"alice", std::string(129, 'x')}, {"nobody", "long enough"}}) {
    registry.feed(set_letter(name, password));
    CHECK(registry.one(v1::Letter::kPasswordSet).password_set().refusal() != "");
    CHECK(registry.said.empty());
    CHECK(registry.out.puts.empty());
  }
}

TEST_CASE("a kick ends the device's tokens, and tells every access role more than once") {
  Registry registry;
  const v1::UserAdded alice = add_user(registry, "Alice", 3);
  const std::uint64_t session = check(registry, alice.tokens(1)).session();
  CHECK(kick(registry, "ALICE", 2).devices() == 1);
  const Letters over = registry.take(v1::Letter::kLoginIsOver);
  REQUIRE(over.size() == 2);
  CHECK(over[0].login_is_over().device() == device_of(UserId{1}, 2).value);
  CHECK(over[0].login_is_over().newest_session() == session);
  CHECK(over[0].login_is_over().reason() == v1::END_REASON_KICKED);
  CHECK(check(registry, alice.tokens(1)).failure() == v1::FAILURE_CODE_TOKEN_INVALID);
  CHECK(check(registry, alice.tokens(0)).failure() == v1::FAILURE_CODE_UNSPECIFIED);
  const std::string fresh = add_user(registry, "Alice", 3).tokens(1);
  CHECK(check(registry, fresh).session() >
        session);  // a later session, which the kick leaves alone
  registry.said.clear();
  registry.wait(limits::kEndingRetry * 20);
  CHECK(registry.take(v1::Letter::kLoginIsOver).size() == 2 * (limits::kEndingsSaid - 1));
  CHECK(registry.role.as<Account>().state().endings.empty());
}

TEST_CASE("a kick of all devices, of nobody, and of no device") {
  Registry registry;
  const v1::UserAdded alice = add_user(registry, "Alice", 3);
  CHECK(kick(registry, "alice", 0).devices() == 3);
  for (const std::string& token : alice.tokens())
    CHECK(check(registry, token).failure() == v1::FAILURE_CODE_TOKEN_INVALID);
  registry.said.clear();
  CHECK(kick(registry, "nobody", 0).refusal() != "");
  CHECK(kick(registry, "alice", 4).refusal() != "");
  CHECK(registry.said.empty());
}

TEST_CASE("a list of users comes in pages, and tells who has a password") {
  Config config = small_config();
  config.users_per_section = 2'000;
  Registry registry(config);
  Letters letters;
  for (std::size_t i = 1; i <= limits::kUserLinesMax + 1; ++i)
    letters.push_back(add_letter("user " + std::to_string(i), 1));
  registry.feed(letters);
  registry.said.clear();
  set_password(registry, "user 2", "long enough");
  v1::Letter question;
  question.mutable_list_users();
  registry.feed(from(kAdministrator, question));
  const v1::UsersListed first = registry.one(v1::Letter::kUsersListed).users_listed();
  CHECK(first.users_size() == 1'000);
  CHECK(first.more());
  CHECK(first.users(1).has_password());
  CHECK_FALSE(first.users(2).has_password());
  question.mutable_list_users()->set_after(1'000);
  registry.feed(from(kAdministrator, question));
  const v1::UsersListed second = registry.one(v1::Letter::kUsersListed).users_listed();
  REQUIRE(second.users_size() == 1);
  CHECK(second.users(0).name() == "user 1001");
  CHECK_FALSE(second.more());
}

}  // namespace
}  // namespace glasspost::tests
