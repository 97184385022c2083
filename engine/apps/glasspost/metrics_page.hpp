// What a cluster measures of itself, as a page for Prometheus: what `glasspost status` knows, and
// what the kernel knows of its processes.
#pragma once

#include "engine/apps/glasspost/cluster.hpp"
#include "engine/telemetry/exposition.hpp"

namespace glasspost {

// Adds the families of a cluster; `status` is the supervisor's answer, or why there was none.
void write_cluster_metrics(const RunDirectory& directory, const Result<v1::ControlReply>& status,
                           Exposition& page);

}  // namespace glasspost
