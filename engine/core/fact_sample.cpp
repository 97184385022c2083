// The rule, kind by kind.
#include "engine/core/fact_sample.hpp"

#include "engine/base/hash.hpp"
#include "engine/base/ids.hpp"
#include "engine/core/membership.hpp"

namespace glasspost {

bool FactSample::takes_subject(std::uint64_t subject) const {
  if (one_of <= 1) return one_of == 1;
  return mix64(subject) % one_of == 0;
}

bool FactSample::takes_trace(std::uint64_t trace) const {
  return trace != 0 && one_of != 0 && trace % one_of == 0;
}

bool FactSample::takes(const Fact& fact) const {
  if (one_of == 1 || takes_trace(fact.trace)) return true;
  switch (fact.kind) {
    case FactKind::kCommitted:
    case FactKind::kBatched:
    case FactKind::kAcked:
      return takes_subject(fact.subject);  // the conversation
    case FactKind::kIndexed:
    case FactKind::kVisible:  // conversation and user, in either order
      return takes_subject(fact.subject) || takes_subject(fact.object);
    case FactKind::kHandedOut:
      return takes_subject(fact.subject);  // the user
    case FactKind::kNoticed:
      return takes_subject(user_of(DeviceId{fact.subject}).value);
    default:
      return true;
  }
}

}  // namespace glasspost
