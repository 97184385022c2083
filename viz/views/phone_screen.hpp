// One phone: bezel, screen, and below it what a real phone hides. Painted in the light skin of a
// phone in every theme. Used by the phones workspace.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "viz/model/phone_deck.hpp"
#include "viz/widgets/view.hpp"

namespace glasspost::viz {

class PhoneScreen {
 public:
  PhoneScreen(PhoneDeck& deck, std::size_t number) : deck_(deck), number_(number) {}

  void draw(Rect area, ViewContext& context);

  // "alice's phone", "alice's second device"
  [[nodiscard]] std::string name() const;

 private:
  [[nodiscard]] Phone& phone() const { return deck_.phones()[number_]; }
  [[nodiscard]] std::string name_of(UserId user) const;

  void draw_head(Rect area);
  void draw_list(Rect area);
  void draw_row(Rect row, UserId user, const Thread* thread);
  void draw_thread(Rect area, ViewContext& context);
  float draw_bubble(Rect area, float bottom, const Thread& thread, const Bubble& bubble,
                    ViewContext& context);
  void draw_state(Rect bubble_rect, const Thread& thread, const Bubble& bubble);
  void draw_input(Rect area);
  void draw_below(Rect area);

  PhoneDeck& deck_;
  std::size_t number_;
  std::string typed_;
  bool write_on_ = false;  // a text has just gone off: the cursor stays in the field
  int scrolled_ = 0;       // bubbles below the lowest one that is drawn
};

}  // namespace glasspost::viz
