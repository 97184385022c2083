// The design board: one card a choice, with its options, what it trades, and what the formula says
// beside what is measured.
#pragma once

#include "viz/model/driver.hpp"
#include "viz/model/film.hpp"
#include "viz/model/formulas.hpp"
#include "viz/widgets/controls.hpp"
#include "viz/widgets/view.hpp"

namespace glasspost::viz {

class BoardView final : public View {
 public:
  BoardView(const Player& player, Driver& driver) : player_(player), driver_(driver) {}

  [[nodiscard]] std::string_view id() const override { return "board"; }
  [[nodiscard]] std::string title() const override;
  [[nodiscard]] std::string question() const override;
  void draw(Rect area, ViewContext& context) override;
  // Each choice with each value that it offers: "set seq.step to 100".
  void add_actions(Actions& actions) override;
  [[nodiscard]] std::string describe() const override;

 private:
  // What must be said before anything is chosen: the film is back, or a click was refused.
  [[nodiscard]] std::string notice(double seconds);
  void draw_card(Rect rect, const BoardCard& choice);
  void tell_choice(const Item& name, const BoardCard& choice);
  void draw_options(Rect row, const BoardCard& choice);
  void draw_quantity(Rect row, const BoardCard& choice) const;

  const Player& player_;
  Driver& driver_;
  std::string refused_;     // why the last click did nothing; stays for some seconds
  double refused_at_ = -1;  // the frame's time; negative: at the next one
};

}  // namespace glasspost::viz
