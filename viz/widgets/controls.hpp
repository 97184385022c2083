// What a person can press, type into or read as a box: panels, cards, buttons, fields, tooltips.
// Every control that can be pressed is an item of ImGui with an id, so Tab and the arrow keys reach
// it, Enter and Space press it, and the focus ring shows where the keyboard is.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <imgui.h>

#include "viz/scene/rect.hpp"
#include "viz/widgets/draw.hpp"

namespace glasspost::viz {

// ---- the base of every control

struct Item {
  bool hovered = false;
  bool held = false;     // the button is down on it
  bool pressed = false;  // this frame, by mouse, Enter or Space
  bool focused = false;  // by the keyboard: show the ring
  Rect rect;
};
// An invisible thing that can be pressed and focused. `id` is unique within its panel (or within
// ImGui::PushID scopes). Draw its look yourself; the ring is drawn for you, with `radius`.
Item item(std::string_view id, Rect rect, float radius = 0);
void focus_ring(Rect rect, float radius);
// Whether the keyboard is at an item and its ring shows: then arrows, Space and Enter are for it.
[[nodiscard]] bool keyboard_walks();
// Tab (1) and Shift Tab (-1): the keyboard goes to the next item in the order of drawing. The shell
// calls it; ImGui 1.86 has no Tab among things that are not text.
void walk_focus(int direction);
// For controls that are not made of item(): Tab stops here. `id` as ImGui counts it.
void add_stop(unsigned int id, Rect rect, bool takes_text);

// ---- boxes

struct PanelLook {
  std::string_view id = {};
  std::string_view title = {};
  std::string_view question = {};  // lower case, after the title
  bool tools = true;               // pin, enlarge, more
  bool pinned = false;
  bool simulated = false;                   // dashed border and the pill
  std::optional<State> ill = std::nullopt;  // colours the border
};
struct PanelBox {
  Rect content;  // padded, below the header
  Rect inner;    // the same without padding: for lists whose rows reach the borders
  bool pin = false, enlarge = false, more = false;  // pressed this frame
};
// Opens an id scope; end_panel closes it. Always call both.
PanelBox begin_panel(Rect rect, const PanelLook& look);
void end_panel();

struct CardLook {
  bool selected = false;  // focus-coloured ring
  bool raised = false;    // hovered: card-hi
  bool simulated = false;
  std::optional<State> ill = std::nullopt;  // colours the border, 1.4 px
};
// Returns the padded inside.
Rect card(Rect rect, const CardLook& look = {});
// A card that can be pressed.
Item card_button(std::string_view id, Rect rect, CardLook look = {});
// A row of a table or list: card-hi and a focus edge when selected.
Item row_button(std::string_view id, Rect rect, bool selected);
// A rule with a label above a group of rows. Returns the y below it.
float section(Rect rect, std::string_view label);

// A table's head: labels on a rule. x from the left of `rect`, in pixels.
struct Column {
  std::string_view label;
  float x = 0;
  Align align = Align::kLeft;
};
void table_head(Rect rect, std::span<const Column> columns);

// ---- controls

struct ButtonLook {
  bool primary = false;
  bool active = false;  // a toggle that is on
  std::optional<IconId> icon = std::nullopt;
  std::string_view key = {};          // its key, shown at the right
  std::string_view off_because = {};  // not empty: disabled, and this says why, under the button
  std::optional<State> tint = std::nullopt;  // an active fault: warn tint and border
};
bool button(std::string_view id, Rect rect, std::string_view label, const ButtonLook& look = {});
// Icon over word, as in the fault palette.
bool tile_button(std::string_view id, Rect rect, std::string_view label, const ButtonLook& look);
// For toolbars; `name` is what a screen reader and the tooltip say.
bool icon_button(std::string_view id, Rect rect, IconId what, std::string_view name);

// One of a few; true when `selected` changed. Options that may not be chosen now: disabled[i].
bool segmented(std::string_view id, Rect rect, std::span<const std::string> options, int& selected);
bool tabs(std::string_view id, Rect rect, std::span<const std::string> labels, int& selected);
bool checkbox(std::string_view id, Rect rect, std::string_view label, bool& on);
// A value between 0 and 1 along a track. True while it changes.
bool slider(std::string_view id, Rect rect, float& share);

struct FieldLook {
  std::string_view hint = {};  // grey, while empty
  std::optional<IconId> icon = std::nullopt;
  std::string_view key = {};
  bool take_focus = false;  // this frame
};
struct FieldResult {
  bool changed = false, entered = false, focused = false;
};
FieldResult text_field(std::string_view id, Rect rect, std::string& value,
                       const FieldLook& look = {});

// ---- tooltip: what, value, why, what you can do

struct TipKey {
  std::string key, deed;
};
struct Tip {
  std::string what;
  std::string value;  // right, semibold
  ImU32 value_colour = 0;
  std::string why;  // wrapped
  std::vector<TipKey> keys;
};
// Shown while the item is hovered or has the keyboard; never in the projector theme.
void tip(const Item& of, const Tip& tip);
// The box itself at a place, for the sheet and for pictures that pin a tip.
void tip_box(Rect rect, const Tip& tip);

// ---- states of a whole view

// Dashed frame, icon, what will appear, one button that makes it appear. True when pressed.
bool empty_state(Rect rect, IconId what, std::string_view line, std::string_view button_label);
// Hourglass and words, or chequer, count and words; `at`: left edge, vertical centre.
void waiting_state(ImVec2 at, std::string_view words);
void loss_state(ImVec2 at, std::string_view words);

struct BrokenPromise {
  std::string sentence;                // what was seen, as a student reads it
  std::string promise;                 // "Promise 2: numbers never go back."
  std::vector<std::string> witnesses;  // events, in mono
};
// The red card. True when "Go there" was pressed. It shows all of its words if it is as high as the
// first function says.
[[nodiscard]] float broken_card_height(float width, const BrokenPromise& what);
bool broken_card(Rect rect, const BrokenPromise& what);

// ---- scrolling

// A part of a panel that is higher than its place. Returns where the content lies (moved up by the
// scroll); a thin mark at the right shows where one is. Keyboard focus scrolls into view.
Rect begin_scroll(std::string_view id, Rect rect, float content_height);
void end_scroll();

}  // namespace glasspost::viz
