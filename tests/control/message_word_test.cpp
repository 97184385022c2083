// Words for messages: each is read in one way, or refused with every way named.
#include "engine/control/message_word.hpp"

#include <doctest/doctest.h>

namespace glasspost {
namespace {

using Names = std::map<UserId, std::string>;

const Names kUsual = {{UserId{1}, "alice"}, {UserId{2}, "bob"}, {UserId{3}, "carol"}};

MessageKey message(std::uint32_t one, std::uint32_t other, std::uint64_t number) {
  return {pair_of(UserId{one}, UserId{other}), number};
}

MessageKey read(const std::string& word, const Names& names) {
  const Result<MessageKey> read = parse_message_word(word, names);
  REQUIRE(read);
  return *read;
}

std::string refusal(const std::string& word, const Names& names) {
  const Result<MessageKey> read = parse_message_word(word, names);
  REQUIRE_FALSE(read);
  return read.error().message;
}

}  // namespace

TEST_CASE("members are named, numbered or mixed, in any order, and a conversation by its id") {
  for (const char* word : {"alice+bob:5", "bob+alice:5", "1+2:5", "2+alice:5", "4294967298:5"}) {
    CAPTURE(word);
    CHECK(read(word, kUsual) == message(1, 2, 5));
  }
}

TEST_CASE("what names no message is refused with the reason") {
  for (const char* word : {"", "alice+bob", "alice+bob:", "alice+bob:0", "alice+bob:x", "alice:5",
                           ":5", "alice bob:5", "18446744073709551616:5"}) {
    CAPTURE(word);
    CHECK(refusal(word, kUsual).find("names no message") != std::string::npos);
  }
  CHECK(refusal("alice+bbo:5", kUsual) == "nobody here is called 'bbo'; did you mean bob?");
  CHECK(refusal("somebody+bob:5", kUsual) ==
        "nobody here is called 'somebody'; `glasspost user list` names everybody");
  CHECK(refusal("alice+1:5", kUsual) == "nobody writes to themselves");
  for (const char* word : {"5:5", "4294967297:5", "18446744073709551615:5"}) {
    CAPTURE(word);
    CHECK(refusal(word, kUsual).find("is no conversation of two users") != std::string::npos);
  }
}

TEST_CASE("a name of digits makes two readings, and both are named with a word for each") {
  Names names = kUsual;
  names[UserId{9}] = "2";
  CHECK(refusal("1+2:5", names) ==
        "'1+2:5' can be read in two ways: write 4294967305:5 for user 1 (alice) and user 9 (2), or "
        "4294967298:5 for user 1 (alice) and user 2 (bob)");
  CHECK(read("4294967305:5", names) == message(1, 9, 5));
  CHECK(read("4294967298:5", names) == message(1, 2, 5));
  CHECK(read("alice+bob:5", names) == message(1, 2, 5));
  names = {{UserId{1}, "alice"}, {UserId{2}, "2"}};  // its own number is no second reading
  CHECK(read("1+2:5", names) == message(1, 2, 5));
}

TEST_CASE("a + in a name is read wherever it makes two members") {
  Names names = kUsual;
  names[UserId{4}] = "a+b";
  CHECK(read("a+b+carol:5", names) == message(3, 4, 5));
  CHECK(read("carol+a+b:5", names) == message(3, 4, 5));
  names[UserId{5}] = "a";
  names[UserId{6}] = "b+carol";
  const std::string told = refusal("a+b+carol:5", names);
  CHECK(told.find("21474836486:5 for user 5 (a) and user 6 (b+carol)") != std::string::npos);
  CHECK(told.find("12884901892:5 for user 3 (carol) and user 4 (a+b)") != std::string::npos);
}

TEST_CASE("the word that is printed is read as the same message, whoever is called what") {
  CHECK(message_word(message(1, 2, 5), kUsual) == "1+2:5");
  Names names = kUsual;
  names[UserId{9}] = "2";
  CHECK(message_word(message(1, 2, 5), names) == "4294967298:5");
  CHECK(message_word(message(1, 3, 5), names) == "1+3:5");
  names[UserId{10}] = "1+3";
  for (std::uint32_t one = 1; one <= 10; ++one) {
    for (std::uint32_t other = one + 1; other <= 11; ++other) {
      const MessageKey key = message(one, other, 7);
      CAPTURE(message_word(key, names));
      CHECK(read(message_word(key, names), names) == key);
    }
  }
}

}  // namespace glasspost
