// The phones workspace as one view: a phone, "where is my message now?", and more phones, side by
// side, as far as there is room. Where there is not, tabs above choose among all of them.
#pragma once

#include <vector>

#include "viz/model/film.hpp"
#include "viz/views/phone_screen.hpp"

namespace glasspost::viz {

class PhonesView final : public View {
 public:
  PhonesView(PhoneDeck& deck, const Player& player) : deck_(deck), player_(player) {}

  [[nodiscard]] std::string_view id() const override { return "phones"; }
  [[nodiscard]] std::string title() const override;
  [[nodiscard]] std::string question() const override;
  [[nodiscard]] bool framed() const override { return false; }
  void draw(Rect area, ViewContext& context) override;
  // The phones that are shown, by name.
  [[nodiscard]] std::string describe() const override;

 private:
  // What stands side by side in `width`: the first phone, how many of them, and the way of the
  // message.
  struct Row {
    std::size_t first = 0, phones = 1;
    bool where = false;
  };
  [[nodiscard]] Row row_in(float width) const;
  void draw_row(Rect area, const Row& row, ViewContext& context);
  // The message to follow: the selected one, else the newest that these phones know the number of.
  [[nodiscard]] std::uint64_t followed(std::uint64_t selected) const;
  [[nodiscard]] std::string words_of(std::uint64_t trace) const;
  void draw_where(Rect area, const ViewContext& context);
  // `said`: its text, if it is known here.
  void draw_hops(Rect area, const MessageStory& story, std::string_view said);
  void draw_devices(Rect area, const MessageStory& story);

  PhoneDeck& deck_;
  const Player& player_;
  std::vector<PhoneScreen> screens_;
  int chosen_ = 0;  // a phone; behind the last one: the way of the message
  Row shown_;       // of the last frame
};

}  // namespace glasspost::viz
