// One process of the server or one device, as a value: its roles and its Station. Both hosts drive
// it with the functions below; what differs between the worlds is only where frames, syncs and time
// come from.
//
// Routes (routes.hpp) are the process's, not a role's: they arrive in frames, or an arbiter of this
// process makes them; all roles then get the new configuration.
//
//   frame bytes -> receive -> step -> settle -+-> roles of this process (again) ... until quiet
//                                             +-> held -> (sync) -> release -> frames by peer
//                                             process
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "engine/core/role.hpp"
#include "engine/core/station.hpp"

namespace glasspost {

// Which process a role lives in. The same for every process of a cluster.
using Directory = std::map<Address, NodeId>;

// A process.
struct Process {
  Station station;
  std::map<Address, RoleBox> roles;
};

// Told of every step, before settle. The virtual world hashes what it hears; a journal writes it.
class StepObserver {
 public:
  virtual ~StepObserver() = default;
  virtual void stepped(const Process& process, Address role, const Input& input, const Seen& seen,
                       const Outbox& out) = 0;
};

// What a host lends to a process for one turn of its loop.
struct Turn {
  Time now;
  std::int64_t wall_ms = 0;
  ReadView& reads;
  WriteStore& writes;
  const Directory& directory;
  Config& config;  // the host's own copy; routes that arrive change it
  StepObserver* observer = nullptr;
  FactSample sample = {};
  bool has_new_routes = false;  // and roles have not heard of them
};

// Adds a role. REQUIRES: the process has no such role yet.
void add_role(Process& process, Address address, RoleBox role);

// The first inputs of a life: the configuration, then the start.
void start(Process& process, Turn& turn);

// The configuration has changed.
void reconfigure(Process& process, Turn& turn);

// Letters that reached this process, from whoever the host says (their source is checked already).
void deliver(Process& process, std::vector<v1::Letter>&& letters, Turn& turn);

// A frame from another process: keeps the link's books, tells the roles about a new life of the
// peer, checks that every source lives there, and delivers. Letters with a false source are
// dropped.
void receive(Process& process, v1::Frame frame, Turn& turn);

// The same, but the frame's letters move to the end of `letters`, for the host to deliver: those of
// several frames are one step then. What is in `letters` is delivered first if the frame brings a
// new life or newer routes.
void gather(Process& process, v1::Frame& frame, Turn& turn, std::vector<v1::Letter>& letters);

// Whether the frame brings letters only: no new life of its sender, and no routes. Then gather
// makes no step, and looks at no clock of the turn.
bool brings_letters_only(const Process& process, const v1::Frame& frame);

// Runs every timer that is due. The host calls it again at station.next_timer().
void run_timers(Process& process, Turn& turn);

// A connection of an access role opened or closed, or a device's link did.
void change_peer(Process& process, Address role, const Peer& peer, Turn& turn);

// Gathers what release hands over into frames, one peer process after the other.
class FrameSink : public ReleaseSink {
 public:
  // `handed` is the host's instant of handing over; receivers measure waits from it.
  FrameSink(Station& station, const Directory& directory, const Config& config, Time handed)
      : station_(station), directory_(directory), config_(config), handed_(handed) {}

  void hand_over(v1::Letter&& letter) override;

  // Letters to a device's connection (or from a device to its access process), which travel as
  // client envelopes; the host knows the connection.
  std::vector<v1::Letter> take_edge();

  // The bytes of a v1::Frame each, by peer, numbered; with at most limits::kLettersPerFrameMax
  // letters.
  std::vector<std::pair<NodeId, std::string>> take_frames();

 private:
  // A frame that grows.
  struct Outgoing {
    std::string bytes;
    std::size_t letters = 0;
  };

  void add_letter(NodeId to, const v1::Letter& letter);
  Outgoing empty_frame(NodeId to);
  void add_routes();

  Station& station_;
  const Directory& directory_;
  const Config& config_;
  Time handed_;
  std::vector<v1::Letter> edge_;
  std::map<NodeId, std::vector<Outgoing>> by_node_;
};

}  // namespace glasspost
