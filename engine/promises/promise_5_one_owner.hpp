// Promise 5: one owner serves a section. Watches kServes, which an owner says as an answer leaves.
#pragma once

#include <map>

#include "engine/base/ids.hpp"
#include "engine/promises/judgement.hpp"

namespace glasspost {

// Judged: answers that left. Broken when an owner answers under an epoch, and another one has
// answered in this section under a higher epoch before. Epochs are won one after the other, so that
// is an owner that goes on while its successor serves. Proved by what was seen: losses hide breaks,
// and never make one up.
class Promise5OneOwner {
 public:
  Promise5OneOwner();

  void observe(const Fact& fact);
  void lost(std::uint64_t facts) { judgement_.lost(facts); }
  bool broken() const { return judgement_.broken(); }
  Verdict verdict() const { return judgement_.verdict(); }

 private:
  std::map<SectionId, Fact> newest_;  // the answer under the highest epoch so far
  Judgement judgement_;
};

}  // namespace glasspost
