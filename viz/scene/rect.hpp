// A rectangle in pixels of the window, the one shape that scenes, widgets and views share.
// Knows nothing: no ImGui, no em. x grows to the right, y grows down, as on every screen.
#pragma once

namespace glasspost::viz {

struct Rect {
  float x = 0, y = 0, w = 0, h = 0;

  [[nodiscard]] float right() const { return x + w; }
  [[nodiscard]] float bottom() const { return y + h; }
  [[nodiscard]] float cx() const { return x + w / 2; }
  [[nodiscard]] float cy() const { return y + h / 2; }
  [[nodiscard]] bool empty() const { return w <= 0 || h <= 0; }
  [[nodiscard]] bool contains(float px, float py) const {
    return px >= x && px < right() && py >= y && py < bottom();
  }

  // Smaller by dx at left and right, dy at top and bottom.
  [[nodiscard]] Rect inset(float dx, float dy) const {
    return {x + dx, y + dy, w - 2 * dx, h - 2 * dy};
  }
  [[nodiscard]] Rect inset(float d) const { return inset(d, d); }

  // A strip of the given size at one side, and what is left without it (gap between the two).
  [[nodiscard]] Rect top(float height) const { return {x, y, w, height}; }
  [[nodiscard]] Rect left(float width) const { return {x, y, width, h}; }
  [[nodiscard]] Rect low(float height) const { return {x, bottom() - height, w, height}; }
  [[nodiscard]] Rect far(float width) const { return {right() - width, y, width, h}; }
  [[nodiscard]] Rect below_top(float height) const { return {x, y + height, w, h - height}; }
  [[nodiscard]] Rect beside_left(float width) const { return {x + width, y, w - width, h}; }
  [[nodiscard]] Rect above_low(float height) const { return {x, y, w, h - height}; }
  [[nodiscard]] Rect beside_far(float width) const { return {x, y, w - width, h}; }

  // Column or row `index` of `count` equal ones with `gap` pixels between them.
  [[nodiscard]] Rect column(int index, int count, float gap) const {
    const float width = (w - gap * static_cast<float>(count - 1)) / static_cast<float>(count);
    return {x + static_cast<float>(index) * (width + gap), y, width, h};
  }
  [[nodiscard]] Rect row(int index, int count, float gap) const {
    const float height = (h - gap * static_cast<float>(count - 1)) / static_cast<float>(count);
    return {x, y + static_cast<float>(index) * (height + gap), w, height};
  }
};

}  // namespace glasspost::viz
