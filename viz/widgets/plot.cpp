// Ticks, and what a plot draws: everything is turned into pixels first, then drawn as shapes.
#include "viz/widgets/plot.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "viz/widgets/backdrop.hpp"
#include "viz/widgets/numbers.hpp"
#include "viz/widgets/strings.hpp"

namespace glasspost::viz {
namespace {

// 1, 2, 5 or 10 times a power of ten, at least `value`.
double round_step(double value) {
  const double power = std::pow(10, std::floor(std::log10(value)));
  for (const double factor : {1.0, 2.0, 5.0}) {
    if (value <= factor * power * (1 + 1e-9)) return factor * power;
  }
  return 10 * power;
}

std::string tick_label(double value) {
  if (value != 0 && std::fabs(value) < 10 && value != std::floor(value)) {
    const int digits = std::clamp(static_cast<int>(std::ceil(-std::log10(std::fabs(value)))), 1, 6);
    return num::fixed(value, digits);
  }
  return num::amount(value);
}

std::vector<Tick> log_ticks(const Axis& axis, int most) {
  const int low = static_cast<int>(std::ceil(std::log10(axis.min) - 1e-9));
  const int high = static_cast<int>(std::floor(std::log10(axis.max) + 1e-9));
  const int every = std::max(1, (high - low + most) / most);
  std::vector<Tick> ticks;
  for (int power = low; power <= high; power += every) {
    const double value = std::pow(10, power);
    ticks.push_back({value, tick_label(value)});
  }
  return ticks;
}

// Fills of neighbours must not show seams.
class PlainFill {
 public:
  PlainFill() : before_(canvas().Flags) { canvas().Flags &= ~ImDrawListFlags_AntiAliasedFill; }
  ~PlainFill() { canvas().Flags = before_; }
  PlainFill(const PlainFill&) = delete;
  PlainFill& operator=(const PlainFill&) = delete;

