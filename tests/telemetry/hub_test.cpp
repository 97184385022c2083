// The hub's books put facts in order, keep what was told, and count losses.
#include "engine/telemetry/hub.hpp"

#include <vector>

#include <doctest/doctest.h>

#include "engine/core/choices.hpp"

namespace glasspost {
namespace {

Fact numbered(std::uint64_t number, std::int64_t time = 0) {
  return {.time_us = time, .kind = FactKind::kVisible, .number = number};
}

std::vector<std::uint64_t> numbers(const std::vector<Fact>& facts) {
  std::vector<std::uint64_t> all;
  all.reserve(facts.size());
  for (const Fact& fact : facts)
    all.push_back(fact.number);
  return all;
}

using Numbers = std::vector<std::uint64_t>;

}  // namespace

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

TEST_CASE("a latecomer is told who joined and who is logged in, though those facts are gone") {
  Hub hub(3);
  const auto session = [](std::int64_t at, FactKind kind, std::uint64_t device,
                          std::uint64_t connection) {
    return Fact{.time_us = at, .kind = kind, .node = 1, .subject = device, .object = connection};
  };
  hub.add(std::vector<Fact>{{.time_us = 1, .kind = FactKind::kUserJoined, .subject = 7},
                            session(2, FactKind::kLoggedIn, 1793, 5),
                            session(3, FactKind::kLoggedIn, 1794, 6),
                            session(4, FactKind::kSessionEnded, 1794, 6),
                            numbered(5, 5),
                            numbered(6, 6),
                            numbered(7, 7)});
  hub.settle(time_from_us(100'000));
  const std::vector<Fact> standing = hub.standing();
  REQUIRE(standing.size() == 2);
  CHECK(standing[0].kind == FactKind::kUserJoined);
  CHECK(standing[1].subject == 1793);
  CHECK(standing[1].time_us == 5);
}

TEST_CASE("what a choice was before a place is known, also when its setting is forgotten") {
  Hub hub(3);
  const auto set = [](std::int64_t at, const char* value) {
    Fact fact = choice_fact("seq.step", value, 1);
    fact.time_us = at;
    return fact;
  };
  hub.add(std::vector<Fact>{set(1, "10"), numbered(2, 2), set(3, "100"), numbered(4, 4)});
  hub.settle(time_from_us(100'000));  // the first is forgotten
  CHECK(hub.begin() == 1);
  const auto value_before = [&hub](std::uint64_t place) {
    const std::vector<Fact> chosen = hub.choices_before(place);
    REQUIRE(chosen.size() == 1);
    CHECK(choice_key_of(chosen[0]) == "seq.step");
    return choice_value_of(chosen[0]);
  };
  CHECK(value_before(1) == "10");
  CHECK(value_before(2) == "10");
  CHECK(value_before(3) == "100");
  hub.add(std::vector<Fact>{numbered(200'000, 5), numbered(200'001, 6), numbered(200'002, 7)});
  hub.settle(time_from_us(400'000));
  CHECK(value_before(hub.begin()) == "100");
  CHECK(Hub(3).choices_before(7).empty());
}

}  // namespace glasspost
