// Plots: one area with two axes, and what can be drawn into it. Truth is solid, formulas are
// dashed, faults are bands, lost data is chequered. At most two points a pixel column are drawn.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <imgui.h>

#include "viz/scene/rect.hpp"
#include "viz/widgets/shapes.hpp"

namespace glasspost::viz {

struct PlotPoint {
  double x = 0, y = 0;
};
struct Tick {
  double at = 0;
  std::string label;
};
struct Axis {
  double min = 0, max = 1;
  bool log = false;  // then min is above 0

  [[nodiscard]] double share(double value) const;  // 0 at min, 1 at max; not clamped
};

// Round numbers for an axis, 2 to `most` of them; decades on a log axis. Labels are the numbers as
// numbers.hpp prints them, `unit` on the last one.
[[nodiscard]] std::vector<Tick> round_ticks(const Axis& axis, int most, std::string_view unit);
// The smallest round number that is at least `value`: a calm upper end for an axis.
[[nodiscard]] double round_up(double value);

class Plot {
 public:
  // `area` is the plot itself; labels of y stand left of it, labels of x below it.
  Plot(Rect area, Axis x, Axis y) : area_(area), x_(x), y_(y) {}

  [[nodiscard]] Rect area() const { return area_; }
  [[nodiscard]] float px(double x) const;
  [[nodiscard]] float py(double y) const;
  [[nodiscard]] double x_at(float pixel) const;  // the inverse, for the mouse and for sketches
  [[nodiscard]] double y_at(float pixel) const;

  // Background, grid, axis, labels.
  void frame(std::span<const Tick> y_ticks, std::span<const Tick> x_ticks) const;

  void line(std::span<const PlotPoint> points, ImU32 colour, float width = 0) const;
  void area_under(std::span<const PlotPoint> points, ImU32 colour, double base = 0) const;
  // Between two lines over the same x: min and max of a value.
  void band(std::span<const PlotPoint> low, std::span<const PlotPoint> high, ImU32 colour) const;
  // What the formula says: thin, dashed.
  void formula(std::span<const PlotPoint> points, ImU32 colour = 0) const;
  // Wasted: hatched area between two lines.
  void wasted(std::span<const PlotPoint> low, std::span<const PlotPoint> high) const;
  // Your sketch, with handles.
  void sketch(std::span<const PlotPoint> points, bool handles) const;

  void fault_band(double from, double to, std::string_view name) const;
  void lost_band(double from, double to) const;
  void dead_zone(double from, double to, std::string_view words) const;
  void kill_line(double x, std::string_view name) const;
  void now_line(double x) const;
  void capacity(double y, std::string_view name) const;
  void covered(double from) const;  // right of it the answer is hidden: card colour and dots
  // A name at a point of a line, on a pad.
  void label(PlotPoint at, std::string_view name, ImU32 colour, Align align = Align::kLeft) const;

 private:
  [[nodiscard]] std::vector<ImVec2> pixels(std::span<const PlotPoint> points) const;

  Rect area_;
  Axis x_, y_;
};

// A line without axes, in a row of a table: from 0 to the largest value.
void sparkline(Rect rect, std::span<const float> values, ImU32 colour);
// Bars without axes, one a value: the silhouette of the time machine. Past lighter than future.
void silhouette(Rect rect, std::span<const float> values, float now_share);

}  // namespace glasspost::viz
