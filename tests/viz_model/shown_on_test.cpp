// What a second tick stands for: every device of the other that is logged in, whoever runs it.
#include "viz/model/shown_on.hpp"

#include <doctest/doctest.h>

namespace glasspost::viz {
namespace {

constexpr std::uint64_t kTrace = 0xabcd;
const UserId kAlice{1};
const UserId kBob{2};
const ConversationId kPair = pair_of(kAlice, kBob);

// Alice's message 4, acknowledged. Bob has two devices, as the account told.
class Screen {
 public:
  Screen() {
    add({.kind = FactKind::kUserJoined, .subject = kBob.value, .object = 2});
    add({.trace = kTrace,
         .kind = FactKind::kAcked,
         .subject = kPair.value,
         .object = device_of(kAlice, 1).value,
         .number = 4,
         .value = 7});
  }
  Screen& add(Fact fact) {
    fact.time_us = ++now_;
    fact.node = 1;
    model_.apply(fact);
    return *this;
  }
  Screen& session(FactKind kind, unsigned index) {
    return add({.kind = kind, .subject = device_of(kBob, index).value, .object = index});
  }
  Screen& shown(DeviceId device) {
    return add(
        {.kind = FactKind::kShown, .subject = device.value, .object = kPair.value, .number = 4});
  }
  ShownOn on_bobs() const { return shown_on(model_, *model_.messages().find(kTrace), kBob); }

 private:
  Model model_;
  std::int64_t now_ = 1'000;
};

}  // namespace

TEST_CASE("a message that nobody shows has one tick, though nobody is there") {
  CHECK(Screen().on_bobs().devices == 0);
  CHECK(Screen().on_bobs().of == 2);
  CHECK_FALSE(Screen().on_bobs().on_all_that_are_in);
}

TEST_CASE("one of two devices that are logged in is not enough") {
  Screen screen;
  screen.session(FactKind::kLoggedIn, 1).session(FactKind::kLoggedIn, 2);
  screen.shown(device_of(kBob, 1));
  CHECK(screen.on_bobs().devices == 1);
  CHECK(screen.on_bobs().of == 2);
  CHECK_FALSE(screen.on_bobs().on_all_that_are_in);
  screen.shown(device_of(kBob, 2));
  CHECK(screen.on_bobs().devices == 2);
  CHECK(screen.on_bobs().on_all_that_are_in);
}

TEST_CASE("a device that is not logged in is waited for by nobody, and is counted") {
  Screen screen;
  screen.session(FactKind::kLoggedIn, 1).shown(device_of(kBob, 1));
  CHECK(screen.on_bobs().devices == 1);
  CHECK(screen.on_bobs().of == 2);
  CHECK(screen.on_bobs().on_all_that_are_in);
  screen.session(FactKind::kLoggedIn, 2);
  CHECK_FALSE(screen.on_bobs().on_all_that_are_in);
  screen.session(FactKind::kSessionEnded, 2);
  CHECK(screen.on_bobs().on_all_that_are_in);
}

TEST_CASE("the sender's own devices are not the other's") {
  Screen screen;
  screen.shown(device_of(kAlice, 1)).shown(device_of(kAlice, 2));
  CHECK(screen.on_bobs().devices == 0);
  CHECK_FALSE(screen.on_bobs().on_all_that_are_in);
}

TEST_CASE("more devices than the account told of are counted as they show up") {
  Screen screen;
  for (const unsigned index : {1U, 2U, 3U})
    screen.shown(device_of(kBob, index));
  CHECK(screen.on_bobs().of == 3);
}

}  // namespace glasspost::viz
