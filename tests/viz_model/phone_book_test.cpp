// The phone's screen: bubbles in order, one for each message, and what is unread.
#include "viz/model/phone_book.hpp"

#include <doctest/doctest.h>

namespace glasspost::viz {
namespace {

const UserId kAlice{1};
const UserId kBob{2};
const DeviceId kPhone = device_of(kAlice, 1);
const DeviceId kTablet = device_of(kAlice, 2);
const DeviceId kBobs = device_of(kBob, 1);
const ConversationId kPair = pair_of(kAlice, kBob);

v1::Message message(std::uint64_t number, DeviceId sender, std::uint64_t client_id,
                    const std::string& text) {
  v1::Message made;
  made.set_conversation(kPair.value);
  made.set_number(number);
  made.set_sender(user_of(sender).value);
  made.set_sender_device(sender.value);
  made.set_client_id(client_id);
  made.set_text(text);
  return made;
}

v1::TextSent sent(std::uint64_t client_id, std::uint64_t number) {
  v1::TextSent made;
  made.set_conversation(kPair.value);
  made.set_client_id(client_id);
  made.set_number(number);
  return made;
}

TEST_CASE("a text waits, is stored, and the page that brings it back adds no second bubble") {
  PhoneBook book(kPhone);
  book.waiting({{7, kPair, "hello", 1}});
  REQUIRE(book.find(kPair) != nullptr);
  CHECK(book.find(kPair)->bubbles.at(0).state == Bubble::State::kWaiting);
  book.sent(sent(7, 1));
  book.shown(message(1, kPhone, 7, "hello"));
  REQUIRE(book.find(kPair)->bubbles.size() == 1);
  CHECK(book.find(kPair)->bubbles[0].state == Bubble::State::kStored);
  CHECK(book.find(kPair)->bubbles[0].number == 1);
}

TEST_CASE("a page that comes before the answer takes the waiting bubble's place") {
  PhoneBook book(kPhone);
  book.waiting({{7, kPair, "hello", 1}});
  book.shown(message(1, kPhone, 7, "hello"));
  book.sent(sent(7, 1));
  CHECK(book.find(kPair)->bubbles.size() == 1);
}

TEST_CASE("the same client id of the other device is another text") {
  PhoneBook book(kPhone);
  book.waiting({{7, kPair, "from the phone", 1}});
  book.shown(message(1, kTablet, 7, "from the tablet"));
  CHECK(book.find(kPair)->bubbles.size() == 2);
}

TEST_CASE("bubbles stand by number, and what waits stands behind them") {
  PhoneBook book(kPhone);
  book.waiting({{9, kPair, "later", 1}});
  book.shown(message(2, kBobs, 1, "second"));
  book.shown(message(1, kBobs, 2, "first"));
  const auto& bubbles = book.find(kPair)->bubbles;
  REQUIRE(bubbles.size() == 3);
  CHECK(bubbles[0].text == "first");
  CHECK(bubbles[1].text == "second");
  CHECK(bubbles[2].text == "later");
}

TEST_CASE("what others write is unread until the conversation is open") {
  PhoneBook book(kPhone);
  book.shown(message(1, kBobs, 1, "one"));
  book.shown(message(2, kTablet, 1, "mine, from the tablet"));
  CHECK(book.unread() == 1);
  book.open(kPair);
  CHECK(book.unread() == 0);
  book.shown(message(3, kBobs, 2, "two"));
  CHECK(book.unread() == 0);
  book.open(ConversationId{});
  book.shown(message(4, kBobs, 3, "three"));
  CHECK(book.unread() == 1);
}

TEST_CASE("a refused text stays, with the reason") {
  PhoneBook book(kPhone);
  book.waiting({{7, kPair, "too long", 1}});
  book.refused(7, "a text is longer than 8,192 bytes");
  CHECK(book.find(kPair)->bubbles.at(0).state == Bubble::State::kRefused);
  CHECK(book.find(kPair)->bubbles.at(0).note == "a text is longer than 8,192 bytes");
}

TEST_CASE("a long conversation keeps its newest bubbles and says how many are cut") {
  PhoneBook book(kPhone);
  for (std::uint64_t number = 1; number <= 450; ++number)
    book.shown(message(number, kBobs, number, "text"));
  CHECK(book.find(kPair)->bubbles.size() == 400);
  CHECK(book.find(kPair)->bubbles.front().number == 51);
  CHECK(book.find(kPair)->cut == 50);
}

}  // namespace
}  // namespace glasspost::viz
