// How many replicas the store has and how many of them count. Set when a cluster is made, as the
// placement is (docs/decisions/0013): the key is kQuorumKey (choices.hpp).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "engine/base/result.hpp"

namespace glasspost {

struct Quorum {
  std::uint32_t replicas = 1;  // N
  std::uint32_t read = 1;      // R: sealed at a take-over
  std::uint32_t write = 1;     // W: hold what is acknowledged

  bool operator==(const Quorum&) const = default;

  // Without it a take-over can miss what was acknowledged.
  bool is_safe() const { return read + write > replicas; }
};

// One that a cluster may be made with.
struct QuorumOption {
  Quorum quorum;
  std::string_view word;      // "N/R/W"
  std::string_view gives_up;  // promise numbers, and under which fault; empty: nothing
};

inline constexpr QuorumOption kQuorumOptions[] = {
    {{1, 1, 1}, "1/1/1", ""},
    {{3, 2, 2}, "3/2/2", ""},
    {{3, 1, 1}, "3/1/1", "3/1/1 gives up 1, 2 and 3: a replica that is away at a take-over"},
};

// Errors: kInvalidArgument with the options.
Result<Quorum> parse_quorum(std::string_view word);
std::string to_text(const Quorum& quorum);

}  // namespace glasspost
