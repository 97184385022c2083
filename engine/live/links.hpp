// The links between the processes of one server: frames of bytes over libzmq, driven by the
// process's libuv loop. Stands below every process's host (access, logic, store, ...), beside the
// edge to the clients, which does not use libzmq.
//
//   process 1                                   process 2
//   ROUTER 1.ipc <---- frames ------------------ DEALER "2.<boot>"
//   DEALER "1.<boot>" ------- frames ----------> ROUTER 2.ipc
//
// Every process binds one ROUTER and has one DEALER for each process it has sent to. Frames go only
// from DEALER to ROUTER, so the ROUTER never sends and has no silent drops. A DEALER's routing id
// is "<node>.<boot>": the receiver knows by the link, not by what the frame claims, who speaks.
//
// What is promised: frames of one link arrive whole and in order. They may be lost: when a link
// breaks, with what is in flight, and when a peer's queue here is full. Whoever needs more numbers
// the frames and repeats (core/process.hpp does).
//
// Who may connect: the sockets lie in a directory that open() insists is ours and 0700, so only
// this user's processes reach them. That is the check of the peer's credentials; a second one by
// SO_PEERCRED would ask the same question again.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include <uv.h>

#include "engine/base/ids.hpp"
#include "engine/base/result.hpp"
#include "engine/live/handles.hpp"

namespace glasspost {

struct LinksOptions {
  NodeId self;
  BootId boot;
  std::string directory;  // endpoints are ipc://<directory>/<node>.ipc
  std::size_t frame_bytes_max = 4'194'304;
  std::size_t waiting_frames_max = 1'024;  // for each peer
  unsigned frames_per_turn = 512;          // read in one turn of the loop, ...
  std::size_t bytes_per_turn = 262'144;    // ... until there were so many bytes
};

class LinksEvents {
 public:
  virtual ~LinksEvents() = default;
  // A frame from that life of that process. `bytes` ends with the call. Inside it send,
  // stop_reading and shut_down may be called, but the Links may not be destroyed.
  virtual void frame(NodeId from, BootId boot, std::string_view bytes) = 0;
};

// All of them only rise.
struct LinksCounts {
  std::uint64_t frames_in = 0;
  std::uint64_t frames_out = 0;  // handed to libzmq
  std::uint64_t bytes_in = 0;
  std::uint64_t bytes_out = 0;
  std::uint64_t waited = 0;              // frames that could not leave at once
  std::uint64_t dropped_full = 0;        // the oldest, when a peer's queue was full
  std::uint64_t dropped_too_long = 0;    // refused by send: above frame_bytes_max
  std::uint64_t dropped_unreadable = 0;  // received with a strange routing id or in parts
};

class Links {
 public:
  // Binds. Errors: the directory is missing, not ours alone, or its path too long for a unix
  // socket; another process listens as this node. The socket file of a dead process is replaced.
  // REQUIRES: `loop` and `events` outlive the Links, and no fork while it is open.
  static Result<std::unique_ptr<Links>> open(uv_loop_t* loop, const LinksOptions& options,
                                             LinksEvents& events);

  Links(const Links&) = delete;
  Links& operator=(const Links&) = delete;
  ~Links();

  // Never blocks. What cannot leave now (no such process yet, or it is too slow) waits in a queue
  // of waiting_frames_max, from which the oldest falls out.
  void send(NodeId to, std::string&& bytes);

  // While stopped nothing is read; what peers send stays in libzmq's queues, then in theirs.
  // A stop must end well within kHeartbeatTimeoutMs. Heartbeats queue behind frames, so a longer
  // one can look like a death to a peer that sends: its link breaks and starts anew, and what was
  // under way is lost (seen: 4,000 of 5,200 frames after 11 s).
  void stop_reading(bool stop);

  const LinksCounts& counts() const { return counts_; }

  // Closes everything; may be called twice. The loop must turn once more afterwards, so that libuv
  // lets go of the handles.
  void shut_down();

 private:
  // A process we send to. Without a socket (none could be had) its frames wait for the next send.
  struct Peer {
    void* socket = nullptr;
    OwnedHandle<uv_poll_t> poll;
    std::deque<std::string> waiting;
  };

  Links(uv_loop_t* loop, const LinksOptions& options, LinksEvents& events);
  Status bind();
  void start_turns();
  void connect(NodeId to, Peer& peer);
  void hold(Peer& peer, std::string&& bytes);
  bool hand_over(Peer& peer, const std::string& bytes);
  void flush(Peer& peer);
  void turn();
  bool read_frames();
  bool read_frame();
  void run_again();

  uv_loop_t* loop_;
  LinksOptions options_;
  LinksEvents& events_;
  LinksCounts counts_;
  void* context_ = nullptr;
  void* router_ = nullptr;
  OwnedHandle<uv_poll_t> router_poll_;
  OwnedHandle<uv_check_t> check_;  // one turn of ours in each turn of the loop
  OwnedHandle<uv_idle_t> idle_;    // runs while there is more to read: the loop must not sleep
  std::map<NodeId, Peer> peers_;
  bool stopped_ = false;
};

inline constexpr int kHeartbeatTimeoutMs = 5'000;

// A ROUTER or DEALER (`type` is ZMQ_ROUTER or ZMQ_DEALER) with every option set, neither bound nor
// connected: most options count only from the next bind or connect on, so nobody else sets any.
// Public because the test reads them back.
Result<void*> make_link_socket(void* context, int type, const LinksOptions& options);

}  // namespace glasspost
