// Who serves which section, and until when: a strip of cells for each kind of section, coloured and
// numbered by owner; below it the owners with their leases, which run down with the film's clock.
#pragma once

#include <string>
#include <vector>

#include "viz/model/film.hpp"
#include "viz/widgets/controls.hpp"
#include "viz/widgets/strings.hpp"
#include "viz/widgets/view.hpp"

namespace glasspost::viz {

class OwnershipView final : public View {
 public:
  explicit OwnershipView(const Player& player) : player_(player) {}

  [[nodiscard]] std::string_view id() const override { return "ownership"; }
  [[nodiscard]] std::string title() const override;
  [[nodiscard]] std::string question() const override;
  void draw(Rect area, ViewContext& context) override;
  [[nodiscard]] std::string describe() const override;

 private:
  // The sections of one kind, with everybody who owns one of them or did.
  struct Kind {
    Str name = Str::kOwnershipNumbers;
    std::vector<SectionId> sections;
    std::vector<Address> owners;
    std::size_t moved = 0, unserved = 0;
  };
  [[nodiscard]] std::vector<Kind> kinds() const;
  [[nodiscard]] bool is_served(SectionId section) const;
  [[nodiscard]] static bool has_moved(const Ownership& section);
  [[nodiscard]] std::string counts(const Kind& kind) const;

  void draw_legend(Rect row) const;
  float draw_kind(Rect area, const Kind& kind, ViewContext& context);
  void draw_cell(Rect place, SectionId section, ViewContext& context);
  void tell_cell(const Item& here, SectionId section) const;
  void draw_owner(Rect row, Address owner) const;

  const Player& player_;
};

}  // namespace glasspost::viz
