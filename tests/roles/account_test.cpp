// The account: names, devices, tokens, and what of them a restart must not change.
#include "engine/core/keys.hpp"
#include "tests/roles/support/registry.hpp"

namespace glasspost::tests {
namespace {

TEST_CASE("users get dense ids, and a token for each device") {
  Registry registry;
  const v1::UserAdded alice = add_user(registry, "Alice", 2);
  CHECK(alice.user() == 1);
  CHECK(alice.name() == "Alice");
  CHECK(alice.refusal() == "");
  REQUIRE(alice.tokens_size() == 2);
  CHECK(alice.tokens(0) != alice.tokens(1));
  CHECK(add_user(registry, "Bob").user() == 2);
  CHECK(add_user(registry, "Carol").user() == 3);
  CHECK(user_count(registry) == 3);
  CHECK(registry.facts_of(FactKind::kUserJoined).size() == 3);
}

TEST_CASE("a good token names its user and its device") {
  Registry registry;
  const v1::UserAdded alice = add_user(registry, "Alice", 2);
  add_user(registry, "Bob");
  const v1::LoginChecked checked = check(registry, alice.tokens(1));
  CHECK(checked.failure() == v1::FAILURE_CODE_UNSPECIFIED);
  CHECK(checked.origin().user() == 1);
  CHECK(checked.origin().device() == device_of(UserId{1}, 2).value);
  CHECK(checked.origin().connection() == 31);
  CHECK(checked.origin().request() == 5);
  CHECK(checked.session() > 0);
}

TEST_CASE("session numbers rise, over restarts too") {
  Registry registry;
  const std::string token = add_user(registry, "Alice").tokens(0);
  std::uint64_t before = 0;
  for (int life = 0; life < 3; ++life) {
    for (int i = 0; i < 3; ++i) {
      const std::uint64_t session = check(registry, token).session();
      CHECK(session > before);
      before = session;
    }
    registry.restart(new_account());
  }
}

TEST_CASE("a token expires") {
  Registry registry;
  const std::string token = add_user(registry, "Alice").tokens(0);
  registry.wall_ms += 59'999;
  CHECK(check(registry, token).failure() == v1::FAILURE_CODE_UNSPECIFIED);
  registry.wall_ms += 1;
  const v1::LoginChecked checked = check(registry, token);
  CHECK(checked.failure() == v1::FAILURE_CODE_TOKEN_EXPIRED);
  CHECK(checked.origin().user() == 0);
  CHECK(checked.session() == 0);
}

TEST_CASE("promise 7: a token that was not made here is worth nothing") {
  Registry registry;
  const std::string good = add_user(registry, "Alice").tokens(0);
  const TokenClaims claims{
      .device = device_of(UserId{1}, 1), .generation = 1, .expires_ms = registry.wall_ms + 60'000};
  CHECK(check(registry, make_token(account_options().token_key, claims)).failure() ==
        v1::FAILURE_CODE_UNSPECIFIED);
  MacKey other_key = account_options().token_key;
  other_key[31] ^= 1;
  std::vector<std::string> forged{"", "token", good + "x", make_token(other_key, claims)};
  for (std::size_t i = 0; i < good.size(); ++i) {
    forged.push_back(good);
    forged.back()[i] ^= 1;
  }
  for (const std::string& token : forged) {
    const v1::LoginChecked checked = check(registry, token);
    CHECK(checked.failure() == v1::FAILURE_CODE_TOKEN_INVALID);
    CHECK(checked.origin().user() == 0);
    CHECK(checked.origin().device() == 0);
  }
}

TEST_CASE("a token of no such user, device or generation is worth nothing") {
  Registry registry;
  add_user(registry, "Alice");
  const auto token = [&](std::uint32_t user, unsigned index, std::uint32_t generation) {
    return make_token(account_options().token_key, {.device = device_of(UserId{user}, index),
                                                    .generation = generation,
                                                    .expires_ms = registry.wall_ms + 60'000});
  };
  CHECK(check(registry, token(1, 1, 1)).failure() == v1::FAILURE_CODE_UNSPECIFIED);
  for (const std::string& none : {token(2, 1, 1), token(1, 2, 1), token(1, 1, 2), token(1, 1, 0)})
    CHECK(check(registry, none).failure() == v1::FAILURE_CODE_TOKEN_INVALID);
}

TEST_CASE("a logout makes the device's tokens worthless and is told to every access role") {
  Registry registry;
  const v1::UserAdded alice = add_user(registry, "Alice", 2);
  end_login(registry, device_of(UserId{1}, 1));
  const Letters over = registry.take(v1::Letter::kLoginIsOver);
  REQUIRE(over.size() == 2);
  CHECK(over[0].target() == pack(kAccess1));
  CHECK(over[1].target() == pack(kAccess2));
  CHECK(over[0].login_is_over().device() == device_of(UserId{1}, 1).value);
  for (bool restarted : {false, true}) {
    if (restarted) registry.restart(new_account());
    CHECK(check(registry, alice.tokens(0)).failure() == v1::FAILURE_CODE_TOKEN_INVALID);
    CHECK(check(registry, alice.tokens(1)).failure() == v1::FAILURE_CODE_UNSPECIFIED);
  }
  const v1::UserAdded again = add_user(registry, "Alice", 2);
  CHECK(check(registry, again.tokens(0)).failure() == v1::FAILURE_CODE_UNSPECIFIED);
}

TEST_CASE("a logout of nobody's device does nothing") {
  Registry registry;
  add_user(registry, "Alice");
  end_login(registry, device_of(UserId{9}, 1));
  end_login(registry, DeviceId{});
  CHECK(registry.said.empty());
  CHECK(registry.out.puts.empty());
}

TEST_CASE("a user is added once by its folded name, and keeps the name it had") {
  Registry registry;
  add_user(registry, "Zoë");
  for (const char* same : {"Zoë", "ZOË", "zoë", "Zoe\xCC\x88"}) {
    const v1::UserAdded again = add_user(registry, same, 3);
    CHECK(again.user() == 1);
    CHECK(again.name() == "Zoë");
    CHECK(again.tokens_size() == 1);
    CHECK(registry.out.puts.empty());
  }
  CHECK(add_user(registry, "Zoe").user() == 2);
  CHECK(user_count(registry) == 2);
  CHECK(registry.facts_of(FactKind::kUserJoined).size() == 2);
}

TEST_CASE("only an administrator adds users") {
  Registry registry;
  for (RoleKind kind :
       {RoleKind::kDevice, RoleKind::kAccess, RoleKind::kLogic, RoleKind::kPerson}) {
    registry.feed(from({kind, 1}, add_letter("Mallory", 1)));
    CHECK(registry.said.empty());
    CHECK(registry.out.puts.empty());
  }
  CHECK(user_count(registry) == 0);
}

TEST_CASE("bad names and device counts are refused with a sentence, and add nobody") {
  Registry registry;
  for (const char* name : {"", " Al", "a\nb", "\xff", "123456789012345678901234567890123"}) {
    const v1::UserAdded refused = add_user(registry, name);
    CHECK(refused.user() == 0);
    CHECK(refused.refusal() != "");
    CHECK(refused.tokens_size() == 0);
  }
  CHECK(add_user(registry, "Al", 0).refusal() != "");
  CHECK(add_user(registry, "Al", 11).refusal() != "");
  CHECK(user_count(registry) == 0);
  CHECK(add_user(registry, "Al", 10).tokens_size() == 10);
}

TEST_CASE("a full cluster takes no more users, but still knows its own") {
  Config config = small_config();
  config.users_per_section = 1;
  Registry registry(config);
  CHECK(add_user(registry, "Alice").user() == 1);
  CHECK(add_user(registry, "Bob").user() == 2);
  const v1::UserAdded refused = add_user(registry, "Carol");
  CHECK(refused.user() == 0);
  CHECK(refused.refusal().find("full") != std::string::npos);
  CHECK(registry.out.puts.empty());
  CHECK(add_user(registry, "alice").user() == 1);
  CHECK(look_up(registry, "Carol").user() == 0);
}

TEST_CASE("users come back from disk") {
  Config config = small_config();
  config.users_per_section = 2'000;
  Registry registry(config);
  Letters letters;
  for (int i = 1; i <= 2'500; ++i)
    letters.push_back(add_letter("user " + std::to_string(i), 1));
  registry.feed(letters);
  const Letters added = registry.take(v1::Letter::kUserAdded);
  registry.restart(new_account());
  CHECK(user_count(registry) == 2'500);
  CHECK(look_up(registry, "User 2500").user() == 2'500);
  CHECK(look_up(registry, "User 1001").name() == "user 1001");
  CHECK(check(registry, added.back().user_added().tokens(0)).origin().user() == 2'500);
  CHECK(add_user(registry, "another").user() == 2'501);
}

TEST_CASE("a user is on disk in the step that answers") {
  Registry registry;
  registry.feed(add_letter("Alice", 2));
  REQUIRE(registry.out.puts.size() == 1);
  CHECK(registry.out.puts[0].key == keys::user(UserId{1}));
  v1::UserRecord record;
  REQUIRE(record.ParseFromString(registry.out.puts[0].value));
  CHECK(record.name() == "Alice");
  CHECK(record.devices_size() == 2);
}

TEST_CASE("a lookup finds by folded name and echoes who asked") {
  Registry registry;
  add_user(registry, "Zoë");
  const v1::NameFound found = look_up(registry, "zOË");
  CHECK(found.user() == 1);
  CHECK(found.name() == "Zoë");
  CHECK(found.origin().SerializeAsString() == origin_of(kAlicePhone, 9).SerializeAsString());
  for (const char* none : {"Zo", "", "\xff"}) {
    CHECK(look_up(registry, none).user() == 0);
  }
}

}  // namespace
}  // namespace glasspost::tests
