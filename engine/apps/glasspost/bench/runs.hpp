// The figures of runs that were measured side by side: of one run, and of all of them.
#pragma once

#include <vector>

#include "engine/apps/glasspost/bench/line_load.hpp"

namespace glasspost::bench {

// One figure of a run. Times in ms, of the processor in us a unit of work.
using Figure = double (*)(const Measured& run);
double rate(const Measured& run);
double cpu(const Measured& run);
double p50(const Measured& run);
double p99(const Measured& run);

double median_of(const std::vector<Measured>& runs, Figure figure);

// The median of ours / theirs, run by run: what disturbs the machine disturbs both of a pair.
double median_ratio(const std::vector<Measured>& ours, const std::vector<Measured>& theirs,
                    Figure figure);

}  // namespace glasspost::bench
