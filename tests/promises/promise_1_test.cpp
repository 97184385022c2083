// Tests of promise 1: an acknowledged message is shown exactly once on every live device.
#include "tests/promises/expect.hpp"

namespace glasspost {
namespace {

constexpr FactKind kAckedKind = FactKind::kAcked;
constexpr FactKind kShownKind = FactKind::kShown;

TEST_CASE("promise 1 holds when every device of both members shows what was acknowledged") {
  History history;
  history.both_joined().committed(1, 1).acked(1, 1).shown_everywhere(1);
  check_cannot_tell(history, 1, "the history is not finished");
  check_holds(history.finish(), 1, 1);
}

TEST_CASE("promise 1 holds though messages are shown before their acknowledgement is seen") {
  History history;
  history.both_joined().shown_everywhere(1).committed(1, 1).acked(1, 1);
  check_holds(history.finish(), 1, 1);
}

TEST_CASE("promise 1 counts a message once however often it is acknowledged") {
  History history;
  history.both_joined().committed(1, 1).acked(1, 1).acked(1, 1).shown_everywhere(1);
  check_holds(history.finish(), 1, 1);
}

TEST_CASE("promise 1 asks nothing of messages that were never acknowledged") {
  History history;
  history.both_joined().committed(1, 1).acked(1, 1).shown_everywhere(1).committed(2, 2);
  check_holds(history.finish(), 1, 1);
}

TEST_CASE("promise 1 breaks when a device of the receiver never shows the message") {
  History history;
  history.both_joined().acked(3, 1).shown(kAnna1, 3).shown(kBen1, 3).finish();
  check_broken(history, 1, "device 7.2 never showed number 3 of pair 3+7, which was acknowledged",
               {kAckedKind});
}

TEST_CASE("promise 1 breaks when the sender's own device never shows the message") {
  History history;
  history.both_joined().acked(3, 1).shown(kBen1, 3).shown(kBen2, 3).finish();
  check_broken(history, 1, "device 3.1 never showed number 3 of pair 3+7, which was acknowledged",
               {kAckedKind});
}

TEST_CASE("promise 1 does not judge a device that is off for good") {
  History history;
  history.live(kBen2, false).both_joined().acked(1, 1).shown(kAnna1, 1).shown(kBen1, 1);
  check_holds(history.joined(kBen, 2).finish(), 1, 1);
}

TEST_CASE("promise 1 lets a device with an empty disk show everything again") {
  History history;
  history.both_joined().acked(1, 1).shown_everywhere(1);
  history.device_started(kBen1, 0).shown(kBen1, 1);
  check_holds(history.finish(), 1, 1);
}

TEST_CASE("promise 1 breaks when a device that kept its disk shows a message again") {
  History history;
  history.both_joined().acked(1, 1).shown_everywhere(1);
  history.device_started(kBen1, 12001).shown(kBen1, 1);
  CHECK(history.verdict(1).outcome == Outcome::kBroken);
}

TEST_CASE("promise 1 judges a device that is live again") {
  History history;
  history.both_joined().live(kBen2, false).acked(1, 1).shown(kAnna1, 1).shown(kBen1, 1);
  history.live(kBen2, true).finish();
  CHECK(history.verdict(1).outcome == Outcome::kBroken);
}

TEST_CASE("promise 1 breaks at once when a device shows a message twice") {
  History history;
  history.both_joined().acked(1, 1).shown(kBen1, 1).shown(kBen1, 1);
  check_broken(history, 1, "device 7.1 shows number 1 of pair 3+7 twice", {kShownKind, kShownKind});
}

TEST_CASE("promise 1 breaks when another text is shown than was acknowledged") {
  const std::string reason =
      "device 7.1 shows number 1 of pair 3+7 with another text than was acknowledged";
  History shown_later;
  shown_later.acked(1, 1, 5).shown(kBen1, 1, 6);
  check_broken(shown_later, 1, reason, {kAckedKind, kShownKind});
  History shown_before;
  shown_before.shown(kBen1, 1, 6).acked(1, 1, 5);
  check_broken(shown_before, 1, reason, {kAckedKind, kShownKind});
}

TEST_CASE("promise 1 breaks when another text is shown than was committed") {
  const std::string reason =
      "device 7.1 shows number 1 of pair 3+7 with another text than was committed";
  History shown_later;
  shown_later.committed(1, 1, 5).shown(kBen1, 1, 6);
  check_broken(shown_later, 1, reason, {FactKind::kCommitted, kShownKind});
  History shown_before;
  shown_before.shown(kBen1, 1, 6).committed(1, 1, 5);
  check_broken(shown_before, 1, reason, {FactKind::kCommitted, kShownKind});
}

TEST_CASE("promise 1 breaks when a message is acknowledged with two texts") {
  History history;
  history.acked(1, 1, 5).acked(1, 1, 6);
  check_broken(history, 1, "number 1 of pair 3+7 was acknowledged with two texts",
               {kAckedKind, kAckedKind});
}

TEST_CASE("promise 1 breaks when a stranger's device shows a message") {
  History history;
  history.acked(1, 1).shown(device_of(UserId{8}, 1), 1);
  check_broken(history, 1, "device 8.1 shows number 1 of pair 3+7, of which its user is no member",
               {kShownKind});
}

TEST_CASE("promise 1 does not take the members of a group for strangers") {
  History history;
  const ConversationId group{kGroupBit | 5};
  history.both_joined().acked(1, 1).shown_everywhere(1).shown(kBen1, 1, kText, group);
  check_holds(history.finish(), 1, 1);
}

TEST_CASE("promise 1 cannot tell of a group whose members it does not know") {
  History history;
  history.add({.kind = FactKind::kAcked, .subject = kGroupBit | 5, .number = 1}).finish();
  check_cannot_tell(history, 1, "the members of group 5 are not known");
}

TEST_CASE("promise 1 cannot tell when the devices of a member are not known") {
  History history;
  history.joined(kAnna, 1).acked(1, 1).shown(kAnna1, 1).finish();
  check_cannot_tell(history, 1, "the devices of user 7, member of pair 3+7, are not known");
}

TEST_CASE("promise 1 cannot tell of a missing message when facts were lost") {
  History history;
  history.both_joined().acked(1, 1).lost(2).finish();
  check_cannot_tell(history, 1, "2 facts were lost");
}

TEST_CASE("promise 1 is broken by what was seen though facts were lost") {
  History history;
  history.both_joined().lost(2).acked(1, 1).shown(kBen1, 1).shown(kBen1, 1).finish();
  CHECK(history.verdict(1).outcome == Outcome::kBroken);
}

TEST_CASE("promise 1 cannot tell when nothing was acknowledged") {
  History history;
  check_cannot_tell(history.both_joined().finish(), 1, "nothing was judged");
}

TEST_CASE("promise 1 believes a device that starts with a key that it could not tell any more") {
  const auto started_with = [](std::uint64_t key) {
    History history;
    history.both_joined().committed(1, 1).acked(1, 1).visible(kBen, 1, 47);
    history.shown(kAnna1, 1).shown(kBen2, 1).passed(kBen1, 40, 46).device_started(kBen1, key);
    return history.finish().verdict(1).outcome;
  };
  CHECK(started_with(47) == Outcome::kHolds);
  CHECK(started_with(46) == Outcome::kBroken);
}

TEST_CASE("promise 8 believes it, too") {
  const auto started_with = [](std::uint64_t key) {
    History history;
    history.both_joined().committed(1, 1).acked(1, 1).visible(kBen, 1, 47);
    history.shown(kAnna1, 1).shown(kBen2, 1).passed(kBen1, 40, 46).device_started(kBen1, key);
    return history.wait(20).finish().verdict(8).outcome;
  };
  CHECK(started_with(47) == Outcome::kHolds);
  CHECK(started_with(46) == Outcome::kBroken);
}

}  // namespace
}  // namespace glasspost
