// What fuzz targets share: a rule that must hold, and reading an input piece by piece.
//
// A target defines LLVMFuzzerTestOneInput. libFuzzer calls it with one input after the other; each
// must be judged alone, or a crash could not be played again from its file.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

namespace glasspost::fuzz {

// Ends the program if a rule is broken; libFuzzer then keeps the input.
inline void must(bool holds, const char* rule) {
  if (holds) return;
  std::fprintf(stderr, "fuzz: broken rule: %s\n", rule);
  std::abort();
}

// The same with a sentence that the product made.
inline void must(bool holds, const std::string& rule) {
  must(holds, rule.c_str());
}

// No control characters, neither of ASCII nor of the block behind it.
inline bool is_fit_for_terminal(std::string_view text) {
  for (std::size_t at = 0; at < text.size(); ++at) {
    const auto byte = static_cast<unsigned char>(text[at]);
    const auto next = at + 1 < text.size() ? static_cast<unsigned char>(text[at + 1]) : 0U;
    if (byte < 0x20 || byte == 0x7f || (byte == 0xc2 && next >= 0x80 && next < 0xa0)) return false;
  }
  return true;
}

// Takes an input apart. At its end there are zeros and empty pieces.
class Pieces {
 public:
  Pieces(const std::uint8_t* data, std::size_t size)
      : left_(reinterpret_cast<const char*>(data), size) {}

  bool empty() const { return left_.empty(); }

  std::uint8_t byte() {
    const std::string_view taken = bytes(1);
    return taken.empty() ? std::uint8_t{0} : static_cast<std::uint8_t>(taken.front());
  }

  std::uint16_t word() {
    const unsigned low = byte();
    return static_cast<std::uint16_t>(low | unsigned{byte()} << 8);
  }

  // As many as are left, at most.
  std::string_view bytes(std::size_t count) {
    const std::string_view taken = left_.substr(0, count);
    left_.remove_prefix(taken.size());
    return taken;
  }

  // A piece behind its length, as seeds.cpp writes it.
  std::string_view piece() {
    const std::size_t length = word();
    return bytes(length);
  }

  std::string_view rest() { return bytes(left_.size()); }

 private:
  std::string_view left_;
};

}  // namespace glasspost::fuzz
