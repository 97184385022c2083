// Every number in em, every colour a token.
#include "viz/widgets/look.hpp"

#include <imgui.h>

#include "viz/widgets/theme.hpp"

namespace glasspost::viz {
namespace {

void colours(ImGuiStyle& style) {
  const Theme& t = theme();
  const auto set = [&style](ImGuiCol part, ImU32 colour) {
    style.Colors[part] = ImGui::ColorConvertU32ToFloat4(colour);
  };
  set(ImGuiCol_Text, t.text);
  set(ImGuiCol_TextDisabled, t.text_3);
  set(ImGuiCol_WindowBg, t.bg);
  set(ImGuiCol_ChildBg, IM_COL32(0, 0, 0, 0));
  set(ImGuiCol_PopupBg, t.card_hi);
  set(ImGuiCol_Border, t.line_2);
  set(ImGuiCol_FrameBg, t.inset);
  set(ImGuiCol_FrameBgHovered, t.card);
  set(ImGuiCol_FrameBgActive, t.card_hi);
  set(ImGuiCol_Button, t.card);
  set(ImGuiCol_ButtonHovered, t.card_hi);
  set(ImGuiCol_ButtonActive, t.line_2);
  set(ImGuiCol_Header, t.card_hi);
  set(ImGuiCol_CheckMark, t.text);
  set(ImGuiCol_SliderGrab, t.text_2);
  set(ImGuiCol_NavHighlight, IM_COL32(0, 0, 0, 0));  // our ring shows where the keyboard is
  set(ImGuiCol_NavWindowingHighlight, IM_COL32(0, 0, 0, 0));
  set(ImGuiCol_NavWindowingDimBg, IM_COL32(0, 0, 0, 0));
  set(ImGuiCol_TextSelectedBg, fade(t.focus, 0.35F));
}

}  // namespace

void apply_look() {
  ImGuiStyle& style = ImGui::GetStyle();
  style.WindowPadding = ImVec2(0, 0);
  style.FramePadding = ImVec2(em(kGap), em(kSmallGap));
  style.ItemSpacing = ImVec2(em(kGap), em(kHalfGap));
  style.FrameRounding = em(kPillRound);
  style.PopupRounding = em(kPanelRound);
  style.GrabRounding = em(kPillRound);
  style.WindowRounding = 0;
  style.WindowBorderSize = 0;
  style.FrameBorderSize = 1;
  style.AntiAliasedLinesUseTex = true;
  style.CircleTessellationMaxError = 0.2F;
  style.CurveTessellationTol = 0.6F;
  colours(style);
}

}  // namespace glasspost::viz
