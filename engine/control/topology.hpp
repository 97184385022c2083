// Which processes a live cluster has, which roles live in each, and the configuration they share.
// It is made once by `glasspost up`, lies in the run directory as cluster.toml, and is read by
// every process.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.hpp"
#include "engine/core/config.hpp"
#include "engine/core/process.hpp"
#include "engine/core/quorum.hpp"

namespace glasspost {

// How a topology's file begins.
inline constexpr std::string_view kTopologyMark = "# A Glasspost cluster";

// One process.
struct ProcessSpec {
  std::string name;  // letters, digits and dashes
  std::vector<Address> roles;
};

// The whole cluster. A process's node number is its place in the list plus one.
struct Topology {
  std::string preset = "classroom";
  std::string placement = "split";  // split or merged
  Quorum quorum;
  std::vector<ProcessSpec> processes;
  Config config;

  // A class uses it: it has users, and small sections. "quick" has shorter leases.
  bool is_for_class() const { return preset == "classroom" || preset == "quick"; }

  // Without facts nobody can look inside: no rings, no hub. To measure what watching costs.
  bool is_watched() const { return preset != "unwatched"; }

  Directory directory() const;
  // The node number of a process, or 0.
  std::uint16_t node_of(const std::string& name) const;
  // The process that has a role, or null.
  const ProcessSpec* process_with(Address role) const;
};

// What `up` may be asked for.
struct TopologyRequest {
  std::string preset = "classroom";
  std::string placement = "split";
  std::uint32_t access_count = 2;
  std::uint32_t conversation_count = 2;
  std::uint32_t mailbox_count = 2;
  Quorum quorum;
  std::uint32_t sections = 8;  // of conversations
};

// Errors: kInvalidArgument naming the word that is not known.
Result<Topology> make_topology(const TopologyRequest& request);

// The file's text, and back. Errors: kCorruption with line and reason.
std::string topology_text(const Topology& topology);
Result<Topology> parse_topology(const std::string& text, const std::string& path);

}  // namespace glasspost
