// Names of lives as text.
#include "engine/live/speaker.hpp"

#include <charconv>
#include <cstdint>

namespace glasspost {
namespace {

// All of `text` as a number, or nothing.
template <class Number>
std::optional<Number> number_of(std::string_view text) {
  Number number = 0;
  const char* end = text.data() + text.size();
  const auto [stop, problem] = std::from_chars(text.data(), end, number);
  if (problem != std::errc() || stop != end) return std::nullopt;
  return number;
}

}  // namespace

std::string routing_id_of(const Speaker& speaker) {
  return std::to_string(speaker.node.value) + "." + std::to_string(speaker.boot.value);
}

std::optional<Speaker> speaker_of(std::string_view routing_id) {
  const std::size_t dot = routing_id.find('.');
  if (dot == std::string_view::npos) return std::nullopt;
  const auto node = number_of<std::uint16_t>(routing_id.substr(0, dot));
  const auto boot = number_of<std::uint64_t>(routing_id.substr(dot + 1));
  if (!node || !boot) return std::nullopt;
  const Speaker speaker{NodeId{*node}, BootId{*boot}};
  if (routing_id_of(speaker) != routing_id) return std::nullopt;  // with zeros in front
  return speaker;
}

}  // namespace glasspost
