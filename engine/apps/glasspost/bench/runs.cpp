// See runs.hpp.
#include "engine/apps/glasspost/bench/runs.hpp"

#include "engine/apps/glasspost/bench/report.hpp"

namespace glasspost::bench {

double rate(const Measured& run) {
  return run.rate();
}

double cpu(const Measured& run) {
  return run.cpu_us;
}

double p50(const Measured& run) {
  return static_cast<double>(run.acked_us.quantile(0.5)) / 1e3;
}

double p99(const Measured& run) {
  return static_cast<double>(run.acked_us.quantile(0.99)) / 1e3;
}

double median_of(const std::vector<Measured>& runs, Figure figure) {
  std::vector<double> values;
  values.reserve(runs.size());
  for (const Measured& run : runs)
    values.push_back(figure(run));
  return median(values);
}

double median_ratio(const std::vector<Measured>& ours, const std::vector<Measured>& theirs,
                    Figure figure) {
  std::vector<double> ratios;
  for (std::size_t i = 0; i < ours.size() && i < theirs.size(); ++i)
    ratios.push_back(figure(ours[i]) / figure(theirs[i]));
  return median(ratios);
}

}  // namespace glasspost::bench
