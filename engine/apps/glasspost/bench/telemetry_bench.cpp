// What facts cost: one cluster whose facts the hub gathers and a recorder drains, and one without
// rings and hub, in turn under the same load. The recorder's own work is not counted, the hub's is.
#include "engine/apps/glasspost/bench/benchmarks.hpp"
#include "engine/apps/glasspost/bench/servers.hpp"

namespace glasspost::bench {
namespace {

constexpr double kMostTimes = 1.05;

}  // namespace

Result<std::vector<Finding>> bench_telemetry(const BenchOptions& options,
                                             const Progress& progress) {
  LoadShape shape;
  shape.measured = Duration(static_cast<std::int64_t>(options.seconds * 1e6));
  progress("starting two clusters", 0);
  Result<Folder> folder = Folder::make();
  if (!folder) return folder.error();
  Result<std::unique_ptr<Server>> watched =
      start_glasspost({.recording = folder->path() + "/facts.gpr"}, shape.senders);
  if (!watched) return watched.error();
  Result<std::unique_ptr<Server>> dark = start_glasspost({.preset = "unwatched"}, shape.senders);
  if (!dark) return dark.error();
  std::vector<double> with;
  std::vector<double> without;
  std::vector<double> ratios;
  for (unsigned pair = 0; pair < options.pairs; ++pair) {
    progress("pair by pair", static_cast<double>(pair) / options.pairs);
    const Measured one = run_load(**watched, shape);
    const Measured other = run_load(**dark, shape);
    for (const Measured* run : {&one, &other}) {
      if (!run->broken.empty()) return Error{Code::kUnavailable, run->broken};
    }
    with.push_back(one.cpu_us);
    without.push_back(other.cpu_us);
    ratios.push_back(one.cpu_us / other.cpu_us);
  }
  Finding cost;
  cost.name = "telemetry.cpu";
  cost.unit = "us/text";
  cost.ours = cost.cpu_us = median(with);
  cost.peer = "glasspost without facts";
  cost.peer_value = median(without);
  cost.ratio = median(ratios);
  cost.target = "ratio at most 1.05";
  cost.met = cost.ratio <= kMostTimes;
  return std::vector<Finding>{cost};
}

}  // namespace glasspost::bench
