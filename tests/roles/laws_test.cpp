// The laws of state, for every role of the roster and for the device.
#include "tests/roles/support/laws.hpp"

#include "engine/roles/roster.hpp"

namespace glasspost::tests {
namespace {

std::function<RoleBox()> from_roster(RoleKind kind) {
  return [kind] { return make_role({kind, 1}, {.account = account_options()}); };
}

TEST_CASE("DESIGN 5: the state of a store is its whole memory") {
  check_laws(store_script(from_roster(RoleKind::kStore)));
}

TEST_CASE("DESIGN 5: the state of an allocator is its whole memory") {
  check_laws(seq_script(from_roster(RoleKind::kSeq)));
}

TEST_CASE("DESIGN 5: the state of a home is its whole memory") {
  check_laws(conversation_script(from_roster(RoleKind::kConversation)));
}

TEST_CASE("DESIGN 5: the state of a mailbox is its whole memory") {
  check_laws(mailbox_script(from_roster(RoleKind::kMailbox)));
}

TEST_CASE("DESIGN 5: the state of an access role is its whole memory") {
  check_laws(access_script(from_roster(RoleKind::kAccess)));
}

TEST_CASE("DESIGN 5: the state of a logic role is its whole memory") {
  check_laws(logic_script(from_roster(RoleKind::kLogic)));
}

TEST_CASE("DESIGN 5: the state of an account is its whole memory") {
  check_laws(account_script(from_roster(RoleKind::kAccount)));
}

TEST_CASE("DESIGN 5: the state of a device is its whole memory") {
  check_laws(client_script(new_device));
}

TEST_CASE("DESIGN 5: the bytes of one role are no state of another") {
  RoleBox store = from_roster(RoleKind::kStore)();
  Player home(conversation_script(from_roster(RoleKind::kConversation)));
  const Script script = conversation_script(from_roster(RoleKind::kConversation));
  for (const Moment& moment : script.moments)
    home(moment);
  const std::uint64_t before = store.hash();
  CHECK(!store.load(home.role.save()));
  CHECK(store.hash() == before);
}

TEST_CASE("a role of the roster lives under the address that it was made for") {
  for (std::uint64_t number : {1, 2}) {
    const RoleBox store = make_role({RoleKind::kStore, number}, {});
    CHECK(store.as<Store>().state().self == Address{RoleKind::kStore, number});
  }
}

}  // namespace
}  // namespace glasspost::tests
