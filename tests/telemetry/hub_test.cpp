// Rings keep what was written, whoever died; the hub's books put facts in order and count losses.
#include "engine/telemetry/hub.hpp"

#include <array>
#include <cstring>
#include <vector>

#include <doctest/doctest.h>

#include "engine/telemetry/fact_ring.hpp"

namespace glasspost {
namespace {

constexpr std::size_t kSlots = 8;

// A ring's memory, as a supervisor makes it.
struct alignas(4'096) Memory {
  std::array<std::byte, ring_bytes(kSlots)> bytes{};

  std::uint64_t* word(std::size_t offset) {
    return reinterpret_cast<std::uint64_t*>(bytes.data() + offset);
  }
};

Fact numbered(std::uint64_t number, std::int64_t time = 0) {
  return {.time_us = time, .kind = FactKind::kVisible, .number = number};
}

FactRing ring_in(Memory& memory) {
  Result<FactRing> ring = FactRing::attach(memory.bytes);
  REQUIRE(ring);
  return *ring;
}

std::vector<std::uint64_t> numbers(const std::vector<Fact>& facts) {
  std::vector<std::uint64_t> all;
  for (const Fact& fact : facts)
    all.push_back(fact.number);
  return all;
}

using Numbers = std::vector<std::uint64_t>;

}  // namespace

TEST_CASE("a ring gives facts in the order of writing, round and round") {
  Memory memory;
  FactRing writer = ring_in(memory);
  FactRing reader = ring_in(memory);
  std::vector<Fact> taken;
  for (std::uint64_t number = 1; number <= 100; ++number) {
    CHECK(writer.push(numbered(number)));
    if (number % 5 == 0) CHECK(reader.take(taken, 100) == 5);
  }
  CHECK(taken.size() == 100);
  for (std::uint64_t number = 1; number <= 100; ++number)
    CHECK(taken[number - 1].number == number);
  CHECK(reader.take(taken, 100) == 0);
}

TEST_CASE("a full ring loses the newest facts and counts them") {
  Memory memory;
  FactRing ring = ring_in(memory);
  for (std::uint64_t number = 1; number <= 11; ++number)
    CHECK(ring.push(numbered(number)) == (number <= kSlots));
  CHECK(ring.lost() == 3);
  std::vector<Fact> taken;
  CHECK(ring.take(taken, 3) == 3);
  CHECK(ring.push(numbered(12)));
  ring.take(taken, 100);
  CHECK(numbers(taken) == Numbers{1, 2, 3, 4, 5, 6, 7, 8, 12});
}

TEST_CASE("the next life goes on in the ring of the one before, whose facts are kept") {
  Memory memory;
  ring_in(memory).push(numbered(1));
  FactRing next = ring_in(memory);
  next.push(numbered(2));
  std::vector<Fact> taken;
  ring_in(memory).take(taken, 100);
  CHECK(numbers(taken) == Numbers{1, 2});
}

TEST_CASE("a writer that died while it wrote a slot has written nothing") {
  Memory memory;
  FactRing ring = ring_in(memory);
  ring.push(numbered(1));
  std::memset(memory.bytes.data() + 4'096 + sizeof(Fact), 0x5A, sizeof(Fact) / 2);
  std::vector<Fact> taken;
  ring.take(taken, 100);
  CHECK(numbers(taken) == Numbers{1});
}

TEST_CASE("memory that is no ring is refused") {
  for (const std::size_t offset : {std::size_t{0}, std::size_t{8}, std::size_t{64}}) {
    Memory memory;
    ring_in(memory).push(numbered(1));
    *memory.word(offset) = 1'000;  // magic, capacity, written
    CHECK_FALSE(FactRing::attach(memory.bytes));
  }
  Memory memory;
  CHECK_FALSE(FactRing::attach(std::span(memory.bytes).first(100)));
}

TEST_CASE("the hub merges senders by time when their time is over, ties in the order of coming") {
  Hub hub(1'000);
  hub.add(std::vector<Fact>{numbered(1, 10), numbered(3, 30), numbered(5, 60'000)});
  hub.add(std::vector<Fact>{numbered(2, 20), numbered(4, 30)});
  hub.settle(time_from_us(50'000));
  CHECK(numbers(hub.from(0, 100).facts) == Numbers{1, 2, 3, 4});
  CHECK(hub.until() == time_from_us(50'000) - kHubPatience);
  hub.settle(time_from_us(100'000));
  CHECK(numbers(hub.from(0, 100).facts) == Numbers{1, 2, 3, 4, 5});
}

TEST_CASE("a fact too late for its place is told at once and changes nothing that was told") {
  Hub hub(1'000);
  hub.add(std::vector<Fact>{numbered(1, 10)});
  hub.settle(time_from_us(100'000));
  hub.add(std::vector<Fact>{numbered(2, 5)});
  hub.settle(time_from_us(200'000));
  const Hub::Piece piece = hub.from(0, 100);
  CHECK(numbers(piece.facts) == Numbers{1, 2});
  CHECK(piece.facts[1].time_us > to_us(time_from_us(100'000) - kHubPatience));
}

TEST_CASE("a subscriber that falls too far behind is told how much it lost") {
  Hub hub(10);
  for (std::uint64_t number = 1; number <= 25; ++number)
    hub.add(std::vector<Fact>{numbered(number, static_cast<std::int64_t>(number))});
  hub.settle(time_from_us(1'000'000));
  const Hub::Piece piece = hub.from(5, 4);
  CHECK(piece.lost == 10);
  CHECK(numbers(piece.facts) == Numbers{16, 17, 18, 19});
  CHECK(piece.next == 19);
  CHECK(hub.from(piece.next, 100).facts.size() == 6);
  CHECK(hub.from(hub.end(), 100).facts.empty());
}

}  // namespace glasspost
