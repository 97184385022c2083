// Small work on text: reading numbers and durations that people typed, and writing text that
// came from anywhere so that it is safe on a terminal and inside JSON.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.hpp"
#include "engine/base/time.hpp"

namespace glasspost {

// Decimal digits and nothing else. Errors: kInvalidArgument, also when above 64 bits.
Result<std::uint64_t> parse_u64(std::string_view text);

// A whole number and a unit, without a space: "10us", "250ms", "5s", "2m" (minutes).
// Errors: kInvalidArgument.
Result<Duration> parse_duration(std::string_view text);

// Short, for people: "1.5 s", "250 ms", "10 us". At most three decimals, rounded towards 0.
std::string to_text(Duration duration);

// The text with everything that could move a cursor, turn the direction of what is shown or hide
// something made visible: control characters (C0, DEL, C1) and bytes that are not UTF-8 become
// \xNN, a newline becomes \n, marks of direction and other characters without a shape become
// \uNNNN. Letters of every script, combining marks and emoji stay as they are.
std::string escape_controls(std::string_view text);

// The parts between separators: always one more part than there are separators. The parts
// point into `text`.
std::vector<std::string_view> split(std::string_view text, char separator);

// How many bytes must be inserted, removed or replaced to turn one word into the other.
std::size_t edit_distance(std::string_view one, std::string_view other);

// The candidate closest to `word`, for "did you mean"; the first of equals. Empty when none is
// within an edit distance of 2. `Words` is any collection of strings.
template <class Words = std::vector<std::string_view>>
std::string near_match(std::string_view word, const Words& candidates) {
  std::string best;
  std::size_t best_distance = 3;
  for (const std::string_view candidate : candidates) {
    const std::size_t distance = edit_distance(word, candidate);
    if (distance < best_distance) {
      best = candidate;
      best_distance = distance;
    }
  }
  return best;
}

// The text as a JSON string, quotes included. Bytes that are not UTF-8 become U+FFFD; what
// escape_controls makes visible is \uNNNN here, so that JSON is safe on a terminal, too.
std::string json_quote(std::string_view text);

}  // namespace glasspost
