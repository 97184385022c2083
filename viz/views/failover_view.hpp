// How each failover went: detect, decide, seal, wait, serve, to a common scale of seconds; and
// below each what the choices of that time predict.
#pragma once

#include <string>
#include <vector>

#include "viz/model/film.hpp"
#include "viz/scene/time_line.hpp"
#include "viz/widgets/view.hpp"

namespace glasspost::viz {

class FailoverView final : public View {
 public:
  FailoverView(const Film& film, const Player& player) : film_(film), player_(player) {}

  [[nodiscard]] std::string_view id() const override { return "failover"; }
  [[nodiscard]] std::string title() const override;
  [[nodiscard]] std::string question() const override;
  void draw(Rect area, ViewContext& context) override;
  [[nodiscard]] std::string describe() const override;

 private:
  [[nodiscard]] std::string equation() const;
  [[nodiscard]] std::string who(const Failover& one) const;
  [[nodiscard]] std::string when(const Failover& one) const;
  [[nodiscard]] std::string measured(const Failover& one) const;
  void draw_head(Rect row) const;
  void draw_row(Rect row, const Failover& one, const TimeLine& line) const;
  void draw_steps(Rect bar, const Failover& one, const TimeLine& line) const;
  static void draw_predicted(Rect bar, const Failover& one, const TimeLine& line);
  static void draw_axis(Rect foot, const TimeLine& line, double step);

  const Film& film_;
  const Player& player_;
};

}  // namespace glasspost::viz
