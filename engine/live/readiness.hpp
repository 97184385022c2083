// Tells which of many sockets can be read or written: an epoll table of its own, which the event
// loop watches as one descriptor. The edge keeps its connections in one.
//
//   uv loop --the table has something--> Readiness --what is ready--> the edge
//
// A uv_poll_t a connection would cost 160 bytes each, and seven system calls where this takes two.
// Not for sockets that another process or a dup shares: closing them would not take them out.
#pragma once

#include <array>
#include <cstddef>

#include <sys/epoll.h>
#include <uv.h>

#include "engine/base/result.hpp"
#include "engine/live/handles.hpp"
#include "engine/live/tcp.hpp"

namespace glasspost {

// What one socket waits for, or is ready for.
struct Interest {
  bool bytes = false;  // to read, or the peer's end of the stream
  bool room = false;   // to write
  bool operator==(const Interest&) const = default;
};

class Readiness {
 public:
  // `subject` is what was given to watch(). Broken: the socket has an error and nothing else.
  using OnReady = void (*)(void* subject, Interest ready, bool broken);
  // Called around each round of OnReady, true before and false after it; every round is bounded.
  using OnRound = void (*)(void* owner, bool begins);

  Readiness(uv_loop_t* loop, OnReady on_ready, OnRound on_round, void* owner);
  Readiness(const Readiness&) = delete;
  Readiness& operator=(const Readiness&) = delete;

  Status start();
  // Nothing is called after this; sockets may outlive it.
  void stop() { poll_.reset(); }

  // Changes what a socket waits for; false if the kernel has no room for it.
  // REQUIRES: `before` is what it waited for so far.
  bool watch(int descriptor, void* subject, Interest before, Interest wanted);

  // The subject is dying; its socket is closed by its owner, which takes it out of the table.
  void forget(const void* subject);

 private:
  static constexpr std::size_t kEventsPerRound = 256;

  void take_round();

  uv_loop_t* loop_;
  OnReady on_ready_;
  OnRound on_round_;
  void* owner_;
  tcp::Socket table_;
  OwnedHandle<uv_poll_t> poll_;
  std::array<epoll_event, kEventsPerRound> events_;  // of this round
  std::size_t next_ = 0, end_ = 0;                   // those that are still to be told
};

}  // namespace glasspost
