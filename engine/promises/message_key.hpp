// Which message a fact speaks of, the same for all kinds of facts that speak of one. Promises key
// their tables by it.
#pragma once

#include "engine/base/message_key.hpp"
#include "engine/proto/fact.hpp"

namespace glasspost {

// The message a fact speaks of. kCommitted and kAcked begin with the conversation; kVisible and
// kShown begin with who sees it. REQUIRES: the fact is of one of these four kinds.
inline MessageKey message_of(const Fact& fact) {
  const bool seen = fact.kind == FactKind::kVisible || fact.kind == FactKind::kShown;
  return {ConversationId{seen ? fact.object : fact.subject}, fact.number};
}

// A kDeviceStarted fact of a device with an empty disk: it will show everything again.
inline bool starts_empty(const Fact& started) {
  return started.kind == FactKind::kDeviceStarted && started.object == 0;
}

}  // namespace glasspost
