// The tokens of the three themes and the looks of states and messages. The sheet
// (glasspost-viz --sheet) shows them all.
#include "viz/widgets/theme.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace glasspost::viz {
namespace {

// 0xRRGGBB, opaque, in ImGui's order of channels.
constexpr ImU32 rgb(std::uint32_t hex) {
  return IM_COL32((hex >> 16) & 0xFF, (hex >> 8) & 0xFF, hex & 0xFF, 0xFF);
}

Theme dark_theme() {
  Theme t;
  t.name = ThemeName::kDark;
  t.dark = true;
  t.bg = rgb(0x0A0D12);
  t.bar = rgb(0x10141A);
  t.panel = rgb(0x12161D);
  t.card = rgb(0x1A2029);
  t.card_hi = rgb(0x242C38);
  t.inset = rgb(0x0C0F15);
  t.line = rgb(0x232A35);
  t.line_2 = rgb(0x3A4553);
  t.grid = rgb(0x1F2630);
  t.text = rgb(0xE9EDF3);
  t.text_2 = rgb(0xB3BCC9);
  t.text_3 = rgb(0x8793A3);
  t.focus = rgb(0x56B4E9);
  t.ok = rgb(0x009E73);
  t.ok_text = rgb(0x35C495);
  t.warn = rgb(0xE69F00);
  t.warn_text = rgb(0xF2B32E);
  t.bad = rgb(0xD55E00);
  t.bad_text = rgb(0xFF8A47);
  t.info = rgb(0x56B4E9);
  t.info_text = rgb(0x7CC6F0);
  t.send = rgb(0x56B4E9);
  t.append = rgb(0x3D8FD1);
  t.notice = rgb(0xF0E442);
  t.sync = rgb(0xCC79A7);
  t.control = rgb(0x6B7683);
  t.neutral = rgb(0x9AA7B7);
  t.on_solid = rgb(0x0A0D12);
  return t;
}

Theme light_theme() {
  Theme t;
  t.name = ThemeName::kLight;
  t.dark = false;
  t.bg = rgb(0xE6EAEF);
  t.bar = rgb(0xFFFFFF);
  t.panel = rgb(0xFFFFFF);
  t.card = rgb(0xF5F7F9);
  t.card_hi = rgb(0xE9EDF2);
  t.inset = rgb(0xF3F5F8);
  t.line = rgb(0xDCE1E7);
  t.line_2 = rgb(0xB9C2CC);
  t.grid = rgb(0xE9EDF1);
  t.text = rgb(0x141A21);
  t.text_2 = rgb(0x414B57);
  t.text_3 = rgb(0x5E6976);
  t.focus = rgb(0x0072B2);
  t.ok = rgb(0x009E73);
  t.ok_text = rgb(0x00704F);
  t.warn = rgb(0xE69F00);
  t.warn_text = rgb(0x8A5800);
  t.bad = rgb(0xD55E00);
  t.bad_text = rgb(0xB04A00);
  t.info = rgb(0x0072B2);
  t.info_text = rgb(0x00609A);
  t.send = rgb(0x0072B2);
  t.append = rgb(0x56B4E9);
  t.notice = rgb(0xA38F00);
  t.sync = rgb(0xB0558A);
  t.control = rgb(0x97A1AD);
  t.neutral = rgb(0x5E6B79);
  t.on_solid = rgb(0xFFFFFF);
  return t;
}

Theme projector_theme() {
  Theme t = light_theme();
  t.name = ThemeName::kProjector;
  t.bg = rgb(0xFFFFFF);
  t.card = rgb(0xF4F6F8);
  t.line = rgb(0xC9D0D8);
  t.line_2 = rgb(0x8E99A5);
  t.grid = rgb(0xE3E7EC);
  t.text = rgb(0x000000);
  t.text_2 = rgb(0x2A323B);
  t.text_3 = rgb(0x48525D);
  return t;
}

const std::array<Theme, 3>& themes() {
  static const std::array<Theme, 3> all{dark_theme(), light_theme(), projector_theme()};
  return all;
}

ThemeName g_theme = ThemeName::kDark;
float g_scale = 1;

std::uint32_t channel(ImU32 colour, int shift) {
  return (colour >> shift) & 0xFF;
}

// Relative luminance of an sRGB colour, 0 to 1.
double luminance(ImU32 colour) {
  const auto linear = [colour](int shift) {
    const double c = channel(colour, shift) / 255.0;
    return c <= 0.04045 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4);
  };
  return 0.2126 * linear(IM_COL32_R_SHIFT) + 0.7152 * linear(IM_COL32_G_SHIFT) +
         0.0722 * linear(IM_COL32_B_SHIFT);
}

}  // namespace

