// glasspost up, down, status, logs, kill, pause, resume, restart, reset, set: one cluster as a
// whole.
#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <memory>
#include <optional>
#include <thread>

#include <CLI/CLI.hpp>
#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "engine/apps/glasspost/cluster.hpp"
#include "engine/apps/glasspost/commands.hpp"
#include "engine/base/text.hpp"

namespace glasspost {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

constexpr std::chrono::seconds kPatience(30);
constexpr const char* kClass[] = {"alice", "bob",   "carol", "dave",
                                  "erin",  "frank", "grace", "heidi"};

struct UpOptions : ClusterOptions {
  TopologyRequest topology;
  std::vector<std::string> properties;  // KEY=VALUE
};

struct TargetOptions : ClusterOptions {
  std::string process;
  std::string key;
  std::string value;
  bool watch = false;
};

struct ResetOptions : ClusterOptions {
  bool yes = false;
};

// A detached supervisor. Its standard output goes to a log in the run directory.
Status start_supervisor(const RunDirectory& directory) {
  const fs::path own = fs::read_symlink("/proc/self/exe");
  const std::string program = (own.parent_path() / "glasspost-supervisor").string();
  const std::string self = own.string();
  const std::string log = directory.log_of("supervisor");
  const pid_t child = fork();
  if (child < 0) return Error{Code::kIo, "cannot start a process"};
  if (child == 0) {
    setsid();
    const int file = open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
    const int nothing = open("/dev/null", O_RDONLY);
    dup2(nothing, 0);
    dup2(file, 1);
    dup2(file, 2);
    // Whoever reads our output must not wait for the cluster to end.
    for (int other = 3; other < 64; ++other)
      close(other);
    execl(program.c_str(), program.c_str(), directory.path().c_str(), self.c_str(), nullptr);
    _exit(127);
  }
  return ok();
}

std::size_t count_running(const v1::ControlReply& reply) {
  std::size_t running = 0;
  for (const v1::ProcessStatus& process : reply.processes()) {
    if (process.state() == "running") ++running;
  }
  return running;
}

// What the log of a process says last.
std::string last_line(const RunDirectory& directory, const std::string& name) {
  std::ifstream log(directory.log_of(name));
  std::string last;
  for (std::string line; std::getline(log, line);)
    if (!line.empty()) last = line;
  return last;
}

// Why a process that was started several times cannot start; nothing if each may still come up. A
// first try may fail because of the last life's remains.
std::optional<Error> hopeless(const RunDirectory& directory, const v1::ControlReply& reply) {
  constexpr std::uint32_t kTries = 3;
  for (const v1::ProcessStatus& process : reply.processes()) {
    if (process.state() == "running" || process.starts() < kTries) continue;
    const std::string said = last_line(directory, process.name());
    if (!said.starts_with(process.name() + " cannot start: ")) continue;
    const bool damaged = said.find(" is damaged") != std::string::npos;
    return Error{damaged ? Code::kCorruption : Code::kUnavailable,
                 said + ". `glasspost down` ends what runs" +
                     (damaged ? "; nothing in that folder was changed: put a copy of it in its "
                                "place, or `glasspost reset` to begin with nothing"
                              : "")};
  }
  return std::nullopt;
}

// Whether the cluster serves, or why it never will; nothing if neither is known yet.
std::optional<Status> look_whether_it_serves(const RunDirectory& directory, bool shown) {
  const Result<v1::ControlReply> status = ask_status(directory);
  if (!status) return std::nullopt;
  const std::size_t running = count_running(*status);
  const auto all = static_cast<std::size_t>(status->processes_size());
  if (shown) fmt::print(stderr, "\r\033[K{} of {} processes serve", running, all);
  if (shown) std::fflush(stderr);
  if (running == all && all > 0) return ok();
  if (const std::optional<Error> why = hopeless(directory, *status)) return Status(*why);
  return std::nullopt;
}

// Waits until every process serves, with a bar on a terminal.
Status wait_until_running(const RunDirectory& directory) {
  const bool shown = isatty(STDERR_FILENO) == 1;
  const Clock::time_point deadline = Clock::now() + kPatience;
  while (Clock::now() < deadline) {
    if (const std::optional<Status> seen = look_whether_it_serves(directory, shown)) {
      if (shown) fmt::print(stderr, "{}", *seen ? "\r\033[K" : "\n");
      return *seen;
    }
    std::this_thread::sleep_for(milliseconds(50));
  }
  if (shown) fmt::print(stderr, "\n");
  return Error{Code::kUnavailable,
               "the cluster did not come up in 30 s; `glasspost logs` tells why, "
               "`glasspost down` ends what runs"};
}

// What a cluster is made with; all other choices can be set while it runs.
Status apply_properties(TopologyRequest& request, const std::vector<std::string>& properties) {
  for (const std::string& property : properties) {
    const std::size_t equals = property.find('=');
    if (equals == std::string::npos || property.substr(0, equals) != kQuorumKey) {
      return Error{Code::kInvalidArgument,
                   "--set wants store.quorum=N/R/W; `glasspost set` changes a choice of a cluster "
                   "that runs"};
    }
    const Result<Quorum> quorum = parse_quorum(std::string_view(property).substr(equals + 1));
    if (!quorum) return quorum.error();
    request.quorum = *quorum;
  }
  return ok();
}

Status prepare(const RunDirectory& directory, const TopologyRequest& request) {
  if (Status made = directory.create(); !made) return made;
  // Made here, before any process could make its own.
  if (const Result<MacKey> key = directory.token_key(); !key) return key.error();
  if (directory.has_cluster()) return ok();  // it goes on where it was
  const Result<Topology> topology = make_topology(request);
  if (!topology) return topology.error();
  return directory.write(directory.topology_file(), topology_text(*topology));
}

// The users of preset classroom, as far as they are not there: an `up` that was interrupted may
// have made some of them, or none.
Status make_class(const RunDirectory& directory) {
  const Result<std::string> text = directory.read(directory.topology_file());
  if (!text) return text.error();
  const Result<Topology> topology = parse_topology(*text, directory.topology_file());
  if (!topology) return topology.error();
  if (topology->preset != "classroom") return ok();
  for (const char* name : kClass) {
    if (fs::exists(directory.token_file(name, 2))) continue;
    const Result<v1::UserAdded> user = create_user(directory, name, 2);
    if (!user) return user.error();
  }
  return ok();
}

int run_up(const UpOptions& options) {
  TopologyRequest request = options.topology;
  if (const Status set = apply_properties(request, options.properties); !set) {
    complain("up", set.error());
    return kExitWrongUse;
  }
  const RunDirectory directory(fs::absolute(options.directory).lexically_normal().string());
  if (ask_status(directory)) {
    if (const Status made = make_class(directory); !made) return complain("up", made.error());
    return complain("up", {Code::kConflict, "a cluster already runs in " + directory.path() +
                                                "; see `glasspost status`"});
  }
  const bool fresh = !directory.has_cluster();
  if (const Status ready = prepare(directory, request); !ready) {
    complain("up", ready.error());
    return kExitWrongUse;  // whatever it was, another --dir is the way out
  }
  if (const Status started = start_supervisor(directory); !started) {
    return complain("up", started.error());
  }
  if (const Status running = wait_until_running(directory); !running) {
    return complain("up", running.error());
  }
  if (const Status made = make_class(directory); !made) return complain("up", made.error());
  const Result<v1::ControlReply> status = ask_status(directory);
  if (!status) return complain("up", status.error());
  if (options.json) {
    fmt::print("{}\n", status_json(*status));
  } else {
    fmt::print("The cluster serves from {}.\n{}", directory.path(), status_text(*status));
    if (fresh) fmt::print("Try: glasspost chat --as alice\n");
  }
  return kExitFine;
}

int run_down(const ClusterOptions& options) {
  const RunDirectory directory(options.directory);
  v1::ControlRequest request;
  request.mutable_shut_down();
  const Result<v1::ControlReply> reply = ask_supervisor(directory, request);
  if (!reply) return complain("down", reply.error());
  const Clock::time_point deadline = Clock::now() + std::chrono::seconds(10);
  while (directory.is_locked()) {
    if (Clock::now() > deadline) {
      return complain("down", {Code::kUnavailable, "the supervisor did not end in 10 s"});
    }
    std::this_thread::sleep_for(milliseconds(20));
  }
  fmt::print("The cluster in {} is down; its data stays.\n", directory.path());
  return kExitFine;
}

int run_status(const TargetOptions& options) {
  const RunDirectory directory(options.directory);
  while (true) {
    const Result<v1::ControlReply> status = ask_status(directory);
    if (!status) return complain("status", status.error());
    if (options.watch) fmt::print("\033[H\033[2J");
    fmt::print("{}{}", options.json ? status_json(*status) : status_text(*status),
               options.json ? "\n" : "");
    std::fflush(stdout);
    if (!options.watch) {
      const auto all = static_cast<std::size_t>(status->processes_size());
      return count_running(*status) == all ? kExitFine : kExitFailed;
    }
    std::this_thread::sleep_for(milliseconds(500));
  }
}

// Prints what a log has from `from` on; returns where it ends now. A last line without its end
// waits for the next time.
std::streamoff print_log(const RunDirectory& directory, const std::string& name,
                         std::streamoff from) {
  std::ifstream file(directory.log_of(name));
  file.seekg(from);
  for (std::string line; std::getline(file, line) && !file.eof();) {
    fmt::print("{:<16} {}\n", name, escape_controls(line));
    from = file.tellg();
  }
  std::fflush(stdout);
  return from;
}

// What is written from now on, until the person has seen enough.
[[noreturn]] void follow_logs(const RunDirectory& directory, const std::vector<std::string>& names,
                              std::map<std::string, std::streamoff> shown) {
  while (true) {
    for (const std::string& name : names)
      shown[name] = print_log(directory, name, shown[name]);
    std::this_thread::sleep_for(milliseconds(200));
  }
}

int run_logs(const TargetOptions& options) {
  const RunDirectory directory(options.directory);
  std::vector<std::string> names{options.process};
  if (options.process.empty()) {
    names.clear();
    std::error_code error;
    for (const auto& file : fs::directory_iterator(directory.path() + "/log", error)) {
      names.push_back(file.path().stem().string());
    }
    std::sort(names.begin(), names.end());
  }
  if (names.empty()) {
    return complain("logs", {Code::kNotFound, "there are no logs in " + directory.path()});
  }
  std::map<std::string, std::streamoff> shown;
  for (const std::string& name : names) {
    const std::ifstream file(directory.log_of(name));
    if (!file || name.find('/') != std::string::npos) {
      return complain("logs", {Code::kNotFound, "there is no log of '" + escape_controls(name) +
                                                    "'; `glasspost status` lists the processes"});
    }
    shown[name] = print_log(directory, name, 0);
  }
  if (options.watch) follow_logs(directory, names, shown);
  return kExitFine;
}

int run_signal(const TargetOptions& options, const char* command, v1::ProcessSignal signal) {
  v1::ControlRequest request;
  request.mutable_signal()->set_process(options.process);
  request.mutable_signal()->set_signal(signal);
  const Result<v1::ControlReply> reply = ask_supervisor(RunDirectory(options.directory), request);
  return reply ? kExitFine : complain(command, reply.error());
}

int run_set(const TargetOptions& options) {
  v1::ControlRequest request;
  request.mutable_change_choice()->set_key(options.key);
  request.mutable_change_choice()->set_value(options.value);
  const Result<v1::ControlReply> reply = ask_supervisor(RunDirectory(options.directory), request);
  if (!reply) return complain("set", reply.error());
  for (const v1::ChoiceValue& changed : reply->choices())
    fmt::print("{}: {} -> {}\n", changed.key(), changed.former(), changed.value());
  return kExitFine;
}

// On a terminal a person is asked; a script has said so by calling us.
bool is_meant(const RunDirectory& directory) {
  if (isatty(STDIN_FILENO) == 0) return true;
  fmt::print("Remove {} with every message in it? Type yes: ", directory.path());
  std::fflush(stdout);
  std::string answer;
  std::getline(std::cin, answer);
  return answer == "yes";
}

int run_reset(const ResetOptions& options) {
  const RunDirectory directory(options.directory);
  if (ask_status(directory)) {
    return complain("reset", {Code::kConflict, "the cluster in " + directory.path() +
                                                   " runs; end it first with `glasspost down`"});
  }
  if (!directory.has_cluster()) {
    return complain("reset", {Code::kNotFound, "there is no cluster in " + directory.path()});
  }
  if (!options.yes && !is_meant(directory)) {
    return complain("reset", {Code::kInvalidArgument, "nothing was removed"});
  }
  std::error_code error;
  fs::remove_all(directory.path(), error);
  if (error) return complain("reset", {Code::kIo, "cannot remove everything: " + error.message()});
  fmt::print("Removed {}; the next `glasspost up` makes a new cluster.\n", directory.path());
  return kExitFine;
}

void add_signal(CLI::App& app, int& exit_code, const char* name, const char* help,
                v1::ProcessSignal signal) {
  auto options = std::make_shared<TargetOptions>();
  CLI::App* command = app.add_subcommand(name, help);
  add_cluster_options(*command, *options, false);
  command->add_option("process", options->process, "A name from `glasspost status`.")->required();
  command->footer(fmt::format("Example:\n  glasspost {} mailbox-1", name));
  command->callback(
      [options, name, signal, &exit_code] { exit_code = run_signal(*options, name, signal); });
}

void add_up(CLI::App& app, int& exit_code) {
  auto options = std::make_shared<UpOptions>();
  CLI::App* up = app.add_subcommand("up", "Start a cluster, or go on with the one that is there.");
  add_cluster_options(*up, *options, true);
  up->add_option("--preset", options->topology.preset,
                 "classroom (with users), bench, or unwatched (without facts).")
      ->capture_default_str();
  up->add_option("--placement", options->topology.placement, "split or merged.")
      ->capture_default_str();
  up->add_option("--set", options->properties,
                 "store.quorum=N/R/W: the store's replicas; 1/1/1, 3/2/2, or 3/1/1 (unsafe).");
  up->add_option("--access", options->topology.access_count, "Access processes.")
      ->capture_default_str();
  up->footer(
      "Examples:\n  glasspost up\n  glasspost up --dir /tmp/mine --placement merged\n"
      "  glasspost up --dir /tmp/three --set store.quorum=3/2/2\n"
      "Shape options count when a cluster is made; `glasspost reset` removes one.");
  up->callback([options, &exit_code] { exit_code = run_up(*options); });
}

}  // namespace

