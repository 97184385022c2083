// Tests of tokens: what was made with a key is read with that key, and nothing else is.
#include "engine/core/token.hpp"

#include <limits>
#include <string>

#include <doctest/doctest.h>

namespace glasspost::tests {
namespace {

MacKey mac_key(std::uint8_t first) {
  MacKey key{};
  key[0] = first;
  return key;
}

const TokenClaims kClaims{device_of(UserId{300'000}, 7), 5, 1'700'000'000'123};

TEST_CASE("a token says what it was made for") {
  for (const TokenClaims& claims :
       {kClaims, TokenClaims{}, TokenClaims{DeviceId{1}, 0, -1},
        TokenClaims{DeviceId{std::numeric_limits<std::uint64_t>::max()},
                    std::numeric_limits<std::uint32_t>::max(),
                    std::numeric_limits<std::int64_t>::max()},
        TokenClaims{DeviceId{0xFF}, 0x8000'0000, std::numeric_limits<std::int64_t>::min()}}) {
    const auto read = read_token(mac_key(1), make_token(mac_key(1), claims));
    REQUIRE(read);
    CHECK(*read == claims);
  }
  CHECK(make_token(mac_key(1), kClaims) == make_token(mac_key(1), kClaims));
}

TEST_CASE("DESIGN 7 promise 7: a token of another key is worth nothing") {
  const std::string token = make_token(mac_key(1), kClaims);
  CHECK_FALSE(read_token(mac_key(2), token));
  MacKey last_byte_differs = mac_key(1);
  last_byte_differs.back() ^= 1;
  CHECK_FALSE(read_token(last_byte_differs, token));
}

TEST_CASE("DESIGN 7 promise 7: a token with any bit changed is worth nothing") {
  const std::string token = make_token(mac_key(1), kClaims);
  for (std::size_t at = 0; at < token.size(); ++at) {
    for (int bit = 0; bit < 8; ++bit) {
      CAPTURE(at);
      CAPTURE(bit);
      std::string forged = token;
      forged[at] = static_cast<char>(forged[at] ^ (1 << bit));
      CHECK_FALSE(read_token(mac_key(1), forged));
    }
  }
}

TEST_CASE("a token that is cut or longer is worth nothing") {
  const std::string token = make_token(mac_key(1), kClaims);
  for (std::size_t size = 0; size < token.size(); ++size)
    CHECK_FALSE(read_token(mac_key(1), std::string_view(token).substr(0, size)));
  CHECK_FALSE(read_token(mac_key(1), token + '\0'));
  CHECK_FALSE(read_token(mac_key(1), token + token));
  CHECK_FALSE(read_token(mac_key(1), token.substr(1)));
}

TEST_CASE("DESIGN 7 promise 7: claims of one token do not go with the proof of another") {
  const std::string token = make_token(mac_key(1), kClaims);
  TokenClaims other = kClaims;
  other.device = device_of(UserId{300'001}, 7);
  const std::string others = make_token(mac_key(1), other);
  REQUIRE(token.size() == others.size());
  const std::size_t claims = token.size() - Mac{}.size();
  CHECK_FALSE(read_token(mac_key(1), others.substr(0, claims) + token.substr(claims)));
  CHECK_FALSE(read_token(mac_key(1), others.substr(0, claims) + std::string(32, '\0')));
}

TEST_CASE("a token of another version is worth nothing though its proof is good") {
  std::string claims = make_token(mac_key(1), kClaims).substr(0, 21);
  claims[0] = 2;
  const Mac mac = mac_of(mac_key(1), claims);
  CHECK_FALSE(read_token(mac_key(1), claims + std::string(mac.begin(), mac.end())));
}

}  // namespace
}  // namespace glasspost::tests
