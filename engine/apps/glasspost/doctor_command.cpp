// glasspost doctor: is this machine fit for a cluster, and what runs here? Each check says what to
// do.
#include <algorithm>
#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <vector>

#include <CLI/CLI.hpp>
#include <fcntl.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "engine/apps/glasspost/cluster.hpp"
#include "engine/apps/glasspost/commands.hpp"
#include "engine/base/text.hpp"

namespace glasspost {
namespace {

namespace fs = std::filesystem;

// One finding: what was looked at, what was found, and, if it is bad, what to do.
struct Finding {
  std::string what;
  bool good = true;
  std::string found;
  std::string remedy;
};

// Where the cluster's files would lie: the run directory, or the nearest folder above it.
std::string place_of(const RunDirectory& directory) {
  std::error_code error;
  fs::path place = fs::absolute(directory.path(), error).lexically_normal();
  while (!fs::exists(place, error) && place.has_relative_path())
    place = place.parent_path();
  return place.string();
}

// Only looks: a place that has no cluster stays as it is.
Finding check_directory(const RunDirectory& directory, const std::string& place) {
  Finding finding{"run directory", true, directory.path(), "give another place with --dir"};
  std::error_code error;
  if (const Status fits = directory.check_place(); !fits) {
    finding.found = fits.error().message;
    finding.good = false;
  } else if (!fs::is_directory(place, error)) {
    finding.found = place + " is no folder";
    finding.good = false;
  } else if (access(place.c_str(), W_OK | X_OK) != 0) {
    finding.found = "nobody but its owner may write in " + place;
    finding.good = false;
  } else if (!fs::exists(directory.path(), error)) {
    finding.found += " (`glasspost up` makes it)";
  }
  return finding;
}

Finding check_disk(const std::string& place) {
  constexpr std::uint64_t kFreeMin = std::uint64_t{1} << 30;
  struct statvfs about {};
  if (statvfs(place.c_str(), &about) != 0) {
    return {"free disk", false, "cannot be asked", "check the run directory"};
  }
  const std::uint64_t left = std::uint64_t{about.f_bavail} * about.f_frsize;
  return {"free disk", left >= kFreeMin, fmt::format("{} MB", left >> 20),
          "make room: a cluster wants 1 GB"};
}

// The median of a few small appends with a sync: what an acknowledgement waits for at least. The
// file loses its name at once, so nothing stays even if this program is killed.
Finding check_sync(const std::string& place) {
  std::string file = place + "/glasspost-doctor-XXXXXX";
  const int handle = mkostemp(file.data(), O_CLOEXEC);
  if (handle < 0) return {"disk sync", false, "cannot write", "check the run directory"};
  unlink(file.c_str());
  std::vector<double> times_ms;
  const std::string block(4'096, 'x');
  bool written = true;
  for (int round = 0; round < 20 && written; ++round) {
    const auto began = std::chrono::steady_clock::now();
    written = write(handle, block.data(), block.size()) == static_cast<ssize_t>(block.size()) &&
              fdatasync(handle) == 0;
    const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - began;
    times_ms.push_back(took.count());
  }
  close(handle);
  if (!written) return {"disk sync", false, "a write failed", "make room, or choose another disk"};
  std::sort(times_ms.begin(), times_ms.end());
  const double median = times_ms[times_ms.size() / 2];
  return {"disk sync", median < 50, fmt::format("{:.2f} ms", median),
          "this disk is slow: texts will be acknowledged slowly; choose another with --dir"};
}

Finding check_descriptors() {
  constexpr rlim_t kWanted = 1'024;
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  return {"open files", limit.rlim_cur >= kWanted, fmt::format("{} a process", limit.rlim_cur),
          "raise it with `ulimit -n 4096`"};
}

Finding check_loopback() {
  const int handle = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const bool bound = handle >= 0 && bind(handle, reinterpret_cast<const sockaddr*>(&address),
                                         sizeof(address)) == 0;
  if (handle >= 0) close(handle);
  return {"loopback", bound, bound ? "127.0.0.1 works" : "no socket on 127.0.0.1",
          "bring the loopback interface up"};
}

Finding check_programs() {
  std::error_code error;
  const auto own = fs::read_symlink("/proc/self/exe", error);
  const bool there = fs::exists(own.parent_path() / "glasspost-supervisor", error);
  return {"programs", there,
          there ? "glasspost and glasspost-supervisor" : "no glasspost-supervisor",
          "build again with ./run build: both programs must lie in one folder"};
}

Finding check_cluster(const RunDirectory& directory) {
  const Result<v1::ControlReply> status = ask_status(directory);
  if (!status) return {"cluster", true, "none runs here", {}};
  std::string troubled;
  for (const v1::ProcessStatus& process : status->processes()) {
    if (process.state() != "running") troubled += process.name() + " is " + process.state() + " ";
  }
  return {"cluster", troubled.empty(),
          troubled.empty() ? fmt::format("{} processes serve", status->processes_size()) : troubled,
          "`glasspost logs` tells why; `glasspost resume` or `restart` may help"};
}

int run_doctor(const ClusterOptions& options) {
  const RunDirectory directory(options.directory);
  const std::string place = place_of(directory);
  const std::vector<Finding> findings = {check_directory(directory, place),
                                         check_disk(place),
                                         check_sync(place),
                                         check_descriptors(),
                                         check_loopback(),
                                         check_programs(),
                                         check_cluster(directory)};
  bool well = true;
  std::string json;
  for (const Finding& finding : findings) {
    well = well && finding.good;
    json += fmt::format("{}{{\"what\": {}, \"good\": {}, \"found\": {}, \"remedy\": {}}}",
                        json.empty() ? "" : ",\n ", json_quote(finding.what), finding.good,
                        json_quote(finding.found), json_quote(finding.good ? "" : finding.remedy));
    if (options.json) continue;
    fmt::print("{:<5} {:<14} {}\n", finding.good ? "fine" : "BAD", finding.what,
               escape_controls(finding.found));
    if (!finding.good) fmt::print("      {:<14} {}\n", "", finding.remedy);
  }
  if (options.json) fmt::print("[{}]\n", json);
  return well ? kExitFine : kExitFailed;
}

}  // namespace

void add_doctor_command(CLI::App& app, int& exit_code) {
  auto options = std::make_shared<ClusterOptions>();
  CLI::App* doctor = app.add_subcommand("doctor", "Is this machine fit for a cluster?");
  add_cluster_options(*doctor, *options, true);
  doctor->footer("Example:\n  glasspost doctor\nExit codes: 0 all is well, 1 something is not.");
  doctor->callback([options, &exit_code] { exit_code = run_doctor(*options); });
}

}  // namespace glasspost
