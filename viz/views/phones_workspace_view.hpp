// The phones workspace as one view: a phone, "where is my message now?", and more phones, side by
// side, as far as there is room.
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

 private:
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
};

}  // namespace glasspost::viz
