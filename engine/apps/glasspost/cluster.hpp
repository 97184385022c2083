// What the commands that speak to a running cluster share: where it is, and how to ask it.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/ids.hpp"
#include "engine/base/result.hpp"
#include "engine/control/control_client.hpp"
#include "engine/control/identity.hpp"
#include "engine/control/role_question.hpp"
#include "engine/control/run_directory.hpp"
#include "engine/control/topology.hpp"

namespace CLI {
class App;
}

namespace glasspost {

// Options of every such command.
struct ClusterOptions {
  std::string directory = default_run_directory();
  bool json = false;
};

// Adds --dir, and --json if the command reports.
void add_cluster_options(CLI::App& command, ClusterOptions& options, bool reports);

// Says what went wrong, as "glasspost COMMAND: sentence", and returns the exit code for it.
int complain(const std::string& command, const Error& error);

// The cluster's state as text or JSON.
std::string status_text(const v1::ControlReply& reply);
std::string status_json(const v1::ControlReply& reply);

// How many of its processes serve.
std::size_t count_running(const v1::ControlReply& reply);

// The port of a running access process: the `wanted`-th, or another one if that is down.
Result<std::uint16_t> access_port(const RunDirectory& directory, std::size_t wanted = 0);

// Creates a user, or finds it, and writes its tokens into the run directory.
Result<v1::UserAdded> create_user(const RunDirectory& directory, const std::string& name,
                                  std::uint32_t devices);

// The user with a name; case and Unicode form do not matter. Errors: kNotFound if no cluster runs
// here, or nobody has this name: each with the way out; kInvalidArgument if it is no name, or with
// the reason why the account does not answer.
Result<UserId> find_user(const RunDirectory& directory, const std::string& name);

// A device of a user of the running cluster. Errors: as find_user; kNotFound if its token is not
// here.
Result<DeviceIdentity> find_device(const RunDirectory& directory, const std::string& name,
                                   unsigned index);

// A user by name or by number. Errors: kNotFound with the nearest name; kInvalidArgument for a word
// that is the name of one user and the number of another.
Result<UserId> find_user(std::string_view word, const std::map<UserId, std::string>& names);

}  // namespace glasspost
