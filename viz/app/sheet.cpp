// Places the four parts side by side, or one at a time with tabs and a scroll where room is short.
#include "viz/app/sheet.hpp"

#include <array>
#include <cmath>

#include "viz/widgets/controls.hpp"
#include "viz/widgets/strings.hpp"

namespace glasspost::viz {
namespace {

constexpr std::array kShares{0.2385F, 0.2385F, 0.2635F, 0.2595F};
constexpr float kContentHeight = 59.5F;  // em: the tallest part
constexpr float kFourBelow = 108;        // em: narrower windows show one part

}  // namespace

void SheetWorkspace::draw_part(int part, Rect rect) {
  static constexpr std::array kTitles{Str::kSheetTokens, Str::kSheetState, Str::kSheetIcons,
                                      Str::kSheetControls};
  const auto index = static_cast<std::size_t>(part);
  std::string question;
  if (part == 0) question = theme().dark ? "dark" : "light";
  if (part == 0 && theme().name == ThemeName::kProjector) question = "projector";
  if (part == 1) question = tr(Str::kSheetStateQ);
  if (part == 2) question = tr(Str::kSheetIconsQ);
  PanelLook look{"part", tr(kTitles.at(index)), question};
  look.tools = false;
  ImGui::PushID(part);
  const PanelBox box = begin_panel(rect, look);
  const Rect content = begin_scroll("scroll", box.content, em(kContentHeight));
  if (part == 0) sheet_tokens(content);
  if (part == 1) sheet_states(content);
  if (part == 2) sheet_icons(content);
  if (part == 3) sheet_controls(content.inset(em(kTiny), 0), segment_);
  end_scroll();
  end_panel();
  ImGui::PopID();
}

void SheetWorkspace::draw(Rect area, Stage&) {
  if (area.w < em(kFourBelow)) {
    const std::array<std::string, 4> labels{
        std::string(tr(Str::kSheetTokens)), std::string(tr(Str::kSheetState)),
        std::string(tr(Str::kSheetIcons)), std::string(tr(Str::kSheetControls))};
    tabs("parts", area.top(em(kControlHeight)), labels, shown_);
    draw_part(shown_, area.below_top(em(kControlHeight) + em(kGap)));
    return;
  }
  float x = area.x;
  const float room = area.w - 3 * em(kGap);
  for (int part = 0; part < 4; ++part) {
    const float width = std::floor(room * kShares.at(static_cast<std::size_t>(part)));
    draw_part(part, {x, area.y, part == 3 ? area.right() - x : width, area.h});
    x += width + em(kGap);
  }
}

}  // namespace glasspost::viz
