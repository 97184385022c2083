// Numbers and texts of a whole cluster with three replicas: what a quorum's sync allows, beside
// etcd; and how often a ceiling is written, beside what the formula predicts.
#pragma once

#include <vector>

#include "engine/apps/glasspost/bench/benchmarks.hpp"

namespace glasspost::bench {

Result<std::vector<Finding>> bench_seq_cluster(const BenchOptions& options,
                                               const Progress& progress);

}  // namespace glasspost::bench
