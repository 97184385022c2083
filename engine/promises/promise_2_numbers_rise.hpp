// Promise 2: inbox numbers only rise. Watches kHandedOut, which an allocator says as its answer
// leaves.
#pragma once

#include <map>

#include "engine/base/ids.hpp"
#include "engine/promises/judgement.hpp"

namespace glasspost {

// Judged: ranges handed out. Broken when
//   1. a range begins at or below a number that was handed out to this user before,
//   2. a range ends above the allocator's ceiling: after its death nobody would know of the rest.
// Both are proved by what was seen: losses hide breaks, and never make one up.
class Promise2NumbersRise {
 public:
  Promise2NumbersRise();

  void observe(const Fact& fact);
  void lost(std::uint64_t facts) { judgement_.lost(facts); }
  bool broken() const { return judgement_.broken(); }
  Verdict verdict() const { return judgement_.verdict(); }

 private:
  std::map<UserId, Fact> newest_;  // the range with the highest end so far
  Judgement judgement_;
};

}  // namespace glasspost
