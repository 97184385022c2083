// The ways of links on the cluster map: ports at the sides of cards, lanes through the columns that
// a link passes. Within a column, neighbours are joined by straight stubs and others by a bulge.
#pragma once

#include <span>
#include <vector>

#include "viz/scene/cluster_map.hpp"

namespace glasspost::viz {

// REQUIRES: the plan's cards, clients and columns are set. One curve for each edge, drawn from its
// beginning to its end.
[[nodiscard]] std::vector<Curve> route_links(const MapPlan& plan, float em,
                                             std::span<const MapCard> cards,
                                             std::span<const MapEdge> edges);

}  // namespace glasspost::viz
