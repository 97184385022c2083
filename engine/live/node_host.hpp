// A process of the live cluster: a ProcessLoop between libzmq links to the other processes and, if
// an access role lives here, the tcp edge.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <uv.h>

#include "glasspost/v1/control.pb.h"

#include "engine/live/edge.hpp"
#include "engine/live/links.hpp"
#include "engine/live/password_thread.hpp"
#include "engine/live/process_loop.hpp"
#include "engine/telemetry/fact_ring.hpp"
#include "engine/telemetry/tap.hpp"

namespace glasspost {

// What a process is told at its start.
struct NodeHostOptions {
  std::string directory;  // of the sockets
  std::string name;
  Config config;
  Directory roles;                // where every role lives
  std::uint16_t edge_port = 0;    // of its last life: devices come back to it; 0: any
  std::optional<FactRing> facts;  // where facts go; nothing: nobody watches
};

class NodeHost final : public Carrier, public LinksEvents, public EdgeEvents, public StepObserver {
 public:
  // `ended` is called when the process must end; the sentence says why.
  NodeHost(uv_loop_t* loop, NodeHostOptions options, Process process, ProcessDisk disk,
           std::function<void(const std::string&)> ended);

  // Opens the links and the edge, and starts the roles.
  Status begin();

  void shut_down();

  // The edge's port; 0 if no access role lives here.
  std::uint16_t edge_port() const { return edge_ ? edge_->port() : 0; }

  // How this process is, for its supervisor.
  v1::ProcessStatus status() const;

  // A design choice changed.
  Status change_choice(const std::string& key, const std::string& value);

  // These lives have ended.
  void learn_ended(const v1::TellEnded& told);

  // Puts an administrator's question to a role that lives here; the answer comes later. Errors:
  // kInvalidArgument if it is no such question, kOverloaded if too many wait for an answer.
  using OnAnswer = std::function<void(v1::Letter&&)>;
  Status ask_role(const v1::AskRole& asked, OnAnswer answer);

  // Carrier.
  void frame(NodeId to, std::string&& bytes) override;
  void edge_letter(v1::Letter&& letter) override;
  void fact(const Fact& fact) override;
  void turn_over() override;
  void stop_reading(bool stop) override;

  // LinksEvents.
  void frame(NodeId from, BootId boot, std::string_view bytes) override;

  // StepObserver.
  void stepped(const Process& process, Address role, const Input& input, const Seen& seen,
               const Outbox& out) override;

  // EdgeEvents.
  void opened(std::uint64_t connection) override;
  void frame(std::uint64_t connection, std::string_view bytes) override;
  void skipped(std::uint64_t connection) override;
  void closed(std::uint64_t connection, std::string_view why) override;

 private:
  Status open_edge();
  void take_edge_letters();
  void say_to_device(std::uint64_t connection, const v1::ClientEnvelope& envelope);
  void refuse(std::uint64_t connection, v1::FailureCode code);
  void hear(Address role, v1::Letter&& letter);
  void gauge();
  void tell(FactKind kind, std::uint64_t subject, std::uint64_t object, std::uint64_t number);

  uv_loop_t* loop_;
  NodeHostOptions options_;
  std::function<void(const std::string&)> ended_;
  std::unique_ptr<Links> links_;
  std::unique_ptr<Edge> edge_;
  OwnedHandle<uv_check_t> after_poll_;
  OwnedHandle<uv_timer_t> gauges_;
  std::optional<Tap> tap_;  // if somebody may watch
  std::uint64_t gauge_ticks_ = 0;
  Address access_;                     // the access role that lives here, if any
  std::vector<v1::Letter> from_edge_;  // of this turn: they become one step
  std::map<std::uint64_t, OnAnswer> administrators_;
  std::uint64_t administrator_count_ = 0;
  v1::Frame arrived_;                          // the one that is being read
  std::uint64_t unreadable_ = 0;               // frames that were none
  std::uint64_t acknowledged_ = 0;             // answers "sent" that left for a device
  std::unique_ptr<PasswordThread> passwords_;  // if the account role lives here
  std::unique_ptr<ProcessLoop> process_;
};

}  // namespace glasspost
