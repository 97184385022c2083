// The trace of a message: one number that follows it through the house. It depends on who sent it
// under which client id and on nothing else, so whoever knows the message knows its trace.
#pragma once

#include <cstdint>

#include "engine/base/hash.hpp"
#include "engine/base/ids.hpp"

namespace glasspost {

// Never 0: that means "of no message".
inline std::uint64_t trace_of(DeviceId sender, std::uint64_t client_id) {
  const std::uint64_t trace = mix64(mix64(sender.value) ^ client_id);
  return trace == 0 ? 1 : trace;
}

}  // namespace glasspost
