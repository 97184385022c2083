// What comes into a process as bytes, judged before any role hears it: frames of other processes
// and envelopes of devices. Whoever speaks is known by the line it came on, never by its words.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "glasspost/v1/letter.pb.h"

#include "engine/base/ids.hpp"
#include "engine/core/address.hpp"

namespace glasspost {

// Reads the frame of this life of that process. False if the bytes are no frame, claim another
// sender than their link or hold more letters than a frame of ours (limits::kLettersPerFrameMax):
// nothing of `frame` counts then. One that is used again and again keeps its memory.
bool read_frame(NodeId from, BootId boot, std::string_view bytes, v1::Frame& frame);

// The letter that an access role hears when a device sends these bytes on a connection, or nothing
// if they are no ClientEnvelope.
std::optional<v1::Letter> read_envelope(Address access, std::uint64_t connection,
                                        std::string_view bytes);

}  // namespace glasspost
