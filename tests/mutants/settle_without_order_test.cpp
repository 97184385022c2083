// The order of settle: an acknowledgement that leaves before its put is synced can outlive the put.
#include <doctest/doctest.h>

#include "tests/core/support/toys.hpp"
#include "tests/support/mutant.hpp"

namespace glasspost::tests {
namespace {

TEST_CASE("DESIGN 5: nothing leaves before the sync that covers its puts") {
  ToyBench bench;
  Outbox out;
  out.set("message", "hello");
  send_toy(out, kAway, 1);
  bench.settle_step(std::move(out));
  release(bench.station, at_ms(0), bench.sink);
  CHECK(bench.sink.letters.size() == (mutant() == "settle_without_order" ? 1 : 0));
  bench.sync();
  CHECK(bench.sink.letters.size() == 1);
}

}  // namespace
}  // namespace glasspost::tests
