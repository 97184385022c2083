// glasspost up: makes a cluster, or goes on with the one that is there, and waits until it serves.
// Whatever keeps it from that is told in one sentence, and soon.
#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <CLI/CLI.hpp>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/statvfs.h>
#include <sys/wait.h>
#include <unistd.h>

#include "engine/apps/glasspost/cluster.hpp"
#include "engine/apps/glasspost/commands.hpp"
#include "engine/apps/glasspost/process_disk.hpp"
#include "engine/base/error_line.hpp"
#include "engine/base/text.hpp"
#include "engine/core/quorum.hpp"

namespace glasspost {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

constexpr std::chrono::seconds kPatience(30);
constexpr std::chrono::seconds kFullDiskPatience(3);  // a healthy start takes a moment
constexpr const char* kClass[] = {"alice", "bob",   "carol", "dave",
                                  "erin",  "frank", "grace", "heidi"};

struct UpOptions : ClusterOptions {
  TopologyRequest topology;
  std::vector<std::string> properties;  // KEY=VALUE
  std::vector<std::string> given;       // the shape options that were said, like --access
};

// A supervisor that was started, and where in its log its own words begin.
struct StartedSupervisor {
  pid_t pid = -1;
  std::uintmax_t log_begins = 0;
};

// A detached supervisor. Its standard output goes to a log in the run directory.
Result<StartedSupervisor> start_supervisor(const RunDirectory& directory) {
  const fs::path own = fs::read_symlink("/proc/self/exe");
  const std::string program = (own.parent_path() / "glasspost-supervisor").string();
  const std::string self = own.string();
  const std::string log = directory.log_of("supervisor");
  std::error_code no_log_yet;
  const std::uintmax_t size = fs::file_size(log, no_log_yet);
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
  return StartedSupervisor{child, no_log_yet ? 0 : size};
}

// What the log of a process says last, after so many bytes.
std::string last_line(const RunDirectory& directory, const std::string& name,
                      std::uintmax_t from = 0) {
  std::ifstream log(directory.log_of(name));
  log.seekg(static_cast<std::streamoff>(from));
  std::string last;
  for (std::string line; std::getline(log, line);)
    if (!line.empty()) last = line;
  return last;
}

// What to do about the damaged folder of a process. Of several stores the others have what was in
// it; an older copy of it would lack what they counted on.
const char* way_out_of_damage(const std::string& name, const v1::ControlReply& reply) {
  const auto is_store = [](const std::string& process) { return process.starts_with("store-"); };
  const auto stores =
      std::count_if(reply.processes().begin(), reply.processes().end(),
                    [&](const v1::ProcessStatus& one) { return is_store(one.name()); });
  return is_store(name) && stores > 1
             ? "; nothing in that folder was changed: move it away and call `up` again, and the "
               "other stores give it what it had"
             : "; nothing in that folder was changed: put a copy of it in its place, or "
               "`glasspost reset` to begin with nothing";
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
                     (damaged ? way_out_of_damage(process.name(), reply) : "")};
  }
  return std::nullopt;
}

// On a full disk the logs are empty: what could tell of it cannot be written there. `way_out` goes
// on from "make room".
std::optional<Error> full_disk(const RunDirectory& directory, const char* way_out) {
  constexpr std::uint64_t kWanted = std::uint64_t{1} << 20;
  struct statvfs about {};
  if (::statvfs(directory.path().c_str(), &about) != 0) return std::nullopt;
  const std::uint64_t left = std::uint64_t{about.f_bavail} * about.f_frsize;
  if (left >= kWanted) return std::nullopt;
  return Error{Code::kIo, fmt::format("the disk of {} is full ({} KB are left): make room{}",
                                      directory.path(), left >> 10, way_out)};
}

