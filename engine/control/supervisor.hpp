// The supervisor: starts, watches, strikes and restarts the processes of one cluster. It knows no
// libzmq and no message; it is the parent of every process, so it reaps them and can say for
// certain that one is dead.
//
//   command line --control.sock--> supervisor --fd 3 of each child--> process
//
// Each process gets a ring of facts in shared memory (fd 4); the hub, a child like the others, gets
// all of them. What is done to processes is told to the hub as deeds.
// A process that ends is started again with a new boot id, soon at first and later if it keeps
// ending. All others get a death certificate: nobody has to wait for the lease of that life.
// If the supervisor itself dies, every process sees the end of fd 3 and ends at once.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <uv.h>

#include "glasspost/v1/control.pb.h"

#include "engine/control/run_directory.hpp"
#include "engine/control/stream.hpp"
#include "engine/control/topology.hpp"
#include "engine/proto/fact.hpp"

namespace glasspost {

class Supervisor {
 public:
  // `program` is the path of the glasspost program, which has the roles.
  Supervisor(uv_loop_t* loop, RunDirectory directory, Topology topology, std::string program);
  ~Supervisor() = default;
  Supervisor(const Supervisor&) = delete;
  Supervisor& operator=(const Supervisor&) = delete;

  // Listens and starts every process. Errors: kConflict if another supervisor serves this
  // directory.
  Status begin();

  // Ends every process, then the loop has nothing left to do.
  void shut_down();

  // A refusal may repeat what was asked, escaped; it must still fit into a message.
  static constexpr std::size_t kRequestBytesMax = 65'536;

  // Errors: kInvalidArgument, as a sentence for whoever asked.
  static Result<v1::ControlRequest> read_request(const std::string& bytes);

  // Does what is asked and says what came of it. A question to a role is not for the supervisor to
  // answer, and ending everything comes after the answer: both are left to the caller.
  v1::ControlReply answer(const v1::ControlRequest& request);

 private:
  // One process of the cluster.
  struct Child {
    Supervisor* supervisor = nullptr;
    std::string name;
    uv_process_t process{};
    uv_timer_t restart{};
    ControlStream* line = nullptr;  // fd 3 of the process
    bool alive = false;
    bool paused = false;
    std::uint64_t boot = 0;
    std::uint64_t started_ms = 0;  // loop time
    std::uint32_t starts = 0;
    std::uint32_t quick_ends = 0;  // in a row, for the pause before the next start
    v1::ProcessStatus said;        // what it said of itself last
    int ring = -1;                 // its facts; -1: the hub
  };

  // A question that was passed on to a process.
  struct Passed {
    ControlStream* asker = nullptr;
    std::uint64_t number = 0;  // the asker's
  };

  Status listen();
  Status add_child(const std::string& name, bool has_ring);
  void tell(Fact deed);
  bool find_nobody_alive();
  void certify(Child& child);
  v1::ControlRequest certificates() const;
  void start(Child& child);
  int spawn(Child& child, std::uint64_t boot, int log_file);
  std::uint16_t node_of(const Child& child) const;
  void on_exit(Child& child, std::int64_t status, int signal);
  void on_child_message(Child& child, const std::string& bytes);
  void on_connection();
  void on_request(ControlStream& asker, const std::string& bytes);
  void forget(const ControlStream& asker);
  v1::ControlReply status_reply() const;
  std::string strike(const v1::SignalProcess& wanted);
  v1::ControlReply change_choice(const v1::ChangeChoice& wanted);
  static std::string why_silent(const Child* child);
  void pass_on(ControlStream& asker, const v1::ControlRequest& request);
  void end_all_the_hard_way();
  Child* child_named(const std::string& name);

  uv_loop_t* loop_;
  RunDirectory directory_;
  Topology topology_;
  std::string program_;
  uv_pipe_t listener_{};
  uv_timer_t last_resort_{};
  std::vector<std::unique_ptr<Child>> children_;
  std::vector<ControlStream*> askers_;
  std::map<std::uint64_t, Passed> passed_;
  std::uint64_t passed_count_ = 0;
  std::uint64_t choices_set_ = 0;
  std::deque<Fact> untold_;                       // deeds that wait for the hub
  std::map<std::uint16_t, std::uint64_t> ended_;  // by node: the newest life that has ended
  bool ending_ = false;
};

}  // namespace glasspost
