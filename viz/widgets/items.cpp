// The base of every control: an item of ImGui that mouse and keyboard can press; our focus ring.
#include <algorithm>
#include <array>

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
  static constexpr std::array kKeys{ImGuiKey_Tab,     ImGuiKey_LeftArrow, ImGuiKey_RightArrow,
                                    ImGuiKey_UpArrow, ImGuiKey_DownArrow, ImGuiKey_Enter,
                                    ImGuiKey_Space};
  if (std::any_of(kKeys.begin(), kKeys.end(), key_pressed)) g_input.keyboard = true;
  if (ImGui::IsMouseClicked(0)) g_input.keyboard = false;
  return g_input.keyboard;
}

}  // namespace

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
  Item result;
  result.rect = rect;
  ImGuiWindow* window = ImGui::GetCurrentWindow();
  const ImGuiID number = window->GetID(id.data(), id.data() + id.size());
  const ImRect box({rect.x, rect.y}, {rect.right(), rect.bottom()});
  // Inputable makes Tab stop here; ImGui's own highlight is never drawn.
  if (!ImGui::ItemAdd(box, number, nullptr, ImGuiItemFlags_Inputable)) return result;
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
