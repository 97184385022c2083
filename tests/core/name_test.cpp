// Tests of names: which are refused, and which are the same name written in two ways.
#include "engine/core/name.hpp"

#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "engine/core/limits.hpp"

namespace glasspost::tests {
namespace {

std::string folded(const std::string& name) {
  const Result<std::string> result = fold_name(name);
  CAPTURE(name);
  REQUIRE(result);
  return *result;
}

void check_refused(const std::string& name) {
  CAPTURE(name);
  const Result<std::string> result = fold_name(name);
  REQUIRE_FALSE(result);
  CHECK(result.error().code == Code::kInvalidArgument);
  CHECK(result.error().message.starts_with("a name "));
}

std::string times(std::size_t count, const std::string& letter) {
  std::string text;
  for (std::size_t at = 0; at < count; ++at)
    text += letter;
  return text;
}

// What stands behind a backslash is UTF-8.
const std::string kComposed = "Ren\u00e9";
const std::string kDecomposed = "Rene\u0301";

TEST_CASE("a name is the same composed and decomposed") {
  CHECK(kComposed != kDecomposed);
  CHECK(folded(kComposed) == folded(kDecomposed));
  CHECK(folded(kDecomposed) == "ren\u00e9");
  CHECK(folded(kComposed) != folded("Rene"));
}

TEST_CASE("a name is the same in capitals and small letters of any script") {
  CHECK(folded("Alice") == "alice");
  CHECK(folded("ALICE") == "alice");
  CHECK(folded("\u00c5SA") == folded("\u00e5sa"));
  CHECK(folded("\u0416\u0414\u0418") == folded("\u0436\u0434\u0438"));
  CHECK(folded("STRASSE") == folded("stra\u00dfe"));
  CHECK(folded("\u03a3") == folded("\u03c2"));
  CHECK(folded("alice") != folded("alise"));
}

TEST_CASE("Chinese names and emoji and inner spaces are names and stay as they are") {
  for (const char* name : {"\u5f20\u4e09", "\u738b\u5c0f\u660e", "\U0001f600", "\U0001f600\u5f20",
                           "mary ann", "o'neil-3", "\u2764\ufe0f"}) {
    CHECK(folded(name) == name);
  }
  CHECK(folded("\u5f20\u4e09") != folded("\u5f20\u56db"));
}

TEST_CASE("folding a folded name changes nothing") {
  for (const std::string& name :
       std::vector<std::string>{kComposed, kDecomposed, "STRASSE", "stra\u00dfe", "\u0130stanbul",
                                "\u1e9e", "\u03a3\u03c2", "\ufb01ne"}) {
    CHECK(folded(folded(name)) == folded(name));
  }
}

TEST_CASE("a name has one letter to thirty-two whatever its bytes") {
  REQUIRE(limits::kNameLettersMax == 32);
  for (const char* letter : {"x", "\u00e9", "e\u0301", "\u5f20", "\U0001f600"}) {
    CAPTURE(letter);
    CHECK(fold_name(times(1, letter)));
    CHECK(fold_name(times(32, letter)));
    check_refused(times(33, letter));
  }
  check_refused("");
  check_refused("\u0301");
  check_refused("x" + times(300, "\u0301"));
}

TEST_CASE("a name has no space at an end") {
  check_refused(" ");
  check_refused(" alice");
  check_refused("alice ");
}

TEST_CASE("DESIGN S5: control characters and line separators are no letters") {
  for (int code = 0; code < 0x20; ++code)
    check_refused("al" + std::string(1, static_cast<char>(code)) + "ice");
  for (const char* control : {"\x7f", "\u0085", "\u009b", "\u2028", "\u2029"})
    check_refused("al" + std::string(control) + "ice");
}

TEST_CASE("DESIGN S5: marks that turn or hide text are no letters") {
  for (const char* mark :
       {"\u200e", "\u200f", "\u202a", "\u202b", "\u202c", "\u202d", "\u202e", "\u2066", "\u2067",
        "\u2068", "\u2069", "\u200b", "\u2060", "\ufeff", "\u00ad", "\U000e0041"}) {
    check_refused("al" + std::string(mark) + "ice");
    check_refused(mark);
  }
}

TEST_CASE("private and unassigned characters are no letters") {
  check_refused("\ue000");
  check_refused("\U00100000");
  check_refused("x\u0378");
  check_refused("x\uffff");
}

TEST_CASE("what is not UTF-8 is no name") {
  for (const char* bytes : {"\xff", "\xc3", "\xc3(", "\xc0\xaf", "\xe0\x80\xaf", "\xed\xa0\x80",
                            "\xf4\x90\x80\x80", "\x80", "\xe5\xbc", "al\xfeice"}) {
    check_refused(bytes);
  }
}

}  // namespace
}  // namespace glasspost::tests
