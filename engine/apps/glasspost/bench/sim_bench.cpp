// How fast the virtual world runs: five server processes and fifty devices, each of which sends a
// text every five virtual seconds and syncs on notice, without faults, all promises judged.
#include <numeric>

#include "engine/apps/glasspost/bench/benchmarks.hpp"
#include "engine/live/clocks.hpp"
#include "engine/virtual/run.hpp"

namespace glasspost::bench {
namespace {

Scenario five_servers(std::uint64_t seed) {
  Scenario scenario;
  scenario.seed = seed;
  scenario.placement = Placement::kPaired;  // front, back and one for each of these
  scenario.conversation_count = 3;
  scenario.mailbox_count = 3;
  scenario.users = 50;
  scenario.devices_per_user = 1;
  scenario.texts_per_second = 10;
  return scenario;
}

std::uint64_t judgements(const RunReport& report) {
  SimReport one;
  one.add(report);
  return std::accumulate(
      one.judged.begin(), one.judged.end(), std::uint64_t{0},
      [](std::uint64_t sum, const auto& entry) { return sum + entry.second; });
}

}  // namespace

Result<std::vector<Finding>> bench_sim(const BenchOptions& options, const Progress& progress) {
  std::vector<double> seconds;
  std::vector<double> envelopes;
  std::vector<double> judged;
  for (unsigned seed = 1; seed <= options.pairs; ++seed) {
    progress("five servers, fifty devices", static_cast<double>(seed - 1) / options.pairs);
    const Scenario scenario = five_servers(seed);
    const Time began = station_now();
    const RunReport report = run_plan(scenario, make_plan(scenario));
    const double wall = static_cast<double>(to_us(station_now() - began)) / 1e6;
    if (report.broken() >= 0) return Error{Code::kCorruption, report.broken_sentence()};
    seconds.push_back(static_cast<double>(to_us(scenario.length)) / 1e6 / wall);
    envelopes.push_back(static_cast<double>(report.counts.envelopes) / wall);
    judged.push_back(static_cast<double>(judgements(report)) / wall);
  }
  std::vector<Finding> findings(3);
  findings[0].name = "sim.speed";
  findings[0].unit = "virtual s/s";
  findings[0].ours = median(seconds);
  findings[0].target = "at least 100";
  findings[0].met = findings[0].ours >= 100;
  findings[1].name = "sim.envelopes";
  findings[1].unit = "1/s";
  findings[1].ours = median(envelopes);
  findings[2].name = "sim.judgements";
  findings[2].unit = "1/s";
  findings[2].ours = median(judged);
  return findings;
}

}  // namespace glasspost::bench
