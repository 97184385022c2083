// The three placements.
#include "engine/virtual/shape.hpp"

#include <cassert>

namespace glasspost {
namespace {

std::vector<Address> roles_of(RoleKind kind, std::uint32_t count) {
  std::vector<Address> roles;
  for (std::uint32_t number = 1; number <= count; ++number)
    roles.push_back({kind, number});
  return roles;
}

std::vector<Address> all_roles(const Scenario& scenario) {
  std::vector<Address> all;
  for (const auto& [kind, count] : std::vector<std::pair<RoleKind, std::uint32_t>>{
           {RoleKind::kAccess, scenario.access_count},
           {RoleKind::kLogic, 1},
           {RoleKind::kConversation, scenario.conversation_count},
           {RoleKind::kMailbox, scenario.mailbox_count},
           {RoleKind::kSeq, scenario.seq_count},
           {RoleKind::kStore, scenario.quorum.replicas},
           {RoleKind::kArbiter, scenario.arbiter_count},
           {RoleKind::kAccount, 1}}) {
    for (Address role : roles_of(kind, count))
      all.push_back(role);
  }
  return all;
}

// kPaired: roles that talk most share a process.
std::string pair_name(Address role) {
  switch (role.kind) {
    case RoleKind::kAccess:
    case RoleKind::kLogic:
      return "front";
    case RoleKind::kConversation:
    case RoleKind::kMailbox:
      return "middle-" + std::to_string(role.number);
    case RoleKind::kSeq:
    case RoleKind::kArbiter:
      return role.number == 1 ? "back" : "middle-" + std::to_string(role.number);
    default:
      return "back";
  }
}

std::vector<Address> owners(RoleKind kind, std::uint32_t count, std::uint32_t sections) {
  std::vector<Address> list;
  for (std::uint32_t index = 0; index < sections; ++index)
    list.push_back({kind, index % count + 1});
  return list;
}

}  // namespace

std::vector<NodeShape> server_nodes(const Scenario& scenario) {
  std::vector<NodeShape> nodes;
  for (Address role : all_roles(scenario)) {
    std::string name = to_text(role);
    // Every replica has a disk of its own.
    const bool apart = role.kind == RoleKind::kStore && role.number > 1;
    if (scenario.placement == Placement::kMerged && !apart) name = "server";
    if (scenario.placement == Placement::kPaired && !apart) name = pair_name(role);
    NodeShape* home = nullptr;
    for (NodeShape& node : nodes) {
      if (node.name == name) home = &node;
    }
    if (home == nullptr) home = &nodes.emplace_back(NodeShape{name, {}});
    home->roles.push_back(role);
  }
  return nodes;
}

Directory make_directory(const std::vector<NodeShape>& nodes) {
  Directory directory;
  for (std::size_t index = 0; index < nodes.size(); ++index) {
    for (Address role : nodes[index].roles) {
      directory[role] = NodeId{static_cast<std::uint16_t>(index + 1)};
    }
  }
  return directory;
}

Config make_config(const Scenario& scenario) {
  Config config;
  config.access_count = scenario.access_count;
  config.users_per_section = (scenario.users + scenario.sections - 1) / scenario.sections;
  config.conversation_owners =
      owners(RoleKind::kConversation, scenario.conversation_count, scenario.sections);
  config.mailbox_owners = owners(RoleKind::kMailbox, scenario.mailbox_count, scenario.sections);
  config.seq_owners = owners(RoleKind::kSeq, scenario.seq_count, scenario.sections);
  for (const auto& [kind, count] : std::vector<std::pair<RoleKind, std::uint32_t>>{
           {RoleKind::kConversation, scenario.conversation_count},
           {RoleKind::kMailbox, scenario.mailbox_count},
           {RoleKind::kSeq, scenario.seq_count}}) {
    for (Address role : roles_of(kind, count))
      config.owners.push_back(role);
  }
  config.replicas = roles_of(RoleKind::kStore, scenario.quorum.replicas);
  config.read_quorum = scenario.quorum.read;
  config.write_quorum = scenario.quorum.write;
  config.checkpoint_tail_bytes = scenario.checkpoint_tail_bytes;
  config.checkpoint_part_bytes = scenario.checkpoint_part_bytes;
  config.recent_batches = scenario.recent_batches;
  config.copy_batches = scenario.copy_batches;
  config.choices = scenario.choices;
  return config;
}

std::uint16_t node_with(const std::vector<NodeShape>& nodes, Address role) {
  for (std::size_t index = 0; index < nodes.size(); ++index) {
    for (Address held : nodes[index].roles) {
      if (held == role) return static_cast<std::uint16_t>(index + 1);
    }
  }
  assert(false && "every role of the roster has a process");
  return 0;
}

}  // namespace glasspost
