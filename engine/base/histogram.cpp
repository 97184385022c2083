// The bucket arithmetic of Histogram.
#include "engine/base/histogram.hpp"

#include <algorithm>
#include <bit>
#include <cassert>
#include <cmath>

namespace glasspost {
namespace {

// 2^5 buckets to each doubling.
constexpr unsigned kBits = 5;
constexpr std::uint64_t kPerDoubling = std::uint64_t{1} << kBits;

// How far values are shifted so that kBits + 1 leading bits remain; those select the bucket.
unsigned shift_of(std::uint64_t value) {
  const auto width = static_cast<unsigned>(std::bit_width(value));
  return width > kBits + 1 ? width - (kBits + 1) : 0;
}

std::size_t bucket_of(std::uint64_t value) {
  const unsigned shift = shift_of(value);
  return static_cast<std::size_t>(shift * kPerDoubling + (value >> shift));
}

// The greatest value that falls into a bucket.
std::uint64_t last_of(std::size_t bucket) {
  if (bucket < 2 * kPerDoubling) {
    return bucket;
  }
  const auto shift = static_cast<unsigned>(bucket / kPerDoubling - 1);
  const std::uint64_t leading = bucket % kPerDoubling + kPerDoubling;
  return (leading << shift) + ((std::uint64_t{1} << shift) - 1);
}

}  // namespace

void Histogram::add(std::uint64_t value) {
  const std::size_t bucket = bucket_of(value);
  if (bucket >= counts_.size()) {
    counts_.resize(bucket + 1);
  }
  ++counts_[bucket];
  ++count_;
  max_ = std::max(max_, value);
  sum_low_ += value;
  sum_high_ += sum_low_ < value ? 1 : 0;
}

void Histogram::merge(const Histogram& other) {
  counts_.resize(std::max(counts_.size(), other.counts_.size()));
  for (std::size_t i = 0; i < other.counts_.size(); ++i) {
    counts_[i] += other.counts_[i];
  }
  count_ += other.count_;
  max_ = std::max(max_, other.max_);
  const std::uint64_t added = other.sum_low_;
  const std::uint64_t carried = other.sum_high_;
  sum_low_ += added;
  sum_high_ += carried + (sum_low_ < added ? 1 : 0);
}

std::uint64_t Histogram::quantile(double fraction) const {
  assert(fraction >= 0 && fraction <= 1);
  const double wanted = std::max(1.0, std::ceil(fraction * static_cast<double>(count_)));
  std::uint64_t seen = 0;
  for (std::size_t i = 0; i < counts_.size(); ++i) {
    seen += counts_[i];
    if (static_cast<double>(seen) >= wanted) {
      return std::min(last_of(i), max_);
    }
  }
  return max_;
}

double Histogram::mean() const {
  if (count_ == 0) {
    return 0;
  }
  const double high = std::ldexp(static_cast<double>(sum_high_), 64);
  return (high + static_cast<double>(sum_low_)) / static_cast<double>(count_);
}

}  // namespace glasspost
