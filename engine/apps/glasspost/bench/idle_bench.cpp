// What a connection costs that has logged in and says nothing.
#include <fstream>
#include <sstream>

#include <fmt/format.h>
#include <unistd.h>

#include "engine/apps/glasspost/bench/benchmarks.hpp"
#include "engine/apps/glasspost/bench/servers.hpp"

namespace glasspost::bench {
namespace {

// Memory of all tcp sockets of this machine, both ends.
std::uint64_t kernel_bytes() {
  std::ifstream file("/proc/net/sockstat");
  for (std::string line; std::getline(file, line);) {
    if (!line.starts_with("TCP:")) continue;
    std::istringstream words(line.substr(line.find("mem ") + 4));
    std::uint64_t pages = 0;
    words >> pages;
    return pages * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
  }
  return 0;
}

// One server with all its connections.
struct Crowd {
  double resident = 0;  // bytes a connection
  double kernel = 0;
};

Result<Crowd> gather(const Server& server, std::size_t connections) {
  const std::vector<pid_t> pids = server.pids();
  LoadShape shape;
  shape.senders = connections;
  Crowd crowd;
  // The first crowd warms up what never shrinks again: tables, the allocator's pages.
  for (bool warm : {false, true}) {
    const std::uint64_t kernel_before = kernel_bytes();
    const std::uint64_t before = resident_of(pids);
    LineLoad load(shape, {server.port()}, server.talk(shape));
    const Measured logins = load.connect_all([&pids] { return cpu_of(pids); });
    if (!logins.broken.empty()) {
      return Error{Code::kUnavailable, server.name() + ": " + logins.broken};
    }
    if (warm) break;
    const auto each = static_cast<double>(connections);
    crowd.resident = static_cast<double>(resident_of(pids) - before) / each;
    crowd.kernel =
        (static_cast<double>(kernel_bytes()) - static_cast<double>(kernel_before)) / each;
  }
  return crowd;
}

}  // namespace

Result<std::vector<Finding>> bench_idle(const BenchOptions& options, const Progress& progress) {
  progress("making users", 0);
  Result<std::unique_ptr<Server>> ours = start_glasspost({}, options.connections);
  if (!ours) return ours.error();
  progress((*ours)->name(), 0.4);
  const Result<Crowd> own = gather(**ours, options.connections);
  if (!own) return own.error();

  std::vector<Finding> findings(2);
  findings[0].name = "idle.resident";
  findings[0].unit = "bytes/conn";
  findings[0].ours = own->resident;
  findings[0].target = "at most 2000";
  findings[0].met = own->resident <= 2'000;
  findings[1].name = "idle.kernel";
  findings[1].unit = "bytes/conn";
  findings[1].ours = own->kernel;

  Result<std::unique_ptr<Server>> peer = start_mosquitto();
  if (!peer && peer.error().code != Code::kNotFound) return peer.error();
  if (!peer) {
    fmt::print(stderr, "{}\n", peer.error().message);
    return findings;
  }
  progress((*peer)->name(), 0.8);
  const Result<Crowd> theirs = gather(**peer, options.connections);
  if (!theirs) return theirs.error();
  findings[0].peer_value = theirs->resident;
  findings[1].peer_value = theirs->kernel;
  for (Finding& one : findings) {
    one.peer = (*peer)->name();
    one.ratio = one.peer_value > 0 ? one.ours / one.peer_value : 0;
  }
  return findings;
}

}  // namespace glasspost::bench
