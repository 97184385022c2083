// Two plots on one axis of time.
#include "viz/views/metrics_view.hpp"

#include <algorithm>
#include <vector>

#include "viz/widgets/controls.hpp"
#include "viz/widgets/numbers.hpp"
#include "viz/widgets/strings.hpp"

namespace glasspost::viz {
namespace {

constexpr double kSpan = 60;  // seconds of the axis
constexpr Duration kSecond = std::chrono::seconds(1);
constexpr Duration kPoint = std::chrono::seconds(2);  // one point of a latency line

double seconds_before(Time now, Time then) {
  return -static_cast<double>(to_us(now - then)) / 1e6;
}

std::vector<Tick> time_ticks() {
  return {
      {-60, "\u221260 s"}, {-40, "\u221240"}, {-20, "\u221220"}, {0, std::string(tr(Str::kNow))}};
}

// Line above a plot: name at the left, value and partner at the right.
void head(Rect line, Str name, std::string_view value, std::string_view partner) {
  text({line.x, line.cy()}, tr(name), style::value());
  float x = line.right();
  if (!partner.empty()) x -= text({x, line.cy()}, partner, style::caption(), Align::kRight) + em(1);
  text({x, line.cy()}, value, style::value(), Align::kRight);
}

// Of microseconds; a dash where nothing was measured, which is not 0 ms.
std::string millis_of(const Spread& spread, double us) {
  return spread.samples == 0 ? std::string("\u2013") : num::millis(us / 1e6);
}

Rect plot_area(Rect below_head, bool with_time) {
  const Rect area = below_head.beside_left(em(3.6F));
  return with_time ? area.above_low(em(1.7F)) : area.above_low(em(kHalfGap));
}

}  // namespace

std::string MetricsView::title() const {
  return std::string(tr(Str::kMetrics));
}
std::string MetricsView::question() const {
  return std::string(tr(Str::kMetricsQuestion));
}

void MetricsView::draw(Rect area, ViewContext&) {
  const float half = (area.h - em(kGap)) / 2;
  draw_rows(area.top(half));
  draw_latency(area.low(half));
}

// Each acknowledged text of a pair writes one row into each of two inboxes (WF 2.2).
void MetricsView::draw_rows(Rect area) const {
  const Model& model = player_.model();
  const Time now = player_.now();
  std::vector<PlotPoint> rows;
  std::vector<PlotPoint> predicted;
  double highest = 1;
  for (int second = static_cast<int>(kSpan); second >= 0; --second) {
    const Time at = now - second * kSecond;
    const double written = model.metrics().rate(Count::kRows, at);
    const double formula = 2 * model.metrics().rate(Count::kAcked, at);
    rows.push_back({static_cast<double>(-second), written});
    predicted.push_back({static_cast<double>(-second), formula});
    highest = std::max({highest, written, formula});
  }
  const Rect line = area.top(em(1.3F));
  if (model.watching() != 1) {  // rows are counted, and only a sample of them is told
    text({line.x, line.cy()}, tr(Str::kMetricsRows), style::value());
    return waiting_state({area.x + em(kGap), area.cy()},
                         tr_with(Str::kMetricsSampled, std::to_string(model.watching())));
  }
  head(line, Str::kMetricsRows, num::rate(rows.back().y),
       std::string(tr(Str::kFormula)) + " " + num::rate(predicted.back().y));
  const Axis x{-kSpan, 0, false};
  const Axis y{0, round_up(highest), false};
  const Plot plot(plot_area(area.below_top(em(1.6F)), false), x, y);
  plot.frame(round_ticks(y, 3, "/s"), {});
  plot.area_under(rows, fade(theme().append, 0.25F));
  plot.line(rows, theme().append);
  plot.formula(predicted);
  draw_faults(plot);
}

void MetricsView::draw_latency(Rect area) const {
  const Model& model = player_.model();
  const Time now = player_.now();
  std::vector<PlotPoint> p50;
  std::vector<PlotPoint> p99;
  std::vector<PlotPoint> low;
  std::vector<PlotPoint> high;
  for (Time from = now - Duration(std::chrono::seconds(60)); from < now; from += kPoint) {
    const Spread spread = model.metrics().spread(Latency::kToShown, from, from + kPoint);
    if (spread.samples == 0) continue;
    const double at = seconds_before(now, from + kPoint / 2);
    p50.push_back({at, spread.p50 / 1e3});
    p99.push_back({at, spread.p99 / 1e3});
    low.push_back({at, std::max(0.05, spread.lowest / 1e3)});
    high.push_back({at, spread.highest / 1e3});
  }
  const Rect line = area.top(em(1.3F));
  text({line.x, line.cy()}, tr(Str::kMetricsLatency), style::value());
  if (p50.empty()) {
    waiting_state({area.x + em(kGap), area.cy()}, tr(Str::kMetricsNoSamples));
    return;
  }
  const Spread minute =
      model.metrics().spread(Latency::kToShown, now - Duration(std::chrono::seconds(10)), now);
  const std::string words99 = "p99 " + millis_of(minute, minute.p99);
  const std::string words50 = "p50 " + millis_of(minute, minute.p50);
  float right = line.right();
  right -= text({right, line.cy()}, words99, style::caption(), Align::kRight) + em(0.4F);
  hline(right - em(1), right, line.cy(), theme().sync);
  right -= em(1.6F);
  right -= text({right, line.cy()}, words50, style::caption(), Align::kRight) + em(0.4F);
  hline(right - em(1), right, line.cy(), theme().append);
  double most = 10;
  for (const PlotPoint& point : high)
    most = std::max(most, point.y);
  double top = 10;
  while (top < most)
    top *= 10;
  const Axis x{-kSpan, 0, false};
  const Axis y{1, top, true};
  const Plot plot(plot_area(area.below_top(em(1.6F)), true), x, y);
  plot.frame(round_ticks(y, 4, "ms"), time_ticks());
  plot.band(low, high, fade(theme().append, 0.18F));
  plot.line(p99, theme().sync);
  plot.line(p50, theme().append);
  draw_faults(plot);
}

void MetricsView::draw_faults(const Plot& plot) const {
  const Time now = player_.now();
  for (const FaultSpan& span : player_.model().deeds().faults()) {
    const double from = std::max(-kSpan, seconds_before(now, span.from));
    const double to = span.to == kNever ? 0 : std::min(0.0, seconds_before(now, span.to));
    if (to < -kSpan || span.from > now) continue;
    plot.fault_band(from, std::max(to, from + 0.3), span.text);
  }
}

std::string MetricsView::describe() const {
  const Model& model = player_.model();
  const Spread spread = model.metrics().spread(
      Latency::kToShown, player_.now() - Duration(std::chrono::seconds(10)), player_.now());
  const std::string rows = model.watching() == 1
                               ? num::rate(model.metrics().rate(Count::kRows, player_.now()))
                               : std::string(tr(Str::kSheetSampled));
  return std::string(tr(Str::kMetricsRows)) + " " + rows + ", p50 " +
         millis_of(spread, spread.p50) + ", p99 " + millis_of(spread, spread.p99);
}

}  // namespace glasspost::viz
