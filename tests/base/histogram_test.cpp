// Tests of Histogram against sorted vectors of the same values.
#include "engine/base/histogram.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include <doctest/doctest.h>

#include "engine/base/archive.hpp"
#include "engine/base/random.hpp"

namespace glasspost {
namespace {

constexpr auto kMost = std::numeric_limits<std::uint64_t>::max();

TEST_CASE("an empty histogram gives zeros") {
  const Histogram histogram;
  CHECK(histogram.count() == 0);
  CHECK(histogram.max() == 0);
  CHECK(histogram.mean() == 0);
  CHECK(histogram.quantile(0.5) == 0);
}

TEST_CASE("quantiles are never too low and at most one part in 32 too high") {
  Random random(1);
  for (unsigned scale = 0; scale < 64; scale += 3) {
    Histogram histogram;
    std::vector<std::uint64_t> values;
    for (int i = 0; i < 500; ++i) {
      values.push_back(random.next() >> scale >> random.below(8));
      histogram.add(values.back());
    }
    std::sort(values.begin(), values.end());
    CHECK(histogram.max() == values.back());
    for (const double fraction : {0.0, 0.01, 0.5, 0.9, 0.99, 1.0}) {
      const double rank = std::max(1.0, std::ceil(fraction * 500));
      const std::uint64_t exact = values[static_cast<std::size_t>(rank) - 1];
      const std::uint64_t estimate = histogram.quantile(fraction);
      REQUIRE(estimate >= exact);
      REQUIRE(estimate - exact <= exact / 32);
    }
  }
}

TEST_CASE("every power of two and its neighbours find a bucket") {
  for (unsigned bit = 0; bit < 64; ++bit) {
    for (const std::uint64_t value : {(std::uint64_t{1} << bit) - 1, std::uint64_t{1} << bit}) {
      Histogram histogram;
      histogram.add(value);
      histogram.add(kMost);
      REQUIRE(histogram.quantile(0.5) >= value);
      REQUIRE(histogram.quantile(0.5) - value <= value / 32);
      REQUIRE(histogram.quantile(1) == kMost);
    }
  }
}

TEST_CASE("the mean stays exact when the sum needs more than 64 bits") {
  Histogram histogram;
  histogram.add(1);
  histogram.add(2);
  CHECK(histogram.mean() == 1.5);
  Histogram great;
  great.add(kMost);
  great.add(kMost);
  Histogram merged = great;
  merged.merge(great);
  CHECK(great.mean() == 0x1.0p64);
  CHECK(merged.mean() == 0x1.0p64);
}

TEST_CASE("merging equals adding everything to one, also with itself") {
  Random random(2);
  Histogram one;
  Histogram other;
  Histogram both;
  for (int i = 0; i < 1000; ++i) {
    const std::uint64_t value = random.next() >> random.below(64);
    (i % 3 == 0 ? one : other).add(value);
    both.add(value);
  }
  Histogram merged = one;
  merged.merge(other);
  CHECK(hash_state(merged) == hash_state(both));
  Histogram doubled = one;
  doubled.merge(doubled);
  Histogram twice = one;
  twice.merge(one);
  CHECK(hash_state(doubled) == hash_state(twice));
}

TEST_CASE("a histogram survives saving, and claims of buckets that do not exist") {
  Histogram histogram;
  histogram.add(5);
  histogram.add(5000);
  const Result<Histogram> loaded = load_state<Histogram>(save_state(histogram, 1), 1);
  REQUIRE(loaded);
  CHECK(hash_state(*loaded) == hash_state(histogram));
  ByteWriter out;
  Saver saver(out);
  std::vector<std::uint64_t> counts(5000, 1);
  std::uint64_t count = 9000;
  std::uint64_t zero = 0;
  saver(counts, count, zero, zero, zero);
  Histogram forged;
  ByteReader in(out.data());
  Loader loader(in);
  loader(forged);
  forged.add(kMost);
  CHECK(forged.quantile(1) == kMost);
}

}  // namespace
}  // namespace glasspost
