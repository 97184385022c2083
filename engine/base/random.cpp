// A counter that advances by an odd constant and is mixed on the way out (the splitmix
// construction). It has no bad states, so even a damaged saved state keeps on drawing.
#include "engine/base/random.hpp"

#include <bit>
#include <cassert>
#include <cmath>
#include <limits>

#include "engine/base/hash.hpp"

namespace glasspost {
namespace {

constexpr std::uint64_t kStride = 0x9e3779b97f4a7c15;
constexpr std::uint64_t kDigestFactor = 0xd6e8feb86659fd93;

// -log2((draw + 1) / 2^64) in units of 2^-32. In whole numbers only, because std::log may
// differ in its last bit from one machine to the next, and runs must not.
std::uint64_t negative_log2(std::uint64_t draw) {
  if (draw == std::numeric_limits<std::uint64_t>::max()) {
    return 0;
  }
  const std::uint64_t number = draw + 1;
  const auto zeros = static_cast<unsigned>(std::countl_zero(number));
  // The leading 32 bits: a number in [1, 2) counted in units of 2^-31.
  std::uint64_t mantissa = number << zeros >> 32;
  std::uint64_t fraction = 0;
  // Squaring doubles the logarithm, which brings out one binary digit of it a time.
  for (int digit = 0; digit < 32; ++digit) {
    mantissa = mantissa * mantissa >> 31;
    fraction <<= 1;
    if (mantissa >= std::uint64_t{1} << 32) {
      mantissa >>= 1;
      fraction |= 1;
    }
  }
  return (std::uint64_t{zeros + 1} << 32) - fraction;
}

}  // namespace

Random::Random(std::uint64_t seed) : state_(mix64(seed ^ kDigestFactor)) {}

std::uint64_t Random::next() {
  state_ += kStride;
  const std::uint64_t value = mix64(state_);
  ++draws_;
  digest_ = (digest_ ^ value) * kDigestFactor;
  digest_ ^= digest_ >> 32;
  return value;
}

std::uint64_t Random::below(std::uint64_t n) {
  assert(n > 0);
  // 2^64 is rarely a multiple of n: the values past the last whole multiple would favour
  // the small results, so they are drawn again.
  const std::uint64_t surplus = (std::numeric_limits<std::uint64_t>::max() % n + 1) % n;
  const std::uint64_t last_fair = std::numeric_limits<std::uint64_t>::max() - surplus;
  std::uint64_t value = next();
  while (value > last_fair) {
    value = next();
  }
  return value % n;
}

std::int64_t Random::between(std::int64_t first, std::int64_t last) {
  assert(first <= last);
  // Unsigned, because last - first need not fit a signed number.
  const auto base = static_cast<std::uint64_t>(first);
  const std::uint64_t span = static_cast<std::uint64_t>(last) - base;
  const bool everything = span == std::numeric_limits<std::uint64_t>::max();
  return static_cast<std::int64_t>(base + (everything ? next() : below(span + 1)));
}

double Random::unit() {
  return static_cast<double>(next() >> 11) * 0x1.0p-53;
}

bool Random::chance(double probability) {
  return unit() < probability;
}

Duration Random::exponential(Duration mean) {
  assert(mean >= Duration::zero());
  constexpr double kLn2InUnits = 0.6931471805599453 * 0x1.0p-32;
  const double times_mean = static_cast<double>(negative_log2(next())) * kLn2InUnits;
  const double us = times_mean * static_cast<double>(mean.count());
  return us < 0x1.0p63 ? Duration(std::llround(us)) : Duration::max();
}

Duration Random::uniform(Duration first, Duration last) {
  return Duration(between(first.count(), last.count()));
}

std::uint64_t derive_seed(std::uint64_t seed, std::string_view name, std::uint64_t step) {
  Hash64 hash(seed);
  hash.add(name);
  hash.add(step);
  return hash.value();
}

}  // namespace glasspost
