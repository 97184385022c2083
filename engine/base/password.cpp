// Argon2id by libsodium.
#include "engine/base/password.hpp"

#include <cassert>
#include <cstddef>
#include <tuple>

#include <sodium.h>

namespace glasspost {

static_assert(kPasswordSaltBytes == crypto_pwhash_SALTBYTES);
static_assert(kPasswordPasses >= crypto_pwhash_OPSLIMIT_MIN);

std::optional<PasswordHash> hash_password(std::string_view password, std::string_view salt,
                                          std::uint32_t passes, std::uint32_t memory_kib) {
  assert(salt.size() == kPasswordSaltBytes && passes >= 1 && memory_kib >= 8);
  // It picks the fastest code for this machine; without it the hash is the same, but slower.
  if (sodium_init() < 0) return std::nullopt;
  PasswordHash hash{};
  const int done = crypto_pwhash(hash.data(), hash.size(), password.data(), password.size(),
                                 reinterpret_cast<const unsigned char*>(salt.data()), passes,
                                 std::size_t{memory_kib} * 1'024, crypto_pwhash_ALG_ARGON2ID13);
  if (done != 0) return std::nullopt;
  return hash;
}

}  // namespace glasspost
