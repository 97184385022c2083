// The tcp edge: every device's long connection ends here. It stands between the clients, which are
// plain ZeroMQ DEALERs speaking ZMTP, and the host of an access role, which sees numbered
// connections and whole frames, and nothing of sockets.
//
// A connection is a stranger until the host trusts it: from accept to READY, and on to a login.
// Strangers are bounded in number, bytes and time, and whoever logs in is one no more:
//
//   accept --> handshake --> stranger <--> trying to log in --> trusted
//                  |            ^ distrust()                       |
//                  v            +----------------------------------+
//   closed: 5 s, or its place was taken
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include <uv.h>

#include "engine/base/result.hpp"
#include "engine/base/time.hpp"
#include "engine/core/limits.hpp"

namespace glasspost {

struct EdgeOptions {
  std::string host = "127.0.0.1";
  std::uint16_t port = 0;  // 0: the system picks one, see Edge::port()
  std::size_t frame_bytes_max = 65'536;
  Duration handshake_max = limits::kHandshakeMax;     // from accept to READY
  Duration login_max = limits::kLoginMax;             // from there to a login
  Duration login_try_max = limits::kLoginTryMax;      // each login lengthens it to this from then,
  Duration login_tries_max = limits::kLoginTriesMax;  // and at most to this from READY
  std::size_t stranger_bytes_max = limits::kStrangerBytesMax;  // kept, in each direction
  unsigned half_open_per_address = limits::kStrangersPerAddress;
  Duration place_kept = limits::kStrangerKept;  // before a newcomer may take it
  std::size_t connections_max = 15'000;
  std::size_t unsent_bytes_max = 1'048'576;         // a reader that does not read is closed
  Duration probe_after = std::chrono::seconds(30);  // of silence: a PING
  Duration probe_wait = std::chrono::seconds(10);   // without a sign of life: closed
  std::size_t frames_per_turn = 64;                 // of one connection: fairness
  // How long a violator is kept waiting: doubles with every violation of its address.
  Duration penalty_first = std::chrono::milliseconds(100);
  Duration penalty_max = std::chrono::seconds(5);
};

// Where events go, always on the loop's thread. Every view is valid only during the call. A call
// may use the edge freely, shut_down() included, but may not destroy it.
class EdgeEvents {
 public:
  virtual ~EdgeEvents() = default;
  virtual void opened(std::uint64_t connection) = 0;  // the handshake is done
  virtual void frame(std::uint64_t connection, std::string_view bytes) = 0;
  // A stranger sent a longer frame than is kept of one. It may come while reading is stopped.
  virtual void skipped(std::uint64_t connection) = 0;
  // Once for every opened connection, whoever ended it; never from inside send() or close().
  virtual void closed(std::uint64_t connection, std::string_view why) = 0;
};

struct EdgeCounts {
  std::uint64_t open = 0;       // now
  std::uint64_t half_open = 0;  // now: strangers, or violators that are kept waiting
  std::uint64_t accepted = 0;   // ever, and so on below
  std::uint64_t refused = 0;    // closed unread, for a limit
  std::uint64_t violations = 0;
  std::uint64_t frames_in = 0;
  std::uint64_t frames_out = 0;
  std::uint64_t bytes_in = 0;
  std::uint64_t bytes_out = 0;
  std::uint64_t closed_slow = 0;      // did not read
  std::uint64_t closed_silent = 0;    // no READY in time, or no answer to a PING
  std::uint64_t closed_no_login = 0;  // READY, but no login in time
  std::uint64_t evicted = 0;          // strangers whose place a newcomer got
  std::uint64_t skipped = 0;          // frames of strangers that were too long to be kept
};

class Edge {
 public:
  // Fails with a readable sentence if the port is in use or the address is not this machine's.
  // `events` must outlive shut_down().
  static Result<std::unique_ptr<Edge>> listen(uv_loop_t* loop, const EdgeOptions& options,
                                              EdgeEvents& events);
  // Like shut_down(). Run the loop once more afterwards, so that libuv gives its handles back.
  ~Edge();
  Edge(const Edge&) = delete;
  Edge& operator=(const Edge&) = delete;

  std::uint16_t port() const;

  // Buffered; written with everything else for that connection at the end of the loop turn. An
  // unknown connection is ignored: it may have gone a moment ago.
  void send(std::uint64_t connection, std::string_view frame);

  // Writes now what is buffered. The edge does so itself before every wait of the loop; calling
  // it earlier is allowed, and inside one of its events it does nothing.
  void flush();

  // What was sent before is still written, as far as the socket takes it. No frame of this
  // connection is handed out any more; closed() follows from the next flush.
  void close(std::uint64_t connection, std::string_view why);

  // A login of this connection is being checked: a stranger gets more time, and keeps its place
  // before others. `login_refused` takes the second back.
  void login_asked(std::uint64_t connection);
  void login_refused(std::uint64_t connection);

  // Somebody is logged in on this connection, or no longer. To be said before, or after, the frame
  // that tells so: what waits to be written when distrust comes is still written.
  void trust(std::uint64_t connection);
  void distrust(std::uint64_t connection);

  // Back-pressure: while stopped nothing is accepted or read, and after the call no frame is
  // handed out, not even one already read.
  void stop_reading(bool stop);

  const EdgeCounts& counts() const;

  // Closes everything at once, without further events; the loop can then end.
  void shut_down();

 private:
  class Inside;
  explicit Edge(std::unique_ptr<Inside> inside);

  std::unique_ptr<Inside> inside_;
};

}  // namespace glasspost
