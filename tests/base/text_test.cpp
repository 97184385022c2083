// Tests of parsing and escaping, mostly as tables of input and expected output.
#include "engine/base/text.hpp"

#include <limits>
#include <string>

#include <doctest/doctest.h>

#include "engine/base/random.hpp"

namespace glasspost {
namespace {

using namespace std::string_view_literals;

TEST_CASE("whole numbers parse and anything else is refused") {
  CHECK(*parse_u64("0") == 0);
  CHECK(*parse_u64("007") == 7);
  CHECK(*parse_u64("18446744073709551615") == std::numeric_limits<std::uint64_t>::max());
  for (const auto text :
       {"", "-1", "+1", " 1", "1 ", "1x", "0x1", "18446744073709551616", "99999999999999999999"}) {
    CAPTURE(text);
    const auto number = parse_u64(text);
    REQUIRE_FALSE(number);
    CHECK(number.error().code == Code::kInvalidArgument);
  }
}

TEST_CASE("durations parse and anything else is refused") {
  CHECK(*parse_duration("10us") == Duration(10));
  CHECK(*parse_duration("250ms") == Duration(250'000));
  CHECK(*parse_duration("5s") == Duration(5'000'000));
  CHECK(*parse_duration("2m") == Duration(120'000'000));
  CHECK(*parse_duration("9223372036854775807us") == Duration::max());
  for (const auto text : {"", "5", "s", "5 s", "-5s", "1.5s", "5S", "5sm", "5h",
                          "9223372036854775808us", "9223372036855s"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_duration(text));
  }
}

TEST_CASE("durations read well") {
  CHECK(to_text(Duration(0)) == "0 us");
  CHECK(to_text(Duration(10)) == "10 us");
  CHECK(to_text(Duration(1'050)) == "1.05 ms");
  CHECK(to_text(Duration(250'000)) == "250 ms");
  CHECK(to_text(Duration(999'999)) == "999.999 ms");
  CHECK(to_text(Duration(1'500'000)) == "1.5 s");
  CHECK(to_text(Duration(1'000'999)) == "1 s");
  CHECK(to_text(Duration(120'000'000)) == "120 s");
  CHECK(to_text(Duration(-1'500'000)) == "-1.5 s");
  CHECK(to_text(Duration::min()) == "-9223372036854.775 s");
}

TEST_CASE("controls and bytes that are not text become visible") {
  CHECK(escape_controls("plain \xe4\xbd\xa0\xe5\xa5\xbd \xf0\x9f\x98\x80") ==
        "plain \xe4\xbd\xa0\xe5\xa5\xbd \xf0\x9f\x98\x80");
  CHECK(escape_controls("a\nb\x1b[2J\t\x7f") == "a\\nb\\x1b[2J\\x09\\x7f");
  CHECK(escape_controls("\0"sv) == "\\x00");
  CHECK(escape_controls("\xc2\x9b \xc2\xa0") == "\\xc2\\x9b \xc2\xa0");
  CHECK(escape_controls("\xff\x80") == "\\xff\\x80");
  CHECK(escape_controls("\xc0\xaf") == "\\xc0\\xaf");
  CHECK(escape_controls("\xe0\x80\xaf") == "\\xe0\\x80\\xaf");
  CHECK(escape_controls("\xed\xa0\x80") == "\\xed\\xa0\\x80");
  CHECK(escape_controls("\xf4\x90\x80\x80") == "\\xf4\\x90\\x80\\x80");
  CHECK(escape_controls("\xe4\xbd") == "\\xe4\\xbd");
  CHECK(escape_controls("\xe4\xbd!") == "\\xe4\\xbd!");
}

TEST_CASE("what turns or hides text is visible, what people write with stays") {
  CHECK(escape_controls("a\u202eb\u2066c\u2069") == "a\\u202eb\\u2066c\\u2069");
  CHECK(escape_controls("\u200e\u200f\u061c\u200b\u2060\ufeff\u00ad") ==
        "\\u200e\\u200f\\u061c\\u200b\\u2060\\ufeff\\u00ad");
  CHECK(escape_controls("\u2028\u2029") == "\\u2028\\u2029");
  CHECK(escape_controls("x\U000e0041\U000e007f") == "x\\udb40\\udc41\\udb40\\udc7f");
  for (const char* kept :
       {"\u4f60\u597d", "caf\u00e9", "e\u0301", "\u0633\u0644\u0627\u0645",
        "\u0645\u06cc\u200c\u062e", "\U0001f469\u200d\U0001f4bb", "\u2764\ufe0f",
        "\U0001f1e8\U0001f1f3",
        "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f"}) {
    CHECK(escape_controls(kept) == kept);
    CHECK(json_quote(kept) == '"' + std::string(kept) + '"');
  }
  CHECK(json_quote("a\u202eb\u0085\U000e0041") == "\"a\\u202eb\\u0085\\udb40\\udc41\"");
}

TEST_CASE("whatever bytes go in, no control comes out and escaping again changes nothing") {
  Random random(1);
  for (int round = 0; round < 5000; ++round) {
    std::string bytes;
    for (std::uint64_t left = random.below(12); left > 0; --left) {
      bytes.push_back(static_cast<char>(random.below(256)));
    }
    const std::string escaped = escape_controls(bytes);
    for (const char character : escaped) {
      const auto byte = static_cast<unsigned char>(character);
      REQUIRE(byte >= 0x20);
      REQUIRE(byte != 0x7f);
    }
    REQUIRE(escape_controls(escaped) == escaped);
    const std::string quoted = json_quote(bytes);
    REQUIRE(json_quote(bytes).find('\n') == std::string::npos);
    REQUIRE(escape_controls(quoted).find("\\xf") == std::string::npos);
  }
}

TEST_CASE("splitting gives one more part than separators") {
  CHECK(split("a,b,,c", ',') == std::vector<std::string_view>{"a", "b", "", "c"});
  CHECK(split("", ',') == std::vector<std::string_view>{""});
  CHECK(split(",", ',') == std::vector<std::string_view>{"", ""});
}

TEST_CASE("a near match is the closest within two edits") {
  const std::vector<std::string> words = {"station", "status", "stats"};
  CHECK(near_match("statu", words) == "status");
  CHECK(near_match("stats", words) == "stats");
  CHECK(near_match("sation", words) == "station");
  CHECK(near_match("elephant", words).empty());
  CHECK(near_match("run", {"ran", "fun"}) == "ran");
  CHECK(edit_distance("kitten", "sitting") == 3);
  CHECK(edit_distance("", "abc") == 3);
  CHECK(edit_distance("abc", "") == 3);
}

TEST_CASE("json strings are quoted, escaped and valid text") {
  CHECK(json_quote("a\"b\\c") == "\"a\\\"b\\\\c\"");
  CHECK(json_quote("\n\r\t\x01\x7f") == "\"\\n\\r\\t\\u0001\\u007f\"");
  CHECK(json_quote("\xe4\xbd\xa0") == "\"\xe4\xbd\xa0\"");
  CHECK(json_quote("a\xff\xe4\xbd") == "\"a\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"");
  CHECK(json_quote("\0"sv) == "\"\\u0000\"");
}

}  // namespace
}  // namespace glasspost
