// See seq_cluster.hpp.
#include "engine/apps/glasspost/bench/seq_cluster.hpp"

#include <fmt/format.h>

#include "engine/apps/glasspost/bench/etcd.hpp"
#include "engine/apps/glasspost/bench/runs.hpp"
#include "engine/apps/glasspost/bench/servers.hpp"
#include "engine/control/role_question.hpp"

namespace glasspost::bench {
namespace {

constexpr unsigned kStep = 100;  // so that a run has many ceilings

// Ceilings written, and what the growth of the hottest users asks for.
struct Writes {
  double measured = 0;
  double predicted = 0;
};

Result<Writes> count_writes(const Server& server) {
  const RunDirectory directory(server.directory());
  const Result<Topology> topology = running_topology(directory);
  if (!topology) return topology.error();
  const Config& config = topology->config;
  Writes writes;
  for (std::uint32_t index = 0; index < config.seq_sections(config.seq_cut); ++index) {
    const UserId user = config.first_user(section_of(config.seq_cut, index));
    const NumberView view = look_at_numbers(directory, config, user, to_text(user));
    if (!view.silence.empty()) return Error{Code::kUnavailable, view.silence};
    const v1::NumbersShown& shown = view.answer;
    writes.measured += static_cast<double>(shown.raises());
    const auto growth = static_cast<double>(shown.highest() - shown.floor());
    writes.predicted += 1 + growth / static_cast<double>(shown.step());  // one to begin with
  }
  return writes;
}

Finding of_writes(const Writes& writes) {
  Finding one;
  one.name = "seq.writes";
  one.unit = "ceilings";
  one.ours = writes.measured;
  one.peer =
      fmt::format("predicted: growth of the hottest user / step of {}, and one a section", kStep);
  one.peer_value = writes.predicted;
  one.ratio = writes.predicted > 0 ? writes.measured / writes.predicted : 0;
  one.durability = "each synced on two of three replicas";
  return one;
}

}  // namespace

Result<std::vector<Finding>> bench_seq_cluster(const BenchOptions& options,
                                               const Progress& progress) {
  LoadShape shape;
  shape.measured = Duration(static_cast<std::int64_t>(options.seconds * 1e6));
  Result<std::unique_ptr<Server>> ours =
      start_glasspost({.quorum = "3/2/2", .step = kStep}, shape.senders);
  if (!ours) return ours.error();
  std::vector<Measured> runs;
  std::vector<double> etcd_rates;
  std::vector<double> ratios;
  Result<Etcd> etcd = Etcd::start();
  if (!etcd) {
    if (etcd.error().code != Code::kNotFound) return etcd.error();
    fmt::print(stderr, "{}\n", etcd.error().message);
  }
  for (unsigned pair = 0; pair < options.pairs; ++pair) {
    progress("three replicas", static_cast<double>(pair) / options.pairs);
    Measured run = run_load(**ours, shape);
    if (!run.broken.empty()) return Error{Code::kUnavailable, "three replicas: " + run.broken};
    runs.push_back(std::move(run));
    if (!etcd) continue;
    progress("etcd, a minute", (pair + 0.2) / options.pairs);
    const Result<double> theirs = etcd->check_perf();
    if (!theirs) return theirs.error();
    etcd_rates.push_back(*theirs);
    ratios.push_back(rate(runs.back()) / *theirs);
  }
  Finding quorum;
  quorum.name = "seq.quorum.rate";
  quorum.unit = "texts/s";
  quorum.ours = median_of(runs, rate);
  quorum.cpu_us = median_of(runs, cpu);
  quorum.p50_ms = median_of(runs, p50);
  quorum.p99_ms = median_of(runs, p99);
  quorum.durability = "glasspost: in batches, synced on two of three replicas, numbered and shown";
  if (!ratios.empty()) {
    quorum.peer = "etcd check perf, writes/s";
    quorum.peer_value = median(etcd_rates);
    quorum.ratio = median(ratios);
    quorum.durability += "; etcd: three nodes, synced on two";
    aim(quorum, "ratio at least 8", quorum.ratio >= 8);
  }
  const Result<Writes> writes = count_writes(**ours);
  if (!writes) return writes.error();
  return std::vector<Finding>{quorum, of_writes(*writes)};
}

}  // namespace glasspost::bench
