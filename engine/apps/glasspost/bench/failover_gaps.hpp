// How long sections were not served after their owner was struck: read from the facts of a
// recording.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "engine/base/ids.hpp"
#include "engine/base/result.hpp"
#include "engine/core/config.hpp"
#include "engine/promises/verdict.hpp"
#include "engine/proto/fact.hpp"

namespace glasspost::bench {

// One blow to one owner.
struct Blow {
  bool killed = false;  // else frozen
  std::uint16_t node = 0;
  Time at;
  Duration gap = Duration(0);  // of the section of it that waited longest
};

struct Failovers {
  std::vector<Blow> blows;
  std::vector<Verdict> verdicts;  // of the promises
  std::uint64_t lost = 0;         // facts that nobody saw
};

// A section is served when something leaves it: an acknowledged text, a row that is visible, a
// number. A gap is the longest time without that around a blow; sections that were silent before
// it are not judged. Errors: those of the recording.
Result<Failovers> read_failovers(const std::string& recording, const Config& config);

}  // namespace glasspost::bench
