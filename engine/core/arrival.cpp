// Parsing, and the sender's name.
#include "engine/core/arrival.hpp"

#include "engine/core/limits.hpp"

namespace glasspost {

bool read_frame(NodeId from, BootId boot, std::string_view bytes, v1::Frame& frame) {
  const bool whole = frame.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()));
  const bool honest = frame.source_node() == from.value && frame.source_boot() == boot.value;
  // Empty letters are two bytes each: a long frame of them would cost hundreds of its own size.
  const bool crowded = static_cast<std::size_t>(frame.letters_size()) > limits::kLettersPerFrameMax;
  return whole && honest && !crowded;
}

std::optional<v1::Letter> read_envelope(Address access, std::uint64_t connection,
                                        std::string_view bytes) {
  v1::Letter letter;
  letter.set_source(pack({RoleKind::kDevice, connection}));
  letter.set_target(pack(access));
  if (!letter.mutable_client()->ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    return std::nullopt;
  }
  return letter;
}

}  // namespace glasspost
