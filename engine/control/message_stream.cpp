// Framing.
#include "engine/control/message_stream.hpp"

#include <cassert>

#include <google/protobuf/message_lite.h>

#include "engine/base/bytes.hpp"

namespace glasspost {
namespace {
constexpr std::size_t kLengthBytes = 4;
}

void append_message(std::string& out, const google::protobuf::MessageLite& message) {
  std::string bytes;
  const bool written = message.SerializeToString(&bytes);
  assert(written && bytes.size() <= kControlMessageMax);
  ByteWriter length;
  length.u32(static_cast<std::uint32_t>(bytes.size()));
  out += length.data();
  out += bytes;
}

std::optional<std::string> MessageReader::next() {
  if (broken_ || buffer_.size() < kLengthBytes) return std::nullopt;
  const std::size_t length = ByteReader(buffer_).u32();
  if (length > kControlMessageMax) {
    broken_ = true;
    buffer_.clear();
    return std::nullopt;
  }
  if (buffer_.size() < kLengthBytes + length) return std::nullopt;
  std::string message = buffer_.substr(kLengthBytes, length);
  buffer_.erase(0, kLengthBytes + length);
  return message;
}

}  // namespace glasspost
