// Which roles talk to which is known from the protocol; the map has a link for every such pair, so
// that no link appears or moves when the first letter comes.
#include "viz/scene/map_content.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace glasspost::viz {
namespace {

constexpr std::uint32_t fact_name(Address role) {
  return static_cast<std::uint32_t>(role.kind) << 24 | static_cast<std::uint32_t>(role.number);
}
constexpr RoleKind kind_of(std::uint32_t fact_role) {
  return static_cast<RoleKind>(fact_role >> 24);
}
bool outside(RoleKind kind) {
  return kind == RoleKind::kDevice || kind == RoleKind::kPerson;
}

MapColumn column_of(RoleKind kind) {
  switch (kind) {
    case RoleKind::kAccess:
      return MapColumn::kAccess;
    case RoleKind::kLogic:
    case RoleKind::kArbiter:  // nobody's message passes there, and this column has room
      return MapColumn::kLogic;
    case RoleKind::kConversation:
    case RoleKind::kFanout:
      return MapColumn::kConversation;
    case RoleKind::kMailbox:
    case RoleKind::kSeq:
      return MapColumn::kMailbox;
    default:
      return MapColumn::kStore;
  }
}

// Letters flow in this direction. Pairs that exchange nothing but control have one link for both.
using Route = std::pair<RoleKind, RoleKind>;
constexpr std::array kRoutes{Route{RoleKind::kDevice, RoleKind::kAccess},
                             Route{RoleKind::kAccess, RoleKind::kDevice},
                             Route{RoleKind::kAccess, RoleKind::kLogic},
                             Route{RoleKind::kLogic, RoleKind::kConversation},
                             Route{RoleKind::kConversation, RoleKind::kAccess},
                             Route{RoleKind::kConversation, RoleKind::kMailbox},
                             Route{RoleKind::kMailbox, RoleKind::kConversation},
                             Route{RoleKind::kConversation, RoleKind::kStore},
                             Route{RoleKind::kStore, RoleKind::kConversation},
                             Route{RoleKind::kMailbox, RoleKind::kStore},
                             Route{RoleKind::kStore, RoleKind::kMailbox},
                             Route{RoleKind::kMailbox, RoleKind::kSeq},
                             Route{RoleKind::kSeq, RoleKind::kMailbox},
                             Route{RoleKind::kSeq, RoleKind::kStore},
                             Route{RoleKind::kStore, RoleKind::kSeq},
                             Route{RoleKind::kMailbox, RoleKind::kAccess},
                             Route{RoleKind::kAccess, RoleKind::kMailbox},
                             Route{RoleKind::kAccess, RoleKind::kAccount},
                             Route{RoleKind::kArbiter, RoleKind::kStore}};

// The column of a process: that of its roles nearest to the disks if it has a store, otherwise that
// of its first role.
MapColumn column_of(const std::vector<Address>& roles) {
  for (const Address role : roles) {
    if (role.kind == RoleKind::kStore) return MapColumn::kStore;
  }
  return roles.empty() ? MapColumn::kStore : column_of(roles.front().kind);
}

void add(MapContent& content, MapNode node, const std::vector<Address>& roles) {
  const auto index = static_cast<int>(content.nodes.size());
  for (const Address role : roles)
    content.node_of[fact_name(role)] = index;
  content.nodes.push_back(std::move(node));
}

struct Entry {
  MapNode node;
  std::vector<Address> roles;
};

std::vector<Entry> entries_of(const std::vector<ProcessCard>& processes) {
  std::vector<Entry> entries;
  const bool one = processes.size() == 1;
  for (const ProcessCard& process : processes) {
    if (!one) {
      const RoleKind kind = process.roles.empty() ? RoleKind::kNone : process.roles.front().kind;
      entries.push_back(
          {{process.name, kind, column_of(process.roles), process.node}, process.roles});
      continue;
    }
    for (const Address role : process.roles) {
      entries.push_back({{to_text(role), role.kind, column_of(role.kind), process.node}, {role}});
    }
  }
  return entries;
}

// By column; within it as given, except that those who hand out numbers stand in the middle of the
// mailboxes: all of them ask.
void sort_entries(std::vector<Entry>& entries) {
  std::stable_sort(entries.begin(), entries.end(),
                   [](const Entry& a, const Entry& b) { return a.node.column < b.node.column; });
  const auto begin = std::find_if(entries.begin(), entries.end(), [](const Entry& entry) {
    return entry.node.column == MapColumn::kMailbox;
  });
  const auto end = std::find_if(begin, entries.end(), [](const Entry& entry) {
    return entry.node.column != MapColumn::kMailbox;
  });
  const auto seqs = std::stable_partition(
      begin, end, [](const Entry& entry) { return entry.node.kind != RoleKind::kSeq; });
  std::rotate(begin + (seqs - begin + 1) / 2, seqs, end);
}

void add_edge(MapContent& content, int from, int to) {
  if (from == to || content.edge_of.contains({from, to})) return;
  content.edge_of[{from, to}] = static_cast<int>(content.edges.size());
  content.edges.push_back({from, to});
}

void add_edges_to(MapContent& content, int from, RoleKind to_kind) {
  for (const auto& [to_role, to] : content.node_of) {
    if (kind_of(to_role) == to_kind) add_edge(content, from, to);
  }
}

void add_edges(MapContent& content) {
  content.node_of[static_cast<std::uint32_t>(RoleKind::kDevice) << 24] = kClientsBox;
  for (const auto& [from_kind, to_kind] : kRoutes) {
    for (const auto& [from_role, from] : content.node_of) {
      if (kind_of(from_role) == from_kind) add_edges_to(content, from, to_kind);
    }
  }
}

// A step of a message's journey.
struct Step {
  RoleKind from, to;
  MessageGroup group;
};
constexpr std::array kJourney{
    Step{RoleKind::kDevice, RoleKind::kAccess, MessageGroup::kSend},
    Step{RoleKind::kAccess, RoleKind::kLogic, MessageGroup::kSend},
    Step{RoleKind::kLogic, RoleKind::kConversation, MessageGroup::kSend},
    Step{RoleKind::kConversation, RoleKind::kStore, MessageGroup::kAppend},
    Step{RoleKind::kStore, RoleKind::kConversation, MessageGroup::kAppend},
    Step{RoleKind::kConversation, RoleKind::kAccess, MessageGroup::kSend},
    Step{RoleKind::kAccess, RoleKind::kDevice, MessageGroup::kSend},
    Step{RoleKind::kConversation, RoleKind::kMailbox, MessageGroup::kAppend},
    Step{RoleKind::kMailbox, RoleKind::kStore, MessageGroup::kAppend},
    Step{RoleKind::kStore, RoleKind::kMailbox, MessageGroup::kAppend},
    Step{RoleKind::kMailbox, RoleKind::kConversation, MessageGroup::kAppend},
    Step{RoleKind::kMailbox, RoleKind::kAccess, MessageGroup::kNotice},
    Step{RoleKind::kAccess, RoleKind::kDevice, MessageGroup::kNotice},
    Step{RoleKind::kDevice, RoleKind::kAccess, MessageGroup::kSync},
    Step{RoleKind::kAccess, RoleKind::kMailbox, MessageGroup::kSync},
    Step{RoleKind::kMailbox, RoleKind::kConversation, MessageGroup::kSync},
    Step{RoleKind::kConversation, RoleKind::kMailbox, MessageGroup::kSync},
    Step{RoleKind::kMailbox, RoleKind::kAccess, MessageGroup::kSync},
    Step{RoleKind::kAccess, RoleKind::kDevice, MessageGroup::kSync}};

}  // namespace

