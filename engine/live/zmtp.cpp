// The reading half of the ZMTP codec: a small machine over the stages greeting, flags, size and
// body. See zmtp.hpp for where it stands. Everything but the body is checked byte by byte as it
// comes, so that nothing has to be stored and nonsense is refused at its first wrong byte.
#include "engine/live/zmtp.hpp"

#include <algorithm>
#include <cassert>
#include <optional>
#include <utility>

namespace glasspost::zmtp {
namespace {

constexpr std::uint8_t kMoreFlag = 0x01;
constexpr std::uint8_t kLongFlag = 0x02;
constexpr std::uint8_t kCommandFlag = 0x04;
constexpr std::uint8_t kReservedFlagBits = 0xf8;

// Places in the greeting.
constexpr std::uint8_t kSignatureEnd = 9;
constexpr std::uint8_t kMajorVersion = 10;
constexpr std::uint8_t kMinorVersion = 11;
constexpr std::uint8_t kMechanismBegin = 12;
constexpr std::uint8_t kMechanismEnd = 32;

// A cut body gets this much at first, or its whole length if that is less. It grows only as
// bytes really come: a header that promises a megabyte must not cost a megabyte.
constexpr std::size_t kFirstBufferBytes = 4096;

constexpr std::size_t kSaidByPeerBytesMax = 255;

// The next `count` bytes, taken off the front; nothing if there are fewer.
std::optional<std::string_view> take(std::string_view& bytes, std::size_t count) {
  if (bytes.size() < count) return std::nullopt;
  const std::string_view taken = bytes.substr(0, count);
  bytes.remove_prefix(count);
  return taken;
}

// A number in network order, `count` bytes long.
std::optional<std::uint32_t> take_number(std::string_view& bytes, std::size_t count) {
  const auto taken = take(bytes, count);
  if (!taken) return std::nullopt;
  std::uint32_t value = 0;
  for (const char c : *taken)
    value = value << 8 | static_cast<std::uint8_t>(c);
  return value;
}

struct Property {
  std::string_view name;
  std::string_view value;
};

// One property of READY: a length byte, the name, four length bytes, the value.
std::optional<Property> take_property(std::string_view& metadata) {
  const auto name_bytes = take_number(metadata, 1);
  if (!name_bytes || *name_bytes == 0) return std::nullopt;
  const auto name = take(metadata, *name_bytes);
  if (!name) return std::nullopt;
  const auto value_bytes = take_number(metadata, 4);
  if (!value_bytes) return std::nullopt;
  const auto value = take(metadata, *value_bytes);
  if (!value) return std::nullopt;
  return Property{*name, *value};
}

// Property names are ASCII and compared without case; std::tolower would ask the locale.
char ascii_lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool is_same_name(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return ascii_lower(x) == ascii_lower(y); });
}

}  // namespace

Codec::Codec(Role role, std::size_t frame_bytes_max)
    : frame_bytes_max_(frame_bytes_max), kept_bytes_max_(frame_bytes_max), role_(role) {}

void Codec::keep_at_most(std::size_t body_bytes) {
  kept_bytes_max_ = body_bytes;
  if (stage_ != Stage::kBody || !is_too_long_to_keep()) return;
  body_bytes_ -= partial_.size();
  std::string().swap(partial_);
  stage_ = Stage::kSkip;
}

bool Codec::is_too_long_to_keep() const {
  return (flags_ & kCommandFlag) == 0 && body_bytes_ > kept_bytes_max_;
}

std::size_t Codec::heap_bytes() const {
  // Up to this capacity a string keeps its bytes inside itself.
  const std::size_t inside = std::string().capacity();
  return partial_.capacity() > inside ? partial_.capacity() + 1 : 0;
}

void Codec::feed(std::string_view bytes, Sink& sink) {
  while (stage_ != Stage::kClosed) {
    if (stage_ == Stage::kBody) {  // first, because an empty body needs no further byte
      if (!take_body(bytes, sink)) return;
      continue;
    }
    if (stage_ == Stage::kSkip) {
      if (!skip_body(bytes, sink)) return;
      continue;
    }
    if (bytes.empty()) return;
    const auto byte = static_cast<std::uint8_t>(bytes.front());
    bytes.remove_prefix(1);
    if (stage_ == Stage::kGreeting) {
      take_greeting_byte(byte, sink);
    } else if (stage_ == Stage::kFlags) {
      take_flags(byte, sink);
    } else {
      take_size_byte(byte, sink);
    }
  }
}

