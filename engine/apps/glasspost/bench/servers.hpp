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

// This program and those beside it, by path.
std::string own_program();
std::string program_beside(const std::string& name);

// A running server. Destroying it ends it and removes what it kept.
class Server {
 public:
  virtual ~Server() = default;
  virtual std::string name() const = 0;        // "NATS JetStream, file storage"
  virtual std::string durability() const = 0;  // of what it has acknowledged
  virtual std::uint16_t port() const = 0;
  // All of them, where there are several access processes.
  virtual std::vector<std::uint16_t> ports() const { return {port()}; }
  virtual std::vector<pid_t> pids() const = 0;
  // The run directory of ours, for commands.
  virtual std::string directory() const { return {}; }
  // Whoever writes its facts into a file ends now; then the file is whole.
  virtual void end_recording() {}
  // How a load speaks to it.
  virtual TalkFactory talk(const LoadShape& shape) const = 0;
  // Lines that it wants beside the senders.
  virtual std::size_t helpers(const LoadShape&) const { return 0; }
};

// How ours is set up.
struct OursShape {
  std::string placement = "merged";
  std::string preset = "bench";
  unsigned watch = 0;  // telemetry.watch; 0: as the preset says
  std::string quorum = "1/1/1";
  unsigned step = 0;           // seq.step; 0: as the preset says
  std::string recording = {};  // somebody reads all facts and writes them into this file
};

// Ours, with as many users as the load has lines. Errors: of `glasspost up`.
Result<std::unique_ptr<Server>> start_glasspost(const OursShape& shape, std::size_t users);

// The peers. Errors: kNotFound if one is not installed.
Result<std::unique_ptr<Server>> start_nats();
Result<std::unique_ptr<Server>> start_redis();
Result<std::unique_ptr<Server>> start_mosquitto();
Result<std::unique_ptr<Server>> start_zmq();

// One run against a server.
Measured run_load(const Server& server, LoadShape shape);

}  // namespace glasspost::bench
