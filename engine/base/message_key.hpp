// Names made of two ids: one message of the house, and one member's place in a conversation.
#pragma once

#include <compare>
#include <cstdint>
#include <string>

#include "engine/base/ids.hpp"

namespace glasspost {

// A message is its conversation and its number in there.
struct MessageKey {
  ConversationId conversation;
  std::uint64_t number = 0;

  auto operator<=>(const MessageKey&) const = default;

  template <class Archive>
  void fields(Archive& archive) {
    archive(conversation, number);
  }
};

// One member of one conversation.
struct MemberKey {
  ConversationId conversation;
  UserId user;

  auto operator<=>(const MemberKey&) const = default;

  template <class Archive>
  void fields(Archive& archive) {
    archive(conversation, user);
  }
};

// "number 3 of pair 3+9"
inline std::string to_text(const MessageKey& message) {
  return "number " + std::to_string(message.number) + " of " + to_text(message.conversation);
}

}  // namespace glasspost
