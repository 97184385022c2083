// What tests of promises expect of a verdict, in one line each.
#pragma once

#include <doctest/doctest.h>

#include "tests/promises/history.hpp"

namespace glasspost {

inline void check_holds(const History& history, int promise, std::uint64_t judged) {
  const Verdict verdict = history.verdict(promise);
  CHECK(verdict.promise == promise);
  CHECK(verdict.outcome == Outcome::kHolds);
  CHECK(verdict.judged == judged);
  CHECK(verdict.reason == "");
  CHECK(verdict.evidence.empty());
}

// The kinds of the evidence are what proves a break; their ids are checked through the reason.
inline void check_broken(const History& history, int promise, const std::string& reason,
                         const std::vector<FactKind>& evidence) {
  const Verdict verdict = history.verdict(promise);
  CHECK(verdict.outcome == Outcome::kBroken);
  CHECK(verdict.reason == reason);
  REQUIRE(verdict.evidence.size() == evidence.size());
  for (std::size_t index = 0; index < evidence.size(); ++index)
    CHECK(verdict.evidence[index].kind == evidence[index]);
  CHECK(history.promises.broken());
}

inline void check_cannot_tell(const History& history, int promise, const std::string& reason) {
  const Verdict verdict = history.verdict(promise);
  CHECK(verdict.outcome == Outcome::kCannotTell);
  CHECK(verdict.reason == reason);
  CHECK(verdict.evidence.empty());
}

}  // namespace glasspost
