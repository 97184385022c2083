// Tests of the small parts of core: refusals as a person reads them, the order of keys, the cache
// of bodies, and messages as fields of a state.
#include <algorithm>
#include <limits>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "engine/base/archive.hpp"
#include "engine/core/body_cache.hpp"
#include "engine/core/failure.hpp"
#include "engine/core/keys.hpp"
#include "engine/core/limits.hpp"

namespace glasspost::tests {
namespace {

TEST_CASE("DESIGN 6.3: every failure has a sentence of its own") {
  std::vector<std::string_view> sentences;
  for (int code = v1::FailureCode_MIN; code <= v1::FailureCode_MAX; ++code) {
    CAPTURE(code);
    REQUIRE(v1::FailureCode_IsValid(code));
    const std::string_view sentence = sentence_of(static_cast<v1::FailureCode>(code));
    CHECK(sentence.size() > 10);
    CHECK(sentence.ends_with('.'));
    CHECK(std::find(sentences.begin(), sentences.end(), sentence) == sentences.end());
    sentences.push_back(sentence);
  }
  CHECK_FALSE(sentence_of(static_cast<v1::FailureCode>(9'999)).empty());
}

TEST_CASE("the sentences name the limits that are in force") {
  CHECK(sentence_of(v1::FAILURE_CODE_TOO_LARGE).find(std::to_string(limits::kTextBytesMax)) !=
        std::string_view::npos);
  CHECK(sentence_of(v1::FAILURE_CODE_TOO_OLD).find(std::to_string(limits::kClientIdsKept)) !=
        std::string_view::npos);
}

TEST_CASE("only what can succeed later may be tried again") {
  for (int code = v1::FailureCode_MIN; code <= v1::FailureCode_MAX; ++code) {
    CAPTURE(code);
    const bool later = code == v1::FAILURE_CODE_LOGIN_REQUIRED || code == v1::FAILURE_CODE_BUSY ||
                       code == v1::FAILURE_CODE_UNAVAILABLE || code == v1::FAILURE_CODE_TOO_MANY;
    CHECK((retry_after_ms(static_cast<v1::FailureCode>(code)) > 0) == later);
  }
}

TEST_CASE("a failure is filled in with its code and sentence and hint") {
  v1::Failure failure;
  set_failure(failure, v1::FAILURE_CODE_BUSY);
  CHECK(failure.code() == v1::FAILURE_CODE_BUSY);
  CHECK(failure.sentence() == sentence_of(v1::FAILURE_CODE_BUSY));
  CHECK(failure.retry_after_ms() == retry_after_ms(v1::FAILURE_CODE_BUSY));
}

TEST_CASE("DESIGN 5.2: the order of keys is the order of sections and then of positions") {
  const std::uint64_t numbers[] = {
      0, 1, 255, 256, 65'535, 1ULL << 32, 1ULL << 63, std::numeric_limits<std::uint64_t>::max()};
  std::vector<std::string> batches;
  std::vector<std::string> messages;
  for (std::uint32_t section : {1U, 255U, 256U, 1U << 24, 1U << 31}) {
    for (std::uint64_t number : numbers)
      batches.push_back(keys::log_batch(SectionId{section}, number));
  }
  for (std::uint64_t conversation : {1ULL, 256ULL, 1ULL << 40}) {
    for (std::uint64_t number : numbers)
      messages.push_back(keys::device_message(ConversationId{conversation}, number));
  }
  for (const auto& list : {batches, messages}) {
    CHECK(std::is_sorted(list.begin(), list.end()));
    CHECK(std::adjacent_find(list.begin(), list.end()) == list.end());
    for (const std::string& key : list)
      CHECK(key < keys::end_of(key.front()));
  }
  CHECK(keys::device_unsent(2) < keys::device_unsent(256));
  CHECK(keys::user(UserId{2}) < keys::user(UserId{256}));
}

TEST_CASE("each kind of row has a first byte of its own") {
  const std::vector<std::string> rows = {keys::log_batch(SectionId{1}, 1),
                                         keys::section_record(SectionId{1}),
                                         keys::section_register(SectionId{1}),
                                         keys::user(UserId{1}),
                                         keys::device_self(),
                                         keys::device_unsent(1),
                                         keys::device_conversation(ConversationId{1}),
                                         keys::device_message(ConversationId{1}, 1)};
  for (std::size_t one = 0; one < rows.size(); ++one) {
    CHECK(rows[one] < keys::end_of(rows[one].front()));
    for (std::size_t other = 0; other < one; ++other)
      CHECK(rows[one].front() != rows[other].front());
  }
}

v1::StoredMessage stored(std::uint64_t number, const std::string& text = "text") {
  v1::StoredMessage message;
  message.set_conversation(7);
  message.set_number(number);
  message.set_text(text);
  return message;
}

MessageKey key_of(std::uint64_t number) {
  return {ConversationId{7}, number};
}

TEST_CASE("the cache finds what was put under its conversation and number") {
  BodyCache cache;
  CHECK(cache.find(key_of(1)) == nullptr);
  cache.put(stored(1, "one"));
  REQUIRE(cache.find(key_of(1)) != nullptr);
  CHECK(cache.find(key_of(1))->text() == "one");
  CHECK(cache.find({ConversationId{8}, 1}) == nullptr);
  cache.put(stored(1, "one"));
  CHECK(cache.size() == 1);
}

TEST_CASE("the cache keeps so many bodies and lets the oldest go first") {
  BodyCache cache;
  for (std::uint64_t number = 1; number <= limits::kCachedBodiesMax; ++number)
    cache.put(stored(number));
  cache.put(stored(1));
  CHECK(cache.size() == limits::kCachedBodiesMax);
  CHECK(cache.find(key_of(1)) != nullptr);
  const std::uint64_t next = limits::kCachedBodiesMax + 1;
  cache.put(stored(next));
  CHECK(cache.size() == limits::kCachedBodiesMax);
  CHECK(cache.find(key_of(1)) == nullptr);
  CHECK(cache.find(key_of(2)) != nullptr);
  CHECK(cache.find(key_of(next)) != nullptr);
  cache.put(stored(1));
  CHECK(cache.find(key_of(1)) != nullptr);
  CHECK(cache.find(key_of(2)) == nullptr);
  CHECK(cache.find(key_of(3)) != nullptr);
}

TEST_CASE("a saved cache finds the same and evicts in the same order") {
  BodyCache cache;
  for (std::uint64_t number : {9, 3, 5})
    cache.put(stored(number, "text " + std::to_string(number)));
  Result<BodyCache> loaded = load_state<BodyCache>(save_state(cache, 1), 1);
  REQUIRE(loaded);
  CHECK(hash_state(*loaded) == hash_state(cache));
  CHECK(loaded->size() == 3);
  REQUIRE(loaded->find(key_of(3)) != nullptr);
  CHECK(loaded->find(key_of(3))->text() == "text 3");
  for (std::uint64_t number = 100; loaded->size() < limits::kCachedBodiesMax; ++number)
    loaded->put(stored(number));
  loaded->put(stored(1));
  CHECK(loaded->find(key_of(9)) == nullptr);
  CHECK(loaded->find(key_of(3)) != nullptr);
}

TEST_CASE("a message as a field is saved and loaded whole and equal ones have equal hashes") {
  Archived<v1::StoredMessage> message{stored(4, std::string("nul \0 inside", 12))};
  const auto loaded = load_state<Archived<v1::StoredMessage>>(save_state(message, 1), 1);
  REQUIRE(loaded);
  CHECK(loaded->value.SerializeAsString() == message.value.SerializeAsString());
  CHECK(hash_state(*loaded) == hash_state(message));
  message.value.set_number(5);
  CHECK(hash_state(*loaded) != hash_state(message));
  const auto empty =
      load_state<Archived<v1::StoredMessage>>(save_state(Archived<v1::StoredMessage>{}, 1), 1);
  REQUIRE(empty);
  CHECK(empty->value.ByteSizeLong() == 0);
}

TEST_CASE("bytes that are no message do not load, nor do bytes that are cut") {
  const auto loaded = load_state<Archived<v1::StoredMessage>>(
      save_state(std::string("\xff\xff\xff not a message"), 1), 1);
  CHECK_FALSE(loaded);
  const std::string saved = save_state(Archived<v1::StoredMessage>{stored(4)}, 1);
  CHECK_FALSE(load_state<Archived<v1::StoredMessage>>(saved.substr(0, saved.size() - 1), 1));
}

}  // namespace
}  // namespace glasspost::tests
