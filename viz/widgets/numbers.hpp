// Numbers as the console writes them: thin spaces, a space before the unit, three significant
// digits, real minus and times signs. Pure: no ImGui, no locale.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace glasspost::viz::num {

inline constexpr std::string_view kThinSpace = "\u2009";
inline constexpr std::string_view kMinus = "\u2212";

[[nodiscard]] std::string count(std::uint64_t n);  // 98 214
// Of losses: 12; ? when nobody counted; 12 + ? when some were counted and others not.
[[nodiscard]] std::string losses(std::uint64_t counted, bool uncounted);
[[nodiscard]] std::string whole(std::int64_t n);            // −1 204
[[nodiscard]] std::string fixed(double value, int digits);  // 4.20, 1 204.5
// Up to 9 999 in full, above with three digits: 16.5 k, 4.10 M -> "4.1 M" (zeros at the end go).
[[nodiscard]] std::string amount(double value);
[[nodiscard]] std::string rate(double per_second);                // 412 /s, 16.5 k/s, 4.1 M/s
[[nodiscard]] std::string percent(double share, int digits = 0);  // 0.884, 1 -> 88.4 %
[[nodiscard]] std::string bytes(double n);                // 24 B, 12.0 kB, 0.50 GB (powers of 1000)
[[nodiscard]] std::string ratio(double b_over_a);         // ×60, ÷501, ×1.0
[[nodiscard]] std::string bound(std::string_view value);  // ≤ 4.2
[[nodiscard]] std::string with_unit(std::string_view value, std::string_view unit);

// Time. `seconds` may be negative.
[[nodiscard]] std::string span(double seconds);                  // 310 µs, 8.1 ms, 4.8 s, 2:05
[[nodiscard]] std::string millis(double seconds);                // 8.1 ms, 1 240 ms: a column of ms
[[nodiscard]] std::string secs(double seconds, int digits = 1);  // 4.8 s: a column of s
[[nodiscard]] std::string stopwatch(double seconds);             // 0:42, 1:05:09
[[nodiscard]] std::string clock(std::int64_t ns_of_day);         // 10:42:07.318

// "off by 1 (0.2 %)"; "exact" when equal. English; for other languages use the two numbers.
[[nodiscard]] std::string difference(double measured, double formula);

}  // namespace glasspost::viz::num
