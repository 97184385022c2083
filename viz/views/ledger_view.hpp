// The sequence ledger: a lane for each section of numbers, by owner. What was handed out, what is
// reserved up to the durable ceiling, and what take-overs skipped for ever.
#pragma once

#include <optional>
#include <string>

#include "viz/model/film.hpp"
#include "viz/model/number_desk.hpp"
#include "viz/scene/ledger_lanes.hpp"
#include "viz/widgets/controls.hpp"
#include "viz/widgets/view.hpp"

namespace glasspost::viz {

class LedgerView final : public View {
 public:
  LedgerView(const Film& film, const Player& player, NumberDesk& desk)
      : film_(film), player_(player), desk_(desk) {}

  [[nodiscard]] std::string_view id() const override { return "ledger"; }
  [[nodiscard]] std::string title() const override;
  [[nodiscard]] std::string question() const override;
  void draw(Rect area, ViewContext& context) override;
  [[nodiscard]] std::string describe() const override;

 private:
  // A number that went back, as promise 2 has seen it up to the shown instant.
  struct Back {
    SectionId section;
    std::uint64_t number = 0;
    std::string sentence;
  };
  [[nodiscard]] std::optional<Back> back() const;
  [[nodiscard]] const Ledger& ledger() const { return player_.model().ledger(); }
  [[nodiscard]] std::string counts(std::size_t shown) const;

  Rect draw_head(Rect area, std::size_t shown) const;
  Rect draw_back(Rect area, const Back& what) const;
  void draw_feature(Rect area, SectionId section) const;
  static void draw_takeover(Rect area, const NumberLane& lane);
  void draw_why(Rect area, SectionId section, ViewContext& context);
  [[nodiscard]] std::string why_words() const;
  void draw_lanes(Rect area, const std::vector<LaneGroup>& groups, ViewContext& context);
  void draw_group(Rect row, const LaneGroup& group) const;
  void draw_lane(Rect row, SectionId section, double most, ViewContext& context);
  void tell_lane(const Item& here, SectionId section) const;
  [[nodiscard]] SectionId featured(const Selection& selection) const;

  const Film& film_;
  const Player& player_;
  NumberDesk& desk_;
  UserId asked_{0};  // whose next number is explained; 0: nobody's
  SectionId asked_of_{0};
  std::optional<Back> back_;  // of this frame
};

}  // namespace glasspost::viz
