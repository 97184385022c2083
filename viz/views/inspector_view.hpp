// The message inspector: one message at every hop. Its path with times, and each letter's fields
// and bytes. Shows the selected message, or the newest one that is known to the end.
#pragma once

#include <string>

#include "viz/model/film.hpp"
#include "viz/widgets/view.hpp"

namespace glasspost::viz {

class InspectorView final : public View {
 public:
  explicit InspectorView(const Player& player) : player_(player) {}

  [[nodiscard]] std::string_view id() const override { return "message"; }
  [[nodiscard]] std::string title() const override;
  [[nodiscard]] std::string question() const override;
  void draw(Rect area, ViewContext& context) override;
  void add_actions(Actions& actions) override;
  [[nodiscard]] std::string describe() const override;

 private:
  [[nodiscard]] const MessageStory* shown(std::uint64_t selected) const;
  void draw_path(Rect area, const MessageStory& story);
  void draw_hop(Rect row, const MessageStory& story, std::size_t index, double scale_us);
  float draw_why(Rect area, const MessageStory& story) const;
  void draw_rows(Rect area, const MessageStory& story) const;
  void draw_fields(Rect area, const MessageStory& story);
  void draw_bytes(Rect area, const MessageStory& story);
  // Which letter: the hop chosen on the path. Returns the y below.
  float draw_hop_choice(Rect area, const MessageStory& story);
  void walk(int steps);

  const Player& player_;
  int tab_ = 0;
  std::size_t hop_ = 0;
  std::size_t field_ = 0;
  std::uint64_t last_ = 0;  // trace of the message that was drawn last
  int walk_ = 0;            // asked by a key; done in the next draw
};

}  // namespace glasspost::viz
