// Keyed fingerprints: a message authentication code that nobody without the key can make, and
// a short keyed hash for tables whose keys strangers choose. Pure functions over libsodium.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace glasspost {

using MacKey = std::array<std::uint8_t, 32>;
using Mac = std::array<std::uint8_t, 32>;

// HMAC-SHA-256 of the message.
Mac mac_of(const MacKey& key, std::string_view message);

// In a time that does not depend on where the two differ, so that a forger learns nothing.
bool mac_equal(const Mac& one, const Mac& other);

// SipHash-2-4 of the message under the first 16 bytes of the key. Unpredictable to whoever
// lacks the key, but far too short to authenticate anything.
std::uint64_t keyed_hash(const MacKey& key, std::string_view message);

}  // namespace glasspost
