// One connection of the edge: its socket, its codec and, only while they are needed, its buffers.
// Idle it holds nothing but itself, which is what lets a process serve 15,000 of them.
//
// Bare sockets in a table of readiness rather than uv_tcp_t (248 bytes, and 192 more for each
// uv_write_t): one buffer on the stack serves every connection, and one send() a turn gathers what
// was said.
#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>
#include <string>
#include <string_view>

#include "engine/base/time.hpp"
#include "engine/live/readiness.hpp"
#include "engine/live/tcp.hpp"
#include "engine/live/zmtp.hpp"

namespace glasspost {

// The life of a connection, in this order; one list each. From kHandshake to kProbed the list is in
// the order in which time runs out, so that only its head need be looked at.
enum class Phase : std::uint8_t {
  kHandshake,  // greeting and READY are awaited
  kStranger,   // open, but nobody is logged in
  kLoggingIn,  // the same, and a login has been tried
  kQuiet,      // open
  kProbed,     // open, and silent since it was sent a PING
  kHeld,       // over for the host; not read, closed when due
};
inline constexpr std::size_t kPhases = 6;

// Frames that were read in one piece with earlier ones, but must wait for a later turn.
class FrameBacklog {
 public:
  FrameBacklog() { bytes_.reserve(kBytesAtFirst); }
  // Takes about as many bytes as the frame took on the wire.
  void push(std::string_view frame);
  // REQUIRES: !empty(). The view is valid until the next push.
  std::string_view pop();
  bool empty() const { return taken_ == bytes_.size(); }

  bool is_fresh = true;  // made in this turn, in which its connection has had its share

 private:
  static constexpr std::size_t kBytesAtFirst = 4096;  // what one read of a stranger can need
  std::string bytes_;  // each frame after its length: a byte below 255, or that and four more
  std::size_t taken_ = 0;
};

class EdgeConnection {
 public:
  using List = std::list<EdgeConnection>;

  EdgeConnection(tcp::Socket socket, std::uint64_t address, std::size_t frame_bytes_max,
                 Readiness& readiness, void* owner);
  ~EdgeConnection() { readiness_.forget(this); }
  EdgeConnection(const EdgeConnection&) = delete;
  EdgeConnection& operator=(const EdgeConnection&) = delete;

  // Whether to be told of bytes; of room to write it is told whenever something is unsent. If the
  // kernel has no room for that, nothing is told, and the connection ends when its time is up.
  void watch(bool wants_bytes);
  Interest watched() const { return watched_; }

  // Writes what the socket takes and gives the buffer back when all is written.
  tcp::Transfer write();
  std::size_t unsent() const { return out.size() - sent_; }
  void drop_unsent();
  // READY has come, but nobody is logged in.
  bool is_stranger() const { return phase == Phase::kStranger || phase == Phase::kLoggingIn; }
  bool is_trusted() const { return phase == Phase::kQuiet || phase == Phase::kProbed; }
  // The edge will be told when the socket takes more; trying earlier is a wasted system call.
  bool waits_to_write() const { return watched_.room; }

  tcp::Socket socket;
  zmtp::Codec codec;
  std::string out;  // the codec writes here too
  std::unique_ptr<FrameBacklog> backlog;
  void* owner;
  List::iterator place;      // of this connection in the list of its phase
  std::uint64_t number = 0;  // 0: not opened, or no longer the host's
  std::uint64_t address;     // its household, see tcp::household
  Time due;                  // of its phase
  Time since;                // its place was taken, or it became a stranger
  std::size_t unsent_max = 0;
  Phase phase = Phase::kHandshake;
  bool has_place = false;     // counted as half open
  bool is_trying = false;     // a login is being checked
  bool is_dirty = false;      // stands in the list of those to be written
  bool is_ending = false;     // the host has closed it: neither sent to nor heard
  bool is_parked = false;     // has bytes, but reading is stopped
  bool says_goodbye = false;  // nothing more is sent after what is unsent

 private:
  Readiness& readiness_;
  std::size_t sent_ = 0;  // of `out`
  Interest watched_;
};

}  // namespace glasspost
