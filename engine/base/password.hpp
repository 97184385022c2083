// Hashing of passwords: slow and hungry for memory on purpose, so that whoever steals the hashes
// cannot try many passwords. Called on a helper thread of the account's host, never on a loop.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace glasspost {

using PasswordHash = std::array<std::uint8_t, 32>;
inline constexpr std::size_t kPasswordSaltBytes = 16;

// What a new password costs: the least memory that OWASP's password storage sheet advises for two
// passes of argon2id. Why not more: decision 0017.
inline constexpr std::uint32_t kPasswordPasses = 2;
inline constexpr std::uint32_t kPasswordMemoryKib = 19'456;

// Argon2id of the password. Nothing if there is not enough memory. REQUIRES: the salt has
// kPasswordSaltBytes; passes >= 1; memory_kib >= 8.
std::optional<PasswordHash> hash_password(std::string_view password, std::string_view salt,
                                          std::uint32_t passes, std::uint32_t memory_kib);

}  // namespace glasspost
