// What every process of a cluster shares, hub included: the words it is started with, its line to
// the supervisor, and how it ends.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include <uv.h>

#include "glasspost/v1/control.pb.h"

#include "engine/control/stream.hpp"

namespace CLI {
class App;
}

namespace glasspost {

// What the supervisor starts a process with.
struct ProcessOptions {
  std::string directory;
  std::string name;
  std::uint64_t boot = 0;
};

// A command for the supervisor, not for people: it is not listed.
CLI::App* add_process_command(CLI::App& app, const std::string& name, ProcessOptions& options);

// First of all: from now on this process is killed when the supervisor dies, however it dies. The
// end of the line does the same, but a process that stands still would not see it.
void end_with_supervisor();

// The line to the supervisor: descriptor 3. When it breaks, the supervisor is gone, and this
// process ends at once.
class SupervisorLine {
 public:
  using OnRequest = std::function<void(const v1::ControlRequest& request)>;

  // Says four times a second how this process is.
  void open(uv_loop_t* loop, std::function<v1::ProcessStatus()> status, OnRequest on_request);
  void write(const v1::ControlReply& reply) { stream_->write(reply); }
  void shut();

 private:
  ControlStream* stream_ = nullptr;
  std::function<v1::ProcessStatus()> status_;
  uv_timer_t report_{};
};

// Runs until SIGTERM; `end` then lets go of whatever stands on the loop.
void run_until_told(uv_loop_t* loop, const std::function<void()>& end);

}  // namespace glasspost
