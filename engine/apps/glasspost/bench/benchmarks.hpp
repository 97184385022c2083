// The benchmarks, each a function of its own.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "engine/apps/glasspost/bench/report.hpp"
#include "engine/base/result.hpp"

namespace glasspost::bench {

struct BenchOptions {
  unsigned pairs = 5;
  double seconds = 3;                // measured in each run
  std::size_t connections = 10'000;  // of `idle`, `login` and `console`
};

// Says what is being done, and how much of it is done, 0 .. 1.
using Progress = std::function<void(const std::string& what, double done)>;

// Texts that are acknowledged and shown: merged and split, beside the peers and libzmq alone.
Result<std::vector<Finding>> bench_send(const BenchOptions& options, const Progress& progress);

// What a logged-in connection costs while it is silent.
Result<std::vector<Finding>> bench_idle(const BenchOptions& options, const Progress& progress);

// What a new connection and its login cost.
Result<std::vector<Finding>> bench_login(const BenchOptions& options, const Progress& progress);

// What facts cost: the same cluster watched and recorded, and without rings and hub.
Result<std::vector<Finding>> bench_telemetry(const BenchOptions& options, const Progress& progress);

// Frames of the console on a recording of a busy cluster, drawn without a graphics card.
Result<std::vector<Finding>> bench_console(const BenchOptions& options, const Progress& progress);

// Numbers of an allocator beside Redis INCR and libzmq alone: singles, batches, one at a time.
Result<std::vector<Finding>> bench_seq(const BenchOptions& options, const Progress& progress);

// How long sections are not served after their owner was killed or frozen under load.
Result<std::vector<Finding>> bench_failover(const BenchOptions& options, const Progress& progress);

// The speed of the virtual world.
Result<std::vector<Finding>> bench_sim(const BenchOptions& options, const Progress& progress);

}  // namespace glasspost::bench
