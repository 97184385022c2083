// 64-bit hashing for fingerprints of states, traces and seeds. The same on every platform,
// and never a defence: whoever may choose the input can make collisions (see mac.hpp).
#pragma once

#include <cstdint>
#include <string_view>

namespace glasspost {

// Spreads every input bit over all output bits; a bijection, and mix64(0) is 0.
std::uint64_t mix64(std::uint64_t word);

// A rolling hash over a sequence of words and byte strings. Order matters, and so does where
// one string ends and the next begins. Trivially copyable, so a state may simply hold one.
class Hash64 {
 public:
  explicit Hash64(std::uint64_t seed = 0);

  void add(std::uint64_t word);

  // Adds the length and then the bytes.
  void add(std::string_view bytes);

  // The hash of all that was added so far. Adding may go on afterwards.
  std::uint64_t value() const;

 private:
  std::uint64_t state_;
};

// The value of a Hash64 with this seed to which just these bytes were added.
std::uint64_t hash64(std::string_view bytes, std::uint64_t seed = 0);

}  // namespace glasspost
