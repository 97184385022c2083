// Tests of Result: what it holds, how it is made and how it is moved from.
#include "engine/base/result.hpp"

#include <memory>
#include <string>

#include <doctest/doctest.h>

namespace glasspost {
namespace {

Result<int> half_of(int number) {
  if (number % 2 != 0) {
    return Error{Code::kInvalidArgument, "odd"};
  }
  return number / 2;
}

TEST_CASE("a result holds a value or an error") {
  const Result<int> good = half_of(8);
  REQUIRE(good);
  CHECK(*good == 4);
  const Result<int> bad = half_of(7);
  REQUIRE_FALSE(bad);
  CHECK(bad.error().code == Code::kInvalidArgument);
  CHECK(bad.error().message == "odd");
}

TEST_CASE("a value can be changed in place and moved out") {
  Result<std::unique_ptr<std::string>> result = std::make_unique<std::string>("a");
  **result += "b";
  CHECK(result->get()->size() == 2);
  const std::unique_ptr<std::string> taken = result.take();
  CHECK(*taken == "ab");
}

TEST_CASE("a status is a result without a value") {
  CHECK(ok());
  const Status status = Error{Code::kIo, "disk"};
  CHECK_FALSE(status);
}

TEST_CASE("every code has a name of its own") {
  CHECK(to_string(Code::kInvalidArgument) == "invalid argument");
  CHECK(to_string(Code::kNotFound) == "not found");
  CHECK(to_string(Code::kConflict) == "conflict");
  CHECK(to_string(Code::kUnavailable) == "unavailable");
  CHECK(to_string(Code::kOverloaded) == "overloaded");
  CHECK(to_string(Code::kCorruption) == "corruption");
  CHECK(to_string(Code::kIo) == "io");
}

}  // namespace
}  // namespace glasspost
