// Tests of promise 3: a device that syncs never skips.
#include "tests/promises/expect.hpp"

namespace glasspost {
namespace {

constexpr FactKind kVisibleKind = FactKind::kVisible;
constexpr FactKind kPassedKind = FactKind::kKeyPassed;

TEST_CASE("promise 3 follows a device with an empty disk from its beginning") {
  History history;
  history.visible(kBen, 1, 5).shown(kBen1, 1).passed(kBen1, 0, 5);
  history.device_started(kBen1, 0).shown(kBen1, 1).passed(kBen1, 0, 5);
  CHECK(history.verdict(3).outcome == Outcome::kHolds);
}

TEST_CASE("promise 3 holds when a device shows each page and then passes its key") {
  History history;
  history.visible(kBen, 1, 10).visible(kBen, 2, 20).shown(kBen1, 1).passed(kBen1, 0, 10);
  history.shown(kBen1, 2).passed(kBen1, 10, 20).visible(kBen, 3, 21);
  check_holds(history, 3, 2);
}

TEST_CASE("promise 3 lets each device stand where it likes") {
  History history;
  history.visible(kBen, 1, 10).shown(kBen1, 1).passed(kBen1, 0, 10).visible(kAnna, 1, 5);
  history.shown(kBen2, 1).passed(kBen2, 0, 10);
  check_holds(history, 3, 2);
}

TEST_CASE("promise 3 does not know where a device stood before its first fact") {
  History history;
  history.visible(kBen, 1, 10).visible(kBen, 2, 20).shown(kBen1, 2).passed(kBen1, 10, 20);
  check_holds(history, 3, 1);
}

TEST_CASE("promise 3 lets a later owner repeat rows that keys have passed") {
  History history;
  history.visible(kBen, 1, 10).shown(kBen1, 1).passed(kBen1, 0, 10).visible(kBen, 1, 10);
  check_holds(history, 3, 1);
}

TEST_CASE("promise 3 lets a row be shown that was never announced") {
  History history;
  history.shown(kBen1, 1).passed(kBen1, 0, 10);
  check_holds(history, 3, 1);
}

TEST_CASE("promise 3 lets a device go on from a key that it could not tell any more") {
  History history;
  history.visible(kBen, 1, 10).visible(kBen, 2, 11).visible(kBen, 3, 12);
  history.shown(kBen1, 1).passed(kBen1, 0, 10).device_started(kBen1, 11);
  history.shown(kBen1, 3).passed(kBen1, 11, 12);
  check_holds(history, 3, 2);
  history.passed(kBen1, 14, 15);  // this step nobody can have lost with the power
  CHECK(history.verdict(3).outcome == Outcome::kBroken);
}

TEST_CASE("promise 3 takes a message that got a second row for shown") {
  History history;
  history.visible(kBen, 1, 10).shown(kBen1, 1).passed(kBen1, 0, 10);
  history.visible(kBen, 1, 12).passed(kBen1, 10, 12);
  check_holds(history, 3, 2);
}

TEST_CASE("promise 3 breaks when a row becomes visible at or below a passed key") {
  History at_key;
  at_key.passed(kBen1, 0, 12041).visible(kBen, 3, 12041);
  check_broken(at_key, 3,
               "number 3 of pair 3+7 became visible to user 7 at inbox number 12041 after device "
               "7.1 had passed key 12041",
               {kPassedKind, kVisibleKind});
  History below_key;
  below_key.passed(kBen2, 0, 12041).passed(kBen1, 0, 5).visible(kBen, 3, 12040);
  check_broken(below_key, 3,
               "number 3 of pair 3+7 became visible to user 7 at inbox number 12040 after device "
               "7.2 had passed key 12041",
               {kPassedKind, kVisibleKind});
}

TEST_CASE("promise 3 breaks when a passed row was shown but announced too late") {
  History history;
  history.shown(kBen1, 3).passed(kBen1, 0, 12041).visible(kBen, 3, 12040);
  CHECK(history.verdict(3).outcome == Outcome::kBroken);
}

TEST_CASE("promise 3 breaks when one inbox number carries two rows") {
  History history;
  history.visible(kBen, 1, 10).visible(kBen, 2, 10);
  check_broken(
      history, 3,
      "inbox number 10 of user 7 carries both number 1 of pair 3+7 and number 2 of pair 3+7",
      {kVisibleKind, kVisibleKind});
}

TEST_CASE("promise 3 breaks when a device passes a row that it did not show") {
  History history;
  history.visible(kBen, 3, 12040).shown(kBen2, 3).passed(kBen1, 0, 12041);
  check_broken(
      history, 3,
      "device 7.1 passed key 12041 without showing number 3 of pair 3+7 (inbox number 12040)",
      {kVisibleKind, kPassedKind});
}

TEST_CASE("promise 3 breaks when a device shows a row only after its key has passed it") {
  History history;
  history.visible(kBen, 3, 10).passed(kBen1, 0, 10).shown(kBen1, 3);
  check_broken(history, 3,
               "device 7.1 passed key 10 without showing number 3 of pair 3+7 (inbox number 10)",
               {kVisibleKind, kPassedKind});
}

TEST_CASE("promise 3 breaks when a key goes back") {
  History history;
  history.passed(kBen1, 20, 10);
  check_broken(history, 3, "device 7.1 went from key 20 to key 10, which is back", {kPassedKind});
}

TEST_CASE("promise 3 breaks when a key does not go on from where the device stood") {
  History back;
  back.passed(kBen1, 0, 10).passed(kBen1, 5, 20);
  check_broken(back, 3, "device 7.1 went from key 5 to key 20, though it stood at key 10",
               {kPassedKind, kPassedKind});
  History ahead;
  ahead.passed(kBen1, 0, 10).passed(kBen1, 15, 20);
  check_broken(ahead, 3, "device 7.1 went from key 15 to key 20, though it stood at key 10",
               {kPassedKind, kPassedKind});
}

TEST_CASE("promise 3 concludes nothing from what is missing after a loss") {
  History history;
  history.passed(kBen1, 0, 10).lost(3);
  history.visible(kBen, 1, 10).visible(kBen, 2, 20).passed(kBen1, 15, 20);
  check_cannot_tell(history, 3, "3 facts were lost");
}

TEST_CASE("promise 3 still breaks after a loss on what it sees") {
  History two_rows;
  two_rows.lost(1).visible(kBen, 1, 10).visible(kBen, 2, 10);
  CHECK(two_rows.verdict(3).outcome == Outcome::kBroken);
  History back;
  back.lost(1).passed(kBen1, 0, 10).passed(kBen1, 5, 20);
  CHECK(back.verdict(3).outcome == Outcome::kBroken);
}

TEST_CASE("promise 3 cannot tell when no key was passed") {
  History history;
  history.visible(kBen, 1, 10).finish();
  check_cannot_tell(history, 3, "nothing was judged");
}

}  // namespace
}  // namespace glasspost
