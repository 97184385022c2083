// Which processes a scenario has and which roles live in each: the one place where placement is
// decided.
#pragma once

#include <string>
#include <vector>

#include "engine/core/config.hpp"
#include "engine/core/process.hpp"
#include "engine/virtual/plan.hpp"

namespace glasspost {

// A process to be started.
struct NodeShape {
  std::string name;
  std::vector<Address> roles;
};

// The server processes; a node's number is its index here plus one.
std::vector<NodeShape> server_nodes(const Scenario& scenario);

// Where every server role lives.
Directory make_directory(const std::vector<NodeShape>& nodes);

// The configuration of the cluster.
Config make_config(const Scenario& scenario);

// The number of the node that has this role. REQUIRES: one has.
std::uint16_t node_with(const std::vector<NodeShape>& nodes, Address role);

}  // namespace glasspost
