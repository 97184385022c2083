// glasspost down, status, logs, kill, pause, resume, restart, reset, set: one cluster as a
// whole.
#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <memory>
#include <thread>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <unistd.h>

#include "engine/apps/glasspost/cluster.hpp"
#include "engine/apps/glasspost/commands.hpp"
#include "engine/base/text.hpp"

namespace glasspost {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

struct TargetOptions : ClusterOptions {
  std::string process;
  std::string key;
  std::string value;
  bool watch = false;
};

struct ResetOptions : ClusterOptions {
  bool yes = false;
};

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
  fmt::print("The cluster in {} is down; its data stays.\n", escape_controls(directory.path()));
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

// Asks a person.
bool is_meant(const RunDirectory& directory) {
  fmt::print("Remove the cluster in {} with every message? Type yes: ",
             escape_controls(directory.path()));
  std::fflush(stdout);
  std::string answer;
  std::getline(std::cin, answer);
  return answer == "yes";
}

// The names for a sentence; not more than a few.
std::string some_of(const std::vector<std::string>& names) {
  constexpr std::size_t kShown = 5;
  std::string text;
  for (std::size_t index = 0; index < std::min(names.size(), kShown); ++index)
    text += (index == 0 ? "" : ", ") + escape_controls(names[index]);
  return names.size() <= kShown ? text : fmt::format("{} and {} more", text, names.size() - kShown);
}

// Removes the folder of a cluster that was removed, if nothing else is in it, and says what stays.
// Where --dir is a link, the folder that it points to stays, so that the link is still good.
int leave_folder(const ResetOptions& options, const RunDirectory& directory) {
  const std::string path = escape_controls(directory.path());
  const std::vector<std::string> others = directory.foreign_names();
  fs::path given = fs::path(options.directory).lexically_normal();
  if (!given.has_filename()) given = given.parent_path();  // "link/" is the link
  std::error_code error;
  if (!others.empty()) {
    fmt::print("Removed the cluster in {}. What Glasspost did not make stays there: {}.\n", path,
               some_of(others));
  } else if (fs::is_symlink(given, error)) {
    fmt::print("Removed the cluster in {}; the folder stays, because {} points to it.\n", path,
               escape_controls(options.directory));
  } else if (!fs::remove(directory.path(), error)) {
    fmt::print("Removed the cluster in {}; the empty folder stays: {}.\n", path, error.message());
  } else {
    fmt::print("Removed {}; the next `glasspost up` makes a new cluster.\n", path);
  }
  return kExitFine;
}

int run_reset(const ResetOptions& options) {
  // The place itself: a link, `.` or `x/..` must not change what is removed.
  std::error_code nowhere;
  const fs::path real = fs::canonical(options.directory, nowhere);
  const RunDirectory directory(nowhere ? options.directory : real.string());
  if (ask_status(directory)) {
    return complain("reset", {Code::kConflict, "the cluster in " + directory.path() +
                                                   " runs; end it first with `glasspost down`"});
  }
  if (!directory.has_cluster()) {
    return complain("reset", {Code::kNotFound, "there is no cluster in " + directory.path()});
  }
  if (const Status ours = directory.check_topology(); !ours) {
    return complain("reset", ours.error());
  }
  if (!options.yes && isatty(STDIN_FILENO) == 0) {
    return complain("reset", {Code::kInvalidArgument,
                              "there is no terminal to ask on, and nothing was removed: add --yes "
                              "if every message in " +
                                  directory.path() + " may go"});
  }
  if (!options.yes && !is_meant(directory)) {
    return complain("reset", {Code::kInvalidArgument, "nothing was removed"});
  }
  if (const Status held = directory.lock_start(); !held) return complain("reset", held.error());
  if (directory.is_locked()) {
    return complain("reset", {Code::kConflict, "the cluster in " + directory.path() +
                                                   " runs; end it first with `glasspost down`"});
  }
  if (const Status gone = directory.remove_cluster(); !gone) return complain("reset", gone.error());
  return leave_folder(options, directory);
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

}  // namespace

void add_cluster_commands(CLI::App& app, int& exit_code) {
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
