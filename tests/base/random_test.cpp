// Tests of Random: golden values, bounds, rough shapes of the distributions, and streams that
// do not disturb each other.
#include "engine/base/random.hpp"

#include <array>
#include <cmath>
#include <limits>
#include <set>
#include <vector>

#include <doctest/doctest.h>

#include "engine/base/archive.hpp"

namespace glasspost {
namespace {

TEST_CASE("draws have their golden values") {
  Random random(1);
  CHECK(random.next() == 0xea125000fb2ef21c);
  CHECK(random.next() == 0x418167b638f6d6b9);
  CHECK(random.next() == 0x985a750f3bb4ddbf);
  CHECK(random.draws() == 3);
  CHECK(random.digest() == 0x1f16fc574ed17c38);
  CHECK(derive_seed(1, "network", 2) == 0x9a3718e18f3bf7c2);
  Random waits(5);
  CHECK(waits.exponential(Duration(1'000'000)) == Duration(1072157));
  CHECK(waits.exponential(Duration(1'000'000)) == Duration(713049));
  CHECK(waits.exponential(Duration(1'000'000)) == Duration(1340109));
}

TEST_CASE("below reaches every value about equally often") {
  Random random(2);
  std::array<int, 7> counts{};
  for (int i = 0; i < 70000; ++i) {
    ++counts[random.below(7)];
  }
  for (const int count : counts) {
    CHECK(count > 9600);
    CHECK(count < 10400);
  }
}

TEST_CASE("below is unbiased where a plain remainder would not be") {
  Random random(3);
  const std::uint64_t n = std::uint64_t{3} << 62;
  int low = 0;
  for (int i = 0; i < 30000; ++i) {
    const std::uint64_t value = random.below(n);
    REQUIRE(value < n);
    low += value < n / 3 ? 1 : 0;
  }
  // A remainder of 64 bits would put half of the values in the lowest third.
  CHECK(low > 9600);
  CHECK(low < 10400);
  CHECK(random.below(1) == 0);
}

TEST_CASE("between includes both ends and takes any range") {
  Random random(4);
  std::set<std::int64_t> seen;
  for (int i = 0; i < 1000; ++i) {
    seen.insert(random.between(-2, 2));
  }
  CHECK(seen == std::set<std::int64_t>{-2, -1, 0, 1, 2});
  CHECK(random.between(5, 5) == 5);
  const auto lowest = std::numeric_limits<std::int64_t>::min();
  const auto highest = std::numeric_limits<std::int64_t>::max();
  int negative = 0;
  for (int i = 0; i < 1000; ++i) {
    negative += random.between(lowest, highest) < 0 ? 1 : 0;
    REQUIRE(random.between(lowest, highest - 1) < highest);
  }
  CHECK(negative > 400);
  CHECK(negative < 600);
}

TEST_CASE("unit fills the half-open interval evenly") {
  Random random(5);
  double sum = 0;
  for (int i = 0; i < 100000; ++i) {
    const double value = random.unit();
    REQUIRE(value >= 0);
    REQUIRE(value < 1);
    sum += value;
  }
  CHECK(std::abs(sum / 100000 - 0.5) < 0.005);
}

TEST_CASE("chance hits as often as it says and always takes one draw") {
  Random random(6);
  int hits = 0;
  for (int i = 0; i < 100000; ++i) {
    hits += random.chance(0.2) ? 1 : 0;
    REQUIRE_FALSE(random.chance(0));
    REQUIRE(random.chance(1));
  }
  CHECK(hits > 19500);
  CHECK(hits < 20500);
  CHECK(random.draws() == 300000);
}

TEST_CASE("exponential waits have the right mean, median and tail") {
  Random random(7);
  const Duration mean(1'000'000);
  double sum = 0;
  int below_median = 0;
  int beyond_five = 0;
  for (int i = 0; i < 100000; ++i) {
    const Duration wait = random.exponential(mean);
    REQUIRE(wait >= Duration::zero());
    sum += static_cast<double>(wait.count());
    below_median += wait < Duration(693147) ? 1 : 0;
    beyond_five += wait > 5 * mean ? 1 : 0;
  }
  CHECK(std::abs(sum / 100000 - 1e6) < 1e4);
  CHECK(std::abs(below_median - 50000) < 600);
  CHECK(std::abs(beyond_five - 674) < 100);
  CHECK(random.exponential(Duration::zero()) == Duration::zero());
  CHECK(random.exponential(Duration::max()) > Duration::zero());
}

TEST_CASE("exponential waits agree with the logarithm of the same draw") {
  Random random(8);
  for (int i = 0; i < 10000; ++i) {
    Random copy = random;
    const double draw = static_cast<double>(copy.next()) * 0x1.0p-64;
    const auto wait = static_cast<double>(random.exponential(Duration(1'000'000)).count());
    REQUIRE(std::abs(wait + 1e6 * std::log(draw)) < 2);
  }
}

TEST_CASE("uniform durations include both ends") {
  Random random(9);
  std::set<Duration> seen;
  for (int i = 0; i < 200; ++i) {
    seen.insert(random.uniform(Duration(10), Duration(12)));
  }
  CHECK(seen == std::set<Duration>{Duration(10), Duration(11), Duration(12)});
}

TEST_CASE("a copy and a saved copy continue alike") {
  Random random(10);
  random.next();
  Random copy = random;
  ByteWriter out;
  Saver saver(out);
  saver(random);
  Random loaded(0);
  ByteReader in(out.data());
  Loader loader(in);
  loader(loaded);
  REQUIRE(loader.ok());
  const std::uint64_t value = random.next();
  CHECK(copy.next() == value);
  CHECK(loaded.next() == value);
  CHECK(loaded.draws() == 2);
  CHECK(loaded.digest() == random.digest());
}

TEST_CASE("seeds differ by seed, name and step") {
  std::set<std::uint64_t> seeds;
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    for (std::uint64_t step = 0; step < 20; ++step) {
      seeds.insert(derive_seed(seed, "network", step));
      seeds.insert(derive_seed(seed, "disk", step));
    }
  }
  CHECK(seeds.size() == 800);
  CHECK(derive_seed(3, "disk") == derive_seed(3, "disk", 0));
}

}  // namespace
}  // namespace glasspost
