// Shapes on the present canvas: rectangles, hairlines, dashes, patterns, links, bars, pills.
// All positions and sizes are pixels (em() makes them); every function draws at once, in order:
// what is drawn later lies above.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include <imgui.h>

#include "viz/scene/rect.hpp"
#include "viz/widgets/icons.hpp"
#include "viz/widgets/text.hpp"
#include "viz/widgets/theme.hpp"

namespace glasspost::viz {

// Where drawing goes: the list of the ImGui window in which the view is drawn, or what an OnTop
// scope has set (tooltips, drag pictures).
[[nodiscard]] ImDrawList& canvas();
class OnTop {
 public:
  OnTop();
  ~OnTop();
  OnTop(const OnTop&) = delete;
  OnTop& operator=(const OnTop&) = delete;

 private:
  ImDrawList* before_;
};
// Nothing is drawn outside `rect` while this lives.
class Clip {
 public:
  explicit Clip(Rect rect);
  ~Clip();
  Clip(const Clip&) = delete;
  Clip& operator=(const Clip&) = delete;
};

void fill(Rect rect, ImU32 colour, float radius = 0);
void border(Rect rect, ImU32 colour, float radius = 0, float width = 1);
void dashed_border(Rect rect, ImU32 colour, float width = 1);
void shadow(Rect rect, float radius);  // tooltips and menus only

// One crisp pixel.
void hline(float x0, float x1, float y, ImU32 colour);
void vline(float x, float y0, float y1, ImU32 colour);

struct Stroke {
  float width = 1;
  Dash dash = Dash::kSolid;
  float on = 5, off = 3;  // pixels of a dash and of its gap
};
void line(ImVec2 from, ImVec2 to, ImU32 colour, const Stroke& stroke = {});
void polyline(std::span<const ImVec2> points, ImU32 colour, const Stroke& stroke = {});
void circle(ImVec2 centre, float radius, ImU32 colour);
void ring(ImVec2 centre, float radius, ImU32 colour, const Stroke& stroke = {});
void arrow_head(ImVec2 tip, ImVec2 direction, float size, ImU32 colour);
void quad(std::span<const ImVec2, 4> corners, ImU32 colour);  // no seams between neighbours

// A curve from a right edge to a left edge: control points at half the gap, as a polyline.
[[nodiscard]] std::vector<ImVec2> link_path(ImVec2 from, ImVec2 to);
[[nodiscard]] float path_length(std::span<const ImVec2> path);
[[nodiscard]] ImVec2 path_point(std::span<const ImVec2> path, float distance);
// Width of a link that carries so many bytes a second: it grows with log10 of it, from 1.6 to
// 6.5 px at 100 %, in whole pixels: such lines come from a texture, with a third of the triangles.
[[nodiscard]] float link_width(double bytes_per_second);
// A message on a link, with a halo so that it reads on any colour. size 2.6 px at 100 %.
void marker(ImVec2 centre, Marker shape, ImU32 colour, float size = 0);

// The pattern alone, clipped to the rectangle without a clip rect; and a state's whole look:
// tint, pattern and, where the state has one, border or glyph.
void pattern(Rect rect, Pattern kind, ImU32 colour);
void state_fill(Rect rect, State state, float radius = 0);

struct Bar {
  double share = 0;  // 0 to 1 of the bound; clamped, more than 1 shows as a full bar
  ImU32 colour = 0;  // 0: theme().neutral
  Pattern pattern = Pattern::kSolid;
  double bound_mark = -1;  // 0 to 1: a tick with a head, "this is what the formula says"
};
void bar(Rect rect, const Bar& bar);
// Several parts of one whole, from left to right; shares of 1.
struct BarPart {
  double share = 0;
  ImU32 colour = 0;
  Pattern pattern = Pattern::kSolid;
};
void stacked_bar(Rect rect, std::span<const BarPart> parts);

struct PillLook {
  ImU32 text = 0;       // 0: theme().text_2
  ImU32 edge = 0;       // 0: theme().line_2
  ImU32 fill = 0;       // 0: none
  bool dashed = false;  // SIMULATED alone
  Marker mark = Marker::kNone;
};
// Both return the width. `at`: left edge, vertical centre.
float pill(ImVec2 at, std::string_view label, const PillLook& look = {});
[[nodiscard]] float pill_width(std::string_view label, const PillLook& look = {});
float kbd(ImVec2 at, std::string_view key);
[[nodiscard]] float kbd_width(std::string_view key);

// REAL, RECORDED or SIMULATED.
enum class Mode : std::uint8_t { kReal, kRecorded, kSimulated };
float mode_badge(ImVec2 at, Mode mode);
[[nodiscard]] float mode_badge_width(Mode mode);

// One entry of a legend: swatch and word. Returns the width with the gap to the next entry.
float legend_state(ImVec2 at, State state, std::string_view word);
float legend_message(ImVec2 at, MessageType type, std::string_view word);
float legend_line(ImVec2 at, ImU32 colour, const Stroke& stroke, std::string_view word);

}  // namespace glasspost::viz
