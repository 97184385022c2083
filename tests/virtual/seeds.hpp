// How many seeds a test runs, and what every run must show.
#pragma once

#include <cstdint>
#include <string>

#include <doctest/doctest.h>

#include "engine/virtual/run.hpp"
#include "tests/support/sanitized.hpp"

namespace glasspost::tests {

// A sanitizer makes a run ten times as dear.
constexpr std::uint64_t seeds(std::uint64_t all) {
  return kSanitized ? (all + 11) / 12 : all;
}

inline constexpr Duration kMinute = std::chrono::seconds(60);

inline std::uint64_t fired(const WorldCounts& counts, FaultKind kind) {
  return counts.faults[static_cast<std::size_t>(kind)];
}

inline const Verdict& verdict_of(const std::vector<Verdict>& verdicts, int promise) {
  for (const Verdict& verdict : verdicts) {
    if (verdict.promise == promise) return verdict;
  }
  FAIL("there is no verdict on promise " << promise);
  return verdicts.front();
}

// Every promise was judged and holds, no role broke an invariant, every role can be saved.
inline void check_all_is_well(const World& world) {
  INFO("seed " << world.scenario().seed);
  CHECK(world.trouble() == "");
  CHECK(world.broken_save() == "");
  const std::vector<Verdict> verdicts = world.promises().verdicts();
  CHECK(verdicts.size() == 7);
  for (const Verdict& verdict : verdicts) {
    INFO("promise " << verdict.promise << ": " << verdict.reason);
    CHECK(verdict.outcome == Outcome::kHolds);
    CHECK(verdict.judged > 0);
  }
}

}  // namespace glasspost::tests
