// Tests of the keyed fingerprints against values from other implementations: HMAC-SHA-256 from
// Python's hmac, SipHash-2-4 from its authors' test vectors.
#include "engine/base/mac.hpp"

#include <string>

#include <doctest/doctest.h>

namespace glasspost {
namespace {

MacKey counting_key() {
  MacKey key{};
  for (std::size_t i = 0; i < key.size(); ++i) {
    key[i] = static_cast<std::uint8_t>(i);
  }
  return key;
}

std::string hex_of(const Mac& mac) {
  std::string hex;
  for (const std::uint8_t byte : mac) {
    hex += "0123456789abcdef"[byte >> 4];
    hex += "0123456789abcdef"[byte & 15];
  }
  return hex;
}

TEST_CASE("a mac is the standard one") {
  CHECK(hex_of(mac_of(counting_key(), "glasspost")) ==
        "41d864c9388834b4bc2f673d79712568159588e848f7f8f03c502254448b6684");
}

TEST_CASE("macs are equal only when every byte is") {
  const Mac mac = mac_of(counting_key(), "message");
  CHECK(mac_equal(mac, mac_of(counting_key(), "message")));
  for (std::size_t i = 0; i < mac.size(); ++i) {
    Mac forged = mac;
    forged[i] ^= 0x10;
    CHECK_FALSE(mac_equal(mac, forged));
  }
  MacKey other_key = counting_key();
  other_key[31] ^= 1;
  CHECK_FALSE(mac_equal(mac, mac_of(other_key, "message")));
}

TEST_CASE("a keyed hash is the standard one and depends on the key") {
  CHECK(keyed_hash(counting_key(), "") == 0x726fdb47dd0e0e31);
  MacKey other_key = counting_key();
  other_key[0] ^= 1;
  CHECK(keyed_hash(other_key, "") != keyed_hash(counting_key(), ""));
  CHECK(keyed_hash(counting_key(), "a") != keyed_hash(counting_key(), "b"));
}

}  // namespace
}  // namespace glasspost
