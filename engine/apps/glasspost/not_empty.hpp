// What an option or argument says when it is given, but as an empty word.
#pragma once

#include <functional>
#include <string>

namespace glasspost {

// A check for CLI11; `wanted` is what belongs there, like "a folder".
inline std::function<std::string(const std::string&)> not_empty(const std::string& wanted) {
  return [sentence = "the word is empty; it wants " + wanted](const std::string& word) {
    return word.empty() ? sentence : std::string();
  };
}

}  // namespace glasspost
