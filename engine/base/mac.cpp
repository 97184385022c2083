// The only file of this room that knows libsodium. None of these functions needs sodium_init.
#include "engine/base/mac.hpp"

#include <cstddef>
#include <tuple>

#include <sodium.h>

namespace glasspost {
namespace {

static_assert(std::tuple_size_v<MacKey> == crypto_auth_hmacsha256_KEYBYTES);
static_assert(std::tuple_size_v<Mac> == crypto_auth_hmacsha256_BYTES);
static_assert(std::tuple_size_v<MacKey> >= crypto_shorthash_siphash24_KEYBYTES);
static_assert(crypto_shorthash_siphash24_BYTES == 8);

const unsigned char* bytes_of(std::string_view message) {
  return reinterpret_cast<const unsigned char*>(message.data());
}

}  // namespace

Mac mac_of(const MacKey& key, std::string_view message) {
  Mac mac{};
  crypto_auth_hmacsha256(mac.data(), bytes_of(message), message.size(), key.data());
  return mac;
}

bool mac_equal(const Mac& one, const Mac& other) {
  return sodium_memcmp(one.data(), other.data(), one.size()) == 0;
}

std::uint64_t keyed_hash(const MacKey& key, std::string_view message) {
  std::array<std::uint8_t, 8> hash{};
  crypto_shorthash_siphash24(hash.data(), bytes_of(message), message.size(), key.data());
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < hash.size(); ++i) {
    value |= std::uint64_t{hash[i]} << (8 * i);
  }
  return value;
}

}  // namespace glasspost
