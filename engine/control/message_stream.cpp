// Framing.
#include "engine/control/message_stream.hpp"

#include <cassert>
#include <utility>

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

// What was taken out goes once a read, not once a message: else many small ones are quadratic work.
void MessageReader::feed(std::string_view bytes) {
  if (broken_) return;
  buffer_.erase(0, std::exchange(taken_, 0));
  buffer_.append(bytes);
}

std::optional<std::string> MessageReader::next() {
  const std::string_view rest = std::string_view(buffer_).substr(taken_);
  if (broken_ || rest.size() < kLengthBytes) return std::nullopt;
  const std::size_t length = ByteReader(rest).u32();
  if (length > kControlMessageMax) {
    broken_ = true;
    taken_ = 0;
    buffer_.clear();
    return std::nullopt;
  }
  if (rest.size() < kLengthBytes + length) return std::nullopt;
  taken_ += kLengthBytes + length;
  return std::string(rest.substr(kLengthBytes, length));
}

}  // namespace glasspost