 private:
  ImDrawListFlags before_;
};

void fill_between(std::span<const ImVec2> low, std::span<const ImVec2> high, ImU32 colour) {
  const PlainFill plain;
  const std::size_t count = std::min(low.size(), high.size());
  for (std::size_t i = 0; i + 1 < count; ++i) {
    canvas().AddQuadFilled(high[i], high[i + 1], low[i + 1], low[i], colour);
  }
}

// The y of a polyline at `x`, or nothing outside it.
double y_at_x(std::span<const ImVec2> line, float x) {
  for (std::size_t i = 0; i + 1 < line.size(); ++i) {
    if (x >= line[i].x && x <= line[i + 1].x && line[i + 1].x > line[i].x) {
      const float share = (x - line[i].x) / (line[i + 1].x - line[i].x);
      return line[i].y + (line[i + 1].y - line[i].y) * share;
    }
  }
  return line.empty() ? 0 : line.back().y;
}

}  // namespace

double Axis::share(double value) const {
  if (log) {
    const double v = std::log10(std::max(value, min * 1e-3));
    return (v - std::log10(min)) / (std::log10(max) - std::log10(min));
  }
  return (value - min) / (max - min);
}

double round_up(double value) {
  return value > 0 ? round_step(value) : 1;
}

std::vector<Tick> round_ticks(const Axis& axis, int most, std::string_view unit) {
  std::vector<Tick> ticks;
  if (!(axis.max > axis.min) || most < 1) return ticks;
  if (axis.log) {
    ticks = log_ticks(axis, most);
  } else {
    const double step = round_step((axis.max - axis.min) / most);
    const auto first = static_cast<long long>(std::ceil(axis.min / step - 1e-9));
    const auto last = static_cast<long long>(std::floor(axis.max / step + 1e-9));
    for (long long i = first; i <= last; ++i) {
      const double value = static_cast<double>(i) * step;
      ticks.push_back({value, tick_label(value)});
    }
  }
  if (!ticks.empty() && !unit.empty()) {
    ticks.back().label = num::with_unit(ticks.back().label, unit);
  }
  return ticks;
}

float Plot::px(double x) const {
  return area_.x + area_.w * static_cast<float>(x_.share(x));
}
float Plot::py(double y) const {
  return area_.bottom() - area_.h * static_cast<float>(y_.share(y));
}

double Plot::x_at(float pixel) const {
  const double share = (pixel - area_.x) / area_.w;
  if (x_.log) return x_.min * std::pow(x_.max / x_.min, share);
  return x_.min + (x_.max - x_.min) * share;
}

double Plot::y_at(float pixel) const {
  const double share = (area_.bottom() - pixel) / area_.h;
  if (y_.log) return y_.min * std::pow(y_.max / y_.min, share);
  return y_.min + (y_.max - y_.min) * share;
}

void Plot::frame(std::span<const Tick> y_ticks, std::span<const Tick> x_ticks) const {
  const Theme& t = theme();
  backdrop(area_, t.inset, 0);
  for (const Tick& tick : y_ticks) {
    hline(area_.x, area_.right(), py(tick.at), t.grid);
    text({area_.x - em(kHalfGap), py(tick.at)}, tick.label, style::axis(), Align::kRight);
  }
  for (const Tick& tick : x_ticks) {
    vline(px(tick.at), area_.y, area_.bottom(), t.grid);
    // The outer labels stay within the plot's width.
    const double share = x_.share(tick.at);
    const Align align =
        share > 0.985 ? Align::kRight : (share < 0.015 ? Align::kLeft : Align::kCentre);
    text({px(tick.at), area_.bottom() + em(0.75F)}, tick.label, style::axis(), align);
  }
  hline(area_.x, area_.right(), area_.bottom(), t.line_2);
}

// To pixels; of more than two points a pixel column only the lowest and the highest are kept.
std::vector<ImVec2> Plot::pixels(std::span<const PlotPoint> points) const {
  std::vector<ImVec2> result;
  const bool dense = points.size() > 2 * static_cast<std::size_t>(std::max(area_.w, 1.0F));
  for (const PlotPoint& point : points) {
    const ImVec2 at(px(point.x), std::clamp(py(point.y), area_.y, area_.bottom()));
    const std::size_t n = result.size();
    const bool same_column = dense && n >= 2 && std::floor(result[n - 1].x) == std::floor(at.x) &&
                             std::floor(result[n - 2].x) == std::floor(at.x);
    if (!same_column) {
      result.push_back(at);
    } else if (at.y < std::min(result[n - 1].y, result[n - 2].y)) {
      result[n - 1].y = at.y;
    } else if (at.y > std::max(result[n - 1].y, result[n - 2].y)) {
      result[n - 2].y = at.y;
    }
  }
  return result;
}

void Plot::line(std::span<const PlotPoint> points, ImU32 colour, float width) const {
  polyline(pixels(points), colour, {width > 0 ? width : 1.8F * scale()});
}

void Plot::area_under(std::span<const PlotPoint> points, ImU32 colour, double base) const {
  const std::vector<ImVec2> high = pixels(points);
  std::vector<ImVec2> low = high;
  for (ImVec2& at : low)
    at.y = std::clamp(py(base), area_.y, area_.bottom());
  fill_between(low, high, fade(colour, 0.25F));
}

void Plot::band(std::span<const PlotPoint> low, std::span<const PlotPoint> high,
                ImU32 colour) const {
  fill_between(pixels(low), pixels(high), fade(colour, 0.18F));
}

void Plot::formula(std::span<const PlotPoint> points, ImU32 colour) const {
  polyline(pixels(points), colour != 0 ? colour : theme().text,
           {std::max(1.2F * scale(), 1.0F), Dash::kDashed, 5, 3});
}

void Plot::wasted(std::span<const PlotPoint> low, std::span<const PlotPoint> high) const {
  const std::vector<ImVec2> below = pixels(low);
  const std::vector<ImVec2> above = pixels(high);
  if (below.size() < 2 || above.size() < 2) return;
  fill_between(below, above, fade(theme().bad, 0.20F));
  // Steep strokes between the two lines.
  const float spacing = std::round(7 * scale());
  const int strokes = static_cast<int>((below.back().x - below.front().x) / spacing);
  for (int i = 1; i <= strokes; ++i) {
    const float x = below.front().x + static_cast<float>(i) * spacing;
    const ImVec2 from(x - spacing * 0.4F, static_cast<float>(y_at_x(below, x - spacing * 0.4F)));
    const ImVec2 to(x, static_cast<float>(y_at_x(above, x)));
    if (from.y > to.y) canvas().AddLine(from, to, fade(theme().bad, 0.8F), 1.3F * scale());
  }
}

void Plot::sketch(std::span<const PlotPoint> points, bool handles) const {
  const std::vector<ImVec2> line = pixels(points);
  polyline(line, theme().sync, {2.2F * scale()});
  if (!handles) return;
  for (const ImVec2 at : line) {
    circle(at, em_exact(0.29F), theme().panel);
    ring(at, em_exact(0.29F), theme().sync, {1.6F * scale()});
  }
}

void Plot::fault_band(double from, double to, std::string_view name) const {
  const Theme& t = theme();
  const float x0 = std::clamp(px(from), area_.x, area_.right());
  const float x1 = std::clamp(px(to), area_.x, area_.right());
  if (x1 <= x0) return;
  const Rect band{x0, area_.y, x1 - x0, area_.h};
  fill(band, fade(t.warn, 0.11F));
  pattern(band, Pattern::kDiagonal, fade(t.warn, 0.24F));
  for (const float x : {band.x, band.right() - 1}) {
    viz::line({x, band.y}, {x, band.bottom()}, t.warn, {1, Dash::kDashed, 3, 3});
  }
  const TextStyle style{Step::kMicro, Face::kRegular, t.warn_text};
  if (!name.empty() && measure(name, style) + em(kGap) < band.w) {
    text_padded({band.x + em(kHalfGap), band.y + em(kPad)}, name, style);
  }
}

void Plot::lost_band(double from, double to) const {
  const float x0 = std::clamp(px(from), area_.x, area_.right());
  const float x1 = std::clamp(px(to), area_.x, area_.right());
  pattern({x0, area_.y, std::max(x1 - x0, em(kHalfGap)), area_.h}, Pattern::kChequer,
          fade(theme().control, 0.8F));
}

void Plot::dead_zone(double from, double to, std::string_view words) const {
  const Rect zone{px(from), area_.y, px(to) - px(from), area_.h};
  fill(zone, fade(theme().bad, 0.18F));
  pattern(zone, Pattern::kCross, fade(theme().bad, 0.5F));
  const TextStyle style{Step::kSmall, Face::kMedium, theme().bad_text};
  float y = zone.y + em(kWide);
  std::size_t begin = 0;
  while (begin < words.size()) {  // one word a line: the zone is narrow
    const std::size_t end = std::min(words.find(' ', begin), words.size());
    text_padded({zone.cx(), y}, words.substr(begin, end - begin), style, Align::kCentre);
    y += line_height(style.step);
    begin = end + 1;
  }
}

void Plot::kill_line(double x, std::string_view name) const {
  vline(px(x), area_.y - em(kSmallGap), area_.bottom(), theme().bad);
  if (name.empty()) return;
  text({px(x) + em(kHalfGap), area_.y - em(kGap)}, name,
       {Step::kMicro, Face::kRegular, theme().bad_text});
}

void Plot::now_line(double x) const {
  vline(px(x), area_.y - em(kSmallGap), area_.bottom(), theme().text);
}

void Plot::capacity(double y, std::string_view name) const {
  hline(area_.x, area_.right(), py(y), theme().ok_text);
  text({area_.right() - em(kSmallGap), py(y) - em(kGap)}, name,
       {Step::kMicro, Face::kRegular, theme().ok_text}, Align::kRight);
}

void Plot::covered(double from) const {
  const float x = std::clamp(px(from), area_.x, area_.right());
  const Rect hidden{x, area_.y, area_.right() - x, area_.h};
  fill(hidden, fade(theme().card, 0.92F));
  pattern(hidden, Pattern::kDots, theme().line_2);
}

void Plot::label(PlotPoint at, std::string_view name, ImU32 colour, Align align) const {
  text_padded({px(at.x), py(at.y)}, name, {Step::kMicro, Face::kMedium, colour}, align);
}

void sparkline(Rect rect, std::span<const float> values, ImU32 colour) {
  if (values.size() < 2) return;
  const float most = std::max(*std::max_element(values.begin(), values.end()), 1e-9F);
  std::vector<ImVec2> points;
  points.reserve(values.size());
  const float step = rect.w / static_cast<float>(values.size() - 1);
  for (std::size_t i = 0; i < values.size(); ++i) {
    const float share = std::clamp(values[i] / most, 0.0F, 1.0F);
    points.emplace_back(rect.x + step * static_cast<float>(i), rect.bottom() - rect.h * share);
  }
  polyline(points, colour, {1.4F * scale()});
}

void silhouette(Rect rect, std::span<const float> values, float now_share) {
  if (values.empty()) return;
  const float most = std::max(*std::max_element(values.begin(), values.end()), 1e-9F);
  const float step = rect.w / static_cast<float>(values.size());
  const ImU32 past = mix(theme().panel, theme().neutral, 0.55F);
  const ImU32 future = mix(theme().panel, theme().neutral, 0.28F);
  ImDrawList& list = canvas();
  for (std::size_t i = 0; i < values.size(); ++i) {
    const float share = std::clamp(values[i] / most, 0.0F, 1.0F);
    const float x0 = std::floor(rect.x + step * static_cast<float>(i));
    const float x1 = std::max(std::floor(rect.x + step * static_cast<float>(i + 1)) - 1, x0 + 1);
    const bool done = static_cast<float>(i) < now_share * static_cast<float>(values.size());
    const float top = std::floor(rect.bottom() - rect.h * share);
    list.AddRectFilled({x0, top}, {x1, rect.bottom()}, done ? past : future);
  }
}

}  // namespace glasspost::viz
