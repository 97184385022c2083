// The connection field: every connection has a cell, and a cell leads back to its connection.
#include "viz/scene/field_grid.hpp"

#include <vector>

#include <doctest/doctest.h>

namespace glasspost::viz {
namespace {

constexpr float kEm = 14;

}  // namespace

TEST_CASE("a cell leads back to its connection, with few and with very many") {
  for (const std::vector<int>& counts :
       {std::vector<int>{8, 5}, {1, 0}, {33'402, 32'711, 32'101}, {3'000}}) {
    const FieldPlan plan = plan_field({20, 30, 600, 260}, kEm, counts);
    REQUIRE(plan.blocks.size() == counts.size());
    for (int block = 0; block < static_cast<int>(counts.size()); ++block) {
      const auto index = static_cast<std::size_t>(block);
      CHECK(plan.blocks[index].count == counts[index]);
      for (int slot = 0; slot < counts[index]; ++slot) {
        const Rect cell = plan.cell_rect(block, slot);
        const FieldPlan::Place place = plan.at(cell.cx(), cell.cy());
        REQUIRE(place.block == block);
        REQUIRE(place.slot == slot);
      }
    }
  }
}

TEST_CASE("blocks stay within the picture and apart") {
  const std::vector<int> counts{33'402, 32'711, 32'101};
  for (const float scale : {1.0F, 2.0F}) {
    const Rect area{20, 30, 600 * scale, 260 * scale};
    const FieldPlan plan = plan_field(area, kEm * scale, counts);
    for (std::size_t i = 0; i < plan.blocks.size(); ++i) {
      const Rect& cells = plan.blocks[i].cells;
      CHECK(cells.x >= area.x);
      CHECK(cells.right() <= area.right());
      CHECK(cells.bottom() <= area.bottom());
      if (i > 0) CHECK(cells.x > plan.blocks[i - 1].cells.right());
    }
  }
}

TEST_CASE("cells are whole pixels, and few cells are large enough for their pattern") {
  const FieldPlan few = plan_field({20.5F, 30.5F, 450, 210}, kEm, std::vector<int>{8, 5});
  CHECK(few.cell >= 16);
  CHECK(few.texels * few.texel_pixels() == few.cell);
  CHECK(few.blocks[0].cells.x == 20);
  const FieldPlan many = plan_field({20, 30, 450, 210}, kEm, std::vector<int>{30'000, 29'000});
  CHECK(many.cell == 1);
  CHECK(many.texels == 1);
}

TEST_CASE("more connections than pixels: the rows that fit are shown, and the count says so") {
  const FieldPlan plan = plan_field({0, 0, 100, 60}, kEm, std::vector<int>{50'000});
  CHECK(plan.blocks[0].count < 50'000);
  CHECK(plan.blocks[0].cells.bottom() <= 60);
}

TEST_CASE("nothing lies outside the cells, nor where the last row is not full") {
  const FieldPlan plan = plan_field({0, 0, 450, 210}, kEm, std::vector<int>{9, 4});
  CHECK(plan.at(-1, 50).block == -1);
  CHECK(plan.at(449, 209).block == -1);
  REQUIRE(plan.blocks[0].columns == 6);
  const Rect last = plan.cell_rect(0, 8);
  CHECK(plan.at(last.cx(), last.cy()).slot == 8);
  CHECK(plan.at(last.right() + 2, last.cy()).block == -1);
}

TEST_CASE("states with a pattern have both of its colours in every piece of four by four texels") {
  for (const SlotState state :
       {SlotState::kHandshake, SlotState::kBackingOff, SlotState::kRefused, SlotState::kHalfOpen}) {
    int line = 0;
    for (int x = 0; x < 4; ++x) {
      for (int y = 0; y < 4; ++y)
        line += texel_on_line(state, x, y) ? 1 : 0;
    }
    CHECK(line > 0);
    CHECK(line < 16);
  }
  CHECK(texel_on_line(SlotState::kOnline, 3, 1));
}

}  // namespace glasspost::viz
