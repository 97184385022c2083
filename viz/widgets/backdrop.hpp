// Grounds of panels and bars. They are not drawn as triangles: the app clears their rectangles
// before it renders, because blending a full screen is what software OpenGL is slow at.
#pragma once

#include <vector>

#include <imgui.h>

#include "viz/scene/rect.hpp"

namespace glasspost::viz {

struct Backdrop {
  Rect rect;
  ImU32 colour = 0;
};
// An opaque ground with rounded corners: three cleared rectangles and four small pies, which are
// drawn at once. Below everything else of this frame.
void backdrop(Rect rect, ImU32 colour, float radius);
// Those of this frame; the app takes them before rendering.
[[nodiscard]] std::vector<Backdrop> take_backdrops();

}  // namespace glasspost::viz
