// ZMTP 3.1, the wire protocol of ZeroMQ, with the NULL mechanism, as a pure codec: bytes in,
// events out; frames in, bytes out. No sockets, clocks or threads, so every byte order can be
// tested. It stands between `access` and the clients' tcp connections (as server, ROUTER), and
// inside our load generator and chat client (as client, DEALER). libzmq spends 23-27 kB on a
// peer; a connection that speaks through this codec costs about 1 kB.
//
// How a connection is made:   client sends  greeting, READY            (both at once, if it likes)
//                             server sends  greeting; at `ready` its own READY
//                             both          frames, PING, PONG
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace glasspost::zmtp {

// Which side we are. A server is a ROUTER and serves DEALERs; a client is a DEALER and calls a
// ROUTER. Other pairs that ZeroMQ would allow (REQ, ROUTER to ROUTER) wrap messages in envelopes
// that our one-frame protocol does not have, so they are refused by name.
enum class Role : std::uint8_t { kServer, kClient };

// Ways to break the protocol. Only these close a connection; whatever is wrong inside a
// well-formed frame is answered on the open connection, because a ZeroMQ client whose connection
// is closed comes back every 0.1 s without its application knowing.
enum class Violation : std::uint8_t {
  kNotZmtp,
  kVersionTooOld,
  kMechanism,
  kReservedFlags,
  kCommandWithMore,
  kMultipart,
  kFrameTooLong,
  kCommandTooLong,
  kFrameBeforeReady,
  kCommandBeforeReady,
  kBadCommand,
  kBadReady,
  kSecondReady,
  kNoSocketType,
  kPeerIsReq,
  kPeerIsRouter,
  kWrongSocketType,
  kBadIdentity,
  kBadPing,
  kBadPong,
  kSubscription,
  kPeerError,  // keep last: kViolationCount counts by it
};
inline constexpr std::size_t kViolationCount = static_cast<std::size_t>(Violation::kPeerError) + 1;

// One plain English sentence: what was wrong and what to do.
std::string_view to_string(Violation violation);

inline constexpr std::size_t kGreetingBytes = 64;
inline constexpr std::size_t kIdentityBytesMax = 255;
inline constexpr std::size_t kPingContextBytesMax = 16;
inline constexpr std::size_t kErrorReasonBytesMax = 255;
// Commands are small. This bound is also the memory a stranger can take before READY (4 kB
// with the codec itself), since before READY nothing but one command is ever buffered.
inline constexpr std::size_t kCommandBytesMax = 4000;

// Where events go. Every view is valid only during the call. A sink must neither call `feed` of
// the same codec nor destroy it; it takes a note and acts when `feed` has returned.
class Sink {
 public:
  virtual ~Sink() = default;

  // The peer has introduced itself. A server now sends its own READY.
  virtual void ready(std::string_view identity, std::string_view socket_type) = 0;
  virtual void frame(std::string_view body) = 0;
  // A frame was longer than is kept, and has passed by: only where Codec::keep_at_most is used.
  virtual void skipped() {}
  // The PONG is already in `output()`. `ttl_tenths` (of a second, 0 = unsaid) is how long the
  // peer asks us to wait for its next sign of life before giving it up.
  virtual void ping(std::string_view context, std::uint16_t ttl_tenths) = 0;
  virtual void pong(std::string_view context) = 0;
  // The last event. Close the connection; before `ready` an ERROR may be sent first.
  virtual void violation(Violation code, std::string_view sentence) = 0;
  // Where the codec puts its PONGs. A PONG is never longer than the PING it answers, so the
  // bound that the owner keeps on its outgoing bytes also bounds a flood of PINGs.
  virtual std::string& output() = 0;
};

// The reading half. Bytes may be cut anywhere; events are the same for every cut.
class Codec {
 public:
  // `frame_bytes_max` bounds the body of a message; a longer one is refused from its header,
  // before any of its body is buffered.
  Codec(Role role, std::size_t frame_bytes_max);

  // A frame that lies wholly in `bytes` is handed out without copying. After a violation
  // everything is ignored.
  void feed(std::string_view bytes, Sink& sink);

  // From now on a frame with a longer body is skipped as it arrives, and nothing of it is kept:
  // also one whose beginning is here already. May be called inside an event. At first nothing is
  // skipped.
  void keep_at_most(std::size_t body_bytes);

  bool is_ready() const { return ready_ && stage_ != Stage::kClosed; }
  bool is_closed() const { return stage_ == Stage::kClosed; }
  // A peer of ZMTP 3.0 need not answer PING, though it may. A later major version counts as at
  // least 3.1.
  bool peer_speaks_3_1() const { return peer_speaks_3_1_; }
  // Heap held by this codec: nothing unless a frame is cut between two reads.
  std::size_t heap_bytes() const;

 private:
  enum class Stage : std::uint8_t { kGreeting, kFlags, kSize, kBody, kSkip, kClosed };

  void take_greeting_byte(std::uint8_t byte, Sink& sink);
  void take_flags(std::uint8_t byte, Sink& sink);
  void take_size_byte(std::uint8_t byte, Sink& sink);
  bool take_body(std::string_view& bytes, Sink& sink);
  bool skip_body(std::string_view& bytes, Sink& sink);
  bool is_too_long_to_keep() const;
  void keep(std::string_view bytes);
  void deliver(std::string_view body, Sink& sink);
  void take_command(std::string_view body, Sink& sink);
  void take_ready(std::string_view metadata, Sink& sink);
  void take_ping(std::string_view data, Sink& sink);
  bool accept_socket_type(std::string_view socket_type, Sink& sink);
  void fail(Sink& sink, Violation code, std::string_view said_by_peer = {});

  std::string partial_;  // the first bytes of a body that was cut; else empty, no heap
  std::size_t frame_bytes_max_;
  std::size_t kept_bytes_max_;
  std::uint64_t body_bytes_ = 0;  // of the frame being read; if it is skipped: yet to come
  Role role_;
  Stage stage_ = Stage::kGreeting;
  std::uint8_t greeting_bytes_ = 0;   // of the greeting already checked; none is stored
  std::uint8_t flags_ = 0;            // of the frame being read
  std::uint8_t size_bytes_left_ = 0;  // of its length field
  bool ready_ = false;
  bool peer_is_later_than_3_ = false;
  bool peer_speaks_3_1_ = false;
};

// The writing half: each appends one whole unit to `out`.
//
// With NULL the specification wants `as_server` to be false on both sides; the argument is
// there for mechanisms that tell the sides apart.
void append_greeting(std::string& out, bool as_server = false);
// An identity has at most kIdentityBytesMax bytes and does not start with a zero byte.
void append_ready(std::string& out, Role role, std::string_view identity = {});
void append_frame(std::string& out, std::string_view body);
// `ttl_tenths` is in tenths of a second; the context has at most kPingContextBytesMax bytes.
void append_ping(std::string& out, std::uint16_t ttl_tenths, std::string_view context);
void append_pong(std::string& out, std::string_view context);
// The reason is cut to 255 bytes, and what is no visible ASCII character becomes '_', because
// the protocol allows nothing else there, not even spaces.
void append_error(std::string& out, std::string_view reason);

}  // namespace glasspost::zmtp
