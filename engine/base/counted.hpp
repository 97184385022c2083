// A number with its word, for people: "1 seed", "2 seeds".
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace glasspost {

// For words that take an s.
inline std::string counted(std::uint64_t number, std::string_view word) {
  return std::to_string(number) + " " + std::string(word) + (number == 1 ? "" : "s");
}

}  // namespace glasspost
