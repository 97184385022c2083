// How judgements add up to a verdict.
#include "engine/promises/judgement.hpp"

#include <cassert>
#include <utility>

namespace glasspost {

void Judgement::broke(std::string reason, std::vector<Fact> evidence) {
  assert(evidence.size() <= 4);
  if (broken_) return;
  broken_ = true;
  reason_ = std::move(reason);
  evidence_ = std::move(evidence);
}

void Judgement::doubt(std::string reason) {
  if (doubt_.empty()) doubt_ = std::move(reason);
}

Verdict Judgement::verdict() const {
  Verdict verdict{
      .promise = promise_, .sentence = sentence_, .judged = judged_, .reason = {}, .evidence = {}};
  if (broken_) {
    verdict.outcome = Outcome::kBroken;
    verdict.reason = reason_;
    verdict.evidence = evidence_;
    return verdict;
  }
  verdict.reason = why_not_told();
  verdict.outcome = verdict.reason.empty() ? Outcome::kHolds : Outcome::kCannotTell;
  return verdict;
}

// Empty if nothing is in the way.
std::string Judgement::why_not_told() const {
  if (lost_ == 1) return "1 fact was lost";
  if (lost_ > 1) return std::to_string(lost_) + " facts were lost";
  if (waiting_) return "the history is not finished";
  if (!doubt_.empty()) return doubt_;
  return judged_ == 0 ? "nothing was judged" : "";
}

}  // namespace glasspost
