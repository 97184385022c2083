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

// The number of a character. REQUIRES: utf8_length(character) == character.size().
char32_t code_point(std::string_view character) {
  const unsigned lead = byte_at(character, 0);
  if (character.size() == 1) return lead;
  char32_t point = lead & (0x7fU >> character.size());
  for (std::size_t i = 1; i < character.size(); ++i)
    point = point << 6 | (byte_at(character, i) & 0x3f);
  return point;
}

struct Range {
  char32_t first;
  char32_t last;
};

// Characters that have no shape of their own and change how others look: they turn the direction
// of the text, end a line or hide. Not here, because people write with them: joiners (U+200C,
// U+200D) and variation selectors.
constexpr std::array<Range, 16> kUnseen = {
    Range{0x00, 0x1f}, {0x7f, 0x9f},     {0xad, 0xad},     {0x61c, 0x61c},
    {0x180e, 0x180e},  {0x200b, 0x200b}, {0x200e, 0x200f}, {0x2028, 0x2029},
    {0x202a, 0x202e},  {0x2060, 0x206f}, {0x115f, 0x1160}, {0x3164, 0x3164},
    {0xfeff, 0xfeff},  {0xffa0, 0xffa0}, {0xfff9, 0xfffb}, {0xe0000, 0xe0fff}};

constexpr char32_t kBlackFlag = 0x1f3f4;

bool is_tag(char32_t point) {
  return point >= 0xe0020 && point <= 0xe007f;
}

// Reads a text character by character and says which must not reach a terminal as they are.
class Eye {
 public:
  // REQUIRES: utf8_length(character) == character.size().
  bool must_escape(std::string_view character) {
    const char32_t point = code_point(character);
    // The flags of England, Scotland and Wales are a black flag and tags behind it.
    in_flag_ = point == kBlackFlag || (in_flag_ && is_tag(point));
    if (in_flag_) return false;
    return std::any_of(kUnseen.begin(), kUnseen.end(), [point](const Range& range) {
      return point >= range.first && point <= range.last;
    });
  }

 private:
  bool in_flag_ = false;
};

void append_unit(std::string& out, char16_t unit) {
  out += "\\u";
  append_hex(out, unit >> 8U);
  append_hex(out, unit & 0xffU);
}

// As \uNNNN, in UTF-16 as JSON has it. REQUIRES: as code_point.
void append_unicode_escape(std::string& out, std::string_view character) {
  const char32_t point = code_point(character);
  if (point >= 0x10000) {
    append_unit(out, static_cast<char16_t>(0xd800 + ((point - 0x10000) >> 10)));
    append_unit(out, static_cast<char16_t>(0xdc00 + ((point - 0x10000) & 0x3ff)));
    return;
  }
  append_unit(out, static_cast<char16_t>(point));
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

std::string escape_controls(std::string_view text) {
  std::string out;
  Eye eye;
  while (!text.empty()) {
    const std::size_t length = utf8_length(text);
    const std::string_view character = text.substr(0, std::max(length, std::size_t{1}));
    text.remove_prefix(character.size());
    const bool unseen = length == 0 || eye.must_escape(character);
    if (character == "\n") {
      out += "\\n";
    } else if (!unseen) {
      out += character;
    } else if (length == 0 || code_point(character) < 0xa0) {
      for (std::size_t i = 0; i < character.size(); ++i) {
        out += "\\x";
        append_hex(out, byte_at(character, i));
      }
    } else {
      append_unicode_escape(out, character);
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
  Eye eye;
  while (!text.empty()) {
    const std::size_t length = utf8_length(text);
    const bool unseen = length > 0 && eye.must_escape(text.substr(0, length));
    if (length == 0) {
      out += "\xef\xbf\xbd";
    } else if (length == 1) {
      append_json_ascii(out, text.front());
    } else if (unseen) {
      append_unicode_escape(out, text.substr(0, length));
    } else {
      out += text.substr(0, length);
    }
    text.remove_prefix(std::max(length, std::size_t{1}));
  }
  return out + "\"";
}

}  // namespace glasspost
