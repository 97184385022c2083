// Tests of promise 8: ten seconds after the last fault every live device has shown everything.
#include "tests/promises/expect.hpp"

namespace glasspost {
namespace {

constexpr Time kHealed = time_from_us(100'000'000);
constexpr Duration kTen = std::chrono::seconds(10);
const std::string kReason2Late =
    "device 7.2 had not shown number 1 of pair 3+7 within 10 s of recovery";

// Number 1 is acknowledged at `acked`; 3.1 and 7.1 show it at once, 7.2 at `shown`.
History told(Time acked, Time shown) {
  History history;
  history.both_joined();
  history.now = acked - Duration(1000);
  history.acked(1, 1).shown(kAnna1, 1).shown(kBen1, 1);
  history.now = shown - Duration(1000);
  history.shown(kBen2, 1);
  return history;
}

TEST_CASE("promise 8 holds when the last device shows everything on the tenth second") {
  History history = told(kHealed - kTen, kHealed + kTen);
  check_cannot_tell(history, 8, "the history is not finished");
  history.promises.finish(kHealed, kHealed + kTen);
  check_holds(history, 8, 3);
}

TEST_CASE("promise 8 breaks when a device shows a message after the tenth second") {
  History history = told(kHealed, kHealed + kTen + Duration(1000));
  history.promises.finish(kHealed, kHealed + 2 * kTen);
  check_broken(history, 8,
               "device 7.2 was 0.001 s too late to show number 1 of pair 3+7 within 10 s of "
               "recovery",
               {FactKind::kAcked});
}

TEST_CASE("promise 8 breaks when a device never shows a message") {
  History history;
  history.both_joined().acked(1, 1).shown(kAnna1, 1).shown(kBen1, 1);
  history.promises.finish(kHealed, kHealed + kTen);
  check_broken(history, 8, kReason2Late, {FactKind::kAcked});
}

TEST_CASE("promise 8 does not judge a device that is off for good") {
  History history;
  history.both_joined().acked(1, 1).shown(kAnna1, 1).shown(kBen1, 1).live(kBen2, false);
  history.promises.finish(kHealed, kHealed + kTen);
  check_holds(history, 8, 2);
}

TEST_CASE("promise 8 gives ten seconds to what is acknowledged after the last fault") {
  const Time acked = kHealed + std::chrono::seconds(5);
  History in_time = told(acked, acked + kTen);
  in_time.promises.finish(kHealed, acked + kTen);
  check_holds(in_time, 8, 3);
  History late = told(acked, acked + kTen + Duration(2'500'000));
  late.promises.finish(kHealed, acked + 2 * kTen);
  check_broken(late, 8,
               "device 7.2 was 2.500 s too late to show number 1 of pair 3+7 within 10 s of "
               "recovery",
               {FactKind::kAcked});
}

TEST_CASE("promise 8 does not judge a message whose ten seconds are not over at the end") {
  History history = told(kHealed, kHealed + kTen);
  history.acked(2, 2);
  history.promises.finish(kHealed, history.now + kTen - Duration(1));
  check_holds(history, 8, 3);
}

TEST_CASE("promise 8 counts from the first acknowledgement of a message") {
  History history = told(kHealed, kHealed + kTen + Duration(1000));
  history.now = kHealed + std::chrono::seconds(5);
  history.acked(1, 1);
  history.promises.finish(kHealed, kHealed + 3 * kTen);
  CHECK(history.verdict(8).outcome == Outcome::kBroken);
}

TEST_CASE("promise 8 cannot tell when the history ends too early or the fault never heals") {
  const std::string reason = "the history ends before the 10 s after the last fault are over";
  History early = told(kHealed, kHealed + Duration(1000));
  early.promises.finish(kHealed, kHealed + kTen - Duration(1));
  check_cannot_tell(early, 8, reason);
  History never = told(kHealed, kHealed + Duration(1000));
  never.promises.finish(kNever, kHealed + kTen);
  check_cannot_tell(never, 8, reason);
}

TEST_CASE("promise 8 cannot tell when facts were lost") {
  History history;
  history.both_joined().acked(1, 1).lost(1);
  history.promises.finish(kHealed, kHealed + kTen);
  check_cannot_tell(history, 8, "1 fact was lost");
}

TEST_CASE("promise 8 cannot tell when the devices of a member are not known") {
  History history;
  history.joined(kBen, 2).acked(1, 1).shown(kBen1, 1).shown(kBen2, 1);
  history.promises.finish(kHealed, kHealed + kTen);
  check_cannot_tell(history, 8, "the devices of user 3, member of pair 3+7, are not known");
}

TEST_CASE("promise 8 cannot tell when nothing was acknowledged") {
  History history;
  history.both_joined();
  history.promises.finish(kHealed, kHealed + kTen);
  check_cannot_tell(history, 8, "nothing was judged");
}

}  // namespace
}  // namespace glasspost
