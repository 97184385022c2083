// The project's only source of chance: a small seeded generator, the same on every platform.
// Give every purpose a stream of its own through derive_seed, so that one more draw in one
// place does not shift the draws of all the others. Not for secrets.
#pragma once

#include <cstdint>
#include <string_view>

#include "engine/base/time.hpp"

namespace glasspost {

// A value: a copy continues exactly as the original would. Every function below except next
// is built on it; only below, and what uses it, may take more than one draw.
class Random {
 public:
  explicit Random(std::uint64_t seed);

  // The next 64 random bits.
  std::uint64_t next();

  // Uniform over 0..n-1, without bias. REQUIRES: n > 0.
  std::uint64_t below(std::uint64_t n);

  // Uniform over first..last, both included. REQUIRES: first <= last.
  std::int64_t between(std::int64_t first, std::int64_t last);

  // Uniform over [0, 1).
  double unit();

  // True with this probability: never at 0 or below, always at 1 or above. Always one draw.
  bool chance(double probability);

  // Exponentially distributed with this mean, rounded to microseconds (so 0 can happen).
  // REQUIRES: mean >= 0.
  Duration exponential(Duration mean);

  // Uniform over first..last, both included. REQUIRES: first <= last.
  Duration uniform(Duration first, Duration last);

  // How many times next() ran since the seed.
  std::uint64_t draws() const { return draws_; }

  // A rolling hash of every value drawn: equal digests mean equal histories.
  std::uint64_t digest() const { return digest_; }

  template <class Archive>
  void fields(Archive& archive) {
    archive(state_, draws_, digest_);
  }

 private:
  std::uint64_t state_;
  std::uint64_t draws_ = 0;
  std::uint64_t digest_ = 0;
};

// The seed of the stream with this name, and of this step within it.
std::uint64_t derive_seed(std::uint64_t seed, std::string_view name, std::uint64_t step = 0);

}  // namespace glasspost
