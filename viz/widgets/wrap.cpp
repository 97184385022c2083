// Lines are filled piece by piece; a piece is what may not break inside.
#include "viz/widgets/wrap.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <utility>

namespace glasspost::viz {
namespace {

constexpr char32_t kBroken = 0xFFFD;
constexpr std::string_view kEllipsis = "\u2026";
constexpr std::string_view kBox = "\u25A1";

// Punctuation that closes: it never begins a line.
bool closes(char32_t c) {
  static constexpr std::u32string_view kClosing = U"，。！？；：、）】》」』〉”’…—·％,.!?;:)]}%";
  return kClosing.find(c) != std::u32string_view::npos;
}
// Punctuation that opens: it never ends a line.
bool opens(char32_t c) {
  static constexpr std::u32string_view kOpening = U"（【《「『〈“‘([{";
  return kOpening.find(c) != std::u32string_view::npos;
}
// Characters between which a line may break without a space: CJK and its full-width forms.
bool ideograph(char32_t c) {
  return (c >= 0x2E80 && c <= 0x9FFF) || (c >= 0xF900 && c <= 0xFAFF) ||
         (c >= 0xFF00 && c <= 0xFFEF) || (c >= 0x20000 && c <= 0x2FFFF);
}

// Length in bytes of the character that begins with `lead`, or 0 when none does.
std::size_t length_of(unsigned char lead) {
  if (lead < 0x80) return 1;
  if (lead >= 0xC2 && lead <= 0xDF) return 2;
  if (lead >= 0xE0 && lead <= 0xEF) return 3;
  if (lead >= 0xF0 && lead <= 0xF4) return 4;
  return 0;
}

// A piece of a paragraph that does not break inside, and the white space behind it.
struct Piece {
  std::size_t begin = 0, end = 0, next = 0;  // [begin, end) is ink, [end, next) is space
};

bool breaks_between(char32_t before, char32_t after) {
  if (closes(after) || opens(before)) return false;
  return ideograph(before) || ideograph(after);
}

Piece piece_at(std::string_view line, std::size_t begin) {
  Piece piece{begin, begin, begin};
  std::size_t at = begin;
  char32_t before = 0;
  while (at < line.size() && line[at] != ' ') {
    std::size_t after = at;
    const char32_t now = next_code_point(line, after);
    if (at > begin && breaks_between(before, now)) break;
    before = now;
    at = after;
  }
  piece.end = at;
  while (at < line.size() && line[at] == ' ')
    ++at;
  piece.next = at;
  return piece;
}

// The longest beginning of line[begin, end) that fits; at least one character.
std::size_t fitting_end(std::string_view line, const Piece& piece, float width,
                        const Measure& measure) {
  std::size_t end = piece.begin;
  next_code_point(line, end);
  while (end < piece.end) {
    std::size_t next = end;
    next_code_point(line, next);
    if (measure(line.substr(piece.begin, next - piece.begin)) > width) break;
    end = next;
  }
  return end;
}

// Wraps one line that holds no '\n'.
void wrap_line(std::string_view line, float width, const Measure& measure,
               std::vector<std::string_view>& lines) {
  std::size_t begin = 0;  // of the line being filled
  std::size_t end = 0;    // of its ink
  std::size_t at = 0;
  while (at < line.size()) {
    Piece piece = piece_at(line, at);
    if (measure(line.substr(begin, piece.end - begin)) <= width) {
      end = piece.end;
      at = piece.next;
      continue;
    }
    if (end > begin) {  // the piece begins the next line
      lines.push_back(line.substr(begin, end - begin));
      begin = end = at = piece.begin;
      continue;
    }
    end = fitting_end(line, piece, width, measure);  // a word wider than a line
    if (end == piece.end) {
      at = piece.next;
      continue;
    }
    lines.push_back(line.substr(begin, end - begin));
    begin = at = end;
  }
  lines.push_back(line.substr(begin, std::max(begin, end) - begin));
}

// A selector of a variant, a joiner, a colour of skin: part of the character before it.
bool alters(char32_t c) {
  return c == 0x200D || (c >= 0xFE00 && c <= 0xFE0F) || (c >= 0x1F3FB && c <= 0x1F3FF) ||
         (c >= 0xE0020 && c <= 0xE007F);
}

// Calls `visit` with each character and its bytes.
template <class Visit>
void each_character(std::string_view utf8, Visit visit) {
  for (std::size_t at = 0; at < utf8.size();) {
    const std::size_t begin = at;
    const char32_t c = next_code_point(utf8, at);
    visit(c, utf8.substr(begin, at - begin));
  }
}

}  // namespace

char32_t next_code_point(std::string_view utf8, std::size_t& at) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(utf8[i]); };
  const std::size_t length = length_of(byte(at));
  if (length == 0 || at + length > utf8.size()) {
    ++at;
    return kBroken;
  }
  static constexpr std::array<unsigned char, 5> kMask{0, 0x7F, 0x1F, 0x0F, 0x07};
  char32_t code = byte(at) & kMask[length];
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(at + i) & 0xC0) != 0x80) {
      ++at;
      return kBroken;
    }
    code = (code << 6) | (byte(at + i) & 0x3F);
  }
  at += length;
  return code;
}

