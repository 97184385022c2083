// The style sheet: every token, state, icon and control at once, to be compared with what the style
// says and looked at in each theme, scale and language. glasspost-viz --sheet
#pragma once

#include <string>
#include <vector>

#include "viz/app/workspace.hpp"

namespace glasspost::viz {

class SheetWorkspace : public Workspace {
 public:
  [[nodiscard]] std::string_view id() const override { return "sheet"; }
  [[nodiscard]] std::string title() const override { return "Style sheet"; }
  [[nodiscard]] bool with_status_bar() const override { return false; }
  [[nodiscard]] std::vector<View*> views() const override { return {}; }
  void draw(Rect area, Stage& stage) override;

 private:
  void draw_part(int part, Rect rect);

  int shown_ = 0;  // which part, where only one has room
  int segment_ = 1;
};

// The parts, each within its padded place. They return the height they took.
float sheet_tokens(Rect place);
float sheet_states(Rect place);
float sheet_icons(Rect place);
float sheet_controls(Rect place, int& segment);

}  // namespace glasspost::viz
