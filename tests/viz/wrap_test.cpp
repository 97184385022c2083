// Wrapping and cutting of text, measured in characters: one unit a character, two a Chinese one.
#include "viz/widgets/wrap.hpp"

#include <string>
#include <vector>

#include <doctest/doctest.h>

namespace glasspost::viz {
namespace {

float columns(std::string_view utf8) {
  float width = 0;
  for (std::size_t at = 0; at < utf8.size();) {
    width += next_code_point(utf8, at) >= 0x2E80 ? 2.0F : 1.0F;
  }
  return width;
}

std::vector<std::string> lines(std::string_view utf8, float width) {
  std::vector<std::string> result;
  for (const std::string_view line : wrap(utf8, width, columns))
    result.emplace_back(line);
  return result;
}

using Lines = std::vector<std::string>;

TEST_CASE("English breaks at spaces and loses them there") {
  CHECK(lines("", 10) == Lines{""});
  CHECK(lines("one two", 10) == Lines{"one two"});
  CHECK(lines("one two three", 7) == Lines{"one two", "three"});
  CHECK(lines("one  two", 4) == Lines{"one", "two"});
  CHECK(lines("a\n\nb", 4) == Lines{"a", "", "b"});
}

TEST_CASE("a word wider than the line is broken inside and nothing is lost") {
  CHECK(lines("abcdefgh", 3) == Lines{"abc", "def", "gh"});
  CHECK(lines("x abcdefgh y", 4) == Lines{"x", "abcd", "efgh", "y"});
  CHECK(lines("abc", 0) == Lines{"a", "b", "c"});  // never stuck, however narrow
}

TEST_CASE("Chinese breaks between characters but not before closing punctuation") {
  CHECK(lines("今天的实验", 4) == Lines{"今天", "的实", "验"});
  // The comma would begin the second line: the character before it comes along.
  CHECK(lines("今天，明天", 4) == Lines{"今", "天，", "明天"});
  CHECK(lines("他说（好）吧", 6) == Lines{"他说", "（好）", "吧"});
  CHECK(lines("用 TCP 连接吧", 8) == Lines{"用 TCP", "连接吧"});
}

TEST_CASE("no line is wider than asked while a break is possible") {
  const std::string text =
      "到了，其他人都已读。下午在图书馆门口见，可以带电脑 and a laptop, please";
  for (int columns_wide = 4; columns_wide < 40; ++columns_wide) {
    const auto width = static_cast<float>(columns_wide);
    std::string joined;
    for (const std::string& line : lines(text, width)) {
      CHECK(columns(line) <= width);
      joined += line;
    }
    // Only spaces may be missing.
    std::string without_spaces = text;
    std::erase(without_spaces, ' ');
    std::erase(joined, ' ');
    CHECK(joined == without_spaces);
  }
}

TEST_CASE("a cut keeps whole characters and says that it is one") {
  CHECK_FALSE(ellipsis("store-2", 7, columns).cut);
  CHECK(ellipsis("store-2", 7, columns).text == "store-2");
  CHECK(ellipsis("store-2", 6, columns).text == "store\u2026");
  CHECK(ellipsis("store-2", 6, columns).cut);
  CHECK(ellipsis("one two", 5, columns).text == "one\u2026");  // no space before the dots
  CHECK(ellipsis("今天", 3, columns).text == "今\u2026");
  CHECK(ellipsis("abc", 0.5F, columns).text.empty());
  CHECK(ellipsis("abc", 0.5F, columns).cut);
}

TEST_CASE("bytes that are not UTF-8 become one replacement each") {
  const std::string_view bad("a\xFF\xC3\x28\xE4\xBB", 6);
  std::vector<char32_t> codes;
  for (std::size_t at = 0; at < bad.size();)
    codes.push_back(next_code_point(bad, at));
  CHECK(codes == std::vector<char32_t>{'a', 0xFFFD, 0xFFFD, '(', 0xFFFD, 0xFFFD});
}

TEST_CASE("a name that is cut keeps its number") {
  const auto letters = [](std::string_view part) {  // the ellipsis is one, of three bytes
    return static_cast<float>(part.find("\u2026") == std::string_view::npos ? part.size()
                                                                            : part.size() - 2);
  };
  CHECK(ellipsis_in_name("conversation-2", 14, letters).text == "conversation-2");
  CHECK_FALSE(ellipsis_in_name("conversation-2", 14, letters).cut);
  CHECK(ellipsis_in_name("conversation-2", 8, letters).text == "conve\u2026-2");
  CHECK(ellipsis_in_name("conversation-2", 8, letters).cut);
  CHECK(ellipsis_in_name("server", 4, letters).text == "ser\u2026");
  CHECK(ellipsis_in_name("conversation-2", 3, letters).text == "co\u2026");
}

TEST_CASE("what cannot be drawn is a box, with its code point behind it") {
  const auto small = [](char32_t c) { return c <= 0xFFFF; };
  CHECK(boxed("plain 中文", small) == "plain 中文");
  CHECK(boxed("hi \U0001F600!", small) == "hi \u25A1!");
  CHECK(boxed("\U0001F44D\U0001F3FD ok", small) == "\u25A1 ok");        // a thumb and its colour
  CHECK(boxed("\U0001F469\u200D\U0001F680", small) == "\u25A1\u25A1");  // joined
  CHECK(boxed("\u2764\uFE0F", small) == "\u2764");
  CHECK(behind_boxes("plain", small).empty());
  CHECK(behind_boxes("\U0001F600 \U0001F680 \U0001F600", small) == "U+1F600 U+1F680");
  CHECK(behind_boxes("\u2764", [](char32_t) { return false; }) == "U+2764");
}

}  // namespace
}  // namespace glasspost::viz
