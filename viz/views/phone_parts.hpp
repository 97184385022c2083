// Small parts of a phone's picture that its list and its conversation share.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "engine/base/ids.hpp"
#include "viz/widgets/text.hpp"

namespace glasspost::viz {

// "10:43" of a time of day in milliseconds since 1970; empty for 0.
[[nodiscard]] std::string hour_and_minute(std::int64_t time_ms);

// A person's picture: a colour and the first letter of the name.
void portrait(Rect rect, UserId user, std::string_view name);

// The beginning of a text on one line. Cutting it is meant, so it is not counted as a defect.
void preview(Rect rect, std::string_view words, const TextStyle& style);

// How many are unread, at the right end of `rect`. Returns the width it took.
float unread_badge(Rect rect, std::uint64_t unread);

}  // namespace glasspost::viz
