// A device that begins anew with an empty disk breaks no promise; one that shows a text twice does.
#include "viz/model/device_lives.hpp"

#include <vector>

#include <doctest/doctest.h>

#include "engine/base/ids.hpp"
#include "viz/model/promise_watch.hpp"

namespace glasspost::viz {
namespace {

const UserId kAlice{1};
const UserId kBob{2};
const DeviceId kPhone = device_of(kBob, 1);
const ConversationId kPair = pair_of(kAlice, kBob);

Fact shown(std::uint64_t number) {
  return {.kind = FactKind::kShown,
          .subject = kPhone.value,
          .object = kPair.value,
          .number = number,
          .value = number,
          .extra = 77};
}

Fact passed(std::uint64_t before, std::uint64_t after) {
  return {.kind = FactKind::kKeyPassed, .subject = kPhone.value, .object = before, .number = after};
}

Standing standing(const PromiseWatch& watch, int promise) {
  return watch.all()[static_cast<std::size_t>(promise - 1)].standing;
}

}  // namespace

TEST_CASE("what a device shows is judged when its page's key is known") {
  DeviceLives lives;
  std::vector<Fact> judged;
  const auto judge = [&judged](const Fact& fact) { judged.push_back(fact); };
  lives.take(shown(1), judge);
  CHECK(judged.empty());
  lives.take(passed(0, 1), judge);
  CHECK(judged == std::vector<Fact>{shown(1), passed(0, 1)});
  CHECK(lives.anew().empty());
}

TEST_CASE("a device that begins again at key 0 is left out, and it is said") {
  PromiseWatch watch;
  for (const Fact& fact : {shown(1), shown(2), passed(0, 2), shown(1), shown(2), passed(0, 2)})
    watch.apply(fact);
  watch.look(Time(Duration(0)), false);
  for (const int promise : {1, 3, 4}) {
    CAPTURE(promise);
    CHECK(standing(watch, promise) != Standing::kBroken);
  }
}

TEST_CASE("a device that goes on and shows a text again breaks its promise") {
  PromiseWatch watch;
  for (const Fact& fact : {shown(1), shown(2), passed(0, 2), shown(1), passed(2, 3)})
    watch.apply(fact);
  watch.look(Time(Duration(0)), false);
  CHECK(standing(watch, 1) == Standing::kBroken);
  CHECK(standing(watch, 4) == Standing::kBroken);
}

}  // namespace glasspost::viz
