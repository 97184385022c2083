// The servers that a benchmark measures: ours and the peers that are installed, each in a folder of
// its own and at settings that suit it.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "engine/apps/glasspost/bench/child.hpp"
#include "engine/apps/glasspost/bench/line_load.hpp"
#include "engine/control/identity.hpp"

namespace glasspost::bench {

// A running server. Destroying it ends it and removes what it kept.
class Server {
 public:
  virtual ~Server() = default;
  virtual std::string name() const = 0;        // "NATS JetStream, file storage"
  virtual std::string durability() const = 0;  // of what it has acknowledged
  virtual std::uint16_t port() const = 0;
  virtual std::vector<pid_t> pids() const = 0;
  // How a load speaks to it.
  virtual TalkFactory talk(const LoadShape& shape) const = 0;
  // Lines that it wants beside the senders.
  virtual std::size_t helpers(const LoadShape&) const { return 0; }
};

// Ours, with as many users as the load has lines. Errors: of `glasspost up`.
Result<std::unique_ptr<Server>> start_glasspost(const std::string& placement, std::size_t users);

// The peers. Errors: kNotFound if one is not installed.
Result<std::unique_ptr<Server>> start_nats();
Result<std::unique_ptr<Server>> start_redis();
Result<std::unique_ptr<Server>> start_mosquitto();
Result<std::unique_ptr<Server>> start_zmq();

// One run against a server.
Measured run_load(const Server& server, LoadShape shape);

}  // namespace glasspost::bench
