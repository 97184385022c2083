// The arithmetic behind Hash64. Golden values in the tests pin it: a change here changes
// every fingerprint and every derived seed in the project.
#include "engine/base/hash.hpp"

#include <cstddef>

namespace glasspost {
namespace {

constexpr std::uint64_t kGolden = 0x9e3779b97f4a7c15;
constexpr std::uint64_t kFirstFactor = 0xbf58476d1ce4e5b9;
constexpr std::uint64_t kSecondFactor = 0x94d049bb133111eb;

// Up to eight bytes as one word, the first byte lowest on every platform.
std::uint64_t word_of(std::string_view bytes) {
  std::uint64_t word = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    word |= std::uint64_t{static_cast<unsigned char>(bytes[i])} << (8 * i);
  }
  return word;
}

}  // namespace

std::uint64_t mix64(std::uint64_t word) {
  word = (word ^ (word >> 30)) * kFirstFactor;
  word = (word ^ (word >> 27)) * kSecondFactor;
  return word ^ (word >> 31);
}

Hash64::Hash64(std::uint64_t seed) : state_(mix64(seed + kGolden)) {}

void Hash64::add(std::uint64_t word) {
  // Each step is a bijection of the state, so two sequences of words that once differ stay
  // apart until a later word happens to cancel the difference. The constant added last keeps
  // runs of zero words from standing still.
  std::uint64_t mixed = (state_ ^ word) * kFirstFactor;
  mixed ^= mixed >> 32;
  state_ = mixed * kSecondFactor + kGolden;
}

void Hash64::add(std::string_view bytes) {
  add(std::uint64_t{bytes.size()});
  while (bytes.size() >= 8) {
    add(word_of(bytes.substr(0, 8)));
    bytes.remove_prefix(8);
  }
  if (!bytes.empty()) {
    add(word_of(bytes));
  }
}

std::uint64_t Hash64::value() const {
  return mix64(state_);
}

std::uint64_t hash64(std::string_view bytes, std::uint64_t seed) {
  Hash64 hash(seed);
  hash.add(bytes);
  return hash.value();
}

}  // namespace glasspost
