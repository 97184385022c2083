// Which messages' facts a process tells. A busy cluster that told of all of them would work for its
// watchers. Roles ask through their Outbox (contract.hpp); what is not told costs nothing further.
#pragma once

#include <cstdint>

#include "engine/proto/fact.hpp"

namespace glasspost {

// One of so many conversations and users: complete for whoever is chosen, nothing of the others.
// The choice depends on the number alone, so all processes choose the same ones. A message that is
// followed letter by letter (Tap) is told wherever it goes. 0: none; 1: all.
struct FactSample {
  std::uint64_t one_of = 1;

  // Always true for what is not about a single conversation, user or message, and for refusals:
  // they are rare, and whoever counts them wants them all.
  bool takes(const Fact& fact) const;

  // A conversation's or a user's number.
  bool takes_subject(std::uint64_t subject) const;

  // A message's trace. 0, no message, is never taken.
  bool takes_trace(std::uint64_t trace) const;
};

}  // namespace glasspost
