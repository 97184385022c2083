// Formatting by hand: snprintf for the digits, spaces and signs added to its text.
#include "viz/widgets/numbers.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <cstdlib>

namespace glasspost::viz::num {
namespace {

constexpr std::string_view kTimes = "\u00D7";
constexpr std::string_view kDivide = "\u00F7";
constexpr std::string_view kAtMost = "\u2264 ";
constexpr std::string_view kNone = "\u2013";  // not a number: a dash, never 0

// `value` with `digits` behind the point, always with '.', without sign for zero.
std::string plain(double value, int digits) {
  std::array<char, 64> buffer{};
  std::snprintf(buffer.data(), buffer.size(), "%.*f", digits, value);
  std::string result = buffer.data();
  std::replace(result.begin(), result.end(), ',', '.');  // a host program may have set a locale
  if (result.find_first_of("123456789") == std::string::npos && result[0] == '-')
    result.erase(0, 1);
  return result;
}

// Thin spaces between thousands and a real minus, for text that plain() made.
std::string grouped(std::string_view digits) {
  std::string result;
  if (!digits.empty() && digits.front() == '-') {
    result = kMinus;
    digits.remove_prefix(1);
  }
  const std::size_t whole = std::min(digits.find('.'), digits.size());
  for (std::size_t i = 0; i < digits.size(); ++i) {
    if (i > 0 && i < whole && (whole - i) % 3 == 0) result += kThinSpace;
    result += digits[i];
  }
  return result;
}

// Zeros at the end of a fraction say nothing: 4.10 -> 4.1, 4.0 -> 4.
std::string without_zeros(std::string text) {
  if (text.find('.') == std::string::npos) return text;
  while (text.back() == '0')
    text.pop_back();
  if (text.back() == '.') text.pop_back();
  return text;
}

// How many digits stand behind the point so that `significant` are shown.
int digits_for(double value, int significant) {
  double size = std::fabs(value);
  int digits = significant - 1;
  while (size >= 10 && digits > 0) {
    size /= 10;
    --digits;
  }
  return digits;
}

// The value divided by the largest power of 1000 below it; index of the unit in `units`.
struct Scaled {
  double value = 0;
  std::size_t unit = 0;
};
Scaled scaled(double value, std::size_t units) {
  Scaled result{value, 0};
  // 999.5 would be printed as 1 000: it belongs to the next unit.
  while (std::fabs(result.value) >= 999.5 && result.unit + 1 < units) {
    result.value /= 1000;
    ++result.unit;
  }
  return result;
}

struct Short {
  std::string number;
  std::string_view letter;  // "k", "M" or empty
};
Short shorten(double value) {
  static constexpr std::array<std::string_view, 5> kLetters{"", "k", "M", "G", "T"};
  const double size = std::fabs(value);
  if (size < 9999.5) {
    const int digits = size < 10 && size != std::floor(size) ? 1 : 0;
    return {grouped(plain(value, digits)), ""};
  }
  const Scaled s = scaled(value, kLetters.size());
  const std::string number = without_zeros(plain(s.value, digits_for(s.value, 3)));
  return {grouped(number), kLetters[s.unit]};
}

// Seconds below a minute in the unit that leaves 1 to 999.
std::string short_span(double seconds) {
  static constexpr std::array<std::string_view, 4> kUnits{"ns", "\u00B5s", "ms", "s"};
  const double size = std::fabs(seconds);
  if (size == 0) return "0 s";
  const Scaled s = scaled(seconds * 1e9, kUnits.size());
  const int digits = s.unit == 0 ? 0 : (std::fabs(s.value) < 9.95 ? 1 : 0);
  const bool one_digit_more = s.unit == 3 && std::fabs(s.value) < 99.95;
  return with_unit(grouped(plain(s.value, one_digit_more ? 1 : digits)), kUnits[s.unit]);
}

}  // namespace

std::string count(std::uint64_t n) {
  return grouped(std::to_string(n));
}

std::string losses(std::uint64_t counted, bool uncounted) {
  if (!uncounted) return count(counted);
  return counted == 0 ? "?" : count(counted) + " + ?";
}
std::string whole(std::int64_t n) {
  return grouped(std::to_string(n));
}

std::string fixed(double value, int digits) {
  if (!std::isfinite(value)) return std::string(kNone);
  return grouped(plain(value, digits));
}

std::string with_unit(std::string_view value, std::string_view unit) {
  std::string result(value);
  result += ' ';
  return result.append(unit);
}

std::string amount(double value) {
  if (!std::isfinite(value)) return std::string(kNone);
  const Short s = shorten(value);
  return s.letter.empty() ? s.number : with_unit(s.number, s.letter);
}

std::string rate(double per_second) {
  if (!std::isfinite(per_second)) return std::string(kNone);
  const Short s = shorten(per_second);
  return with_unit(s.number, std::string(s.letter) + "/s");
}

std::string percent(double share, int digits) {
  if (!std::isfinite(share)) return std::string(kNone);
  return with_unit(grouped(plain(share * 100, digits)), "%");
}

std::string bytes(double n) {
  static constexpr std::array<std::string_view, 5> kUnits{"B", "kB", "MB", "GB", "TB"};
  if (!std::isfinite(n)) return std::string(kNone);
  const Scaled s = scaled(n, kUnits.size());
  const int digits = s.unit == 0 ? 0 : digits_for(s.value, 3);
  return with_unit(grouped(plain(s.value, digits)), kUnits[s.unit]);
}

std::string ratio(double b_over_a) {
  if (!std::isfinite(b_over_a) || b_over_a <= 0) return std::string(kNone);
  const bool larger = b_over_a >= 1;
  const double times = larger ? b_over_a : 1 / b_over_a;
  return std::string(larger ? kTimes : kDivide) + grouped(plain(times, times < 9.95 ? 1 : 0));
}

std::string bound(std::string_view value) {
  return std::string(kAtMost).append(value);
}

std::string span(double seconds) {
  if (!std::isfinite(seconds)) return std::string(kNone);
  return std::fabs(seconds) < 99.95 ? short_span(seconds) : stopwatch(seconds);
}

std::string millis(double seconds) {
  if (!std::isfinite(seconds)) return std::string(kNone);
  const double ms = seconds * 1000;
  return with_unit(fixed(ms, std::fabs(ms) < 99.95 ? 1 : 0), "ms");
}

std::string secs(double seconds, int digits) {
  if (!std::isfinite(seconds)) return std::string(kNone);
  return with_unit(fixed(seconds, digits), "s");
}

std::string stopwatch(double seconds) {
  if (!std::isfinite(seconds)) return std::string(kNone);
  const auto all = static_cast<long long>(std::llround(std::floor(std::fabs(seconds))));
  std::array<char, 48> buffer{};
  if (all >= 3600) {
    std::snprintf(buffer.data(), buffer.size(), "%lld:%02lld:%02lld", all / 3600, all / 60 % 60,
                  all % 60);
  } else {
    std::snprintf(buffer.data(), buffer.size(), "%lld:%02lld", all / 60, all % 60);
  }
  return seconds < 0 && all > 0 ? std::string(kMinus) + buffer.data() : buffer.data();
}

std::string clock(std::int64_t ns_of_day) {
  const std::int64_t ms = std::max<std::int64_t>(ns_of_day, 0) / 1'000'000;
  std::array<char, 48> buffer{};
  std::snprintf(buffer.data(), buffer.size(), "%02d:%02d:%02d.%03d",
                static_cast<int>(ms / 3'600'000 % 24), static_cast<int>(ms / 60'000 % 60),
                static_cast<int>(ms / 1000 % 60), static_cast<int>(ms % 1000));
  return buffer.data();
}

std::string difference(double measured, double formula) {
  if (!std::isfinite(measured) || !std::isfinite(formula)) return std::string(kNone);
  if (measured == formula) return "exact";
  const double off = std::fabs(measured - formula);
  std::string result = "off by " + amount(off);
  if (formula != 0) {
    const double share = off / std::fabs(formula);
    result += " (" + percent(share, share < 0.0995 ? 1 : 0) + ")";
  }
  return result;
}

}  // namespace glasspost::viz::num
