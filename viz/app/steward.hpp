// The console's word with the supervisor, on a thread of its own: a question may take a second, a
// frame may not. It asks again and again how the processes are, and carries what a person orders.
//
//   frame loop --orders--> [queue] --> control.sock --> supervisor
//   frame loop <-- the newest answer, refusals in words
#pragma once

#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "glasspost/v1/control.pb.h"

#include "engine/base/ids.hpp"
#include "engine/control/run_directory.hpp"

namespace glasspost::viz {

class Steward {
 public:
  // What the supervisor said last.
  struct Known {
    bool reachable = false;
    bool gone = false;    // nobody listens: a supervisor that ended took its processes with it
    std::string trouble;  // why not; empty if it is
    std::vector<v1::ProcessStatus> processes;
    std::map<std::string, std::string> choices;  // in force
    UserId asked{0};                             // whose numbers are looked at; 0: nobody's
    std::string number_because;  // why the next one will be what it will be; empty: not heard yet

    // A TCP port to log in at; 0 if there is none. Different wishes meet different processes.
    std::uint16_t port(std::size_t wish) const;
  };

  explicit Steward(std::string directory);
  ~Steward();
  Steward(const Steward&) = delete;
  Steward& operator=(const Steward&) = delete;

  Known known() const;

  // Orders. They are carried in order; what is refused comes back in words.
  void strike(const std::string& process, v1::ProcessSignal signal);
  void set_choice(const std::string& key, const std::string& value);
  std::vector<std::string> take_refusals();

  // Whose numbers are looked at from now on, and how people call them; user 0: nobody's.
  void ask_numbers(UserId user, const std::string& name);

 private:
  void run();
  void look();
  void look_at_asked();
  bool carry(const v1::ControlRequest& request);
  void order(v1::ControlRequest request);

  RunDirectory directory_;
  mutable std::mutex guard_;
  std::condition_variable changed_;
  Known known_;
  std::string asked_name_;
  std::deque<v1::ControlRequest> orders_;  // bounded: a person cannot click faster than that
  std::vector<std::string> refusals_;
  bool ending_ = false;
  std::thread thread_;
};

}  // namespace glasspost::viz
