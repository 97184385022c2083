// What a promise says of a history: it holds, it is broken and here is the proof, or nobody can
// tell. Verdicts are printed by the program, shown by the console and compared by scenarios.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/proto/fact.hpp"

namespace glasspost {

enum class Outcome : std::uint8_t {
  kHolds = 0,      // judged at least once, and never broken
  kBroken = 1,     // the evidence proves it
  kCannotTell = 2  // facts were lost, the end is missing, or nothing was judged
};

struct Verdict {
  int promise = 0;            // its number in ARCHITECTURE.md
  std::string_view sentence;  // as a student reads it; lives as long as the program
  Outcome outcome = Outcome::kCannotTell;
  std::uint64_t judged = 0;    // how many judgements were made; of what, each promise says
  std::string reason;          // one plain sentence; empty if the promise holds
  std::vector<Fact> evidence;  // at most 4 facts that prove the break, oldest first
};

}  // namespace glasspost
