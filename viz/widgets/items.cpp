// The base of every control: an item of ImGui that mouse and keyboard can press; our focus ring.
#include <algorithm>
#include <array>
#include <cassert>
#include <utility>
#include <vector>

#include <imgui.h>
#include <imgui_internal.h>

#include "viz/widgets/controls.hpp"

namespace glasspost::viz {
namespace {

// Whether the last deed was by keyboard: only then does the ring show (text fields aside).
struct InputKind {
  int frame = -1;
  bool keyboard = false;
};
InputKind g_input;

bool key_pressed(ImGuiKey key) {
  return ImGui::IsKeyPressed(ImGui::GetKeyIndex(key));
}

bool by_keyboard() {
  if (g_input.frame == ImGui::GetFrameCount()) return g_input.keyboard;
  g_input.frame = ImGui::GetFrameCount();
  // Not Space and Enter: after a click they are the view's (Space plays and pauses).
  static constexpr std::array kKeys{ImGuiKey_LeftArrow, ImGuiKey_RightArrow, ImGuiKey_UpArrow,
                                    ImGuiKey_DownArrow};
  if (std::any_of(kKeys.begin(), kKeys.end(), key_pressed)) g_input.keyboard = true;
  if (ImGui::IsMouseClicked(0)) g_input.keyboard = false;
  return g_input.keyboard;
}

// One thing that Tab can reach, in the order of drawing.
struct Stop {
  ImGuiID id = 0;
  ImGuiWindow* window = nullptr;
  ImRect box;
  bool takes_text = false;
};
struct Stops {
  int frame = -1;
  std::vector<Stop> now, before;  // of this frame, of the last whole one
};
Stops g_stops;

void begin_stops() {
  if (g_stops.frame == ImGui::GetFrameCount()) return;
  g_stops.frame = ImGui::GetFrameCount();
  g_stops.before = std::exchange(g_stops.now, {});
}

void go_to(const Stop& stop) {
  ImGuiContext& g = *GImGui;
  ImGui::ClearActiveID();
  ImGui::FocusWindow(stop.window);
  const ImVec2 corner = stop.window->Pos;
  const ImRect relative({stop.box.Min.x - corner.x, stop.box.Min.y - corner.y},
                        {stop.box.Max.x - corner.x, stop.box.Max.y - corner.y});
  ImGui::SetNavID(stop.id, ImGuiNavLayer_Main, 0, relative);
  ImGui::ScrollToRect(stop.window, stop.box);
  g.NavDisableHighlight = false;
  g.NavDisableMouseHover = true;
  if (stop.takes_text) {
    g.NavNextActivateId = stop.id;
    g.NavNextActivateFlags = ImGuiActivateFlags_PreferInput;
  }
}

}  // namespace

void add_stop(unsigned int id, Rect rect, bool takes_text) {
  begin_stops();
  const ImRect box({rect.x, rect.y}, {rect.right(), rect.bottom()});
  g_stops.now.push_back({id, ImGui::GetCurrentWindow(), box, takes_text});
}

void walk_focus(int direction) {
  begin_stops();
  const ImGuiContext& g = *GImGui;
  const ImGuiWindow* root = g.NavWindow != nullptr ? g.NavWindow->RootWindow : nullptr;
  std::vector<Stop> stops = g_stops.before;
  std::erase_if(stops, [root](const Stop& stop) {
    return root != nullptr && stop.window->RootWindow != root;
  });
  if (stops.empty()) return;
  const bool shown = std::exchange(g_input, {ImGui::GetFrameCount(), true}).keyboard;
  const auto here = std::find_if(stops.begin(), stops.end(),
                                 [&g](const Stop& stop) { return stop.id == g.NavId; });
  const auto count = static_cast<std::ptrdiff_t>(stops.size());
  std::ptrdiff_t index = here - stops.begin();
  if (here == stops.end()) {
    index = direction > 0 ? 0 : count - 1;
  } else if (shown) {  // the first Tab shows where the keyboard is, the next ones move it
    index = (index + direction + count) % count;
  }
  go_to(stops.at(static_cast<std::size_t>(index)));
}

void focus_ring(Rect rect, float radius) {
  const float away = std::max(2 * scale(), 2.0F);
  const float width = std::max(2 * scale(), 2.0F);
  border(rect.inset(-away), theme().focus, radius + away, width);
}

bool keyboard_walks() {
  return by_keyboard() && GImGui->NavId != 0;
}

void focus_next() {
  ImGui::SetKeyboardFocusHere();
}

Item item(std::string_view id, Rect rect, float radius) {
  assert(!id.empty());  // ImGui reads an empty name to its zero
  Item result;
  result.rect = rect;
  ImGuiWindow* window = ImGui::GetCurrentWindow();
  const ImGuiID number = window->GetID(id.data(), id.data() + id.size());
  const ImRect box({rect.x, rect.y}, {rect.right(), rect.bottom()});
  add_stop(number, rect, false);  // also when it is scrolled out of sight
  if (!ImGui::ItemAdd(box, number)) return result;
  bool hovered = false;
  bool held = false;
  const bool pressed = ImGui::ButtonBehavior(box, number, &hovered, &held);
  const bool here = ImGui::GetFocusID() == number || GImGui->NavId == number;
  result.focused = here && by_keyboard();
  result.hovered = hovered && !(result.focused && !ImGui::IsMouseHoveringRect(box.Min, box.Max));
  result.held = held;
  // ImGui presses with Space alone; people expect Enter, too.
  const bool entered = result.focused && GImGui->ActiveId == 0 && key_pressed(ImGuiKey_Enter);
  result.pressed = pressed || entered;
  if (result.focused) focus_ring(rect, radius);
  return result;
}

}  // namespace glasspost::viz
