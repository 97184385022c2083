// Where is a message? What homes and mailboxes tell an administrator.
#include "engine/core/limits.hpp"
#include "tests/roles/support/home.hpp"
#include "tests/roles/support/inbox.hpp"

namespace glasspost::tests {
namespace {

constexpr Address kAsker{RoleKind::kAdministrator, 7};

v1::Letter question(ConversationId pair, std::uint64_t number) {
  v1::Letter letter;
  letter.mutable_locate_message()->set_conversation(pair.value);
  letter.mutable_locate_message()->set_number(number);
  return from(kAsker, letter);
}

v1::MessageLocated locate(Home& home, ConversationId pair, std::uint64_t number) {
  home.feed(question(pair, number));
  const v1::Letter answer = home.one(v1::Letter::kMessageLocated);
  CHECK(answer.target() == pack(kAsker));
  return answer.message_located();
}

v1::RowLocated locate(Inbox& inbox, UserId user, std::uint64_t number) {
  v1::Letter letter;
  letter.mutable_locate_row()->set_user(user.value);
  letter.mutable_locate_row()->set_conversation(kPair.value);
  letter.mutable_locate_row()->set_number(number);
  inbox.feed(from(kAsker, letter));
  const v1::Letter answer = inbox.one(v1::Letter::kRowLocated);
  CHECK(answer.target() == pack(kAsker));
  return answer.row_located();
}

TEST_CASE("a home tells who sent a message, and nothing of one that is not durable") {
  Home home = serving_home();
  home.wall_ms = 4'711;
  send_many(home, kPair, 2);
  submit(home, kAlicePhone, kPair, 3, "not yet");
  const v1::MessageLocated second = locate(home, kPair, 2);
  CHECK(second.serves());
  CHECK(second.last() == 3);
  CHECK(second.committed() == 2);
  CHECK(second.position() == 2);
  CHECK(second.sender() == kAlice.value);
  CHECK(second.sender_device() == kAlicePhone.device().value);
  CHECK(second.client_id() == 2);
  CHECK(second.bytes() == std::string("text 2").size());
  CHECK(second.time_ms() == 4'711);
  const v1::MessageLocated third = locate(home, kPair, 3);
  CHECK(third.last() == 3);
  CHECK(third.position() == 0);
  CHECK(third.sender() == 0);
  CHECK(locate(home, kPair, 9).last() == 3);
}

TEST_CASE("a home that does not serve says so, also of numbers that are no conversation") {
  Home home;
  home.start();
  CHECK(!locate(home, kPair, 1).serves());
  home.commit();
  CHECK(locate(home, kPair, 1).serves());
  CHECK(!locate(home, ConversationId{5}, 1).serves());
}

TEST_CASE("a home reads an old text back before it tells its length") {
  Config often = small_config();
  often.checkpoint_tail_bytes = 500;
  often.checkpoint_part_bytes = 200;
  Home home = serving_home(often);
  send_many(home, kPair, 100);
  home.take_over(new_home());
  home.said.clear();
  home.feed(question(kPair, 1));
  CHECK(home.take(v1::Letter::kMessageLocated).empty());
  home.commit();
  CHECK(home.one(v1::Letter::kMessageLocated).message_located().bytes() == 6);
}

TEST_CASE("a mailbox tells a row's number when it is visible, and not before") {
  Inbox inbox = serving_inbox();
  fill(inbox, {kBob, kPair, 1, 2}, 11);
  index_rows(inbox, kBob, kPair, 3, 3);
  const v1::RowLocated second = locate(inbox, kBob, 2);
  CHECK(second.serves());
  CHECK(second.visible() == 2);
  CHECK(second.inbox_number() == 12);
  const v1::RowLocated third = locate(inbox, kBob, 3);
  CHECK(third.accepted() == 3);
  CHECK(third.visible() == 2);
  CHECK(third.inbox_number() == 0);
  CHECK(locate(inbox, kAlice, 1).accepted() == 0);
}

TEST_CASE("a mailbox tells which devices are on line, and by their keys what they have") {
  Inbox inbox = serving_inbox();
  fill(inbox, {kBob, kPair, 1, 2}, 11);
  CHECK(locate(inbox, kBob, 2).devices().empty());
  pull(inbox, kBobPhone, 0);
  CHECK(locate(inbox, kBob, 2).devices(0).key() == 0);
  pull(inbox, kBobPhone, 12);
  const v1::RowLocated located = locate(inbox, kBob, 2);
  REQUIRE(located.devices_size() == 1);
  CHECK(located.devices(0).device() == kBobPhone.device().value);
  CHECK(located.devices(0).access() == pack({RoleKind::kAccess, kBobPhone.access}));
  CHECK(located.devices(0).key() == 12);
  CHECK(locate(inbox, kAlice, 2).devices().empty());
}

TEST_CASE("a mailbox that does not serve a user says so") {
  Inbox inbox;
  inbox.start();
  CHECK(!locate(inbox, kBob, 1).serves());
  CHECK(!locate(inbox, UserId{0}, 1).serves());
}

}  // namespace
}  // namespace glasspost::tests