// The eight padding bytes, as-server and the filler are not looked at: the specification forbids
// it for the first, and NULL gives the others no meaning.
void Codec::take_greeting_byte(std::uint8_t byte, Sink& sink) {
  constexpr std::string_view kNull = "NULL";
  const std::uint8_t at = greeting_bytes_++;
  if (at == 0 && byte != 0xff) return fail(sink, Violation::kNotZmtp);
  if (at == kSignatureEnd && byte != 0x7f) return fail(sink, Violation::kNotZmtp);
  // Later versions are to be taken as ours: they promise to speak 3.1 to us.
  if (at == kMajorVersion) {
    if (byte < 3) return fail(sink, Violation::kVersionTooOld);
    peer_is_later_than_3_ = byte > 3;
  }
  if (at == kMinorVersion) peer_speaks_3_1_ = peer_is_later_than_3_ || byte >= 1;
  if (at >= kMechanismBegin && at < kMechanismEnd) {
    const std::size_t i = at - kMechanismBegin;
    const char wanted = i < kNull.size() ? kNull[i] : '\0';
    if (byte != static_cast<std::uint8_t>(wanted)) return fail(sink, Violation::kMechanism);
  }
  if (greeting_bytes_ == kGreetingBytes) stage_ = Stage::kFlags;
}

void Codec::take_flags(std::uint8_t byte, Sink& sink) {
  if ((byte & kReservedFlagBits) != 0) return fail(sink, Violation::kReservedFlags);
  const bool is_command = (byte & kCommandFlag) != 0;
  if (!is_command && !ready_) return fail(sink, Violation::kFrameBeforeReady);
  if ((byte & kMoreFlag) != 0) {
    return fail(sink, is_command ? Violation::kCommandWithMore : Violation::kMultipart);
  }
  flags_ = byte;
  body_bytes_ = 0;
  size_bytes_left_ = (byte & kLongFlag) != 0 ? 8 : 1;
  stage_ = Stage::kSize;
}

void Codec::take_size_byte(std::uint8_t byte, Sink& sink) {
  body_bytes_ = body_bytes_ << 8 | byte;
  if (--size_bytes_left_ > 0) return;
  const bool is_command = (flags_ & kCommandFlag) != 0;
  if (is_command && body_bytes_ > kCommandBytesMax) return fail(sink, Violation::kCommandTooLong);
  if (!is_command && body_bytes_ > frame_bytes_max_) return fail(sink, Violation::kFrameTooLong);
  stage_ = is_too_long_to_keep() ? Stage::kSkip : Stage::kBody;
}

// True if the body was complete and has been delivered.
bool Codec::take_body(std::string_view& bytes, Sink& sink) {
  const std::size_t missing = static_cast<std::size_t>(body_bytes_) - partial_.size();
  const auto rest = take(bytes, missing);
  if (!rest) {
    keep(bytes);
    return false;
  }
  stage_ = Stage::kFlags;
  if (partial_.empty()) {
    deliver(*rest, sink);
    return true;
  }
  // Moved out, so that the heap is given back as soon as the sink has seen the frame.
  std::string whole = std::exchange(partial_, std::string());
  whole.reserve(static_cast<std::size_t>(body_bytes_));
  whole.append(*rest);
  deliver(whole, sink);
  return true;
}

// True if the body has passed by and the sink knows.
bool Codec::skip_body(std::string_view& bytes, Sink& sink) {
  const auto passing = static_cast<std::size_t>(std::min<std::uint64_t>(body_bytes_, bytes.size()));
  bytes.remove_prefix(passing);
  body_bytes_ -= passing;
  if (body_bytes_ > 0) return false;
  stage_ = Stage::kFlags;
  sink.skipped();
  return true;
}

void Codec::keep(std::string_view bytes) {
  const std::size_t needed = partial_.size() + bytes.size();
  assert(needed < body_bytes_);
  if (needed > partial_.capacity()) {
    const auto body_bytes = static_cast<std::size_t>(body_bytes_);
    partial_.reserve(std::min(body_bytes, std::max(2 * needed, kFirstBufferBytes)));
  }
  partial_.append(bytes);
}

