// Grounds of panels, bars and plots. They are not drawn as triangles: the app clears them before it
// renders, because blending a full screen is what software OpenGL is slow at. Clearing a part of
// the screen costs it still more than clearing all of it: so the whole screen gets the colour of
// most grounds, and what lies between them is the smaller rest.
#pragma once

#include <vector>

#include <imgui.h>

#include "viz/scene/rect.hpp"

namespace glasspost::viz {

struct Backdrop {
  Rect rect;
  ImU32 colour = 0;
};

// What is cleared before a frame is rendered: all of it, then these rectangles in this order.
struct Grounds {
  ImU32 all = 0;
  std::vector<Backdrop> parts;
};

// An opaque ground with rounded corners: cleared rectangles and four small pies, which are drawn at
// once. Below everything else of this frame, so nothing may be drawn there before. Outside the
// canvas's clip nothing is cleared.
void backdrop(Rect rect, ImU32 colour, float radius);

// The grounds of this frame on a screen of this size; between them is `bg`, drawn below all
// windows. Once a frame, when everything has been built and before ImGui renders.
[[nodiscard]] Grounds take_grounds(Rect screen, ImU32 bg);

// What is left of a rectangle outside all of these, as rectangles that do not overlap.
[[nodiscard]] std::vector<Rect> rest_of(Rect whole, const std::vector<Backdrop>& without);

}  // namespace glasspost::viz
