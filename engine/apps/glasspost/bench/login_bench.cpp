// What a new connection and its login cost a server: from accept to the answer. Our devices say
// their login in one go with their half of the handshake, as MQTT does; a ZeroMQ library says it
// after the READY of the server, one trip later, and is measured for comparison.
#include <chrono>
#include <thread>
#include <utility>

#include <fmt/format.h>

#include "engine/apps/glasspost/bench/benchmarks.hpp"
#include "engine/apps/glasspost/bench/servers.hpp"

namespace glasspost::bench {
namespace {

// Waits until a server has done with the crowd before: the ends of its connections are not this
// crowd's cost.
void await_rest(const std::vector<pid_t>& pids) {
  constexpr std::chrono::milliseconds kLook(100);
  constexpr Duration kRests = std::chrono::milliseconds(10);  // of kLook: timers
  constexpr int kLooksMax = 100;
  Duration before = cpu_of(pids);
  for (int looks = 0; looks < kLooksMax; ++looks) {
    std::this_thread::sleep_for(kLook);
    const Duration used = cpu_of(pids);
    if (used - std::exchange(before, used) <= kRests) return;
  }
}

// One crowd comes, and goes again.
Result<double> cpu_of_logins(const Server& server, const LoadShape& shape) {
  const std::vector<pid_t> pids = server.pids();
  await_rest(pids);
  LineLoad load(shape, {server.port()}, server.talk(shape));
  const Measured logins = load.connect_all([&pids] { return cpu_of(pids); });
  if (!logins.broken.empty()) {
    return Error{Code::kUnavailable, server.name() + ": " + logins.broken};
  }
  return logins.cpu_us;
}

// The figures of all pairs.
struct LoginFigures {
  std::vector<double> ours;
  std::vector<double> asking_first;
  std::vector<double> peer;
  std::vector<double> ratios;
};

Status add_pair(const Server& ours, const Server* peer, LoadShape shape, LoginFigures& series) {
  const Result<double> one = cpu_of_logins(ours, shape);
  if (!one) return one.error();
  series.ours.push_back(*one);
  if (peer != nullptr) {
    const Result<double> other = cpu_of_logins(*peer, shape);
    if (!other) return other.error();
    series.peer.push_back(*other);
    series.ratios.push_back(*one / *other);
  }
  shape.asks_first = true;
  const Result<double> polite = cpu_of_logins(ours, shape);
  if (!polite) return polite.error();
  series.asking_first.push_back(*polite);
  return ok();
}

Finding finding(const char* name, double ours, std::string peer, double peer_value, double ratio) {
  Finding made;
  made.name = name;
  made.unit = "us/login";
  made.ours = made.cpu_us = ours;
  made.peer = std::move(peer);
  made.peer_value = peer_value;
  made.ratio = ratio;
  return made;
}

}  // namespace

Result<std::vector<Finding>> bench_login(const BenchOptions& options, const Progress& progress) {
  LoadShape shape;
  shape.senders = options.connections;
  progress("making users", 0);
  Result<std::unique_ptr<Server>> ours = start_glasspost({}, options.connections);
  if (!ours) return ours.error();
  Result<std::unique_ptr<Server>> peer = start_mosquitto();
  if (!peer && peer.error().code != Code::kNotFound) return peer.error();
  if (!peer) fmt::print(stderr, "{}\n", peer.error().message);
  const Server* other = peer ? peer->get() : nullptr;

  LoginFigures warm;  // the first crowd makes what stays: tables, the allocator's pages
  LoginFigures series;
  for (unsigned pair = 0; pair <= options.pairs; ++pair) {
    progress("pair by pair", static_cast<double>(pair) / (options.pairs + 1));
    const Status done = add_pair(**ours, other, shape, pair == 0 ? warm : series);
    if (!done) return done.error();
  }
  std::vector<Finding> findings;
  findings.push_back(finding("login.cpu", median(series.ours), other ? other->name() : "",
                             other ? median(series.peer) : 0, other ? median(series.ratios) : 0));
  if (other != nullptr) {
    findings[0].target = "ratio at most 1";
    findings[0].met = findings[0].ratio <= 1;
  }
  findings.push_back(finding("login.cpu.after-ready", median(series.asking_first), "", 0, 0));
  return findings;
}

}  // namespace glasspost::bench
