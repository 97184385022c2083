// The hash of a few hostile virtual worlds: glasspost_world_hash FIRST LAST. It is what
// `glasspost sim --seeds FIRST..LAST` says of them, from a program that is small enough to be built
// by every compiler and under every checker.
#include <chrono>
#include <cstdio>

#include <fmt/format.h>

#include "engine/base/text.hpp"
#include "engine/virtual/run.hpp"

int main(int count, char** words) {
  using namespace glasspost;
  if (count != 3) {
    fmt::print(stderr, "usage: glasspost_world_hash FIRST LAST\n");
    return 2;
  }
  const Result<std::uint64_t> first = parse_u64(words[1]);
  const Result<std::uint64_t> last = parse_u64(words[2]);
  if (!first || !last) {
    fmt::print(stderr, "glasspost_world_hash: a seed is a number\n");
    return 2;
  }
  SimReport report;
  for (std::uint64_t seed = *first; seed <= *last; ++seed)
    report.add(run_seed(seed, FaultProfile::kHostile, std::chrono::minutes(1)));
  fmt::print("{:016x}\n", report.hash);
  return 0;
}
