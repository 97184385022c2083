// Tests of promise 6: sending again makes no second message.
#include "tests/promises/expect.hpp"

namespace glasspost {
namespace {

constexpr FactKind kCommittedKind = FactKind::kCommitted;
constexpr FactKind kAckedKind = FactKind::kAcked;

TEST_CASE("promise 6 holds when each client id is one message") {
  History history;
  history.committed(1, 1).acked(1, 1).committed(2, 2, 5).acked(2, 2, 5);
  check_holds(history.finish(), 6, 2);
}

TEST_CASE("promise 6 lets a later owner repeat a commit and a resend be answered again") {
  History history;
  history.committed(1, 1).acked(1, 1).committed(1, 1).acked(1, 1);
  check_holds(history.finish(), 6, 1);
}

TEST_CASE("promise 6 holds though the commit is seen after the acknowledgement") {
  History history;
  history.acked(1, 1).committed(1, 1);
  check_holds(history.finish(), 6, 1);
}

TEST_CASE("promise 6 lets two devices and two conversations use one client id") {
  History history;
  history.committed(1, 1);
  Fact other{.kind = kCommittedKind, .subject = kPair.value, .object = kBen1.value};
  other.number = 2;
  other.value = 1;
  history.add(other);
  other.subject = pair_of(kBen, UserId{9}).value;
  other.number = 5;
  check_holds(history.add(other).finish(), 6, 3);
}

TEST_CASE("promise 6 breaks when a client id is committed under two numbers") {
  History history;
  history.committed(1, 9).committed(2, 9);
  check_broken(history, 6, "client id 9 of device 3.1 in pair 3+7 has two numbers, 1 and 2",
               {kCommittedKind, kCommittedKind});
}

TEST_CASE("promise 6 breaks when another number is acknowledged than was committed") {
  History history;
  history.committed(1, 9).acked(2, 9);
  check_broken(history, 6, "client id 9 of device 3.1 in pair 3+7 has two numbers, 1 and 2",
               {kCommittedKind, kAckedKind});
}

TEST_CASE("promise 6 breaks when a client id is acknowledged with two numbers") {
  History history;
  history.acked(1, 9).acked(2, 9);
  check_broken(history, 6, "client id 9 of device 3.1 in pair 3+7 has two numbers, 1 and 2",
               {kAckedKind, kAckedKind});
}

TEST_CASE("promise 6 breaks when a client id has two texts") {
  History committed;
  committed.committed(1, 9, 5).committed(1, 9, 6);
  check_broken(committed, 6, "client id 9 of device 3.1 in pair 3+7 has two texts, for number 1",
               {kCommittedKind, kCommittedKind});
  History acked;
  acked.committed(1, 9, 5).acked(1, 9, 6);
  check_broken(acked, 6, "client id 9 of device 3.1 in pair 3+7 has two texts, for number 1",
               {kCommittedKind, kAckedKind});
}

TEST_CASE("promise 6 breaks when a number is committed for two client ids") {
  History history;
  history.committed(1, 8).committed(1, 9);
  check_broken(history, 6,
               "number 1 of pair 3+7 was committed twice with different content: for client id 8 "
               "of device 3.1 in pair 3+7 and for client id 9 of device 3.1 in pair 3+7",
               {kCommittedKind, kCommittedKind});
}

TEST_CASE("promise 6 breaks at the end when what was acknowledged was never committed") {
  History history;
  history.committed(1, 1).acked(1, 1).acked(2, 9);
  CHECK(history.verdict(6).outcome == Outcome::kHolds);
  check_broken(history.finish(), 6,
               "client id 9 of device 3.1 in pair 3+7 was acknowledged as number 2 and never "
               "committed",
               {kAckedKind});
}

TEST_CASE("promise 6 does not miss a commit that may have been lost") {
  History history;
  history.acked(1, 1).lost(1).finish();
  check_cannot_tell(history, 6, "1 fact was lost");
}

TEST_CASE("promise 6 still breaks after a loss on what it sees") {
  History history;
  history.lost(1).committed(1, 9).committed(2, 9);
  CHECK(history.verdict(6).outcome == Outcome::kBroken);
}

TEST_CASE("promise 6 cannot tell when nothing was sent") {
  check_cannot_tell(History().finish(), 6, "nothing was judged");
}

}  // namespace
}  // namespace glasspost
