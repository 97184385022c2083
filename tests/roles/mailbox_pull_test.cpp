// What a device has not seen yet, and where devices are told that there is something.
#include "engine/core/limits.hpp"
#include "tests/roles/support/inbox.hpp"

namespace glasspost::tests {
namespace {

using List = std::vector<std::uint64_t>;

// Each of the rows has the same text.
void fill_with(Inbox& inbox, const std::string& text, std::uint64_t rows) {
  inbox.feed(rows_letter(kBob, kPair, 1, rows, text));
  number_rows(inbox, 1);
  inbox.commit();
  inbox.said.clear();
}

TEST_CASE("a pull gives the rows above the key, and the key of the last one") {
  Inbox inbox = serving_inbox();
  fill(inbox, {kBob, kPair, 1, 2}, 11);
  fill(inbox, {kBob, kOtherPair, 1, 1}, 20);
  const v1::RowsPulled all = pull(inbox, kBobPhone, 0);
  CHECK(all.origin().SerializeAsString() == origin_of(kBobPhone, 40).SerializeAsString());
  CHECK(all.failure() == v1::FAILURE_CODE_UNSPECIFIED);
  CHECK(inbox_numbers(all.page()) == List{11, 12, 20});
  CHECK(all.page().key() == 20);
  CHECK(!all.page().more());
  CHECK(inbox_numbers(pull(inbox, kBobPhone, 11).page()) == List{12, 20});
  CHECK(inbox_numbers(pull(inbox, kBobPhone, 15).page()) == List{20});
  const v1::SyncPage none = pull(inbox, kBobPhone, 20).page();
  CHECK(none.messages_size() == 0);
  CHECK(none.key() == 20);
}

TEST_CASE("DESIGN 7.1: a key is the number of a row, never the allocator's") {
  Inbox inbox = serving_inbox();
  CHECK(pull(inbox, kBobPhone, 0).page().key() == 0);
  fill(inbox, {kBob, kPair, 1, 1}, 11);
  index_rows(inbox, kBob, kPair, 2, 2);
  number_rows(inbox, 500);
  CHECK(pull(inbox, kBobPhone, 0).page().key() == 11);
  CHECK(pull(inbox, kBobPhone, 11).page().key() == 11);
}

TEST_CASE("a row says all of its message") {
  Inbox inbox = serving_inbox();
  fill(inbox, {kBob, kPair, 1, 1}, 11);
  const v1::Message message = pull(inbox, kBobPhone, 0).page().messages(0);
  CHECK(message.conversation() == kPair.value);
  CHECK(message.number() == 1);
  CHECK(message.sender() == kAlice.value);
  CHECK(message.sender_device() == device_of(kAlice, 1).value);
  CHECK(message.client_id() == 1);
  CHECK(message.text() == "text 1");
  CHECK(message.time_ms() == 1'700'000'000'001);
  CHECK(message.inbox_number() == 11);
}

TEST_CASE("promise 7: a pull shows the session's own inbox only") {
  Inbox inbox = serving_inbox();
  fill(inbox, {kAlice, kPair, 1, 1}, 5);
  fill(inbox, {kBob, kPair, 1, 1}, 11);
  fill(inbox, {kCarol, kOtherPair, 1, 1}, 3);
  CHECK(inbox_numbers(pull(inbox, kBobPhone, 0).page()) == List{11});
  CHECK(inbox_numbers(pull(inbox, kAlicePhone, 0).page()) == List{5});
}

TEST_CASE("a page has at most the rows asked for, and at most 200") {
  Inbox inbox = serving_inbox();
  fill_with(inbox, "text", 250);
  const v1::SyncPage few = pull(inbox, kBobPhone, 0, 3).page();
  CHECK(inbox_numbers(few) == List{1, 2, 3});
  CHECK(few.key() == 3);
  CHECK(few.more());
  const v1::SyncPage all = pull(inbox, kBobPhone, 0).page();
  CHECK(all.messages_size() == 200);
  CHECK(all.more());
  CHECK(pull(inbox, kBobPhone, 0, 5'000).page().messages_size() == 200);
  const v1::SyncPage rest = pull(inbox, kBobPhone, 200).page();
  CHECK(rest.messages_size() == 50);
  CHECK(!rest.more());
}

TEST_CASE("a page ends early when its texts are large, and says that there is more") {
  Inbox inbox = serving_inbox();
  fill_with(inbox, std::string(limits::kPageBytesMax / 4 + 1, 'x'), 6);
  const v1::SyncPage page = pull(inbox, kBobPhone, 0).page();
  CHECK(page.messages_size() == 4);
  CHECK(page.key() == 4);
  CHECK(page.more());
  CHECK(inbox_numbers(pull(inbox, kBobPhone, 4).page()) == List{5, 6});
}

TEST_CASE("a key that was never given is unknown") {
  Inbox inbox = serving_inbox();
  CHECK(pull(inbox, kBobPhone, 1).failure() == v1::FAILURE_CODE_KEY_UNKNOWN);
  fill(inbox, {kBob, kPair, 1, 1}, 11);
  CHECK(pull(inbox, kBobPhone, 12).failure() == v1::FAILURE_CODE_KEY_UNKNOWN);
  CHECK(pull(inbox, kBobPhone, ~std::uint64_t{0}).failure() == v1::FAILURE_CODE_KEY_UNKNOWN);
  CHECK(pull(inbox, kBobPhone, 11).failure() == v1::FAILURE_CODE_UNSPECIFIED);
}

TEST_CASE("a mailbox that does not serve answers UNAVAILABLE") {
  Inbox inbox;
  inbox.start();
  CHECK(pull(inbox, kBobPhone, 0).failure() == v1::FAILURE_CODE_UNAVAILABLE);
  inbox.commit();
  const Phone stranger{.user = UserId{101}};
  CHECK(pull(inbox, stranger, 0).failure() == v1::FAILURE_CODE_UNAVAILABLE);
  CHECK(pull(inbox, kBobPhone, 0).failure() == v1::FAILURE_CODE_UNSPECIFIED);
}

TEST_CASE("bodies that are missing are fetched from the home, and the pull waits for them") {
  Inbox inbox = serving_inbox();
  fill(inbox, {kBob, kPair, 1, 3}, 11);
  inbox.take_over(new_mailbox());
  inbox.said.clear();
  inbox.feed(pull_letter(kBobPhone, 11));
  const v1::Letter fetch = inbox.one(v1::Letter::kFetchBodies);
  CHECK(fetch.target() == pack(kHome1));
  CHECK(fetch.fetch_bodies().conversation() == kPair.value);
  REQUIRE(fetch.fetch_bodies().numbers_size() == 2);
  CHECK(fetch.fetch_bodies().numbers(0) == 2);
  CHECK(inbox.take(v1::Letter::kRowsPulled).empty());
  inbox.feed(bodies_letter(kPair, {2, 3}));
  const v1::SyncPage page = inbox.one(v1::Letter::kRowsPulled).rows_pulled().page();
  CHECK(message_numbers(page) == List{2, 3});
  CHECK(page.messages(0).text() == "text 2");
  CHECK(page.key() == 13);
  inbox.feed(bodies_letter(kPair, {2, 3}));
  CHECK(inbox.take(v1::Letter::kRowsPulled).empty());  // answered once
}

TEST_CASE("a newer pull of a device takes the place of one that waits") {
  Inbox inbox = serving_inbox();
  fill(inbox, {kBob, kPair, 1, 2}, 11);
  inbox.take_over(new_mailbox());
  inbox.said.clear();
  inbox.feed({pull_letter(kBobPhone, 0), pull_letter(kBobPhone, 11)});
  inbox.feed(bodies_letter(kPair, {1, 2}));
  CHECK(message_numbers(inbox.one(v1::Letter::kRowsPulled).rows_pulled().page()) == List{2});
}

TEST_CASE("so many devices may wait for bodies, one more is told to come again") {
  Inbox inbox = serving_inbox();
  constexpr std::uint64_t kUsers = 5;
  const auto user = [](std::uint64_t number) {
    return UserId{static_cast<std::uint32_t>(kBob.value + number)};
  };
  for (std::uint64_t number = 0; number < kUsers; ++number)
    fill(inbox, {user(number), pair_of(kAlice, user(number)), 1, 1}, 11);
  inbox.take_over(new_mailbox());
  inbox.said.clear();
  std::uint64_t asked = 0;
  const auto ask = [&](std::uint64_t number) {
    inbox.feed(pull_letter({.user = user(number % kUsers),
                            .index = static_cast<unsigned>(1 + number / kUsers),
                            .connection = 1 + number},
                           0));
  };
  while (asked < limits::kWaitingRequestsMax)
    ask(asked++);
  CHECK(inbox.take(v1::Letter::kRowsPulled).empty());
  ask(asked);
  CHECK(inbox.one(v1::Letter::kRowsPulled).rows_pulled().failure() == v1::FAILURE_CODE_BUSY);
  ask(0);  // a newer question of a device that waits takes the older one's place
  CHECK(inbox.take(v1::Letter::kRowsPulled).empty());
  inbox.feed(bodies_letter(pair_of(kAlice, user(0)), {1}));
  CHECK(inbox.take(v1::Letter::kRowsPulled).size() == limits::kWaitingRequestsMax / kUsers + 1);
}

TEST_CASE("promise 3: a page ends before the first row whose body is missing") {
  Inbox inbox = serving_inbox();
  fill(inbox, {kBob, kPair, 1, 1}, 11);
  fill(inbox, {kBob, kOtherPair, 1, 1}, 12);
  fill(inbox, {kBob, kPair, 2, 2}, 13);
  inbox.take_over(new_mailbox());
  inbox.said.clear();
  inbox.feed(pull_letter(kBobPhone, 0));
  inbox.feed(bodies_letter(kPair, {1, 2}));  // of row 12 there is none yet
  const v1::SyncPage page = inbox.one(v1::Letter::kRowsPulled).rows_pulled().page();
  CHECK(inbox_numbers(page) == List{11});
  CHECK(page.key() == 11);
  CHECK(page.more());
  inbox.feed(pull_letter(kBobPhone, 11));
  CHECK(inbox.take(v1::Letter::kRowsPulled).empty());
  inbox.feed(bodies_letter(kOtherPair, {1}));
  const v1::SyncPage rest = inbox.one(v1::Letter::kRowsPulled).rows_pulled().page();
  CHECK(inbox_numbers(rest) == List{12, 13});
  CHECK(!rest.more());
}

TEST_CASE("each missing body is asked for once, and again when the answer is overdue") {
  Inbox inbox = serving_inbox();
  for (std::uint32_t number = 1; number <= 20; ++number)
    fill(inbox, {kBob, pair_of(kBob, UserId{number + 10}), 1, 1}, number);
  inbox.take_over(new_mailbox());
  inbox.said.clear();
  inbox.feed(pull_letter(kBobPhone, 0));
  inbox.feed(pull_letter({.user = kBob, .index = 2, .connection = 72}, 0));
  const Letters fetches = inbox.take(v1::Letter::kFetchBodies);
  CHECK(fetches.size() == 20);
  for (std::size_t i = 19; i > 0; --i) {
    inbox.feed(bodies_letter(ConversationId{fetches[i].fetch_bodies().conversation()}, {1}));
  }
  CHECK(inbox.take(v1::Letter::kFetchBodies).empty());
  inbox.wait(limits::kBodiesRetry);
  inbox.feed(pull_letter(kBobPhone, 0));
  const v1::Letter again = inbox.one(v1::Letter::kFetchBodies);
  CHECK(again.fetch_bodies().conversation() == fetches[0].fetch_bodies().conversation());
}

// -- routes and notices --------------------------------------------------------------------------

TEST_CASE("every device of the user is noticed, with the newest visible number") {
  Inbox inbox = serving_inbox();
  register_route(inbox, kAlicePhone);
  register_route(inbox, kAliceTablet);
  register_route(inbox, kBobPhone);
  fill(inbox, {kAlice, kPair, 1, 2}, 11);
  const Letters letters = inbox.take(v1::Letter::kNotifyDevice);
  REQUIRE(letters.size() == 2);
  CHECK(letters[0].target() == pack(kAccess1));
  CHECK(letters[0].notify_device().newest() == 12);
  CHECK(letters[0].notify_device().origin().connection() == kAlicePhone.connection);
  CHECK(letters[1].notify_device().origin().connection() == kAliceTablet.connection);
}

TEST_CASE("a newer session takes the route over, and the older connection hears of it") {
  Inbox inbox = serving_inbox();
  register_route(inbox, kBobPhone);
  const Phone newer{.user = kBob, .connection = 5, .session = 2, .access = 2};
  register_route(inbox, newer);
  const v1::Letter replaced = inbox.one(v1::Letter::kRouteReplaced);
  CHECK(replaced.target() == pack(kAccess1));
  CHECK(replaced.route_replaced().origin().connection() == kBobPhone.connection);
  register_route(inbox, kBobPhone);  // late
  CHECK(inbox.take(v1::Letter::kRouteReplaced).empty());
  fill(inbox, {kBob, kPair, 1, 1}, 11);
  CHECK(noticed(inbox) == List{5});
}

TEST_CASE("a newer session on the same connection replaces nobody") {
  Inbox inbox = serving_inbox();
  register_route(inbox, kBobPhone);
  Phone again = kBobPhone;
  again.session = 2;
  register_route(inbox, again);
  CHECK(inbox.take(v1::Letter::kRouteReplaced).empty());
  again.session = 3;
  again.access_boot = 2;  // another life of the access role: another connection
  register_route(inbox, again);
  CHECK(inbox.take(v1::Letter::kRouteReplaced).size() == 1);
}

TEST_CASE("a pull renews the route") {
  Inbox inbox = serving_inbox();
  pull(inbox, kBobPhone, 0);
  fill(inbox, {kBob, kPair, 1, 1}, 11);
  CHECK(noticed(inbox) == List{kBobPhone.connection});
}

TEST_CASE("a forgotten route is noticed no more, and a route of another connection stays") {
  Inbox inbox = serving_inbox();
  register_route(inbox, kBobPhone);
  Phone other = kBobPhone;
  other.connection = 5;
  forget_route(inbox, other);
  fill(inbox, {kBob, kPair, 1, 1}, 11);
  CHECK(noticed(inbox) == List{kBobPhone.connection});
  forget_route(inbox, kBobPhone);
  fill(inbox, {kBob, kPair, 2, 2}, 12);
  CHECK(noticed(inbox).empty());
}

TEST_CASE("a new life of an access role drops its older routes, and no others") {
  Inbox inbox = serving_inbox();
  register_route(inbox, kAlicePhone);
  Phone tablet = kAliceTablet;
  tablet.access_boot = 2;
  register_route(inbox, tablet);
  const Phone third{.user = kAlice, .index = 3, .connection = 33, .access = 2};
  register_route(inbox, third);
  inbox.tell({.address = kStore1, .boot = BootId{9}});
  inbox.tell({.address = kAccess1, .boot = BootId{2}});
  fill(inbox, {kAlice, kPair, 1, 1}, 11);
  CHECK(noticed(inbox) == List{32, 33});
}

TEST_CASE("routes of users of other sections are not kept") {
  Inbox inbox = serving_inbox();
  const std::uint64_t before = inbox.role.hash();
  register_route(inbox, {.user = UserId{101}});
  forget_route(inbox, {.user = UserId{999}});
  CHECK(inbox.role.hash() == before);
}

TEST_CASE("WF 10: notices of one user inside the window become one") {
  Config config = small_config();
  config.choices.notice_window = Duration(50'000);
  Inbox inbox = serving_inbox(config);
  register_route(inbox, kBobPhone);
  register_route(inbox, kAlicePhone);
  fill(inbox, {kBob, kPair, 1, 1}, 11);
  inbox.wait(Duration(20'000));
  fill(inbox, {kBob, kPair, 2, 2}, 12);
  fill(inbox, {kAlice, kPair, 1, 1}, 4);
  CHECK(noticed(inbox).empty());
  inbox.wait(Duration(30'000));
  const v1::Letter letter = inbox.one(v1::Letter::kNotifyDevice);
  CHECK(letter.notify_device().newest() == 12);
  CHECK(letter.notify_device().origin().connection() == kBobPhone.connection);
  inbox.wait(Duration(20'000));
  CHECK(noticed(inbox) == List{kAlicePhone.connection});
  fill(inbox, {kBob, kPair, 3, 3}, 13);
  inbox.wait(Duration(50'000));
  CHECK(noticed(inbox) == List{kBobPhone.connection});
}

}  // namespace
}  // namespace glasspost::tests
