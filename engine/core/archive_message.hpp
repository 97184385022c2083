// Lets a role's field list hold a Protobuf message: it is saved as its wire bytes.
#pragma once

#include <cassert>
#include <string>
#include <type_traits>

#include "engine/base/archive.hpp"

namespace glasspost {

// Saves or loads one message. Unreadable bytes are refused like any other damage.
template <class Archive, class Message>
void archive_message(Archive& archive, Message& message) {
  std::string bytes;
  if constexpr (std::is_same_v<Archive, Saver>) {
    const bool written = message.SerializeToString(&bytes);
    assert(written);
    archive(bytes);
  } else {
    archive(bytes);
    if (!message.ParseFromString(bytes)) archive.refuse("a readable message");
  }
}

// A message as a field of a state struct.
template <class Message>
struct Archived {
  Message value;

  template <class Archive>
  void fields(Archive& archive) {
    archive_message(archive, value);
  }
};

}  // namespace glasspost
