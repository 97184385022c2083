// Tests of the ring of facts: order, overflow, a second life of the writer, and memory that is
// none.
#include "engine/telemetry/fact_ring.hpp"

#include <array>
#include <cstring>
#include <vector>

#include <doctest/doctest.h>

namespace glasspost::tests {
namespace {

constexpr std::size_t kSlots = 8;

struct Memory {
  alignas(64) std::array<std::byte, ring_bytes(kSlots)> bytes{};
  FactRing ring() { return FactRing::attach(bytes).take(); }
};

Fact numbered(std::uint64_t number) {
  return {.kind = FactKind::kCell, .number = number};
}

std::vector<std::uint64_t> take_numbers(FactRing& ring, std::size_t most = 100) {
  std::vector<Fact> facts;
  ring.take(facts, most);
  std::vector<std::uint64_t> numbers;
  numbers.reserve(facts.size());
  for (const Fact& fact : facts)
    numbers.push_back(fact.number);
  return numbers;
}

TEST_CASE("facts come out in the order in which they went in, around the end of the ring") {
  Memory memory;
  FactRing writer = memory.ring();
  FactRing reader = memory.ring();
  for (std::uint64_t round = 0; round < 5; ++round) {
    for (std::uint64_t number = 0; number < 6; ++number)
      CHECK(writer.push(numbered(10 * round + number)));
    CHECK(take_numbers(reader) == std::vector<std::uint64_t>{10 * round, 10 * round + 1,
                                                             10 * round + 2, 10 * round + 3,
                                                             10 * round + 4, 10 * round + 5});
  }
}

TEST_CASE("a full ring loses the newest facts and counts them") {
  Memory memory;
  FactRing writer = memory.ring();
  for (std::uint64_t number = 1; number <= kSlots + 3; ++number)
    writer.push(numbered(number));
  CHECK(writer.lost() == 3);
  FactRing reader = memory.ring();
  CHECK(take_numbers(reader).back() == kSlots);
  CHECK(writer.push(numbered(99)));
  CHECK(take_numbers(reader) == std::vector<std::uint64_t>{99});
}

TEST_CASE("what was lost is told once, by the next reader if the one before has ended") {
  Memory memory;
  FactRing writer = memory.ring();
  FactRing first = memory.ring();
  CHECK(first.take_lost() == 0);
  for (std::uint64_t number = 1; number <= kSlots + 3; ++number)
    writer.push(numbered(number));
  CHECK(first.take_lost() == 3);
  CHECK(first.take_lost() == 0);
  writer.push(numbered(99));  // no reader looks any more
  FactRing second = memory.ring();
  CHECK(second.take_lost() == 1);
  CHECK(second.lost() == 4);
}

TEST_CASE("what a dead writer pushed is read, and its next life goes on behind it") {
  Memory memory;
  {
    FactRing writer = memory.ring();
    writer.push(numbered(1));
  }
  FactRing next_life = memory.ring();
  next_life.push(numbered(2));
  FactRing reader = memory.ring();
  CHECK(take_numbers(reader) == std::vector<std::uint64_t>{1, 2});
}

TEST_CASE("a reader takes no more than it asks for") {
  Memory memory;
  FactRing ring = memory.ring();
  for (std::uint64_t number = 1; number <= 5; ++number)
    ring.push(numbered(number));
  CHECK(take_numbers(ring, 2) == std::vector<std::uint64_t>{1, 2});
  CHECK(take_numbers(ring, 100) == std::vector<std::uint64_t>{3, 4, 5});
}

TEST_CASE("memory that is no ring is refused") {
  Memory memory;
  std::memset(memory.bytes.data(), 0x5A, 128);
  CHECK_FALSE(FactRing::attach(memory.bytes));
  std::array<std::byte, 16> small{};
  CHECK_FALSE(FactRing::attach(small));
}

TEST_CASE("counters that cannot be are refused") {
  Memory memory;
  memory.ring().push(numbered(1));
  const std::uint64_t impossible = 1'000'000;
  std::memcpy(memory.bytes.data() + 64, &impossible, sizeof(impossible));  // written
  CHECK_FALSE(FactRing::attach(memory.bytes));
}

}  // namespace
}  // namespace glasspost::tests
