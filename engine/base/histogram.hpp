// A histogram of whole numbers (latencies in microseconds, sizes in bytes) over the entire
// 64-bit range in at most 15 kB. Adding is a few instructions; quantiles are about 3 % coarse.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace glasspost {

// Numbers below 64 are counted exactly. Above, every doubling is divided into 32 buckets of
// equal width, so a bucket is never wider than 1/32 of the numbers in it.
class Histogram {
 public:
  void add(std::uint64_t value);

  // As if everything added to `other` had been added here.
  void merge(const Histogram& other);

  // How many values were added.
  std::uint64_t count() const { return count_; }

  // The value that a `fraction` of all values do not exceed, at most 1/32 too high and never
  // too low; 0 when nothing was added. REQUIRES: 0 <= fraction <= 1.
  std::uint64_t quantile(double fraction) const;

  // Exact; 0 when nothing was added.
  std::uint64_t max() const { return max_; }
  double mean() const;

  template <class Archive>
  void fields(Archive& archive) {
    archive(counts_, count_, max_, sum_low_, sum_high_);
    // Bytes from outside may claim buckets that do not exist.
    if (counts_.size() > kBuckets) {
      counts_.resize(kBuckets);
    }
  }

 private:
  static constexpr std::size_t kBuckets = 32 * 60;

  std::vector<std::uint64_t> counts_;  // up to the highest bucket in use
  std::uint64_t count_ = 0;
  std::uint64_t max_ = 0;
  std::uint64_t sum_low_ = 0;  // the sum of all values, as 128 bits
  std::uint64_t sum_high_ = 0;
};

}  // namespace glasspost
