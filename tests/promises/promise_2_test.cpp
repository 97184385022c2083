// Tests of promise 2: numbers handed out to a user only rise.
#include <limits>

#include "tests/promises/expect.hpp"

namespace glasspost {
namespace {

constexpr FactKind kHandedOutKind = FactKind::kHandedOut;

TEST_CASE("promise 2 holds when ranges rise, with gaps and up to the ceiling") {
  History history;
  history.handed_out(kBen, 1, 10, 100).handed_out(kBen, 11, 1, 100).handed_out(kBen, 91, 10, 100);
  check_holds(history, 2, 3);
}

TEST_CASE("promise 2 judges each user alone") {
  History history;
  history.handed_out(kBen, 50, 10, 100).handed_out(kAnna, 1, 10, 100);
  check_holds(history, 2, 2);
}

TEST_CASE("promise 2 breaks when a number is handed out again") {
  History history;
  history.handed_out(kBen, 1, 10, 100).handed_out(kBen, 10, 5, 100);
  check_broken(history, 2, "user 7 was handed numbers 10 to 14 after numbers 1 to 10",
               {kHandedOutKind, kHandedOutKind});
}

TEST_CASE("promise 2 breaks when numbers go back into a gap") {
  History history;
  history.handed_out(kBen, 50, 10, 100).handed_out(kBen, 20, 5, 100);
  check_broken(history, 2, "user 7 was handed numbers 20 to 24 after numbers 50 to 59",
               {kHandedOutKind, kHandedOutKind});
}

TEST_CASE("promise 2 breaks when a range ends above the ceiling") {
  History history;
  history.handed_out(kBen, 96, 6, 100);
  check_broken(history, 2, "user 7 was handed numbers 96 to 101, above the ceiling 100",
               {kHandedOutKind});
}

TEST_CASE("promise 2 breaks when a range wraps around") {
  History history;
  history.handed_out(kBen, 96, std::numeric_limits<std::uint64_t>::max(), 100);
  CHECK(history.verdict(2).outcome == Outcome::kBroken);
}

TEST_CASE("promise 2 takes an empty range for none") {
  History history;
  history.handed_out(kBen, 96, 0, 10);
  check_cannot_tell(history, 2, "nothing was judged");
}

TEST_CASE("promise 2 keeps the first reason") {
  History history;
  history.handed_out(kBen, 96, 6, 100).handed_out(kBen, 1, 1, 100);
  check_broken(history, 2, "user 7 was handed numbers 96 to 101, above the ceiling 100",
               {kHandedOutKind});
}

TEST_CASE("promise 2 cannot tell after a loss and still breaks on what it sees") {
  History history;
  history.handed_out(kBen, 1, 10, 100).lost(1);
  check_cannot_tell(history, 2, "1 fact was lost");
  history.handed_out(kBen, 1, 10, 100);
  CHECK(history.verdict(2).outcome == Outcome::kBroken);
}

}  // namespace
}  // namespace glasspost
