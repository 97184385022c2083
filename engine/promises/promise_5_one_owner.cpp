// Promise 5: each answer against the highest epoch that was served before.
#include "engine/promises/promise_5_one_owner.hpp"

#include <string>

namespace glasspost {

Promise5OneOwner::Promise5OneOwner()
    : judgement_(5, "At any instant at most one owner serves a section.") {}

void Promise5OneOwner::observe(const Fact& fact) {
  if (fact.kind != FactKind::kServes) return;
  judgement_.count();
  const SectionId section{static_cast<std::uint32_t>(fact.subject)};
  const auto [entry, is_first] = newest_.emplace(section, fact);
  if (is_first) return;
  Fact& newest = entry->second;
  if (fact.object < newest.object) {
    judgement_.broke(to_text(section) + " was served under epoch " + std::to_string(fact.object) +
                         " after somebody had served it under " + std::to_string(newest.object),
                     {newest, fact});
  }
  if (fact.object > newest.object) newest = fact;
}

}  // namespace glasspost
