// The story of one message, from its facts; and where its time went.
#include "viz/model/messages.hpp"

#include <doctest/doctest.h>

#include "engine/telemetry/tap.hpp"

namespace glasspost::viz {
namespace {

constexpr std::uint64_t kTrace = 0xabcd;
const DeviceId kAlice = device_of(UserId{1}, 1);
const DeviceId kBob = device_of(UserId{2}, 1);
const ConversationId kPair = pair_of(UserId{1}, UserId{2});

std::uint32_t role(RoleKind kind, std::uint64_t number = 1) {
  return fact_role_of({kind, number});
}

Fact arrived(std::int64_t at, RoleKind from, RoleKind to, std::uint64_t kind, std::uint64_t wait) {
  return {.time_us = at,
          .trace = kTrace,
          .kind = FactKind::kArrived,
          .node = 1,
          .role = role(to),
          .subject = pack({from, 1}),
          .object = kind,
          .number = 90,
          .value = wait};
}

Messages a_message() {
  Messages messages;
  messages.apply(arrived(1'000, RoleKind::kDevice, RoleKind::kAccess, 8, 0));
  messages.apply(arrived(1'300, RoleKind::kAccess, RoleKind::kLogic, 30, 200));
  messages.apply(arrived(1'500, RoleKind::kLogic, RoleKind::kConversation, 30, 150));
  messages.apply(arrived(1'700, RoleKind::kConversation, RoleKind::kStore, 79, 100));
  messages.apply(arrived(9'000, RoleKind::kStore, RoleKind::kConversation, 80, 50));
  messages.apply({.time_us = 9'000,
                  .trace = kTrace,
                  .kind = FactKind::kCommitted,
                  .subject = kPair.value,
                  .object = kAlice.value,
                  .number = 4,
                  .value = 7});
  messages.apply({.time_us = 9'400,
                  .trace = kTrace,
                  .kind = FactKind::kAcked,
                  .subject = kPair.value,
                  .object = kAlice.value,
                  .number = 4,
                  .value = 7});
  messages.apply({.time_us = 9'900,
                  .kind = FactKind::kVisible,
                  .subject = 2,
                  .object = kPair.value,
                  .number = 4,
                  .value = 51});
  messages.apply({.time_us = 11'000,
                  .kind = FactKind::kShown,
                  .subject = kBob.value,
                  .object = kPair.value,
                  .number = 4});
  return messages;
}

TEST_CASE("a story has every hop, the commit, the row and the screen") {
  const Messages messages = a_message();
  const MessageStory* story = messages.find(kTrace);
  REQUIRE(story != nullptr);
  CHECK(messages.find(MessageKey{kPair, 4}) == story);
  CHECK(story->hops.size() == 5);
  CHECK(to_us(story->first) == 1'000);
  CHECK(to_us(story->committed) == 9'000);
  CHECK(to_us(story->acked) == 9'400);
  CHECK(story->sender == kAlice);
  REQUIRE(story->rows.size() == 1);
  CHECK(story->rows[0].inbox_number == 51);
  REQUIRE(story->shown.size() == 1);
  CHECK(to_us(story->last()) == 11'000);
}

TEST_CASE("the largest wait is named first: the store's sync") {
  const Messages messages = a_message();
  const auto parts = wait_parts(*messages.find(kTrace));
  REQUIRE_FALSE(parts.empty());
  CHECK(parts[0].inside);
  CHECK(parts[0].from == role(RoleKind::kStore));
  CHECK(to_us(parts[0].took) == 8'950 - 1'700);
}

TEST_CASE("facts that are repeated change nothing") {
  Messages messages = a_message();
  messages.apply({.time_us = 20'000,
                  .kind = FactKind::kShown,
                  .subject = kBob.value,
                  .object = kPair.value,
                  .number = 4});
  messages.apply({.time_us = 20'000,
                  .trace = kTrace,
                  .kind = FactKind::kAcked,
                  .subject = kPair.value,
                  .object = kAlice.value,
                  .number = 4,
                  .value = 7});
  CHECK(messages.find(kTrace)->shown.size() == 1);
  CHECK(to_us(messages.find(kTrace)->acked) == 9'400);
}

TEST_CASE("a copy keeps its own past") {
  Messages messages = a_message();
  const Messages before = messages;
  messages.apply({.time_us = 30'000,
                  .kind = FactKind::kShown,
                  .subject = kAlice.value,
                  .object = kPair.value,
                  .number = 4});
  CHECK(messages.find(kTrace)->shown.size() == 2);
  CHECK(before.find(kTrace)->shown.size() == 1);
}

TEST_CASE("only the newest stories are kept") {
  Messages messages;
  for (std::uint64_t trace = 1; trace <= 700; ++trace) {
    Fact fact =
        arrived(static_cast<std::int64_t>(trace), RoleKind::kAccess, RoleKind::kLogic, 30, 0);
    fact.trace = trace;
    messages.apply(fact);
  }
  CHECK(messages.recent().size() == 600);
  CHECK(messages.find(100) == nullptr);
  CHECK(messages.find(700) != nullptr);
}

}  // namespace
}  // namespace glasspost::viz
