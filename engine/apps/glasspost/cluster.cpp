// Asking a cluster.
#include "engine/apps/glasspost/cluster.hpp"

#include <optional>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "engine/apps/glasspost/commands.hpp"
#include "engine/base/counted.hpp"
#include "engine/base/error_line.hpp"
#include "engine/base/text.hpp"
#include "engine/core/name.hpp"

namespace glasspost {

void add_cluster_options(CLI::App& command, ClusterOptions& options, bool reports) {
  command.add_option("--dir", options.directory, "The cluster's run directory.")
      ->check([](const std::string& path) {
        return std::string(path.empty() ? "a folder is wanted" : "");
      })
      ->capture_default_str();
  if (reports) command.add_flag("--json", options.json, "Print JSON instead of text.");
}

int complain(const std::string& command, const Error& error) {
  write_error_line("glasspost " + command + ": " + error.message);
  const bool use = error.code == Code::kInvalidArgument || error.code == Code::kNotFound ||
                   error.code == Code::kConflict;
  return use ? kExitWrongUse : kExitFailed;
}

std::size_t count_running(const v1::ControlReply& reply) {
  std::size_t running = 0;
  for (const v1::ProcessStatus& process : reply.processes()) {
    if (process.state() == "running") ++running;
  }
  return running;
}

std::string status_text(const v1::ControlReply& reply) {
  std::string text = fmt::format("{:<16} {:<9} {:>8} {:>7} {:>6}  {}\n", "process", "state", "pid",
                                 "starts", "port", "counters");
  for (const v1::ProcessStatus& process : reply.processes()) {
    std::string counters;
    for (const v1::Counter& counter : process.counters()) {
      if (counter.value() > 0) counters += fmt::format("{} {}  ", counter.name(), counter.value());
    }
    const std::string port = process.port() == 0 ? "" : std::to_string(process.port());
    text += fmt::format("{:<16} {:<9} {:>8} {:>7} {:>6}  {}\n", process.name(), process.state(),
                        process.pid(), process.starts(), port, counters);
  }
  return text;
}

std::string status_json(const v1::ControlReply& reply) {
  std::string list;
  for (const v1::ProcessStatus& process : reply.processes()) {
    std::string counters;
    for (const v1::Counter& counter : process.counters()) {
      counters += fmt::format("{}{}: {}", counters.empty() ? "" : ", ", json_quote(counter.name()),
                              counter.value());
    }
    list += fmt::format(
        "{}{{\"name\": {}, \"state\": {}, \"pid\": {}, \"boot\": {}, \"starts\": {}, \"port\": {}, "
        "\"counters\": {{{}}}}}",
        list.empty() ? "" : ",\n ", json_quote(process.name()), json_quote(process.state()),
        process.pid(), process.boot(), process.starts(), process.port(), counters);
  }
  return "[" + list + "]";
}

Result<std::uint16_t> access_port(const RunDirectory& directory, std::size_t wanted) {
  const Result<v1::ControlReply> status = ask_status(directory);
  if (!status) return status.error();
  std::vector<std::uint16_t> ports;
  for (const v1::ProcessStatus& process : status->processes()) {
    if (process.port() != 0) ports.push_back(static_cast<std::uint16_t>(process.port()));
  }
  if (ports.empty()) {
    return Error{Code::kUnavailable, "no access process is up; see `glasspost status`"};
  }
  return ports[wanted % ports.size()];
}

// A name may be all digits: then the word could mean two users, and nobody guesses which.
Result<UserId> find_user(std::string_view word, const std::map<UserId, std::string>& names) {
  std::optional<UserId> numbered;
  const Result<std::uint64_t> number = parse_u64(word);
  if (number && *number >= 1 && *number < (std::uint64_t{1} << 31)) {
    numbered = UserId{static_cast<std::uint32_t>(*number)};
  }
  std::optional<UserId> named;
  std::vector<std::string_view> known;
  const Result<std::string> folded = fold_name(word);
  for (const auto& [user, name] : names) {
    const Result<std::string> other = fold_name(name);
    if (folded && other && *other == *folded) named = user;
    known.push_back(name);
  }
  if (numbered && named && *numbered != *named) {
    const auto other = names.find(*numbered);
    const std::string second =
        other == names.end() ? "" : fmt::format(", {} for the second", other->second);
    return Error{Code::kInvalidArgument,
                 fmt::format("'{}' is the name of user {} and the number of another: write {} for "
                             "the first{}",
                             word, named->value, named->value, second)};
  }
  if (named) return *named;
  if (numbered) return *numbered;
  const std::string near = near_match(word, known);
  return Error{Code::kNotFound, "nobody here is called '" + escape_controls(word) + "'" +
                                    (near.empty() ? "" : "; did you mean " + near + "?")};
}

Result<v1::UserAdded> create_user(const RunDirectory& directory, const std::string& name,
                                  std::uint32_t devices) {
  if (!is_utf8(name)) return Error{Code::kInvalidArgument, "a name must be readable UTF-8"};
  v1::Letter question;
  question.mutable_add_user()->set_name(name);
  question.mutable_add_user()->set_devices(devices);
  const Result<v1::Letter> answer = ask_role(directory, {RoleKind::kAccount, 1}, question);
  if (!answer) return answer.error();
  const v1::UserAdded& user = answer->user_added();
  if (!user.refusal().empty()) return Error{Code::kInvalidArgument, user.refusal()};
  for (int index = 0; index < user.tokens_size(); ++index) {
    const Status written = directory.write(
        directory.token_file(user.name(), static_cast<unsigned>(index + 1)), user.tokens(index));
    if (!written) return written.error();
  }
  return user;
}

namespace {

// Who has this name, as the account knows it.
Result<v1::UserLine> ask_for_user(const RunDirectory& directory, const std::string& name) {
  const Result<std::string> folded = fold_name(name);
  if (!folded) return folded.error();
  std::vector<std::string> known;
  v1::Letter question;
  question.mutable_list_users();
  for (bool more = true; more;) {
    const Result<v1::Letter> answer = ask_role(directory, {RoleKind::kAccount, 1}, question);
    if (!answer) return answer.error();
    for (const v1::UserLine& line : answer->users_listed().users()) {
      const Result<std::string> other = fold_name(line.name());
      if (other && *other == *folded) return line;
      known.push_back(line.name());
      question.mutable_list_users()->set_after(line.user());
    }
    more = answer->users_listed().more() && !answer->users_listed().users().empty();
  }
  const std::string near = near_match(name, known);
  return Error{Code::kNotFound, fmt::format("nobody here is called '{}'; {}", name,
                                            near.empty() ? "`glasspost user list` names everybody, "
                                                           "`glasspost user add` makes a new user"
                                                         : "did you mean " + near + "?")};
}

}  // namespace

// A token tells it without asking anybody.
Result<UserId> find_user(const RunDirectory& directory, const std::string& name) {
  for (const auto& [user, known] : known_names(directory)) {
    if (known == name) return user;
  }
  const Result<v1::UserLine> user = ask_for_user(directory, name);
  if (!user) return user.error();
  return UserId{user->user()};
}

// The token says who it is, but only where a cluster runs is a missing one the cause.
Result<DeviceIdentity> find_device(const RunDirectory& directory, const std::string& name,
                                   unsigned index) {
  if (const Result<v1::ControlReply> runs = ask_status(directory); !runs) return runs.error();
  Result<DeviceIdentity> identity = find_identity(directory, name, index);
  if (identity || identity.error().code != Code::kNotFound) return identity;
  const Result<v1::UserLine> user = ask_for_user(directory, name);
  if (!user) return user.error();
  if (index > user->devices()) {
    return Error{Code::kNotFound, fmt::format("{} has {}; there is no device {}", user->name(),
                                              counted(user->devices(), "device"), index)};
  }
  return find_identity(directory, user->name(), index);
}

}  // namespace glasspost
