// Argon2id: that everything given matters.
#include "engine/base/password.hpp"

#include <string>

#include <doctest/doctest.h>

namespace glasspost::tests {
namespace {

TEST_CASE("the same password, salt and cost give the same hash, any other one another") {
  const std::string salt(kPasswordSaltBytes, 's');
  const auto hash = hash_password("correct horse", salt, 1, 1'024);
  REQUIRE(hash.has_value());
  CHECK(hash == hash_password("correct horse", salt, 1, 1'024));
  CHECK(hash != hash_password("correct horse ", salt, 1, 1'024));
  CHECK(hash != hash_password("correct horse", std::string(kPasswordSaltBytes, 't'), 1, 1'024));
  CHECK(hash != hash_password("correct horse", salt, 2, 1'024));
  CHECK(hash != hash_password("correct horse", salt, 1, 2'048));
  CHECK(hash_password("", salt, 1, 1'024).has_value());
}

}  // namespace
}  // namespace glasspost::tests
