// The text that Prometheus reads, version 0.0.4: families of samples, each with what it means. Only
// the form is known here; what there is to tell is the caller's.
// https://prometheus.io/docs/instrumenting/exposition_formats/
#pragma once

#include <cstdint>
#include <initializer_list>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace glasspost {

enum class MetricType : std::uint8_t { kCounter, kGauge, kHistogram, kUntyped };

// A name and its value. Values may hold any UTF-8.
using MetricLabels = std::vector<std::pair<std::string_view, std::string>>;

// How often a value was at most so much, in the buckets of a Prometheus histogram.
class BucketCounts {
 public:
  // REQUIRES: the bounds rise, and live as long as this.
  explicit BucketCounts(std::initializer_list<double> bounds)
      : bounds_(bounds), counts_(bounds.size() + 1) {}

  void add(double value, std::uint64_t times = 1);

  const std::vector<double>& bounds() const { return bounds_; }
  // How many values were at most bounds()[index]; all of them for the index after the last.
  std::uint64_t at_most(std::size_t index) const;
  double sum() const { return sum_; }

 private:
  std::vector<double> bounds_;
  std::vector<std::uint64_t> counts_;  // by bucket
  double sum_ = 0;
};

class Exposition {
 public:
  // The samples that follow are of this family. REQUIRES: a name of a-z, 0-9 and _ that begins with
  // a letter and was not begun before; the name of a counter ends in _total.
  void begin(std::string_view name, MetricType type, std::string_view help);

  void add(const MetricLabels& labels, std::uint64_t value);
  void add(const MetricLabels& labels, double value);
  // REQUIRES: the family is a histogram.
  void add(MetricLabels labels, const BucketCounts& buckets);

  const std::string& text() const { return text_; }

 private:
  void sample(std::string_view suffix, const MetricLabels& labels, std::string_view value);

  std::string text_;
  std::string family_;
  std::set<std::string> begun_;
  MetricType type_ = MetricType::kUntyped;
};

}  // namespace glasspost
