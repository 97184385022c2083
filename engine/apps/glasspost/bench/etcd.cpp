// Starting etcd, asking etcdctl, killing leaders.
#include "engine/apps/glasspost/bench/etcd.hpp"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <fmt/format.h>

#include "engine/live/clocks.hpp"

namespace glasspost::bench {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::size_t kEtcdNodes = 3;
constexpr Duration kHealthyWithin = seconds(20);
constexpr Duration kCommand = seconds(5);
constexpr Duration kCheck = seconds(120);     // check perf measures for a minute
constexpr Duration kPutsBefore = seconds(1);  // puts before the blow
constexpr Duration kGapMax = seconds(20);
constexpr Duration kPutsAfter = seconds(2);  // puts that go well after it

std::string url(std::uint16_t port) {
  return fmt::format("http://127.0.0.1:{}", port);
}

std::string whole_text(const std::string& file) {
  std::ifstream opened(file);
  return {std::istreambuf_iterator<char>(opened), {}};
}

}  // namespace

Result<Etcd> Etcd::start() {
  Result<Folder> folder = Folder::make();
  if (!folder) return folder.error();
  Etcd etcd(folder.take());
  for (std::size_t number = 0; number < kEtcdNodes; ++number)
    etcd.nodes_.push_back({fmt::format("n{}", number), free_port(), free_port(), {}});
  for (Node& node : etcd.nodes_) {
    if (Status started = etcd.start_node(node); !started) return started.error();
  }
  if (Status healthy = etcd.wait_until_healthy(); !healthy) return healthy.error();
  return etcd;
}

Status Etcd::start_node(Node& node) {
  std::string all;
  for (const Node& one : nodes_)
    all += fmt::format("{}{}={}", all.empty() ? "" : ",", one.name, url(one.peer_port));
  const bool is_new = !std::filesystem::exists(folder_.path() + "/" + node.name);
  const std::vector<std::string> words = {"etcd",
                                          "--name",
                                          node.name,
                                          "--data-dir",
                                          folder_.path() + "/" + node.name,
                                          "--listen-client-urls",
                                          url(node.client_port),
                                          "--advertise-client-urls",
                                          url(node.client_port),
                                          "--listen-peer-urls",
                                          url(node.peer_port),
                                          "--initial-advertise-peer-urls",
                                          url(node.peer_port),
                                          "--initial-cluster",
                                          all,
                                          "--initial-cluster-state",
                                          is_new ? "new" : "existing",
                                          "--log-level",
                                          "error"};
  Result<Child> child = Child::start(words, folder_.path() + "/" + node.name + ".log");
  if (!child) return child.error();
  node.process.push_back(child.take());
  const std::optional<int> ended = node.process.back().wait(milliseconds(100));
  if (ended == kNotInstalled) {
    return Error{Code::kNotFound, "etcd is not installed; `./run bench` installs it"};
  }
  return ok();
}

Status Etcd::wait_until_healthy() {
  const Time end = station_now() + kHealthyWithin;
  while (station_now() < end) {
    const auto healthy = control({"endpoint", "health"}, kCommand);
    if (healthy) return ok();
    if (healthy.error().code == Code::kNotFound) return healthy.error();
  }
  return Error{Code::kUnavailable,
               "etcd does not begin: " + whole_text(folder_.path() + "/n0.log")};
}

Result<std::string> Etcd::control(std::vector<std::string> words, Duration patience) const {
  std::string endpoints;
  for (const Node& node : nodes_)
    endpoints += (endpoints.empty() ? "" : ",") + url(node.client_port);
  words.insert(words.begin(), {"etcdctl", "--endpoints", endpoints});
  const std::string output = folder_.path() + "/control.log";
  std::filesystem::remove(output);
  setenv("ETCDCTL_API", "3", 1);
  Result<Child> child = Child::start(words, output);
  if (!child) return child.error();
  const std::optional<int> code = child->wait(patience);
  if (code == kNotInstalled) {
    return Error{Code::kNotFound, "etcdctl is not installed; `./run bench` installs it"};
  }
  if (code != 0) return Error{Code::kUnavailable, whole_text(output)};
  return whole_text(output);
}

Result<double> Etcd::check_perf() {
  // It ends with 1 if it is slower than its authors wish.
  const Result<std::string> said = control({"check", "perf", "--load=l"}, kCheck);
  const std::string text = said ? *said : said.error().message;
  // "PASS: Throughput is 8120 writes/s", or "FAIL: Throughput too low: 3433 writes/s".
  const std::size_t end = text.find(" writes/s");
  const std::size_t begin = text.rfind(' ', end == std::string::npos ? end : end - 1);
  if (end == std::string::npos || begin == std::string::npos) {
    return Error{Code::kUnavailable, "etcdctl check perf said: " + text};
  }
  return std::strtod(text.c_str() + begin, nullptr);
}

Result<std::size_t> Etcd::leader() const {
  const Result<std::string> said = control({"endpoint", "status"}, kCommand);
  if (!said) return said.error();
  // http://127.0.0.1:2379, 8e9e05c52164694d, 3.4.23, 25 kB, true, false, 2, 8, 8,
  for (std::size_t number = 0; number < nodes_.size(); ++number) {
    const std::size_t at = said->find(url(nodes_[number].client_port) + ",");
    if (at == std::string::npos) continue;
    const std::string line = said->substr(at, said->find('\n', at) - at);
    if (line.find("B, true,") != std::string::npos) return number;
  }
  return Error{Code::kUnavailable, "etcd names no leader: " + *said};
}

bool Etcd::put() {
  const std::string key = fmt::format("key{}", ++puts_);
  return bool(control({"--command-timeout=300ms", "--dial-timeout=300ms", "put", key, "value"},
                      seconds(1)));
}

Result<Duration> Etcd::kill_leader() {
  const Result<std::size_t> number = leader();
  if (!number) return number.error();
  Node& node = nodes_[*number];
  Time killed = kNever;
  Time last = station_now();
  Duration gap(0);
  const Time began = station_now();
  while (station_now() < began + kPutsBefore + kGapMax) {
    if (killed == kNever && station_now() > began + kPutsBefore) {
      kill(node.process.back().pid(), SIGKILL);
      killed = station_now();
    }
    if (!put()) continue;
    const Time now = station_now();
    if (killed != kNever) gap = std::max(gap, now - last);
    last = now;
    if (killed != kNever && gap > Duration(0) && now > killed + kPutsAfter) break;
  }
  if (gap == Duration(0) || last < killed) {
    return Error{Code::kUnavailable, "etcd took no put after its leader was killed"};
  }
  node.process.clear();
  if (Status started = start_node(node); !started) return started.error();
  if (Status healthy = wait_until_healthy(); !healthy) return healthy.error();
  return gap;
}

}  // namespace glasspost::bench
