// The bookkeeping that all promises share: how much was judged, the first break with its proof,
// and what keeps us from telling. Each promise owns one Judgement and decides what goes into it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/promises/verdict.hpp"

namespace glasspost {

class Judgement {
 public:
  // REQUIRES: the sentence outlives every verdict; promises pass literals.
  Judgement(int promise, std::string_view sentence) : promise_(promise), sentence_(sentence) {}

  // So many judgements more were made.
  void count(std::uint64_t judgements = 1) { judged_ += judgements; }

  // The promise is broken. The first break is kept: later ones are often only its consequences.
  // REQUIRES: at most 4 facts.
  void broke(std::string reason, std::vector<Fact> evidence);

  // Something needed for the judgement is not known. The first doubt is kept; a break outweighs it.
  void doubt(std::string reason);

  // So many facts never reached us. From here on "it never happened" cannot be concluded any more,
  // while what did reach us still proves a break.
  void lost(std::uint64_t facts) { lost_ += facts; }

  // Until end() the verdict is "cannot tell", unless broken: the promise is judged at the end.
  void wait_for_end() { waiting_ = true; }
  void end() { waiting_ = false; }

  bool complete() const { return lost_ == 0; }
  bool broken() const { return broken_; }
  Verdict verdict() const;

 private:
  std::string why_not_told() const;

  int promise_;
  std::string_view sentence_;
  std::uint64_t judged_ = 0;
  std::uint64_t lost_ = 0;
  bool waiting_ = false;
  bool broken_ = false;
  std::string reason_;
  std::string doubt_;
  std::vector<Fact> evidence_;
};

}  // namespace glasspost
