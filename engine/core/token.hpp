// Tokens: what a device shows at login. A token is (user, device, generation, expiry) and a keyed
// hash over it, so that nobody can make one without the key, and checking one needs no table of
// tokens. Raising a device's generation makes all its older tokens worthless.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "engine/base/ids.hpp"
#include "engine/base/mac.hpp"

namespace glasspost {

// What a token says.
struct TokenClaims {
  DeviceId device;
  std::uint32_t generation = 0;
  std::int64_t expires_ms = 0;  // time of day, milliseconds since 1970

  bool operator==(const TokenClaims&) const = default;
};

// The token's bytes.
std::string make_token(const MacKey& key, const TokenClaims& claims);

// What it says, or nothing if it was not made with this key. Takes the same time either way.
// Expiry and generation are the caller's to compare.
std::optional<TokenClaims> read_token(const MacKey& key, std::string_view token);

}  // namespace glasspost
