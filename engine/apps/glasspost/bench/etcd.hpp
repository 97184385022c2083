// Three etcd nodes on this machine, at their defaults, as a peer: a log that a quorum has synced,
// and what a killed leader costs. Spoken to by etcdctl, as its users do.
#pragma once

#include <string>
#include <vector>

#include "engine/apps/glasspost/bench/child.hpp"

namespace glasspost::bench {

class Etcd {
 public:
  // Errors: kNotFound if it is not installed; kUnavailable if it does not begin.
  static Result<Etcd> start();

  // Writes a second under its own load (check perf, large). Takes a minute. Errors: what it said.
  Result<double> check_perf();

  // Puts one key after the other, and kills the leader meanwhile, once: the longest time from one
  // put that went well to the next. The killed node is started again. Errors: nothing went well.
  Result<Duration> kill_leader();

 private:
  struct Node {
    std::string name;
    std::uint16_t client_port = 0;
    std::uint16_t peer_port = 0;
    std::vector<Child> process;  // one, or none while it is dead
  };

  explicit Etcd(Folder folder) : folder_(std::move(folder)) {}
  Status start_node(Node& node);
  Status wait_until_healthy();
  // Runs etcdctl. Its output, if it ends well in time.
  Result<std::string> control(std::vector<std::string> words, Duration patience) const;
  Result<std::size_t> leader() const;
  bool put();

  Folder folder_;
  std::vector<Node> nodes_;
  unsigned puts_ = 0;
};

}  // namespace glasspost::bench
