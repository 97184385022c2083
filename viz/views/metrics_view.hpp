// Metrics: how many inbox rows a second, beside what the formula says, and how late messages are
// shown, over the last minute of the picture.
#pragma once

#include "viz/model/film.hpp"
#include "viz/widgets/plot.hpp"
#include "viz/widgets/view.hpp"

namespace glasspost::viz {

class MetricsView final : public View {
 public:
  explicit MetricsView(const Player& player) : player_(player) {}

  [[nodiscard]] std::string_view id() const override { return "metrics"; }
  [[nodiscard]] std::string title() const override;
  [[nodiscard]] std::string question() const override;
  void draw(Rect area, ViewContext& context) override;
  [[nodiscard]] std::string describe() const override;

 private:
  void draw_rows(Rect area) const;
  void draw_latency(Rect area) const;
  void draw_faults(const Plot& plot) const;

  const Player& player_;
};

}  // namespace glasspost::viz
