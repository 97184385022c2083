// Parsing and escaping. What counts as valid UTF-8 is decided in one place, utf8_length.
#include "engine/base/text.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <limits>
#include <numeric>

namespace glasspost {
namespace {

struct Unit {
  std::string_view name;
  std::uint64_t us;
};

constexpr std::array<Unit, 4> kUnits = {Unit{"us", 1}, Unit{"ms", 1'000}, Unit{"s", 1'000'000},
                                        Unit{"m", 60'000'000}};

unsigned byte_at(std::string_view text, std::size_t at) {
  return static_cast<unsigned char>(text[at]);
}

// The length of the character at the front, or 0 if the bytes there are not valid UTF-8:
// cut short, overlong, a surrogate, or beyond U+10FFFF. REQUIRES: text is not empty.
std::size_t utf8_length(std::string_view text) {
  const unsigned lead = byte_at(text, 0);
  if (lead < 0x80) {
    return 1;
  }
  // 0xc0 and 0xc1 could only begin overlong forms.
  if (lead < 0xc2 || lead > 0xf4) {
    return 0;
  }
  const std::size_t length = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  if (text.size() < length) {
    return 0;
  }
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte_at(text, i) & 0xc0) != 0x80) {
      return 0;
    }
  }
  const unsigned second = byte_at(text, 1);
  const bool overlong = (lead == 0xe0 && second < 0xa0) || (lead == 0xf0 && second < 0x90);
  const bool surrogate = lead == 0xed && second >= 0xa0;
  const bool too_great = lead == 0xf4 && second >= 0x90;
  return overlong || surrogate || too_great ? 0 : length;
}

void append_hex(std::string& out, unsigned byte) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  out += kDigits[byte >> 4];
  out += kDigits[byte & 15];
}

bool is_control(std::string_view character) {
  const unsigned lead = byte_at(character, 0);
  // C1, U+0080 to U+009F, is a lead byte 0xc2 and the number itself.
  return lead < 0x20 || lead == 0x7f || (lead == 0xc2 && byte_at(character, 1) < 0xa0);
}

void append_json_ascii(std::string& out, char character) {
  switch (character) {
    case '"':
      out += "\\\"";
      return;
    case '\\':
      out += "\\\\";
      return;
    case '\n':
      out += "\\n";
      return;
    case '\r':
      out += "\\r";
      return;
    case '\t':
      out += "\\t";
      return;
    default:
      break;
  }
  const auto byte = static_cast<unsigned char>(character);
  if (byte < 0x20 || byte == 0x7f) {
    out += "\\u00";
    append_hex(out, byte);
  } else {
    out += character;
  }
}

}  // namespace

Result<std::uint64_t> parse_u64(std::string_view text) {
  const auto error = [text] {
    return Error{Code::kInvalidArgument,
                 "expected a whole number, got \"" + escape_controls(text) + "\""};
  };
  if (text.empty()) {
    return error();
  }
  constexpr std::uint64_t kMax = std::numeric_limits<std::uint64_t>::max();
  std::uint64_t number = 0;
  for (const char character : text) {
    if (character < '0' || character > '9') {
      return error();
    }
    const auto digit = static_cast<std::uint64_t>(character - '0');
    if (number > (kMax - digit) / 10) {
      return error();
    }
    number = number * 10 + digit;
  }
  return number;
}

Result<Duration> parse_duration(std::string_view text) {
  const std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
  const Result<std::uint64_t> number = parse_u64(text.substr(0, digits));
  const std::string_view name = text.substr(digits);
  constexpr auto kMax = static_cast<std::uint64_t>(std::numeric_limits<Duration::rep>::max());
  for (const Unit& unit : kUnits) {
    if (unit.name == name && number && *number <= kMax / unit.us) {
      return Duration(static_cast<Duration::rep>(*number * unit.us));
    }
  }
  return Error{Code::kInvalidArgument, "expected a duration such as 250ms, 5s or 2m, got \"" +
                                           escape_controls(text) + "\""};
}

std::string to_text(Duration duration) {
  const auto count = static_cast<std::uint64_t>(duration.count());
  const bool negative = duration < Duration::zero();
  // Negated as unsigned, because the most negative number has no positive twin.
  const std::uint64_t us = negative ? 0 - count : count;
  const Unit& unit = us < 1'000 ? kUnits[0] : us < 1'000'000 ? kUnits[1] : kUnits[2];
  std::string text = (negative ? "-" : "") + std::to_string(us / unit.us);
  const std::uint64_t thousandths = us % unit.us * 1'000 / unit.us;
  if (thousandths > 0) {
    const std::string decimals = std::to_string(1'000 + thousandths).substr(1);
    text += "." + decimals.substr(0, decimals.find_last_not_of('0') + 1);
  }
  return text + " " + std::string(unit.name);
}

namespace {

// As \xNN, byte by byte.
void append_escaped(std::string& out, std::string_view bytes) {
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    out += "\\x";
    append_hex(out, byte_at(bytes, i));
  }
}

}  // namespace

std::string escape_controls(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const std::size_t length = utf8_length(text);
    const std::string_view character = text.substr(0, std::max(length, std::size_t{1}));
    text.remove_prefix(character.size());
    if (character == "\n") {
      out += "\\n";
    } else if (length == 0 || is_control(character)) {
      append_escaped(out, character);
    } else {
      out += character;
    }
  }
  return out;
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  std::size_t start = 0;
  std::size_t end = text.find(separator);
  while (end != std::string_view::npos) {
    parts.push_back(text.substr(start, end - start));
    start = end + 1;
    end = text.find(separator, start);
  }
  parts.push_back(text.substr(start));
  return parts;
}

std::size_t edit_distance(std::string_view one, std::string_view other) {
  // row[j] is the distance between the part of `one` read so far and the first j of `other`.
  std::vector<std::size_t> row(other.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < one.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i + 1;
    for (std::size_t j = 0; j < other.size(); ++j) {
      const std::size_t replaced = diagonal + (one[i] == other[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({replaced, row[j] + 1, diagonal + 1});
    }
  }
  return row.back();
}

std::string json_quote(std::string_view text) {
  std::string out = "\"";
  while (!text.empty()) {
    const std::size_t length = utf8_length(text);
    if (length == 0) {
      out += "\xef\xbf\xbd";
    } else if (length == 1) {
      append_json_ascii(out, text.front());
    } else {
      out += text.substr(0, length);
    }
    text.remove_prefix(std::max(length, std::size_t{1}));
  }
  return out + "\"";
}

}  // namespace glasspost
