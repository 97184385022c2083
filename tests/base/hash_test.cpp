// Tests of hashing. The golden values show any change of platform or of arithmetic; changing
// them invalidates every recorded fingerprint and seed.
#include "engine/base/hash.hpp"

#include <bit>
#include <set>
#include <string>
#include <type_traits>

#include <doctest/doctest.h>

namespace glasspost {
namespace {

static_assert(std::is_trivially_copyable_v<Hash64>);

TEST_CASE("hashes have their golden values") {
  CHECK(mix64(0) == 0);
  CHECK(mix64(1) == 0x5692161d100b05e5);
  CHECK(hash64("") == 0xec33cfa2f3b97c65);
  CHECK(hash64("glasspost") == 0x0b1cd2f22b844bf7);
  CHECK(hash64("abcdefgh", 7) == 0xedc1175956bb9ca6);
  Hash64 hash;
  hash.add(1);
  hash.add(2);
  hash.add("three");
  CHECK(hash.value() == 0x02e4cb2bce4bd863);
}

TEST_CASE("order, boundaries, length and seed all matter to a hash") {
  const auto of_words = [](std::uint64_t first, std::uint64_t second) {
    Hash64 hash;
    hash.add(first);
    hash.add(second);
    return hash.value();
  };
  const auto of_texts = [](std::string_view first, std::string_view second) {
    Hash64 hash;
    hash.add(first);
    hash.add(second);
    return hash.value();
  };
  CHECK(of_words(1, 2) != of_words(2, 1));
  CHECK(of_texts("ab", "c") != of_texts("a", "bc"));
  CHECK(hash64(std::string(1, '\0')) != hash64(std::string(2, '\0')));
  CHECK(hash64("a", 1) != hash64("a", 2));
  CHECK(hash64("a") == hash64("a", 0));
}

TEST_CASE("similar inputs do not collide") {
  std::set<std::uint64_t> seen;
  std::string zeros;
  for (std::uint64_t i = 0; i < 1000; ++i) {
    seen.insert(hash64(zeros));
    zeros.push_back('\0');
  }
  for (std::uint64_t i = 0; i < 100; ++i) {
    for (std::uint64_t j = 0; j < 100; ++j) {
      Hash64 hash(5);
      hash.add(i << 56);
      hash.add(j);
      seen.insert(hash.value());
    }
  }
  CHECK(seen.size() == 11000);
}

TEST_CASE("flipping one bit flips about half of the hash") {
  std::uint64_t flipped = 0;
  for (unsigned bit = 0; bit < 64; ++bit) {
    for (std::uint64_t base = 0; base < 50; ++base) {
      Hash64 one;
      Hash64 other;
      one.add(base);
      other.add(base ^ std::uint64_t{1} << bit);
      const int distance = std::popcount(one.value() ^ other.value());
      REQUIRE(distance >= 8);
      flipped += static_cast<std::uint64_t>(distance);
    }
  }
  CHECK(flipped / (64 * 50) >= 31);
  CHECK(flipped / (64 * 50) <= 32);
}

}  // namespace
}  // namespace glasspost
