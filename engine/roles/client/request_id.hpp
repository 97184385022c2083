// Request numbers of our device: the kind in the low bits, a count above, so that an answer says by
// itself what it answers. A stranger's client may number its requests as it likes.
#pragma once

#include <cstdint>

namespace glasspost {

enum class RequestKind : std::uint64_t { kNone = 0, kSend = 1, kSync = 2, kLogin = 3 };

// For a send, the count is the client id.
constexpr std::uint64_t request_id(RequestKind kind, std::uint64_t count) {
  return count << 2 | static_cast<std::uint64_t>(kind);
}
constexpr RequestKind request_kind(std::uint64_t request) {
  return static_cast<RequestKind>(request & 3);
}
constexpr std::uint64_t request_count(std::uint64_t request) {
  return request >> 2;
}

}  // namespace glasspost
