// Kinds of letters in words, and the five groups in which pictures show them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace glasspost::viz {

// What a letter is for. The order is that of the legend.
enum class MessageGroup : std::uint8_t {
  kSend = 0,     // texts on their way to the commit, and the answers
  kAppend = 1,   // logs and index rows
  kNotice = 2,   // "there is something"
  kSync = 3,     // pages of inboxes and conversations
  kControl = 4,  // logins, routes, numbers, take-over
};
inline constexpr std::size_t kMessageGroups = 5;

// `kind` as cells and arrivals name it (engine/telemetry/tap.hpp).
MessageGroup group_of(std::uint64_t kind);

// The field's name of a kind: "AppendLog", "SendText". "letter 99" for one that is not known.
std::string kind_name(std::uint64_t kind);

}  // namespace glasspost::viz
