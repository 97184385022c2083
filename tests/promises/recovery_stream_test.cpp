// Promise 8 of a stream that goes on: what is judged, what breaks it, and what is left alone.
#include "engine/promises/recovery_stream.hpp"

#include <doctest/doctest.h>

#include "tests/promises/history.hpp"

namespace glasspost {
namespace {

constexpr std::uint16_t kAccess = 1;
constexpr std::uint16_t kHome = 2;
const Duration kTen = std::chrono::seconds(10);

// Facts of a small cluster, 10 ms apart unless said otherwise. Everybody is logged in and tells.
class Stream {
 public:
  RecoveryStream judge;
  Time now = time_from_us(1'000'000);

  Stream& add(Fact fact, std::uint16_t node = 0) {
    now += std::chrono::milliseconds(10);
    fact.time_us = to_us(now);
    fact.node = node;
    judge.observe(fact);
    return *this;
  }
  Stream& session(FactKind kind, DeviceId device) {
    return add({.kind = kind, .subject = device.value, .object = device.value}, kAccess);
  }
  Stream& told(FactKind kind, DeviceId device, std::uint64_t object = 0) {
    return add({.kind = kind, .subject = device.value, .object = object});
  }
  Stream& login(DeviceId device) {
    return session(FactKind::kLoggedIn, device).told(FactKind::kDeviceLoggedIn, device, 5);
  }
  Stream& all_there() { return login(kAnna1).login(kBen1).login(kBen2); }
  Stream& deed(FactKind kind, std::uint16_t node) { return add({.kind = kind, .subject = node}); }
  // Decided and acknowledged.
  Stream& acked(std::uint64_t number) {
    add({.kind = FactKind::kBatched, .subject = kPair.value, .object = number, .number = 1}, kHome);
    return again(number);
  }
  Stream& again(std::uint64_t number) {
    return add({.kind = FactKind::kAcked,
                .subject = kPair.value,
                .object = kAnna1.value,
                .number = number,
                .value = number,
                .extra = kText},
               kAccess);
  }
  Stream& shown(DeviceId device, std::uint64_t number) {
    return add({.kind = FactKind::kShown,
                .subject = device.value,
                .object = kPair.value,
                .number = number,
                .extra = kText});
  }
  Stream& wait(Duration duration) {
    now += duration;
    judge.look(now);
    return *this;
  }
  Stream& wait(int seconds) { return wait(Duration(std::chrono::seconds(seconds))); }
};

// A text that device 7.2 does not show.
Stream one_is_missing() {
  Stream stream;
  stream.all_there().acked(1).shown(kAnna1, 1).shown(kBen1, 1);
  return stream.told(FactKind::kKeyPassed, kBen2);
}

void check(const Stream& stream, Outcome outcome, std::uint64_t judged) {
  CHECK(stream.judge.verdict().outcome == outcome);
  CHECK(stream.judge.verdict().judged == judged);
}

}  // namespace

TEST_CASE("a message that every device shows in time is judged when its ten seconds are over") {
  Stream stream = one_is_missing();
  stream.shown(kBen2, 1);
  check(stream, Outcome::kCannotTell, 0);
  stream.wait(12);
  check(stream, Outcome::kHolds, 3);
  stream.wait(60);
  check(stream, Outcome::kHolds, 3);
}

TEST_CASE("a device that was there and does not show a message breaks promise 8") {
  Stream stream = one_is_missing();
  stream.wait(12);
  check(stream, Outcome::kBroken, 3);
  CHECK(stream.judge.verdict().reason.find("7.2 has not shown number 1") != std::string::npos);
  CHECK(stream.judge.verdict().evidence.at(0).kind == FactKind::kAcked);
}

TEST_CASE("a message that is shown too late is not shown in time") {
  Stream stream = one_is_missing();
  stream.now += kTen + std::chrono::milliseconds(100);
  stream.shown(kBen2, 1).wait(2);
  CHECK(stream.judge.broken());
}

TEST_CASE("nothing is judged during a fault, and ten seconds after it everything is") {
  Stream stream = one_is_missing();
  stream.wait(5).deed(FactKind::kPaused, kHome).wait(60);
  CHECK(stream.judge.waits(stream.now));
  check(stream, Outcome::kCannotTell, 0);
  stream.deed(FactKind::kResumed, kHome).wait(9);
  CHECK(stream.judge.waits(stream.now));
  check(stream, Outcome::kCannotTell, 0);
  Stream well = stream;
  well.shown(kBen2, 1).wait(3);
  CHECK_FALSE(well.judge.waits(well.now));
  check(well, Outcome::kHolds, 3);
  stream.wait(3);
  CHECK(stream.judge.broken());
}

TEST_CASE("the end of a process, a fault of a virtual world: each is a fault until it has healed") {
  Stream stream = one_is_missing();
  stream.deed(FactKind::kEnded, kHome).wait(30);
  stream.add({.kind = FactKind::kFault, .subject = 3, .object = kHome});
  stream.deed(FactKind::kStarted, kHome).wait(30);
  CHECK_FALSE(stream.judge.broken());
  stream.add({.kind = FactKind::kHealed, .subject = 3, .object = kHome}).wait(12);
  CHECK(stream.judge.broken());
}

TEST_CASE("a device that left, flies or belongs to a stranger is not judged") {
  Stream left = one_is_missing();
  left.session(FactKind::kSessionEnded, kBen2).wait(30);
  check(left, Outcome::kHolds, 2);
  Stream flies = one_is_missing();
  flies.told(FactKind::kDeviceAway, kBen2, 1).wait(30);
  check(flies, Outcome::kHolds, 2);
  Stream stranger = one_is_missing();
  // Another program takes the device over; the old one's last page is still shown.
  stranger.session(FactKind::kLoggedIn, kBen2).told(FactKind::kKeyPassed, kBen2, 5).wait(30);
  check(stranger, Outcome::kHolds, 2);
}

TEST_CASE("a device that comes back has ten seconds of its own, and then it is judged") {
  const auto back = [](Stream& stream) -> Stream& {
    return stream.session(FactKind::kSessionEnded, kBen2).wait(8).login(kBen2).wait(4);
  };
  Stream shows = one_is_missing();
  check(back(shows), Outcome::kHolds, 2);
  shows.shown(kBen2, 1).wait(30);
  check(shows, Outcome::kHolds, 3);
  Stream never = one_is_missing();
  back(never).wait(30);
  CHECK(never.judge.broken());
  Stream lands = one_is_missing();
  lands.told(FactKind::kDeviceAway, kBen2, 1).wait(5).told(FactKind::kDeviceAway, kBen2, 0);
  lands.wait(7);
  check(lands, Outcome::kHolds, 2);
  lands.wait(30);
  CHECK(lands.judge.broken());
}

TEST_CASE("a device that says nothing is judged when probing would have ended its session") {
  const auto silent = [] {
    Stream stream;
    stream.all_there().acked(1).shown(kAnna1, 1).shown(kBen1, 1);
    for (int second = 0; second < 40; ++second)
      stream.wait(1);
    check(stream, Outcome::kHolds, 2);
    return stream;
  };
  const auto later = [](Stream stream) {
    for (int second = 0; second < 40; ++second)
      stream.wait(1);
    return stream.judge.broken();
  };
  CHECK(later(silent()));
  CHECK_FALSE(later(silent().session(FactKind::kSessionEnded, kBen2)));
}

TEST_CASE("whoever dies with its connections takes their devices off the line") {
  Stream stream = one_is_missing();
  stream.deed(FactKind::kEnded, kAccess).deed(FactKind::kStarted, kAccess).wait(30);
  check(stream, Outcome::kHolds, 2);
}

TEST_CASE("a device with an empty disk is judged when it has read what is old") {
  Stream stream;
  stream.login(kAnna1).told(FactKind::kDeviceStarted, kBen1, 0).login(kBen1);
  stream.acked(900).shown(kAnna1, 900);
  for (std::uint64_t number = 1; number <= 30; ++number)
    stream.shown(kBen1, number).wait(1);
  check(stream, Outcome::kHolds, 1);
  for (int second = 0; second < 30; ++second)
    stream.wait(1);
  CHECK(stream.judge.broken());
}

TEST_CASE("a device that starts anew has shown what lies at or below its key") {
  const auto started_with = [](std::uint64_t key) {
    Stream stream = one_is_missing();
    stream.add({.kind = FactKind::kVisible,
                .subject = kBen.value,
                .object = kPair.value,
                .number = 1,
                .value = 47});
    stream.told(FactKind::kDeviceStarted, kBen2, key).wait(12);
    return stream.judge.verdict().outcome;
  };
  CHECK(started_with(47) == Outcome::kHolds);
  CHECK(started_with(46) == Outcome::kBroken);
}

TEST_CASE("an empty disk shows everything again") {
  Stream stream = one_is_missing();
  stream.shown(kBen2, 1).told(FactKind::kDeviceStarted, kBen2, 0).wait(12);
  CHECK(stream.judge.broken());
}

TEST_CASE("a message from before the stream is not judged, nor one that is acknowledged again") {
  Stream stream;
  stream.all_there().again(7).wait(30);
  check(stream, Outcome::kCannotTell, 0);
  stream.acked(8).shown(kAnna1, 8).shown(kBen1, 8).shown(kBen2, 8).wait(30).again(8).wait(30);
  check(stream, Outcome::kHolds, 3);
}

TEST_CASE("after a loss nobody can tell any more") {
  Stream stream = one_is_missing();
  stream.add({.kind = FactKind::kLost, .object = 2}).wait(30);
  check(stream, Outcome::kCannotTell, 0);
  CHECK(stream.judge.verdict().reason == "2 facts were lost");
}

TEST_CASE(
    "more messages than can be kept are not judged, and none of them is held against anybody") {
  Stream stream;
  stream.all_there();
  for (std::uint64_t number = 1; number <= RecoveryStream::kMessagesMax + 10; ++number) {
    stream.now -= std::chrono::milliseconds(20);  // all in the same instant
    stream.acked(number);
  }
  for (std::uint64_t number = 11; number <= RecoveryStream::kMessagesMax + 10; ++number) {
    for (const DeviceId device : {kAnna1, kBen1, kBen2}) {
      stream.now -= std::chrono::milliseconds(10);
      stream.shown(device, number);
    }
  }
  stream.wait(12);
  check(stream, Outcome::kHolds, 3 * RecoveryStream::kMessagesMax);
}

}  // namespace glasspost
