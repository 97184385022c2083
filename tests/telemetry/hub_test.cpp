// Tests of the hub's books: one order of time, late facts, slow and late subscribers.
#include "engine/telemetry/hub.hpp"

#include <doctest/doctest.h>

namespace glasspost::tests {
namespace {

Time ms(std::int64_t value) {
  return time_from_us(value * 1'000);
}

Fact at_ms(std::int64_t time, std::uint64_t number) {
  return {.time_us = time * 1'000, .kind = FactKind::kCell, .number = number};
}

std::vector<std::uint64_t> numbers(const Hub::Piece& piece) {
  std::vector<std::uint64_t> found;
  for (const Fact& fact : piece.facts)
    found.push_back(fact.number);
  return found;
}

void add(Hub& hub, std::vector<Fact> facts) {
  hub.add(facts);
}

TEST_CASE("facts of several rings come out in order of time") {
  Hub hub(100);
  add(hub, {at_ms(1'000, 1), at_ms(1'003, 3)});
  add(hub, {at_ms(1'002, 2), at_ms(1'004, 4)});
  hub.settle(ms(1'100));
  CHECK(numbers(hub.from(0, 100)) == std::vector<std::uint64_t>{1, 2, 3, 4});
  CHECK(hub.until() == ms(1'100) - kHubPatience);
}

TEST_CASE("what is younger than the patience waits for others") {
  Hub hub(100);
  add(hub, {at_ms(1'000, 1)});
  hub.settle(ms(1'010));
  CHECK(hub.end() == 0);
  add(hub, {at_ms(999, 0)});
  hub.settle(ms(1'100));
  CHECK(numbers(hub.from(0, 100)) == std::vector<std::uint64_t>{0, 1});
}

TEST_CASE("a fact that comes too late is put in where the stream stands, never before it") {
  Hub hub(100);
  add(hub, {at_ms(1'000, 1)});
  hub.settle(ms(1'100));
  add(hub, {at_ms(900, 9)});
  hub.settle(ms(1'200));
  const Hub::Piece piece = hub.from(0, 100);
  CHECK(numbers(piece) == std::vector<std::uint64_t>{1, 9});
  CHECK(piece.facts[0].time_us <= piece.facts[1].time_us);
}

TEST_CASE("a subscriber gets pieces, each where the last one ended") {
  Hub hub(100);
  add(hub, {at_ms(1, 1), at_ms(2, 2), at_ms(3, 3)});
  hub.settle(ms(100));
  const Hub::Piece first = hub.from(0, 2);
  CHECK(numbers(first) == std::vector<std::uint64_t>{1, 2});
  CHECK(numbers(hub.from(first.next, 2)) == std::vector<std::uint64_t>{3});
  CHECK(hub.from(3, 2).facts.empty());
}

TEST_CASE("a subscriber that falls behind what is kept is told how much it lost") {
  Hub hub(4);
  for (std::int64_t number = 1; number <= 10; ++number)
    add(hub, {at_ms(number, static_cast<std::uint64_t>(number))});
  hub.settle(ms(100));
  const Hub::Piece piece = hub.from(2, 100);
  CHECK(piece.lost == 4);  // 3, 4, 5, 6
  CHECK(numbers(piece) == std::vector<std::uint64_t>{7, 8, 9, 10});
  CHECK(piece.next == 10);
}

}  // namespace
}  // namespace glasspost::tests
