// The instant of handing over: an owner whose lease ran out while the disk was slow must not
// answer.
#include <doctest/doctest.h>

#include "tests/core/support/toys.hpp"
#include "tests/support/mutant.hpp"

namespace glasspost::tests {
namespace {

TEST_CASE("DESIGN 7.3: an answer held up by a slow disk is withheld when its lease is over") {
  ToyBench bench;
  Outbox out;
  out.set("number", "5");
  Send& answer = send_toy(out, kAway, 1);
  answer.not_after = at_ms(1'000);
  answer.at_release.push_back(toy_fact(5));
  bench.settle_step(std::move(out), at_ms(10));
  bench.sync(at_ms(1'001));
  const bool broken = mutant() == "settle_without_not_after";
  CHECK(bench.sink.order == (broken ? Words{"letter 1", "fact 5"} : Words{"withheld 1"}));
}

}  // namespace
}  // namespace glasspost::tests