std::vector<std::string_view> wrap(std::string_view utf8, float width, const Measure& measure) {
  std::vector<std::string_view> lines;
  std::size_t begin = 0;
  while (begin <= utf8.size()) {
    const std::size_t end = std::min(utf8.find('\n', begin), utf8.size());
    wrap_line(utf8.substr(begin, end - begin), width, measure, lines);
    begin = end + 1;
  }
  return lines;
}

Cut ellipsis(std::string_view utf8, float width, const Measure& measure) {
  if (measure(utf8) <= width) return {std::string(utf8), false};
  // Halving works because a longer beginning is never narrower.
  std::vector<std::size_t> ends{0};
  for (std::size_t at = 0; at < utf8.size();) {
    next_code_point(utf8, at);
    ends.push_back(at);
  }
  const auto with_dots = [&](std::size_t end) {
    while (end > 0 && utf8[end - 1] == ' ')
      --end;
    return std::string(utf8.substr(0, end)) + std::string(kEllipsis);
  };
  std::size_t low = 0;
  std::size_t high = ends.size() - 1;
  while (low < high) {
    const std::size_t middle = (low + high + 1) / 2;
    if (measure(with_dots(ends[middle])) <= width) {
      low = middle;
    } else {
      high = middle - 1;
    }
  }
  std::string best = with_dots(ends[low]);
  if (measure(best) > width) best.clear();
  return {best, true};
}

Cut ellipsis_in_name(std::string_view name, float width, const Measure& measure) {
  const std::size_t dash = name.rfind('-');
  if (measure(name) <= width || dash == std::string_view::npos)
    return ellipsis(name, width, measure);
  const std::string_view tail = name.substr(dash);
  for (std::size_t kept = dash; kept > 0; --kept) {
    const bool inside = (static_cast<unsigned char>(name[kept]) & 0xC0U) == 0x80U;
    if (inside) continue;  // of a character of several bytes
    std::string words = std::string(name.substr(0, kept)).append(kEllipsis).append(tail);
    if (measure(words) <= width) return {std::move(words), true};
  }
  return ellipsis(name, width, measure);
}

std::string boxed(std::string_view utf8, const CanDraw& can_draw) {
  std::string result;
  result.reserve(utf8.size());
  each_character(utf8, [&](char32_t c, std::string_view bytes) {
    if (alters(c)) return;
    result += can_draw(c) ? bytes : kBox;
  });
  return result;
}

std::string behind_boxes(std::string_view utf8, const CanDraw& can_draw) {
  std::string result;
  each_character(utf8, [&](char32_t c, std::string_view) {
    if (alters(c) || can_draw(c)) return;
    std::array<char, 16> name{};
    std::snprintf(name.data(), name.size(), "U+%04X", static_cast<unsigned>(c));
    if (result.find(name.data()) != std::string::npos) return;
    result += (result.empty() ? "" : " ") + std::string(name.data());
  });
  return result;
}

}  // namespace glasspost::viz