void add_cluster_commands(CLI::App& app, int& exit_code) {
  add_up(app, exit_code);

  auto down = std::make_shared<ClusterOptions>();
  CLI::App* down_command = app.add_subcommand("down", "End a cluster; its data stays.");
  add_cluster_options(*down_command, *down, false);
  down_command->footer("Example:\n  glasspost down");
  down_command->callback([down, &exit_code] { exit_code = run_down(*down); });

  auto status = std::make_shared<TargetOptions>();
  CLI::App* status_command = app.add_subcommand("status", "Every process and how it is.");
  add_cluster_options(*status_command, *status, true);
  status_command->add_flag("--watch", status->watch, "Again and again.");
  status_command->footer("Example:\n  glasspost status --watch");
  status_command->callback([status, &exit_code] { exit_code = run_status(*status); });

  auto logs = std::make_shared<TargetOptions>();
  CLI::App* logs_command = app.add_subcommand("logs", "What the processes wrote.");
  add_cluster_options(*logs_command, *logs, false);
  logs_command->add_option("process", logs->process, "One of them; all if it is left out.");
  logs_command->add_flag("-f,--follow", logs->watch, "Go on with what they write from now on.");
  logs_command->footer("Example:\n  glasspost logs -f mailbox-1");
  logs_command->callback([logs, &exit_code] { exit_code = run_logs(*logs); });

  add_signal(app, exit_code, "kill", "Kill a process at once; it is started again.",
             v1::PROCESS_SIGNAL_KILL);
  add_signal(app, exit_code, "pause", "Make a process stand still.", v1::PROCESS_SIGNAL_PAUSE);
  add_signal(app, exit_code, "resume", "Let a paused process go on.", v1::PROCESS_SIGNAL_RESUME);
  add_signal(app, exit_code, "restart", "End a process in good order and start it again.",
             v1::PROCESS_SIGNAL_RESTART);

  auto set = std::make_shared<TargetOptions>();
  CLI::App* set_command =
      app.add_subcommand("set", "Change a design choice while the cluster runs.");
  add_cluster_options(*set_command, *set, false);
  set_command->add_option("key", set->key, "From `glasspost choices`.")->required();
  set_command->add_option("value", set->value)->required();
  set_command->footer("Example:\n  glasspost set delivery.notice-window 50ms");
  set_command->callback([set, &exit_code] { exit_code = run_set(*set); });

  auto reset = std::make_shared<ResetOptions>();
  CLI::App* reset_command = app.add_subcommand("reset", "Remove a cluster with all its data.");
  add_cluster_options(*reset_command, *reset, false);
  reset_command->add_flag("--yes", reset->yes, "Do not ask.");
  reset_command->footer("Example:\n  glasspost reset --yes");
  reset_command->callback([reset, &exit_code] { exit_code = run_reset(*reset); });
}

}  // namespace glasspost
