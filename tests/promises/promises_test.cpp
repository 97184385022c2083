// Tests of all promises together and of the sets they keep.
#include <set>

#include "engine/promises/number_set.hpp"
#include "tests/promises/expect.hpp"

namespace glasspost {
namespace {

// Ten messages, each read by all, with a take-over that repeats what its owners said.
History sound_history() {
  History history;
  history.both_joined();
  for (std::uint64_t number = 1; number <= 10; ++number) {
    const std::uint64_t inbox = 2 * number;
    history.committed(number, number).acked(number, number);
    history.handed_out(kAnna, inbox, 1, 100).handed_out(kBen, inbox, 1, 100);
    history.visible(kAnna, number, inbox).visible(kBen, number, inbox);
    history.shown_everywhere(number);
    for (const DeviceId device : {kAnna1, kBen1, kBen2})
      history.passed(device, inbox - 2, inbox);
    history.committed(number, number).visible(kAnna, number, inbox).visible(kBen, number, inbox);
  }
  return history.wait(10);
}

TEST_CASE("a sound history keeps every promise") {
  History history = sound_history();
  history.finish();
  CHECK_FALSE(history.promises.broken());
  check_holds(history, 1, 10);
  check_holds(history, 2, 20);
  check_holds(history, 3, 30);
  check_holds(history, 4, 30);
  check_holds(history, 6, 10);
  check_holds(history, 8, 30);
}

TEST_CASE("verdicts come in the order of the promises, each with its sentence") {
  const std::vector<Verdict> verdicts = Promises().verdicts();
  std::vector<int> order;
  std::set<std::string_view> sentences;
  for (const Verdict& verdict : verdicts) {
    order.push_back(verdict.promise);
    sentences.insert(verdict.sentence);
  }
  CHECK(order == std::vector<int>{1, 2, 3, 4, 5, 6, 8});
  CHECK(sentences.size() == 7);
}

TEST_CASE("a loss leaves no promise held") {
  History history = sound_history();
  history.lost(1).lost(2).finish();
  CHECK_FALSE(history.promises.broken());
  for (const int promise : {1, 2, 3, 4, 5, 6, 8})
    check_cannot_tell(history, promise, "3 facts were lost");
}

TEST_CASE("a loss does not mend what was broken before") {
  History history;
  history.shown(kBen1, 2).shown(kBen1, 1).lost(1);
  CHECK(history.verdict(4).outcome == Outcome::kBroken);
}

TEST_CASE("the station's own time of a fact does not matter") {
  History history = sound_history();
  Fact odd{.kind = FactKind::kBooted};
  odd.time_us = -1;
  history.add(odd).finish();
  CHECK_FALSE(history.promises.broken());
}

TEST_CASE("a copy of an observer goes its own way") {
  History history = sound_history();
  History copy = history;
  copy.shown(kBen1, 1);
  CHECK(copy.promises.broken());
  CHECK_FALSE(history.promises.broken());
}

TEST_CASE("a user with more devices than there are indexes does no harm") {
  Devices devices;
  devices.joined(kBen, ~std::uint64_t{0});
  CHECK(devices.live_of(kBen).size() == 255);
}

TEST_CASE("a set of numbers keeps unbroken runs as one") {
  NumberSet set;
  for (const std::uint64_t number : {5, 3, 9, 4, 4, 8})
    set.add(number);
  for (const std::uint64_t number : {3, 4, 5, 8, 9})
    CHECK(set.contains(number));
  for (const std::uint64_t number : {0, 2, 6, 7, 10})
    CHECK_FALSE(set.contains(number));
  CHECK(set.runs() == 2);
  set.add(~std::uint64_t{0});
  set.add(0);
  CHECK(set.contains(~std::uint64_t{0}));
  CHECK(set.contains(0));
  CHECK(set.runs() == 4);
}

}  // namespace
}  // namespace glasspost
