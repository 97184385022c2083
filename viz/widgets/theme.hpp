// Colours, sizes and spacing of the console, by name. Every view takes them from here: no colour
// and no pixel constant stands in view code.
//
//   theme()        the tokens of the chosen theme (dark, light, projector)
//   em(n)          n em in whole pixels at the present text scale; 1 em = 14 px at 100 %
//   state_look()   colour, text colour and pattern of a state: never a colour without its pattern
//   message_look() colour, line and marker of a message type
#pragma once

#include <cstdint>
#include <string_view>

#include <imgui.h>

namespace glasspost::viz {

enum class ThemeName : std::uint8_t { kDark, kLight, kProjector };

// One colour for each token, as ImGui packs it (IM_COL32, opaque).
struct Theme {
  ThemeName name = ThemeName::kDark;
  bool dark = true;
  ImU32 bg = 0;   // behind panels
  ImU32 bar = 0;  // status bar
  ImU32 panel = 0;
  ImU32 card = 0;     // cards, buttons, rows
  ImU32 card_hi = 0;  // hover, selected segment, tooltip
  ImU32 inset = 0;    // the empty part of bars, plots, text fields
  ImU32 line = 0;     // panel borders, rules
  ImU32 line_2 = 0;   // card borders, axes, ticks
  ImU32 grid = 0;     // plot grid
  ImU32 text = 0;     // values, names
  ImU32 text_2 = 0;   // explanations
  ImU32 text_3 = 0;   // labels, units, axis text
  ImU32 focus = 0;    // focus ring, pin, edge of the selected row
  ImU32 ok = 0, ok_text = 0;
  ImU32 warn = 0, warn_text = 0;
  ImU32 bad = 0, bad_text = 0;
  ImU32 info = 0, info_text = 0;
  ImU32 send = 0, append = 0, notice = 0, sync = 0, control = 0;  // message types
  ImU32 neutral = 0;   // bars without a state: queue, CPU
  ImU32 on_solid = 0;  // text on a primary button or on a state fill
};

[[nodiscard]] const Theme& theme();
[[nodiscard]] const Theme& theme_of(ThemeName name);  // for tests and the sheet
void set_theme(ThemeName name);

// The text scale, 0.75 to 3 (clamped). The projector's 200 % is 2.
void set_scale(float scale);
[[nodiscard]] float scale();
[[nodiscard]] float em(float n = 1);        // whole pixels
[[nodiscard]] float em_exact(float n = 1);  // unrounded, for strokes and curves

// Spacing, in em: em(kGap).
inline constexpr float kTiny = 0.14F;      // 2 px at 100 %
inline constexpr float kSmallGap = 0.29F;  // 4
inline constexpr float kHalfGap = 0.43F;   // 6
inline constexpr float kGap = 0.57F;       // 8: between panels, and to the window's edge
inline constexpr float kCardPad = 0.71F;   // 10
inline constexpr float kPad = 0.86F;       // 12: inside panels
inline constexpr float kWide = 1.14F;      // 16
inline constexpr float kSection = 1.71F;   // 24
// Corner radii, in em.
inline constexpr float kPanelRound = 0.43F;
inline constexpr float kCardRound = 0.36F;
inline constexpr float kPillRound = 0.29F;
// Fixed heights, in em.
inline constexpr float kStatusHeight = 2.86F;
inline constexpr float kPanelHeadHeight = 2.29F;
inline constexpr float kTimeMachineHeight = 8.0F;
inline constexpr float kRowHeight = 1.71F;      // 24: one row of a table
inline constexpr float kTextRowHeight = 1.43F;  // 20: one row of text
inline constexpr float kControlHeight = 1.71F;  // 24: text fields, segmented controls
inline constexpr float kButtonHeight = 2.43F;   // 34: a primary button

// `colour` with its opacity multiplied by `share`; a over b; channel by channel.
[[nodiscard]] ImU32 fade(ImU32 colour, float share);
[[nodiscard]] ImU32 mix(ImU32 from, ImU32 to, float share);
// Contrast of two opaque colours as WCAG 2 counts it, 1 to 21.
[[nodiscard]] double contrast(ImU32 a, ImU32 b);

// The second channel of a state: what fills its area besides the colour.
enum class Pattern : std::uint8_t {
  kSolid,
  kDiagonal,
  kCross,
  kVertical,
  kGreyDiagonal,
  kChequer,
  kDots,
  kNone
};

enum class State : std::uint8_t {
  kHealthy,    // online, serves
  kHandshake,  // deciding
  kWaiting,    // backing off, slow
  kRefused,    // failed, broken
  kDead,       // outline and cross
  kSkipped,    // numbers that nobody will ever get
  kReserved,   // numbers on the ceiling, not handed out
  kLost,       // records that did not arrive here
  kStale,      // an old value: grey, with its age
  kUnknown,    // cannot tell: outline and question mark
  kOffline,
};

struct StateLook {
  ImU32 fill = 0;
  ImU32 text = 0;  // readable on a panel
  Pattern pattern = Pattern::kSolid;
};
[[nodiscard]] StateLook state_look(State state);

enum class MessageType : std::uint8_t { kSend, kAppend, kNotice, kSync, kControl };
enum class Marker : std::uint8_t { kCircle, kDiamond, kSquare, kNone };
enum class Dash : std::uint8_t { kSolid, kDashed, kDotted };

struct MessageLook {
  ImU32 colour = 0;
  ImU32 body = 0;  // of the link itself, mixed into the panel
  Dash dash = Dash::kSolid;
  Marker marker = Marker::kCircle;
};
[[nodiscard]] MessageLook message_look(MessageType type);

}  // namespace glasspost::viz
