// What a sample takes: all of a conversation or user, or nothing of it.
#include "engine/core/fact_sample.hpp"

#include <doctest/doctest.h>

#include "engine/base/ids.hpp"
#include "engine/core/contract.hpp"

namespace glasspost {
namespace {

Fact about(FactKind kind, std::uint64_t subject, std::uint64_t object = 0) {
  return {.kind = kind, .subject = subject, .object = object};
}

// How many of the first 10,000 numbers are taken.
std::uint64_t taken(FactSample sample) {
  std::uint64_t count = 0;
  for (std::uint64_t number = 1; number <= 10'000; ++number)
    count += sample.takes_subject(number) ? 1 : 0;
  return count;
}

std::uint64_t first_that_is(bool is_taken, FactSample sample) {
  std::uint64_t number = 1;
  while (sample.takes_subject(number) != is_taken)
    ++number;
  return number;
}

constexpr FactSample kTenth{10};

}  // namespace

TEST_CASE("a sample takes about one of k numbers, all of them, or none") {
  CHECK(taken({0}) == 0);
  CHECK(taken({1}) == 10'000);
  CHECK(taken({10}) > 900);
  CHECK(taken({10}) < 1'100);
}

TEST_CASE("facts of one conversation are taken together, whoever tells them") {
  for (const bool is_taken : {true, false}) {
    const std::uint64_t pair = first_that_is(is_taken, kTenth);
    const std::uint64_t other = first_that_is(false, kTenth);
    CHECK(kTenth.takes(about(FactKind::kCommitted, pair)) == is_taken);
    CHECK(kTenth.takes(about(FactKind::kBatched, pair)) == is_taken);
    CHECK(kTenth.takes(about(FactKind::kAcked, pair)) == is_taken);
    CHECK(kTenth.takes(about(FactKind::kIndexed, pair, other)) == is_taken);
    CHECK(kTenth.takes(about(FactKind::kVisible, other, pair)) == is_taken);
  }
}

TEST_CASE("facts of one user are taken together, whichever device they are of") {
  for (const bool is_taken : {true, false}) {
    const std::uint64_t user = first_that_is(is_taken, kTenth);
    const DeviceId device = device_of(UserId{static_cast<std::uint32_t>(user)}, 3);
    CHECK(kTenth.takes(about(FactKind::kHandedOut, user)) == is_taken);
    CHECK(kTenth.takes(about(FactKind::kVisible, user, first_that_is(false, kTenth))) == is_taken);
    CHECK(kTenth.takes(about(FactKind::kNoticed, device.value)) == is_taken);
  }
}

TEST_CASE("a followed message is told wherever it goes, and other kinds always") {
  Fact fact = about(FactKind::kCommitted, first_that_is(false, kTenth));
  fact.trace = 20;
  CHECK(kTenth.takes(fact));
  CHECK_FALSE(FactSample{0}.takes(fact));
  CHECK(FactSample{0}.takes(about(FactKind::kServing, 1)));
  CHECK(FactSample{0}.takes(about(FactKind::kFenced, 1)));
  CHECK(FactSample{0}.takes(about(FactKind::kRefused, 1)));
}

TEST_CASE("an outbox keeps what its sample takes, with the step and with a letter") {
  Outbox out;
  out.sample = {0};
  out.fact(about(FactKind::kCommitted, 1));
  out.fact(about(FactKind::kServing, 1));
  CHECK(out.facts.size() == 1);
  Send& send = out.send({RoleKind::kStore, 1});
  out.fact_as_leaves(send, about(FactKind::kAcked, 1));
  CHECK(send.at_release.empty());
  out.sample = {1};
  out.fact_as_leaves(send, about(FactKind::kAcked, 1));
  CHECK(send.at_release.size() == 1);
}

}  // namespace glasspost
