// Things to fill in: text fields, check boxes, sliders; and the scrolled part of a panel.
#include <algorithm>
#include <cmath>

#include <imgui_internal.h>
#include <imgui_stdlib.h>

#include "viz/widgets/controls.hpp"

namespace glasspost::viz {
namespace {

// ImGui's own input line, without its frame: ours is drawn before it.
bool plain_input(Rect rect, std::string& value, bool& entered) {
  ImFont* face = font(Step::kSmall, Face::kRegular);
  ImGui::PushFont(face);
  ImGui::PushStyleVar(ImGuiStyleVar_FramePadding,
                      ImVec2(0, std::floor((rect.h - face->FontSize) / 2)));
  ImGui::PushStyleVar(ImGuiStyleVar_FrameBorderSize, 0);
  for (const ImGuiCol part :
       {ImGuiCol_FrameBg, ImGuiCol_FrameBgHovered, ImGuiCol_FrameBgActive, ImGuiCol_NavHighlight}) {
    ImGui::PushStyleColor(part, IM_COL32(0, 0, 0, 0));
  }
  ImGui::PushStyleColor(ImGuiCol_Text, theme().text);
  ImGui::SetCursorScreenPos({rect.x, rect.y});
  ImGui::SetNextItemWidth(rect.w);
  const std::string before = value;
  // Asking for the history keeps the arrows up and down here: a list beside the field may use them.
  const auto stay = [](ImGuiInputTextCallbackData*) { return 0; };
  entered = ImGui::InputText(
      "##value", &value, ImGuiInputTextFlags_EnterReturnsTrue | ImGuiInputTextFlags_CallbackHistory,
      stay);
  ImGui::PopStyleColor(5);
  ImGui::PopStyleVar(2);
  ImGui::PopFont();
  return value != before;
}

struct ScrollPlace {
  Rect rect;
  float content = 0;
};
// Scrolled parts may lie within each other; the last begun ends first.
std::vector<ScrollPlace> g_scrolls;

}  // namespace

FieldResult text_field(std::string_view id, Rect rect, std::string& value, const FieldLook& look) {
  const Theme& t = theme();
  fill(rect, t.inset, em(kPillRound));
  border(rect, t.line_2, em(kPillRound));
  Rect inside = rect.inset(em(kGap), 0);
  if (look.icon) {
    icon(*look.icon, {inside.x + em(0.4F), rect.cy()}, em(0.86F), t.text_3);
    inside = inside.beside_left(em(1.14F));
  }
  if (!look.key.empty()) {
    const float width = kbd_width(look.key);
    kbd({inside.right() - width, rect.cy()}, look.key);
    inside.w -= width + em(kHalfGap);
  }
  FieldResult result;
  ImGui::PushID(id.data(), id.data() + id.size());
  if (look.take_focus) ImGui::SetKeyboardFocusHere();
  result.changed = plain_input(inside, value, result.entered);
  result.focused = ImGui::IsItemActive();
  add_stop(ImGui::GetItemID(), inside, true);
  const bool waits = GImGui->NavId == ImGui::GetItemID() && !GImGui->NavDisableHighlight;
  ImGui::PopID();
  if (value.empty()) text_in(inside, look.hint, style::caption());
  if (result.focused || waits) focus_ring(rect.inset(1), em(kPillRound));
  return result;
}

bool checkbox(std::string_view id, Rect rect, std::string_view label, bool& on) {
  const Item of = item(id, rect, em(kPillRound));
  const float side = em(1.29F);
  const Rect box{rect.x, std::floor(rect.cy() - side / 2), side, side};
  fill(box, of.hovered ? theme().card_hi : theme().inset, em(kPillRound));
  border(box, theme().line_2, em(kPillRound));
  if (on) icon(IconId::kCheck, {box.cx(), box.cy()}, em(0.86F), theme().text);
  text_in(rect.beside_left(side + em(kGap)), label, {Step::kSmall, Face::kRegular, theme().text});
  if (of.pressed) on = !on;
  return of.pressed;
}

bool slider(std::string_view id, Rect rect, float& share) {
  const Item of = item(id, rect, em(kPillRound));
  const float before = share;
  if (of.held && ImGui::IsMouseDown(0)) {
    share = std::clamp((ImGui::GetMousePos().x - rect.x) / rect.w, 0.0F, 1.0F);
  }
  if (of.focused) {  // a hundredth a press; the arrows move the keyboard, so + and - turn it
    const ImGuiIO& io = ImGui::GetIO();
    for (const ImWchar c : io.InputQueueCharacters) {
      if (c == '+' || c == '=') share = std::min(share + 0.01F, 1.0F);
      if (c == '-') share = std::max(share - 0.01F, 0.0F);
    }
  }
  const float track = em(kSmallGap);
  bar({rect.x, std::floor(rect.cy() - track / 2), rect.w, track}, {share, theme().text_2});
  const ImVec2 knob(rect.x + rect.w * share, rect.cy());
  circle(knob, em_exact(0.43F), theme().text);
  return share != before;
}

Rect begin_scroll(std::string_view id, Rect rect, float content_height) {
  ImGui::SetCursorScreenPos({rect.x, rect.y});
  ImGui::SetNextWindowContentSize({rect.w, content_height});
  const ImGuiID number = ImGui::GetID(id.data(), id.data() + id.size());
  // Flattened: Tab and the arrows walk in and out as if there were no edge.
  ImGui::BeginChild(number, {rect.w, rect.h}, false,
                    ImGuiWindowFlags_NoScrollbar | ImGuiWindowFlags_NavFlattened |
                        ImGuiWindowFlags_NoBackground | ImGuiWindowFlags_NoSavedSettings);
  g_scrolls.push_back({rect, content_height});
  // The mark at the right covers nothing.
  const float mark = content_height > rect.h + 1 ? em(kHalfGap) : 0;
  return {rect.x, rect.y - ImGui::GetScrollY(), rect.w - mark, content_height};
}

void end_scroll() {
  const ScrollPlace place = g_scrolls.back();
  g_scrolls.pop_back();
  if (place.content > place.rect.h + 1) {
    const float width = std::max(em(kTiny), 2.0F);
    const float height = std::max(place.rect.h * place.rect.h / place.content, em(1));
    const float most = std::max(ImGui::GetScrollMaxY(), 1.0F);
    const float y = place.rect.y + (place.rect.h - height) * ImGui::GetScrollY() / most;
    fill({place.rect.right() - width, y, width, height}, theme().line_2, width / 2);
  }
  ImGui::EndChild();
}

}  // namespace glasspost::viz
