// The fault palette: what can be broken, at whom, and what is broken just now. The target is shown
// before anything fires.
#pragma once

#include "viz/model/driver.hpp"
#include "viz/model/film.hpp"
#include "viz/widgets/view.hpp"

namespace glasspost::viz {

class FaultsView final : public View {
 public:
  FaultsView(const Player& player, Driver& driver) : player_(player), driver_(driver) {}

  [[nodiscard]] std::string_view id() const override { return "faults"; }
  [[nodiscard]] std::string title() const override;
  [[nodiscard]] std::string question() const override;
  void draw(Rect area, ViewContext& context) override;
  // Each tool for each process that there is now: "kill store-2".
  void add_actions(Actions& actions) override;

 private:
  void draw_tools(Rect area, const ProcessCard* target);
  void draw_foot(Rect area, const ProcessCard* target);

  const Player& player_;
  Driver& driver_;
  std::string refused_;  // why the last order was not carried out; empty after a while
  double refused_at_ = 0;
};

}  // namespace glasspost::viz
