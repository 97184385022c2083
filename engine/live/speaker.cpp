// Names of lives as text.
#include "engine/live/speaker.hpp"

#include <charconv>
#include <cstdint>

namespace glasspost {
namespace {

// All of `text` as a number, as routing_id_of writes it (no zeros in front), or nothing.
template <class Number>
std::optional<Number> number_of(std::string_view text) {
  if (text.size() > 1 && text.front() == '0') return std::nullopt;
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
  return Speaker{NodeId{*node}, BootId{*boot}};
}

}  // namespace glasspost