const Theme& theme() {
  return theme_of(g_theme);
}
const Theme& theme_of(ThemeName name) {
  return themes()[static_cast<std::size_t>(name)];
}
void set_theme(ThemeName name) {
  g_theme = name;
}

void set_scale(float scale) {
  g_scale = std::clamp(scale, 0.75F, 3.0F);
}
float scale() {
  return g_scale;
}
float em_exact(float n) {
  return n * 14.0F * g_scale;
}
float em(float n) {
  return std::floor(em_exact(n) + 0.5F);
}

ImU32 fade(ImU32 colour, float share) {
  const float alpha = static_cast<float>(channel(colour, IM_COL32_A_SHIFT)) * share;
  const auto rounded = static_cast<ImU32>(std::lround(std::clamp(alpha, 0.0F, 255.0F)));
  return (colour & ~IM_COL32_A_MASK) | (rounded << IM_COL32_A_SHIFT);
}

ImU32 mix(ImU32 from, ImU32 to, float share) {
  ImU32 result = 0;
  for (const int shift : {0, 8, 16, 24}) {
    const auto a = static_cast<float>(channel(from, shift));
    const auto b = static_cast<float>(channel(to, shift));
    result |= static_cast<ImU32>(std::lround(a + (b - a) * share)) << shift;
  }
  return result;
}

double contrast(ImU32 a, ImU32 b) {
  const double la = luminance(a);
  const double lb = luminance(b);
  return (std::max(la, lb) + 0.05) / (std::min(la, lb) + 0.05);
}

StateLook state_look(State state) {
  const Theme& t = theme();
  switch (state) {
    case State::kHealthy:
      return {t.ok, t.ok_text, Pattern::kSolid};
    case State::kHandshake:
      return {t.info, t.info_text, Pattern::kVertical};
    case State::kWaiting:
      return {t.warn, t.warn_text, Pattern::kDiagonal};
    case State::kRefused:
      return {t.bad, t.bad_text, Pattern::kCross};
    case State::kDead:
      return {t.bad, t.bad_text, Pattern::kNone};
    case State::kSkipped:
      return {t.neutral, t.text_2, Pattern::kGreyDiagonal};
    case State::kReserved:
      return {mix(t.panel, t.append, 0.28F), t.info_text, Pattern::kSolid};
    case State::kLost:
      return {t.control, t.bad_text, Pattern::kChequer};
    case State::kStale:
      return {mix(t.panel, t.control, t.dark ? 0.45F : 0.4F), t.text_2, Pattern::kSolid};
    case State::kUnknown:
      return {t.text_2, t.text_2, Pattern::kNone};
    case State::kOffline:
      return {t.control, t.text_3, Pattern::kSolid};
  }
  return {t.control, t.text_3, Pattern::kSolid};
}

MessageLook message_look(MessageType type) {
  const Theme& t = theme();
  switch (type) {
    case MessageType::kSend:
      return {t.send, mix(t.panel, t.send, 0.30F), Dash::kSolid, Marker::kCircle};
    case MessageType::kAppend:
      return {t.append, mix(t.panel, t.append, 0.30F), Dash::kSolid, Marker::kCircle};
    case MessageType::kNotice:
      return {t.notice, mix(t.panel, t.notice, 0.20F), Dash::kDotted, Marker::kDiamond};
    case MessageType::kSync:
      return {t.sync, mix(t.panel, t.sync, 0.30F), Dash::kDashed, Marker::kSquare};
    case MessageType::kControl:
      return {t.control, mix(t.panel, t.control, 0.60F), Dash::kSolid, Marker::kNone};
  }
  return {t.control, t.control, Dash::kSolid, Marker::kNone};
}

}  // namespace glasspost::viz
