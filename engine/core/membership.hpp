// Who belongs to a conversation. A pair is its own member list; groups will keep theirs in the
// home's log.
#pragma once

#include <array>

#include "engine/base/ids.hpp"

namespace glasspost {

// Both members. REQUIRES: is_pair(pair).
inline std::array<UserId, 2> members_of(ConversationId pair) {
  return {lower_member(pair), higher_member(pair)};
}

// False also for a number that is no conversation at all: both answer alike, so that nobody learns
// from a refusal who talks to whom.
inline bool is_member(ConversationId conversation, UserId user) {
  return is_pair(conversation) &&
         (lower_member(conversation) == user || higher_member(conversation) == user);
}

}  // namespace glasspost