int MapContent::node(std::uint32_t role) const {
  if (outside(kind_of(role))) return kClientsBox;
  const auto known = node_of.find(role);
  return known == node_of.end() ? kNoNode : known->second;
}

int MapContent::edge_forth(std::uint32_t from_role, std::uint32_t to_role) const {
  const auto found = edge_of.find({node(from_role), node(to_role)});
  return found == edge_of.end() ? -1 : found->second;
}

int MapContent::edge(std::uint32_t from_role, std::uint32_t to_role) const {
  const int forth = edge_forth(from_role, to_role);
  return forth >= 0 ? forth : edge_forth(to_role, from_role);
}

MapContent map_content(const std::vector<ProcessCard>& processes) {
  MapContent content;
  content.one_process = processes.size() == 1;
  std::vector<Entry> entries = entries_of(processes);
  sort_entries(entries);
  for (Entry& entry : entries)
    add(content, std::move(entry.node), entry.roles);
  add_edges(content);
  return content;
}

std::vector<EdgeTraffic> edge_traffic(const MapContent& content, const Flows& flows, Time now) {
  std::vector<EdgeTraffic> all(content.edges.size());
  std::vector<std::array<std::uint64_t, kMessageGroups>> since_beginning(all.size());
  for (const auto& [key, flow] : flows.all()) {
    const int edge = content.edge(key.from, key.to);
    if (edge < 0) continue;
    const auto index = static_cast<std::size_t>(edge);
    all[index].letters += flow.letters_a_second(now);
    all[index].bytes += flow.bytes_a_second(now);
    if (key.group == MessageGroup::kControl) continue;
    since_beginning[index].at(static_cast<std::size_t>(key.group)) += flow.letters;
  }
  for (std::size_t index = 0; index < all.size(); ++index) {
    const auto& groups = since_beginning[index];
    const auto most = std::max_element(groups.begin(), groups.end());
    if (*most > 0) all[index].main = static_cast<MessageGroup>(most - groups.begin());
  }
  return all;
}

std::vector<NodeTraffic> node_traffic(const MapContent& content, const Flows& flows, Time now) {
  std::vector<NodeTraffic> all(content.nodes.size() + 1);
  const auto entry = [&all](int node) -> NodeTraffic& {
    return node == kClientsBox ? all.back() : all[static_cast<std::size_t>(node)];
  };
  for (const auto& [key, flow] : flows.all()) {
    const int from = content.node(key.from);
    const int to = content.node(key.to);
    const double letters = flow.letters_a_second(now);
    if (from != MapContent::kNoNode) entry(from).out += letters;
    if (to != MapContent::kNoNode) entry(to).in += letters;
  }
  return all;
}

int journey_rank(const LinkKey& link) {
  const auto plain = [](std::uint32_t role) {
    return outside(kind_of(role)) ? RoleKind::kDevice : kind_of(role);
  };
  for (std::size_t i = 0; i < kJourney.size(); ++i) {
    const Step& step = kJourney.at(i);
    if (step.from == plain(link.from) && step.to == plain(link.to) && step.group == link.group) {
      return static_cast<int>(i);
    }
  }
  return static_cast<int>(kJourney.size());
}

}  // namespace glasspost::viz
