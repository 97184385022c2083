// A view: one question, one picture, in a rectangle that the shell gives it. The shell draws the
// panel around it (title, question, pin, enlarge, more); the view draws what is inside.
// Where its data comes from is the view's own affair: it gets a model when it is made.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "viz/scene/rect.hpp"
#include "viz/widgets/actions.hpp"
#include "viz/widgets/shapes.hpp"
#include "viz/widgets/texture.hpp"

namespace glasspost::viz {

// What is selected; all views show the same selection. Empty or 0: nothing.
struct Selection {
  std::string process;      // "store-2"
  std::uint64_t trace = 0;  // of the selected message
  std::uint64_t user = 0;
  std::uint64_t section = 0;
  std::uint64_t event = 0;  // number of a fact
  bool operator==(const Selection&) const = default;
};

struct ViewContext {
  double seconds = 0;  // of this window, for motion; not the time of the model
  float frame_seconds = 0;
  Mode mode = Mode::kSimulated;
  bool reduced_motion = false;      // arrows with counts, no particles, no fades
  int quality = 0;                  // Q0 best .. Q4: what the frame budget allows
  Selection* selection = nullptr;   // never null while drawing
  Actions* actions = nullptr;       // never null while drawing
  TextureHost* textures = nullptr;  // never null while drawing
  bool animating = false;           // a view sets it when it wants the next frame at once
};

class View {
 public:
  virtual ~View() = default;

  [[nodiscard]] virtual std::string_view id() const = 0;  // "cluster-map", for --describe and ids
  [[nodiscard]] virtual std::string title() const = 0;
  [[nodiscard]] virtual std::string question() const = 0;
  // False: the view draws its own frame (the time machine, phones); it gets the whole rectangle.
  [[nodiscard]] virtual bool framed() const { return true; }
  // A problem of the view as a whole colours its border.
  [[nodiscard]] virtual bool simulated() const { return false; }

  // `area`: the padded inside of the panel, in pixels.
  virtual void draw(Rect area, ViewContext& context) = 0;
  // Called once when the view joins a workspace, and again when the language changes.
  virtual void add_actions(Actions&) {}
  // The view in words, for `describe` and for readers who cannot see it.
  [[nodiscard]] virtual std::string describe() const { return {}; }
};

}  // namespace glasspost::viz
