// What stands on the cluster map and which links it has: from the names of processes and roles.
// Changes with the topology alone. Cards are processes; when one process has every role, cards are
// its roles.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "viz/model/flows.hpp"
#include "viz/model/processes.hpp"
#include "viz/scene/cluster_map.hpp"

namespace glasspost::viz {

struct MapNode {
  std::string name;
  RoleKind kind = RoleKind::kNone;  // of its first role: which icon
  MapColumn column = MapColumn::kAccess;
  NodeId node;  // its process
};

struct MapContent {
  std::vector<MapNode> nodes;
  std::vector<MapEdge> edges;
  bool one_process = false;
  std::map<std::uint32_t, int> node_of;        // by role as facts name it
  std::map<std::pair<int, int>, int> edge_of;  // by ends

  // Of a role as facts name it; kClientsBox for devices and people.
  static constexpr int kNoNode = -2;
  [[nodiscard]] int node(std::uint32_t role) const;

  // Of two roles as facts name them; -1 when the map has no such link. A pair may have one link for
  // both directions.
  [[nodiscard]] int edge(std::uint32_t from_role, std::uint32_t to_role) const;
  // The same, but never the link of the other direction: dots must not run backwards.
  [[nodiscard]] int edge_forth(std::uint32_t from_role, std::uint32_t to_role) const;
};

[[nodiscard]] MapContent map_content(const std::vector<ProcessCard>& processes);

// A link's traffic over the last second.
struct EdgeTraffic {
  double letters = 0;  // a second
  double bytes = 0;
  // What it carried most since the model began, control only when there was nothing else: its
  // colour, which may not change with every letter.
  MessageGroup main = MessageGroup::kControl;
};
[[nodiscard]] std::vector<EdgeTraffic> edge_traffic(const MapContent& content, const Flows& flows,
                                                    Time now);

// Letters a second that a node takes in and sends out.
struct NodeTraffic {
  double in = 0, out = 0;
};
// By node; the clients are the last.
[[nodiscard]] std::vector<NodeTraffic> node_traffic(const MapContent& content, const Flows& flows,
                                                    Time now);

// Where in a message's journey a letter of this link and group comes: 0 first. Links that no
// journey uses come last.
[[nodiscard]] int journey_rank(const LinkKey& link);

}  // namespace glasspost::viz
