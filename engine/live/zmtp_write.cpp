// The writing half of the ZMTP codec, and the sentences of its violations: see zmtp.hpp for
// where it stands. Kept apart from the reading half because it has no state.
#include <cassert>

#include "engine/live/zmtp.hpp"

namespace glasspost::zmtp {
namespace {

constexpr char kLongFrame = '\x02';
constexpr char kShortCommand = '\x04';
constexpr char kLongCommand = '\x06';
constexpr std::size_t kShortBodyBytesMax = 255;

// Network order: the most significant byte first.
void append_big_endian(std::string& out, std::uint64_t value, int bytes) {
  for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) {
    out.push_back(static_cast<char>((value >> shift) & 0xff));
  }
}

void append_header(std::string& out, char short_flags, char long_flags, std::size_t body_bytes) {
  const bool is_short = body_bytes <= kShortBodyBytesMax;
  out.push_back(is_short ? short_flags : long_flags);
  append_big_endian(out, body_bytes, is_short ? 1 : 8);
}

void append_command(std::string& out, std::string_view name, std::string_view data) {
  append_header(out, kShortCommand, kLongCommand, 1 + name.size() + data.size());
  append_big_endian(out, name.size(), 1);
  out.append(name);
  out.append(data);
}

void append_property(std::string& metadata, std::string_view name, std::string_view value) {
  append_big_endian(metadata, name.size(), 1);
  metadata.append(name);
  append_big_endian(metadata, value.size(), 4);
  metadata.append(value);
}

}  // namespace

void append_greeting(std::string& out, bool as_server) {
  const std::size_t start = out.size();
  out.push_back('\xff');  // the signature: a byte no older protocol begins with,
  out.append(8, '\0');    // padding,
  out.push_back('\x7f');  // and a byte that cannot be the flags of an old frame
  out.push_back('\x03');
  out.push_back('\x01');
  out.append("NULL");
  out.append(16, '\0');
  out.push_back(as_server ? '\x01' : '\0');
  out.append(31, '\0');
  assert(out.size() - start == kGreetingBytes);
}

void append_ready(std::string& out, Role role, std::string_view identity) {
  assert(identity.size() <= kIdentityBytesMax);
  assert(identity.empty() || identity.front() != '\0');
  std::string metadata;
  append_property(metadata, "Socket-Type", role == Role::kServer ? "ROUTER" : "DEALER");
  if (!identity.empty()) append_property(metadata, "Identity", identity);
  append_command(out, "READY", metadata);
}

void append_frame(std::string& out, std::string_view body) {
  append_header(out, '\0', kLongFrame, body.size());
  out.append(body);
}

void append_ping(std::string& out, std::uint16_t ttl_tenths, std::string_view context) {
  assert(context.size() <= kPingContextBytesMax);
  std::string data;
  append_big_endian(data, ttl_tenths, 2);
  data.append(context);
  append_command(out, "PING", data);
}

void append_pong(std::string& out, std::string_view context) {
  assert(context.size() <= kPingContextBytesMax);
  append_command(out, "PONG", context);
}

void append_error(std::string& out, std::string_view reason) {
  reason = reason.substr(0, kErrorReasonBytesMax);
  std::string data;
  append_big_endian(data, reason.size(), 1);
  for (const char c : reason)
    data.push_back(c >= '!' && c <= '~' ? c : '_');
  append_command(out, "ERROR", data);
}

std::string_view to_string(Violation violation) {
  switch (violation) {
    case Violation::kNotZmtp:
      return "The first bytes are no ZMTP 3 greeting: connect with a ZeroMQ library of version 4 "
             "or later, not with a browser or a plain tcp client.";
    case Violation::kVersionTooOld:
      return "The peer speaks a ZMTP older than 3.0: use a ZeroMQ library of version 4 or later.";
    case Violation::kMechanism:
      return "The peer asks for another security mechanism than NULL: both sides must be set "
             "alike.";
    case Violation::kReservedFlags:
      return "A frame has flag bits set that ZMTP reserves: the peer's stream is out of step or "
             "not ZMTP.";
    case Violation::kCommandWithMore:
      return "A command has the MORE flag, which only parts of a message may have.";
    case Violation::kMultipart:
      return "A message came in several parts: send each envelope as one frame, without an empty "
             "frame before it.";
    case Violation::kFrameTooLong:
      return "A frame is longer than this side accepts: send less in one envelope.";
    case Violation::kCommandTooLong:
      return "A ZMTP command is longer than 4,000 bytes: no command of ours needs that.";
    case Violation::kFrameBeforeReady:
      return "A message came before READY: a peer must introduce itself first.";
    case Violation::kCommandBeforeReady:
      return "Another command came before READY: a peer must introduce itself first.";
    case Violation::kBadCommand:
      return "A command has no name, or a name that reaches past its end.";
    case Violation::kBadReady:
      return "The metadata in READY is malformed: a property is cut short, nameless or given "
             "twice.";
    case Violation::kSecondReady:
      return "READY came a second time on one connection.";
    case Violation::kNoSocketType:
      return "READY does not say the peer's Socket-Type: name it, DEALER for a client.";
    case Violation::kPeerIsReq:
      return "A REQ socket cannot be served, it puts an empty frame before each message: connect "
             "with a DEALER.";
    case Violation::kPeerIsRouter:
      return "A ROUTER socket cannot be served, it could not receive unasked: connect with a "
             "DEALER.";
    case Violation::kWrongSocketType:
      return "The socket types do not fit: a server takes only DEALER, a client only ROUTER.";
    case Violation::kBadIdentity:
      return "The identity is longer than 255 bytes or starts with a zero byte.";
    case Violation::kBadPing:
      return "A PING has no time-to-live or a context longer than 16 bytes.";
    case Violation::kBadPong:
      return "A PONG has a context longer than 16 bytes.";
    case Violation::kSubscription:
      return "SUBSCRIBE and CANCEL are for publishers: there is none behind this socket.";
    case Violation::kPeerError:
      return "The peer refused the connection with ERROR.";
  }
  assert(false && "a violation without a sentence");
  return "";
}

}  // namespace glasspost::zmtp
