// Devices outside the cluster's processes tell the hub what they showed: chat, load, the console's
// phones. All of it is soft: without a hub the devices work as well, and nobody waits for it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <uv.h>

#include "engine/control/stream.hpp"
#include "engine/live/handles.hpp"
#include "engine/proto/fact.hpp"

namespace glasspost {

class FactPublisher {
 public:
  // `socket` is hub.sock of a run directory.
  FactPublisher(uv_loop_t* loop, std::string socket);
  ~FactPublisher();
  FactPublisher(const FactPublisher&) = delete;
  FactPublisher& operator=(const FactPublisher&) = delete;

  // Kept until the next flush. What is too much is dropped and counted; the hub is told.
  void add(const Fact& fact);

  void shut_down();

 private:
  void flush();
  void connect();

  uv_loop_t* loop_;
  std::string socket_;
  ControlStream* stream_ = nullptr;
  bool connected_ = false;
  OwnedHandle<uv_timer_t> timer_;
  std::vector<Fact> waiting_;
  std::uint64_t lost_ = 0;
  unsigned rest_ = 0;  // flushes to wait before the next try to connect
};

}  // namespace glasspost
