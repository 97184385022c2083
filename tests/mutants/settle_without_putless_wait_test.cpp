// The wait of steps without puts: such a step may have read what another step put and no sync has
// covered yet, so its answer tells of something that a crash can still undo.
#include <doctest/doctest.h>

#include "tests/core/support/toys.hpp"
#include "tests/support/mutant.hpp"

namespace glasspost::tests {
namespace {

TEST_CASE("DESIGN 5: an answer that reads an unsynced put waits for its sync") {
  ToyBench bench;
  Outbox put;
  put.set("message", "hello");
  bench.settle_step(std::move(put), at_ms(0), kHere);

  Outbox answer;
  if (bench.store.get("message")) send_toy(answer, kAway, 1);
  bench.settle_step(std::move(answer), at_ms(0), kBeside);
  release(bench.station, at_ms(0), bench.sink);
  CHECK(bench.sink.letters.size() == (mutant() == "settle_without_putless_wait" ? 1 : 0));
  bench.sync();
  CHECK(bench.sink.letters.size() == 1);
}

}  // namespace
}  // namespace glasspost::tests
