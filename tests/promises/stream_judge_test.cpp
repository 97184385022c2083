// A piece of a history is judged by what it shows, not by what lies outside of it.
#include "engine/promises/stream_judge.hpp"

#include <doctest/doctest.h>

#include "engine/core/choices.hpp"
#include "tests/promises/history.hpp"

namespace glasspost {
namespace {

constexpr std::uint16_t kAccess = 1;
constexpr std::uint16_t kHome = 2;

// Facts of a small cluster, a second apart unless said otherwise.
class Stream {
 public:
  StreamJudge judge;
  Time now = time_from_us(1'000'000);

  Stream& add(Fact fact, std::uint16_t node) {
    now += std::chrono::seconds(1);
    fact.time_us = to_us(now);
    fact.node = node;
    judge.observe(fact);
    return *this;
  }
  Stream& booted() {
    add({.kind = FactKind::kBooted, .subject = kAccess}, kAccess);
    return add({.kind = FactKind::kBooted, .subject = kHome}, kHome);
  }
  Stream& joined() {
    add({.kind = FactKind::kUserJoined, .subject = kAnna.value, .object = 1}, kHome);
    return add({.kind = FactKind::kUserJoined, .subject = kBen.value, .object = 2}, kHome);
  }
  Stream& login(DeviceId device, std::uint64_t connection) {
    return add({.kind = FactKind::kLoggedIn, .subject = device.value, .object = connection},
               kAccess);
  }
  Stream& logout(DeviceId device, std::uint64_t connection) {
    return add({.kind = FactKind::kSessionEnded, .subject = device.value, .object = connection},
               kAccess);
  }
  Stream& committed(std::uint64_t number) { return message(FactKind::kCommitted, number, kHome); }
  Stream& acked(std::uint64_t number) { return message(FactKind::kAcked, number, kAccess); }
  Stream& shown(DeviceId device, std::uint64_t number) {
    return add({.kind = FactKind::kShown,
                .subject = device.value,
                .object = kPair.value,
                .number = number,
                .value = 100 + number,
                .extra = kText},
               0);
  }
  Stream& wait(int seconds) {
    now += std::chrono::seconds(seconds);
    return *this;
  }
  Verdict finish(int promise) {
    judge.finish(now);
    for (const Verdict& verdict : judge.verdicts()) {
      if (verdict.promise == promise) return verdict;
    }
    return {};
  }

 private:
  Stream& message(FactKind kind, std::uint64_t number, std::uint16_t node) {
    return add({.kind = kind,
                .subject = kPair.value,
                .object = kAnna1.value,
                .number = number,
                .value = number,
                .extra = kText},
               node);
  }
};

// Both there, one text acknowledged; only its sender shows it.
Stream half_shown() {
  Stream stream;
  stream.booted().joined().login(kAnna1, 1).login(kBen1, 2).committed(1).acked(1);
  stream.shown(kAnna1, 1);
  return stream;
}

}  // namespace

TEST_CASE("a device that was there all the time must have shown what was acknowledged") {
  const Verdict verdict = half_shown().wait(20).finish(1);
  CHECK(verdict.outcome == Outcome::kBroken);
  CHECK(verdict.reason.find("7.1 never showed") != std::string::npos);
}

TEST_CASE("a text that was acknowledged just now may still be on its way") {
  CHECK(half_shown().wait(3).finish(1).outcome == Outcome::kHolds);
}

TEST_CASE("a device that left, has just come or never came is not judged") {
  CHECK(half_shown().logout(kBen1, 2).wait(20).finish(1).outcome == Outcome::kHolds);
  CHECK(half_shown().logout(kBen1, 2).wait(20).login(kBen1, 3).finish(1).outcome ==
        Outcome::kHolds);
  // Device 7.2 never came: it is not in half_shown at all.
  CHECK(half_shown().shown(kBen1, 1).wait(20).finish(1).outcome == Outcome::kHolds);
}

TEST_CASE("a short gap between two sessions is no absence") {
  CHECK(half_shown().logout(kBen1, 2).login(kBen1, 3).wait(20).finish(1).outcome ==
        Outcome::kBroken);
  CHECK(half_shown()
            .add({.kind = FactKind::kEnded, .subject = kAccess}, 0)
            .login(kBen1, 1)
            .wait(20)
            .finish(1)
            .outcome == Outcome::kBroken);
  CHECK(half_shown()
            .add({.kind = FactKind::kEnded, .subject = kAccess}, 0)
            .wait(20)
            .finish(1)
            .outcome == Outcome::kHolds);
}

TEST_CASE("an acknowledgement of a text from before the stream proves nothing") {
  Stream piece;
  piece.login(kAnna1, 1).acked(1).committed(2).acked(2).wait(20);
  CHECK(piece.finish(6).outcome == Outcome::kHolds);
  Stream whole;
  whole.booted().login(kAnna1, 1).acked(1).wait(20);
  CHECK(whole.finish(6).outcome == Outcome::kBroken);
}

TEST_CASE("with another sample a text may begin in its middle, with another choice it may not") {
  const auto acknowledged_after = [](std::string_view key, std::string_view value) {
    Stream stream;
    stream.booted().login(kAnna1, 1).add(choice_fact(key, value, 2), 0);
    return stream.acked(1).committed(2).acked(2).wait(20).finish(6).outcome;
  };
  CHECK(acknowledged_after("telemetry.watch", "10") == Outcome::kHolds);
  CHECK(acknowledged_after("delivery.ack", "after-memory") == Outcome::kBroken);
}

TEST_CASE("promise 8 waits for the last fault to heal and the time after it") {
  const auto with_deeds = [](bool healed, int seconds) {
    Stream stream;
    stream.booted().joined().login(kAnna1, 1).login(kBen1, 2).committed(1).acked(1);
    stream.shown(kAnna1, 1).shown(kBen1, 1);
    stream.add({.kind = FactKind::kPaused, .subject = kHome}, 0);
    if (healed) stream.add({.kind = FactKind::kResumed, .subject = kHome}, 0);
    return stream.wait(seconds).finish(8).outcome;
  };
  CHECK(with_deeds(true, 20) == Outcome::kHolds);
  CHECK(with_deeds(true, 3) == Outcome::kCannotTell);
  CHECK(with_deeds(false, 20) == Outcome::kCannotTell);
}

TEST_CASE("what the stream says it lost is believed") {
  Stream stream = half_shown();
  stream.add({.kind = FactKind::kLost, .object = 3}, 0).wait(20);
  const Verdict verdict = stream.finish(1);
  CHECK(verdict.outcome == Outcome::kCannotTell);
  CHECK(verdict.reason == "3 facts were lost");
  CHECK(stream.judge.lost() == 3);
}

}  // namespace glasspost
