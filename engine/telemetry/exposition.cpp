// Lines of text; see exposition.hpp.
#include "engine/telemetry/exposition.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>

#include <fmt/format.h>

namespace glasspost {
namespace {

constexpr const char* kTypes[] = {"counter", "gauge", "histogram", "untyped"};

bool is_name(std::string_view name) {
  const auto is_letter = [](char c) { return c >= 'a' && c <= 'z'; };
  return !name.empty() && is_letter(name.front()) &&
         std::all_of(name.begin(), name.end(),
                     [&](char c) { return is_letter(c) || c == '_' || (c >= '0' && c <= '9'); });
}

std::string escape(std::string_view text, bool quotes) {
  std::string escaped;
  for (const char c : text) {
    if (c == '\\' || (quotes && c == '"')) escaped += '\\';
    if (c == '\n') {
      escaped += "\\n";
    } else {
      escaped += c;
    }
  }
  return escaped;
}

std::string number(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value > 0 ? "+Inf" : "-Inf";
  return fmt::format("{}", value);
}

}  // namespace

void BucketCounts::add(double value, std::uint64_t times) {
  const auto bucket = std::lower_bound(bounds_.begin(), bounds_.end(), value);
  counts_[static_cast<std::size_t>(bucket - bounds_.begin())] += times;
  sum_ += value * static_cast<double>(times);
}

std::uint64_t BucketCounts::at_most(std::size_t index) const {
  assert(index < counts_.size());
  std::uint64_t all = 0;
  for (std::size_t bucket = 0; bucket <= index; ++bucket)
    all += counts_[bucket];
  return all;
}

void Exposition::begin(std::string_view name, MetricType type, std::string_view help) {
  assert(is_name(name));
  assert((type == MetricType::kCounter) == name.ends_with("_total"));
  family_ = name;
  type_ = type;
  const bool is_new = begun_.insert(family_).second;
  assert(is_new);
  static_cast<void>(is_new);
  text_ += fmt::format("# HELP {} {}\n# TYPE {} {}\n", name, escape(help, false), name,
                       kTypes[static_cast<std::size_t>(type)]);
}

void Exposition::add(const MetricLabels& labels, std::uint64_t value) {
  assert(type_ != MetricType::kHistogram);
  sample("", labels, std::to_string(value));
}

void Exposition::add(const MetricLabels& labels, double value) {
  assert(type_ != MetricType::kHistogram);
  sample("", labels, number(value));
}

void Exposition::add(MetricLabels labels, const BucketCounts& buckets) {
  assert(type_ == MetricType::kHistogram);
  const std::size_t last = buckets.bounds().size();
  const std::uint64_t all = buckets.at_most(last);
  labels.emplace_back("le", "");
  for (std::size_t index = 0; index <= last; ++index) {
    labels.back().second = index < last ? number(buckets.bounds()[index]) : "+Inf";
    sample("_bucket", labels, std::to_string(buckets.at_most(index)));
  }
  labels.pop_back();
  sample("_sum", labels, number(buckets.sum()));
  sample("_count", labels, std::to_string(all));
}

void Exposition::sample(std::string_view suffix, const MetricLabels& labels,
                        std::string_view value) {
  assert(!family_.empty());
  std::string inside;
  for (const auto& [name, meaning] : labels) {
    assert(is_name(name));
    inside += fmt::format("{}{}=\"{}\"", inside.empty() ? "" : ",", name, escape(meaning, true));
  }
  text_ += fmt::format("{}{}{}{}{} {}\n", family_, suffix, inside.empty() ? "" : "{", inside,
                       inside.empty() ? "" : "}", value);
}

}  // namespace glasspost
