// Tests of promise 4: one order on every device.
#include "tests/promises/expect.hpp"

namespace glasspost {
namespace {

constexpr FactKind kShownKind = FactKind::kShown;

TEST_CASE("promise 4 lets a device with an empty disk begin again") {
  History history;
  history.shown(kBen1, 1).shown(kBen1, 2).device_started(kBen1, 0).shown(kBen1, 1);
  CHECK(history.verdict(4).outcome == Outcome::kHolds);
}

TEST_CASE("promise 4 holds when numbers rise on each device, whoever is ahead") {
  History history;
  history.shown(kBen1, 1).shown(kBen1, 3).shown(kBen2, 1).shown(kBen2, 2).shown(kBen2, 3);
  check_holds(history, 4, 5);
}

TEST_CASE("promise 4 judges each conversation alone") {
  History history;
  history.shown(kBen1, 5).shown(kBen1, 1, kText + 1, pair_of(kBen, UserId{9}));
  check_holds(history, 4, 2);
}

TEST_CASE("promise 4 breaks when a number goes back") {
  History history;
  history.shown(kBen1, 1).shown(kBen1, 3).shown(kBen1, 2);
  check_broken(history, 4, "device 7.1 shows number 2 of pair 3+7 after number 3",
               {kShownKind, kShownKind});
}

TEST_CASE("promise 4 breaks when a number comes again") {
  History history;
  history.shown(kBen1, 3).shown(kBen1, 3);
  check_broken(history, 4, "device 7.1 shows number 3 of pair 3+7 after number 3",
               {kShownKind, kShownKind});
}

TEST_CASE("promise 4 breaks when two devices show different texts for one number") {
  History history;
  history.shown(kBen1, 1, 5).shown(kAnna1, 1, 6);
  check_broken(history, 4,
               "device 7.1 and device 3.1 show different texts for number 1 of pair 3+7",
               {kShownKind, kShownKind});
}

TEST_CASE("promise 4 cannot tell after a loss and still breaks on what it sees") {
  History history;
  history.shown(kBen1, 3).lost(1);
  check_cannot_tell(history, 4, "1 fact was lost");
  history.shown(kBen1, 2);
  CHECK(history.verdict(4).outcome == Outcome::kBroken);
}

TEST_CASE("promise 4 cannot tell when nothing was shown") {
  check_cannot_tell(History().finish(), 4, "nothing was judged");
}

}  // namespace
}  // namespace glasspost