void Codec::deliver(std::string_view body, Sink& sink) {
  if ((flags_ & kCommandFlag) != 0) {
    take_command(body, sink);
  } else {
    sink.frame(body);
  }
}

void Codec::take_command(std::string_view data, Sink& sink) {
  const auto name_bytes = take_number(data, 1);
  if (!name_bytes || *name_bytes == 0) return fail(sink, Violation::kBadCommand);
  const auto name = take(data, *name_bytes);
  if (!name) return fail(sink, Violation::kBadCommand);

  if (*name == "ERROR") {  // a length byte, then the reason; the peer is leaving either way
    const auto reason_bytes = take_number(data, 1);
    return fail(sink, Violation::kPeerError, data.substr(0, reason_bytes.value_or(0)));
  }
  if (*name == "READY") return take_ready(data, sink);
  if (!ready_) return fail(sink, Violation::kCommandBeforeReady, *name);
  if (*name == "PING") return take_ping(data, sink);
  if (*name == "PONG") {
    if (data.size() > kPingContextBytesMax) return fail(sink, Violation::kBadPong);
    return sink.pong(data);
  }
  if (*name == "SUBSCRIBE" || *name == "CANCEL") return fail(sink, Violation::kSubscription);
  // Any other name: a later version may know it, we need not.
}

void Codec::take_ready(std::string_view metadata, Sink& sink) {
  if (ready_) return fail(sink, Violation::kSecondReady);
  std::optional<std::string_view> socket_type;
  std::optional<std::string_view> identity;
  while (!metadata.empty()) {
    const auto property = take_property(metadata);
    if (!property) return fail(sink, Violation::kBadReady);
    std::optional<std::string_view>* known = nullptr;
    if (is_same_name(property->name, "Socket-Type")) known = &socket_type;
    if (is_same_name(property->name, "Identity")) known = &identity;
    if (known == nullptr) continue;
    if (known->has_value()) return fail(sink, Violation::kBadReady);
    *known = property->value;
  }
  if (!socket_type) return fail(sink, Violation::kNoSocketType);
  if (!accept_socket_type(*socket_type, sink)) return;
  const std::string_view name = identity.value_or("");
  const bool is_reserved = !name.empty() && name.front() == '\0';
  if (is_reserved || name.size() > kIdentityBytesMax) return fail(sink, Violation::kBadIdentity);
  ready_ = true;
  sink.ready(name, *socket_type);
}

bool Codec::accept_socket_type(std::string_view socket_type, Sink& sink) {
  const bool is_server = role_ == Role::kServer;
  if (socket_type == (is_server ? "DEALER" : "ROUTER")) return true;
  // The two likely mistakes of someone writing a client get a sentence of their own.
  if (is_server && socket_type == "REQ") {
    fail(sink, Violation::kPeerIsReq);
  } else if (is_server && socket_type == "ROUTER") {
    fail(sink, Violation::kPeerIsRouter);
  } else {
    fail(sink, Violation::kWrongSocketType, socket_type);
  }
  return false;
}

void Codec::take_ping(std::string_view data, Sink& sink) {
  const auto ttl_tenths = take_number(data, 2);
  if (!ttl_tenths || data.size() > kPingContextBytesMax) return fail(sink, Violation::kBadPing);
  append_pong(sink.output(), data);
  sink.ping(data, static_cast<std::uint16_t>(*ttl_tenths));
}

// What the peer said may go to a log or a terminal, so control characters are blotted out.
void Codec::fail(Sink& sink, Violation code, std::string_view said_by_peer) {
  stage_ = Stage::kClosed;
  assert(heap_bytes() == 0);  // a violation is found in a header, or in a body moved out before
  if (said_by_peer.empty()) return sink.violation(code, to_string(code));
  std::string sentence(to_string(code));
  sentence += " The peer said: ";
  for (const char c : said_by_peer.substr(0, kSaidByPeerBytesMax)) {
    sentence.push_back(c >= ' ' && c <= '~' ? c : '?');
  }
  sink.violation(code, sentence);
}

}  // namespace glasspost::zmtp
