// Control messages on a byte stream: four bytes of length, then a Protobuf message. Used on unix
// sockets inside the run directory, by the command line, the supervisor and its processes.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace google::protobuf {
class MessageLite;
}

namespace glasspost {

// A longer message is refused, and the stream is over.
inline constexpr std::size_t kControlMessageMax = 1'048'576;

// Adds one message to `out`.
void append_message(std::string& out, const google::protobuf::MessageLite& message);

// Cuts a stream into messages.
class MessageReader {
 public:
  void feed(std::string_view bytes);

  // The next whole message's bytes, or nothing yet. Call it until there is none before feeding
  // more.
  std::optional<std::string> next();

  // Bytes of a message whose end is still to come.
  std::size_t waiting() const { return buffer_.size() - taken_; }

  // The stream broke its form: nothing more will come of it.
  bool broken() const { return broken_; }

 private:
  std::string buffer_;
  std::size_t taken_ = 0;  // of its front
  bool broken_ = false;
};

}  // namespace glasspost
