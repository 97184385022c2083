// The promise panel: what holds, what waits, what nobody can tell, and what is broken, with the
// witnesses and the way there.
#pragma once

#include "viz/model/film.hpp"
#include "viz/widgets/controls.hpp"
#include "viz/widgets/view.hpp"

namespace glasspost::viz {

class PromisesView final : public View {
 public:
  PromisesView(const Film& film, Player& player) : film_(film), player_(player) {}

  [[nodiscard]] std::string_view id() const override { return "promises"; }
  [[nodiscard]] std::string title() const override;
  [[nodiscard]] std::string question() const override;
  void draw(Rect area, ViewContext& context) override;
  [[nodiscard]] std::string describe() const override;

 private:
  [[nodiscard]] const PromiseBoard& shown() const;
  void draw_row(Rect row, const PromiseView& promise) const;
  [[nodiscard]] BrokenPromise card_of(const PromiseView& promise) const;
  void draw_broken(Rect area, const PromiseView& promise, const BrokenPromise& what);

  const Film& film_;
  Player& player_;
};

}  // namespace glasspost::viz
