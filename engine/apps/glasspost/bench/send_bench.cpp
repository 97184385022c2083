// Texts that are acknowledged and shown, ours beside the peers': every server runs in its turn,
// again and again, so that a machine that is busy for a while is busy for all.
#include <map>

#include <fmt/format.h>

#include "engine/apps/glasspost/bench/benchmarks.hpp"
#include "engine/apps/glasspost/bench/runs.hpp"
#include "engine/apps/glasspost/bench/servers.hpp"

namespace glasspost::bench {
namespace {

// All runs of one server.
struct Column {
  std::unique_ptr<Server> server;
  std::vector<Measured> runs;

  double mid(Figure figure) const { return median_of(runs, figure); }
};

Finding finding(const std::string& name, const std::string& unit, const Column& ours,
                Figure value) {
  Finding one;
  one.name = name;
  one.unit = unit;
  one.ours = ours.mid(value);
  one.cpu_us = ours.mid(cpu);
  one.p50_ms = ours.mid(p50);
  one.p99_ms = ours.mid(p99);
  one.durability = ours.server->name() + ": " + ours.server->durability();
  return one;
}

Finding beside(Finding one, const Column& ours, const Column& peer, Figure value) {
  one.peer = peer.server->name();
  one.peer_value = peer.mid(value);
  one.ratio = median_ratio(ours.runs, peer.runs, value);
  one.durability += "; " + peer.server->name() + ": " + peer.server->durability();
  return one;
}

using Columns = std::map<std::string, Column>;

Result<Columns> start_all() {
  Columns columns;
  const std::size_t users = LoadShape().senders;
  for (const char* placement : {"merged", "split"}) {
    Result<std::unique_ptr<Server>> ours = start_glasspost({.placement = placement}, users);
    if (!ours) return ours.error();
    columns[placement].server = ours.take();
  }
  const std::pair<const char*, Result<std::unique_ptr<Server>> (*)()> peers[] = {
      {"zmq", start_zmq},
      {"nats", start_nats},
      {"redis", start_redis},
      {"mosquitto", start_mosquitto}};
  for (const auto& [name, start] : peers) {
    Result<std::unique_ptr<Server>> peer = start();
    if (!peer && peer.error().code != Code::kNotFound) return peer.error();
    if (!peer) {
      fmt::print(stderr, "{}\n", peer.error().message);
      continue;
    }
    columns[name].server = peer.take();
  }
  return columns;
}

Status run_once(Column& column, const LoadShape& shape) {
  Measured run = run_load(*column.server, shape);
  if (!run.broken.empty()) {
    return Error{Code::kUnavailable, column.server->name() + ": " + run.broken};
  }
  column.runs.push_back(std::move(run));
  return ok();
}

Status run_pairs(Columns& columns, const BenchOptions& options, const Progress& progress) {
  LoadShape shape;
  shape.measured = Duration(static_cast<std::int64_t>(options.seconds * 1e6));
  const auto all = static_cast<double>(options.pairs * columns.size());
  double done = 0;
  for (unsigned pair = 0; pair < options.pairs; ++pair) {
    for (auto& [name, column] : columns) {
      progress(column.server->name(), done++ / all);
      if (Status ran = run_once(column, shape); !ran) return ran;
    }
  }
  return ok();
}

void add_peers(std::vector<Finding>& findings, const Columns& columns) {
  const Column& merged = columns.at("merged");
  for (const char* name : {"nats", "mosquitto", "redis"}) {
    if (!columns.contains(name)) continue;
    const Column& peer = columns.at(name);
    Finding of_cpu = beside(finding(fmt::format("send.cpu.{}", name), "us/text", merged, cpu),
                            merged, peer, cpu);
    if (std::string(name) == "nats") aim(of_cpu, "ratio at most 1", of_cpu.ratio <= 1);
    findings.push_back(of_cpu);
    findings.push_back(beside(finding(fmt::format("send.rate.{}", name), "texts/s", merged, rate),
                              merged, peer, rate));
  }
}

}  // namespace

Result<std::vector<Finding>> bench_send(const BenchOptions& options, const Progress& progress) {
  progress("starting the servers", 0);
  Result<Columns> started = start_all();
  if (!started) return started.error();
  Columns& columns = *started;
  if (const Status ran = run_pairs(columns, options, progress); !ran) return ran.error();

  const Column& merged = columns.at("merged");
  const Column& split = columns.at("split");
  std::vector<Finding> findings;
  Finding throughput =
      beside(finding("send.rate", "texts/s", merged, rate), merged, columns.at("zmq"), rate);
  aim(throughput, "at least 100000", throughput.ours >= 100'000);
  findings.push_back(throughput);
  add_peers(findings, columns);

  Finding of_split = beside(finding("send.split.cpu", "us/text", split, cpu), split, merged, cpu);
  aim(of_split, "ratio at most 2", of_split.ratio <= 2);
  findings.push_back(of_split);
  Finding split_rate = finding("send.split.rate", "texts/s", split, rate);
  aim(split_rate, "at least 70000", split_rate.ours >= 70'000);
  findings.push_back(split_rate);

  progress("latency at a tenth of the rate", 0.98);
  LoadShape calm;
  calm.rate = throughput.ours / 10;
  calm.measured = Duration(static_cast<std::int64_t>(options.seconds * 1e6));
  Column tenth;
  tenth.server = std::move(columns.at("merged").server);
  tenth.runs.push_back(run_load(*tenth.server, calm));
  if (!tenth.runs.front().broken.empty()) {
    return Error{Code::kUnavailable, tenth.runs.front().broken};
  }
  Finding latency = finding("send.latency.tenth", "ms", tenth, p50);
  aim(latency, "below 2", latency.ours < 2);
  findings.push_back(latency);
  return findings;
}

}  // namespace glasspost::bench
