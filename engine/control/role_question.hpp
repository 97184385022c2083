// Questions to the roles of a running cluster, through its supervisor. Commands and the console ask
// with the same words, so that they say the same.
#pragma once

#include <string>

#include "engine/control/control_client.hpp"
#include "engine/control/topology.hpp"
#include "engine/core/numbers.hpp"

namespace glasspost {

// Asks for the state.
Result<v1::ControlReply> ask_status(const RunDirectory& directory);

// Puts an administrator's question to a role of the running cluster; returns its answer.
Result<v1::Letter> ask_role(const RunDirectory& directory, Address role,
                            const v1::Letter& question);

// The answer, or the reason why there is none.
struct Heard {
  v1::Letter letter;
  std::string silence;  // empty: it answered
};

// The same, where a silent role is something to report and no error.
Heard hear_role(const RunDirectory& directory, Address role, const v1::Letter& question);

// Who owns what in the cluster that runs here. Errors: none runs.
Result<Topology> running_topology(const RunDirectory& directory);

// What the allocator of a user's section decides by (`glasspost seq show`). `name` is how people
// call the user. REQUIRES: the user is in 1 .. config.users_max().
NumberView look_at_numbers(const RunDirectory& directory, const Config& config, UserId user,
                           std::string name);

}  // namespace glasspost