// Why the supervisor is not there any more; nothing while it is.
std::optional<Error> why_supervisor_ended(const RunDirectory& directory,
                                          const StartedSupervisor& supervisor) {
  int status = 0;
  if (::waitpid(supervisor.pid, &status, WNOHANG) != supervisor.pid) return std::nullopt;
  constexpr int kNoProgram = 127;
  const bool exited = WIFEXITED(status);
  if (exited && WEXITSTATUS(status) == kNoProgram) {
    return Error{Code::kUnavailable,
                 "there is no glasspost-supervisor beside this program: build both with "
                 "`./run build`"};
  }
  const std::string said = last_line(directory, "supervisor", supervisor.log_begins);
  const std::string prefix = "glasspost-supervisor: ";
  if (said.starts_with(prefix)) {
    const bool use = exited && WEXITSTATUS(status) == kExitWrongUse;
    return Error{use ? Code::kInvalidArgument : Code::kUnavailable, said.substr(prefix.size())};
  }
  if (std::optional<Error> full = full_disk(directory, " and call `glasspost up` again")) {
    return full;
  }
  const std::string how = exited ? fmt::format("code {}", WEXITSTATUS(status))
                                 : fmt::format("signal {}", WTERMSIG(status));
  return Error{Code::kUnavailable, "the supervisor ended with " + how +
                                       "; see `glasspost logs supervisor`, `glasspost doctor`"};
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

// Whether it is over: the cluster serves, or never will; nothing if neither is known yet.
std::optional<Status> look_once(const RunDirectory& directory, const StartedSupervisor& supervisor,
                                Clock::duration waited, bool shown) {
  std::optional<Status> seen = look_whether_it_serves(directory, shown);
  if (const auto why = why_supervisor_ended(directory, supervisor)) return Status(*why);
  if (seen || waited < kFullDiskPatience) return seen;
  const auto full = full_disk(directory, ", end what runs with `glasspost down`, then `up` again");
  return full ? std::optional<Status>(*full) : std::nullopt;
}

// Waits until every process serves, with a bar on a terminal.
Status wait_until_running(const RunDirectory& directory, const StartedSupervisor& supervisor) {
  const bool shown = isatty(STDERR_FILENO) == 1;
  const Clock::time_point began = Clock::now();
  for (Clock::duration waited{}; waited < kPatience; waited = Clock::now() - began) {
    if (const auto seen = look_once(directory, supervisor, waited, shown)) {
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

// From here on nobody else starts or removes this cluster.
Status take_hold(const RunDirectory& directory) {
  Status made = directory.create();
  return made ? directory.lock_start() : made;
}

Status prepare(const RunDirectory& directory, const Topology& topology) {
  // Made here, before any process could make its own.
  if (const Result<MacKey> key = directory.token_key(); !key) return key.error();
  if (directory.has_cluster()) return ok();  // it goes on where it was
  if (Status marked = mark_new_disks(directory, topology); !marked) return marked;
  return directory.write(directory.topology_file(), topology_text(topology));
}

// The users of preset classroom, as far as they are not there: an `up` that was interrupted may
// have made some of them, or none.
Status make_class(const RunDirectory& directory) {
  const Result<std::string> text = directory.read(directory.topology_file());
  if (!text) return text.error();
  const Result<Topology> topology = parse_topology(*text, directory.topology_file());
  if (!topology) return topology.error();
  if (!topology->is_for_class()) return ok();
  for (const char* name : kClass) {
    if (fs::exists(directory.token_file(name, 2))) continue;
    const Result<v1::UserAdded> user = create_user(directory, name, 2);
    if (!user) return user.error();
  }
  return ok();
}

// Whatever keeps us out of the directory, another --dir is the way out.
int give_up(const Error& error) {
  complain("up", error);
  return kExitWrongUse;
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

// It answers; whether it serves is another question.
int refuse_second(const RunDirectory& directory, const v1::ControlReply& status) {
  const std::size_t running = count_running(status);
  const auto all = static_cast<std::size_t>(status.processes_size());
  const std::string runs = "a cluster already runs in " + directory.path();
  if (running < all) {
    return complain("up", {Code::kConflict,
                           fmt::format("{}, and {} of its {} processes serve; `glasspost status` "
                                       "tells which, `glasspost down`, then `up`, starts it anew",
                                       runs, running, all)});
  }
  if (const Status made = make_class(directory); !made) return complain("up", made.error());
  return complain("up", {Code::kConflict, runs + "; see `glasspost status`"});
}

struct ShapeWord {
  std::string option, said, is;
};

// A cluster keeps the shape that it was made with: says which words of this call did not count.
void tell_what_did_not_count(const UpOptions& options, const TopologyRequest& asked,
                             const RunDirectory& directory) {
  const Result<std::string> text = directory.read(directory.topology_file());
  if (!text) return;
  const Result<Topology> made = parse_topology(*text, directory.topology_file());
  if (!made) return;
  std::uint32_t access_count = 0;
  for (const ProcessSpec& process : made->processes)
    for (const Address& role : process.roles)
      access_count += role.kind == RoleKind::kAccess ? 1 : 0;
  const ShapeWord words[] = {
      {"--preset", asked.preset, made->preset},
      {"--placement", asked.placement, made->placement},
      {"--access", std::to_string(asked.access_count), std::to_string(access_count)},
      {"--set", to_text(asked.quorum), to_text(made->quorum)}};
  for (const ShapeWord& word : words) {
    const bool was_given =
        std::find(options.given.begin(), options.given.end(), word.option) != options.given.end();
    if (!was_given || word.said == word.is) continue;
    write_error_line(
        fmt::format("{} {} did not count: this cluster was made with {}. `glasspost "
                    "reset` removes it, or choose another --dir.",
                    word.option, word.said, word.is));
  }
}

int run_up(const UpOptions& options) {
  TopologyRequest request = options.topology;
  if (const Status set = apply_properties(request, options.properties); !set) {
    return give_up(set.error());
  }
  const Result<Topology> wanted = make_topology(request);
  if (!wanted) return complain("up", wanted.error());  // before anything is on disk
  const RunDirectory directory(fs::absolute(options.directory).lexically_normal().string());
  if (const Status held = take_hold(directory); !held) return give_up(held.error());
  if (const auto status = ask_status(directory)) return refuse_second(directory, *status);
  const bool fresh = !directory.has_cluster();
  if (const Status ready = prepare(directory, *wanted); !ready) return give_up(ready.error());
  const Result<StartedSupervisor> supervisor = start_supervisor(directory);
  if (!supervisor) return complain("up", supervisor.error());
  if (const Status running = wait_until_running(directory, *supervisor); !running) {
    return complain("up", running.error());
  }
  if (const Status made = make_class(directory); !made) return complain("up", made.error());
  if (!fresh) tell_what_did_not_count(options, request, directory);
  const Result<v1::ControlReply> status = ask_status(directory);
  if (!status) return complain("up", status.error());
  if (options.json) {
    fmt::print("{}\n", status_json(*status));
  } else {
    fmt::print("The cluster serves from {}.\n{}", escape_controls(directory.path()),
               status_text(*status));
    if (fresh) fmt::print("Try: glasspost chat --as alice\n");
  }
  return kExitFine;
}

}  // namespace

void add_up_command(CLI::App& app, int& exit_code) {
  auto options = std::make_shared<UpOptions>();
  CLI::App* up = app.add_subcommand("up", "Start a cluster, or go on with the one that is there.");
  add_cluster_options(*up, *options, true);
  up->add_option("--preset", options->topology.preset,
                 "classroom (with users), quick (the same with short leases), bench, or unwatched "
                 "(without facts).")
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
  up->callback([options, up, &exit_code] {
    for (const char* name : {"--preset", "--placement", "--access", "--set"})
      if (up->count(name) > 0) options->given.emplace_back(name);
    exit_code = run_up(*options);
  });
}

}  // namespace glasspost
