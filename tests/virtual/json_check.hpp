// Reads JSON just well enough to say that it is JSON and which fields it has.
#pragma once

#include <cctype>
#include <cstddef>
#include <set>
#include <string>
#include <string_view>

#include <doctest/doctest.h>

namespace glasspost::tests {

// A field of an object in an object, or in a list of objects, is "outer.inner".
class JsonCheck {
 public:
  explicit JsonCheck(std::string_view text) : text_(text) {}

  std::set<std::string> fields() {
    value("");
    skip_space();
    REQUIRE_MESSAGE(at_ == text_.size(), "something follows the JSON: " << text_.substr(at_));
    return fields_;
  }

 private:
  void skip_space() {
    while (at_ < text_.size() && std::isspace(static_cast<unsigned char>(text_[at_])) != 0)
      ++at_;
  }

  char peek() {
    skip_space();
    REQUIRE_MESSAGE(at_ < text_.size(), "the JSON ends too early");
    return text_[at_];
  }

  void expect(char wanted) {
    REQUIRE_MESSAGE(peek() == wanted, "no " << wanted << " before: " << text_.substr(at_));
    ++at_;
  }

  void value(const std::string& path) {
    const char first = peek();
    if (first == '{') return object(path);
    if (first == '[') return list(path);
    if (first == '"') {
      string();
      return;
    }
    const std::size_t begin = at_;
    while (at_ < text_.size() &&
           std::string_view("+-.eE0123456789").find(text_[at_]) != std::string_view::npos)
      ++at_;
    REQUIRE_MESSAGE(at_ > begin, "no value before: " << text_.substr(at_));
  }

  void object(const std::string& path) {
    expect('{');
    for (bool first = true; peek() != '}'; first = false) {
      if (!first) expect(',');
      const std::string name = path.empty() ? string() : path + "." + string();
      fields_.insert(name);
      expect(':');
      value(name);
    }
    expect('}');
  }

  void list(const std::string& path) {
    expect('[');
    for (bool first = true; peek() != ']'; first = false) {
      if (!first) expect(',');
      value(path);
    }
    expect(']');
  }

  std::string string() {
    expect('"');
    std::string content;
    while (text_.at(at_) != '"') {
      REQUIRE_MESSAGE(static_cast<unsigned char>(text_[at_]) >= 0x20, "a bare control character");
      if (text_[at_] == '\\') ++at_;
      content += text_.at(at_++);
    }
    ++at_;
    return content;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::set<std::string> fields_;
};

// The fields of a JSON text. Fails the test if it is none.
inline std::set<std::string> json_fields(const std::string& text) {
  return JsonCheck(text).fields();
}

}  // namespace glasspost::tests
