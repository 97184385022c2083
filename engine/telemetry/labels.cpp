// Labels to messages and back.
#include "engine/telemetry/labels.hpp"

#include <cstring>

namespace glasspost {

v1::Labels to_proto(const RunLabels& labels) {
  v1::Labels made;
  made.set_run(labels.run);
  made.set_preset(labels.preset);
  made.set_placement(labels.placement);
  made.set_seed(labels.seed);
  made.set_build(labels.build);
  for (const RunLabels::Process& process : labels.processes) {
    v1::ProcessLabel& added = *made.add_processes();
    added.set_node(process.node.value);
    added.set_name(process.name);
    for (Address role : process.roles)
      added.add_roles(pack(role));
  }
  for (const auto& [user, name] : labels.users) {
    v1::UserLabel& added = *made.add_users();
    added.set_user(user.value);
    added.set_name(name);
  }
  for (const auto& [key, value] : labels.choices) {
    v1::ChoiceLabel& added = *made.add_choices();
    added.set_key(key);
    added.set_value(value);
  }
  return made;
}

RunLabels from_proto(const v1::Labels& labels) {
  RunLabels made;
  made.run = labels.run();
  made.preset = labels.preset();
  made.placement = labels.placement();
  made.seed = labels.seed();
  made.build = labels.build();
  for (const v1::ProcessLabel& process : labels.processes()) {
    if (process.node() == 0 || process.node() > 0xFFFF) continue;
    RunLabels::Process added{
        NodeId{static_cast<std::uint16_t>(process.node())}, process.name(), {}};
    for (const std::uint64_t role : process.roles())
      added.roles.push_back(unpack(role));
    made.processes.push_back(std::move(added));
  }
  for (const v1::UserLabel& user : labels.users())
    made.users[UserId{user.user()}] = user.name();
  for (const v1::ChoiceLabel& choice : labels.choices())
    made.choices[choice.key()] = choice.value();
  return made;
}

void append_facts(std::string& bytes, const Fact* first, std::size_t count) {
  bytes.append(reinterpret_cast<const char*>(first), count * sizeof(Fact));
}

Status read_facts(std::string_view bytes, std::vector<Fact>& to) {
  if (bytes.size() % sizeof(Fact) != 0) {
    return Error{Code::kCorruption, "these bytes are no whole facts"};
  }
  const std::size_t before = to.size();
  to.resize(before + bytes.size() / sizeof(Fact));
  if (!bytes.empty()) std::memcpy(to.data() + before, bytes.data(), bytes.size());
  return ok();
}

}  // namespace glasspost
