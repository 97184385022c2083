// The hub as a process: reads the rings of all processes every few milliseconds and serves facts
// over hub.sock to consoles and recorders. Devices outside the cluster's processes publish here.
//
//   rings (shared memory), supervisor's deeds, hub.sock (publish) --> Hub --> hub.sock (subscribe)
//
// Killed, it is started again; the rings have kept what was written meanwhile, as far as they go.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <uv.h>

#include "glasspost/v1/control.pb.h"

#include "engine/control/stream.hpp"
#include "engine/live/handles.hpp"
#include "engine/telemetry/fact_ring.hpp"
#include "engine/telemetry/fact_source.hpp"
#include "engine/telemetry/hub.hpp"

namespace glasspost {

struct HubHostOptions {
  std::string socket;                 // where to listen
  std::vector<FactRing> rings;        // of node 1, node 2, ...
  std::function<RunLabels()> labels;  // asked at the start and now and then
};

class HubHost {
 public:
  HubHost(uv_loop_t* loop, HubHostOptions options);
  ~HubHost() = default;
  HubHost(const HubHost&) = delete;
  HubHost& operator=(const HubHost&) = delete;

  // Errors: kIo if the socket cannot be opened.
  Status begin();
  void shut_down();

  // A deed that the supervisor tells of.
  void add(const Fact& fact);

  v1::ProcessStatus status() const;

 private:
  // One connection. It may publish, subscribe, or both.
  struct Client {
    ControlStream* stream = nullptr;
    bool subscribed = false;
    bool greeted = false;         // has the newest labels
    bool knows_standing = false;  // what held before the backlog begins
    std::uint64_t place = 0;
    std::uint64_t lost = 0;                      // told to it
    std::map<std::string, std::string> choices;  // in force where its stream begins
  };

  void on_connection();
  void on_request(Client& client, const std::string& bytes);
  void tick();
  std::map<std::string, std::string> choices_before(std::uint64_t place) const;
  void say_lost(NodeId node, std::uint64_t count, LossPlace place);
  void serve(Client& client);

  uv_loop_t* loop_;
  HubHostOptions options_;
  Hub hub_;
  RunLabels labels_;
  std::map<std::string, std::string> first_choices_;  // in force as the hub began
  OwnedHandle<uv_pipe_t> listener_;
  OwnedHandle<uv_timer_t> timer_;
  std::vector<std::unique_ptr<Client>> clients_;
  std::uint64_t lost_all_ = 0;
  std::vector<Fact> taken_;  // of one ring; kept for its memory
  std::uint64_t ticks_ = 0;
};

}  // namespace glasspost
