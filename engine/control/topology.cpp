// Making, writing and reading a topology.
#include "engine/control/topology.hpp"

#include <sstream>

#include <fmt/format.h>
#include <toml++/toml.h>

#include "engine/base/text.hpp"

namespace glasspost {
namespace {

std::vector<Address> numbered(RoleKind kind, std::uint32_t count) {
  std::vector<Address> roles;
  for (std::uint32_t number = 1; number <= count; ++number)
    roles.push_back({kind, number});
  return roles;
}

std::vector<Address> owners(RoleKind kind, std::uint32_t count, std::uint32_t sections) {
  std::vector<Address> list;
  for (std::uint32_t index = 0; index < sections; ++index) {
    list.push_back({kind, index % count + 1});
  }
  return list;
}

constexpr std::uint32_t kProcessesMax = 16;  // of a kind
constexpr std::uint32_t kSeqCount = 2;       // each can take the other's sections over
constexpr std::uint32_t kArbiterCount = 2;   // one is enough

// The kinds of a server, in the order in which status lists them.
constexpr RoleKind kServerKinds[] = {RoleKind::kAccess,  RoleKind::kLogic,  RoleKind::kConversation,
                                     RoleKind::kMailbox, RoleKind::kSeq,    RoleKind::kStore,
                                     RoleKind::kArbiter, RoleKind::kAccount};

std::uint32_t count_of(const TopologyRequest& request, RoleKind kind) {
  switch (kind) {
    case RoleKind::kAccess:
      return request.access_count;
    case RoleKind::kConversation:
      return request.conversation_count;
    case RoleKind::kMailbox:
      return request.mailbox_count;
    case RoleKind::kSeq:
      return kSeqCount;
    case RoleKind::kArbiter:
      return kArbiterCount;
    case RoleKind::kStore:
      return request.quorum.replicas;
    default:
      return 1;
  }
}

Topology shaped(TopologyRequest request) {
  // One process has one edge, so merged roles share one access role.
  if (request.placement == "merged") request.access_count = 1;
  Topology topology;
  topology.preset = request.preset;
  topology.placement = request.placement;
  topology.quorum = request.quorum;
  const bool is_split = request.placement == "split";
  if (!is_split) topology.processes.push_back({"server", {}});
  for (RoleKind kind : kServerKinds) {
    for (Address role : numbered(kind, count_of(request, kind))) {
      // Every replica of the store has a disk of its own.
      const bool apart = is_split || (role.kind == RoleKind::kStore && role.number > 1);
      if (apart) topology.processes.push_back({to_text(role), {}});
      ProcessSpec& home = apart ? topology.processes.back() : topology.processes.front();
      home.roles.push_back(role);
    }
  }
  Config& config = topology.config;
  config.access_count = request.access_count;
  config.logic_count = 1;
  config.conversation_owners =
      owners(RoleKind::kConversation, request.conversation_count, request.sections);
  // Adjacent users share a section: small ones spread a class of thirty over all owners.
  const bool classroom = topology.is_for_class();
  if (request.preset == "quick") {
    config.choices.seq_lease = std::chrono::seconds(1);
    config.choices.seq_poll = std::chrono::milliseconds(100);
    config.choices.seq_detect = std::chrono::milliseconds(200);
  }
  if (!classroom) {
    config.choices.telemetry_watch = request.preset == "unwatched" ? 0 : 1'000;
    config.choices.telemetry_bodies = false;
  }
  config.users_per_section = classroom ? 4 : 100'000;
  const std::uint32_t user_sections = classroom ? 128 : request.sections;
  config.mailbox_owners = owners(RoleKind::kMailbox, request.mailbox_count, user_sections);
  config.seq_owners = owners(RoleKind::kSeq, kSeqCount, user_sections);
  for (RoleKind kind : {RoleKind::kConversation, RoleKind::kMailbox, RoleKind::kSeq}) {
    for (Address role : numbered(kind, count_of(request, kind)))
      config.owners.push_back(role);
  }
  config.replicas = numbered(RoleKind::kStore, request.quorum.replicas);
  config.read_quorum = request.quorum.read;
  config.write_quorum = request.quorum.write;
  return topology;
}

Error bad_count(std::string_view what, std::uint32_t count, std::uint32_t most) {
  return {Code::kInvalidArgument,
          fmt::format("{} cannot be {}; it may be 1 to {}", what, count, most)};
}

Error bad_file(const std::string& path, const std::string& why) {
  return {Code::kCorruption,
          escape_controls(path + ": " + why) + "; `glasspost reset` makes a new cluster"};
}

// 0 if there is none that fits. A fraction is none either: toml++ would cast it, and no integer
// holds 1e300.
std::uint32_t whole_number(const toml::table& table, std::string_view key) {
  const std::int64_t number = table[key].value_exact<std::int64_t>().value_or(0);
  const bool fits = number > 0 && number <= std::numeric_limits<std::uint32_t>::max();
  return fits ? static_cast<std::uint32_t>(number) : 0;
}

}  // namespace

Directory Topology::directory() const {
  Directory directory;
  for (std::size_t index = 0; index < processes.size(); ++index) {
    for (Address role : processes[index].roles) {
      directory[role] = NodeId{static_cast<std::uint16_t>(index + 1)};
    }
  }
  return directory;
}

std::uint16_t Topology::node_of(const std::string& name) const {
  for (std::size_t index = 0; index < processes.size(); ++index) {
    if (processes[index].name == name) return static_cast<std::uint16_t>(index + 1);
  }
  return 0;
}

const ProcessSpec* Topology::process_with(Address role) const {
  for (const ProcessSpec& process : processes) {
    for (Address held : process.roles) {
      if (held == role) return &process;
    }
  }
  return nullptr;
}

Result<Topology> make_topology(const TopologyRequest& request) {
  constexpr std::string_view kPresets[] = {"classroom", "quick", "bench", "unwatched"};
  if (std::find(std::begin(kPresets), std::end(kPresets), request.preset) == std::end(kPresets)) {
    return Error{Code::kInvalidArgument, "there is no preset '" + escape_controls(request.preset) +
                                             "'; use classroom, quick, bench or unwatched"};
  }
  if (request.placement != "split" && request.placement != "merged") {
    return Error{
        Code::kInvalidArgument,
        "there is no placement '" + escape_controls(request.placement) + "'; use split or merged"};
  }
  const std::pair<const char*, std::uint32_t> counts[] = {
      {"access", request.access_count},
      {"conversation", request.conversation_count},
      {"mailbox", request.mailbox_count},
  };
  for (const auto& [kind, count] : counts) {
    if (count >= 1 && count <= kProcessesMax) continue;
    return bad_count(fmt::format("the number of {} processes", kind), count, kProcessesMax);
  }
  if (request.sections < 1 || request.sections > 1'024) {
    return bad_count("the number of sections", request.sections, 1'024);
  }
  return shaped(request);
}

std::string topology_text(const Topology& topology) {
  const Config& config = topology.config;
  std::uint32_t conversations = 0;
  std::uint32_t mailboxes = 0;
  for (const auto& [role, node] : topology.directory()) {
    if (role.kind == RoleKind::kConversation) ++conversations;
    if (role.kind == RoleKind::kMailbox) ++mailboxes;
  }
  std::string text = fmt::format(
      "{}, as `glasspost up` made it.\n"
      "version = 1\npreset = \"{}\"\nplacement = \"{}\"\naccess = {}\nconversation = {}\n"
      "mailbox = {}\nsections = {}\nquorum = \"{}\"\n\n[choices]\n",
      kTopologyMark, topology.preset, topology.placement, config.access_count, conversations,
      mailboxes, config.conversation_owners.size(), to_text(topology.quorum));
  for (const ChoiceInfo& info : choice_registry()) {
    text += fmt::format("\"{}\" = \"{}\"\n", info.key, get_choice(config.choices, info.key));
  }
  return text;
}

Result<Topology> parse_topology(const std::string& text, const std::string& path) {
  toml::table table;
  try {
    table = toml::parse(text);
  } catch (const toml::parse_error& error) {
    return bad_file(path, fmt::format("line {}: {}", error.source().begin.line,
                                      std::string(error.description())));
  }
  if (whole_number(table, "version") != 1) return bad_file(path, "it is not of version 1");
  TopologyRequest request;
  request.preset = table["preset"].value_or(std::string());
  request.placement = table["placement"].value_or(std::string());
  request.access_count = whole_number(table, "access");
  request.conversation_count = whole_number(table, "conversation");
  request.mailbox_count = whole_number(table, "mailbox");
  request.sections = whole_number(table, "sections");
  const Result<Quorum> quorum = parse_quorum(table["quorum"].value_or(std::string("1/1/1")));
  if (!quorum) return bad_file(path, quorum.error().message);
  request.quorum = *quorum;
  Result<Topology> topology = make_topology(request);
  if (!topology) return bad_file(path, topology.error().message);
  const toml::table* choices = table["choices"].as_table();
  if (choices == nullptr) return topology;
  for (const auto& [key, value] : *choices) {
    const Status set = set_choice((*topology).config.choices, key.str(), value.value_or(""));
    if (!set) return bad_file(path, set.error().message);
  }
  return topology;
}

}  // namespace glasspost
