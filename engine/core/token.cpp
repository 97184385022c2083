// Layout: 0x01, device u64, generation u32, expiry u64 (big-endian), 32 bytes of keyed hash.
#include "engine/core/token.hpp"

#include <algorithm>

#include "engine/base/bytes.hpp"

namespace glasspost {
namespace {

constexpr std::size_t kClaimBytes = 1 + 8 + 4 + 8;
constexpr char kVersion = 1;

std::string claim_bytes(const TokenClaims& claims) {
  std::string bytes(1, kVersion);
  append_key_u64(bytes, claims.device.value);
  append_key_u32(bytes, claims.generation);
  append_key_u64(bytes, static_cast<std::uint64_t>(claims.expires_ms));
  return bytes;
}

}  // namespace

std::string make_token(const MacKey& key, const TokenClaims& claims) {
  std::string token = claim_bytes(claims);
  const Mac mac = mac_of(key, token);
  token.append(mac.begin(), mac.end());
  return token;
}

std::optional<TokenClaims> read_token(const MacKey& key, std::string_view token) {
  Mac shown{};
  if (token.size() != kClaimBytes + shown.size() || token.front() != kVersion) return std::nullopt;
  std::copy(token.begin() + kClaimBytes, token.end(), shown.begin());
  const std::string_view claimed = token.substr(0, kClaimBytes);
  if (!mac_equal(shown, mac_of(key, claimed))) return std::nullopt;
  TokenClaims claims;
  claims.device = DeviceId{read_key_u64(claimed, 1)};
  claims.generation = static_cast<std::uint32_t>(read_key_u64(claimed, 5) & 0xFFFF'FFFF);
  claims.expires_ms = static_cast<std::int64_t>(read_key_u64(claimed, 13));
  return claims;
}

}  // namespace glasspost
