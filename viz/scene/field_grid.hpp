// Where each connection lies in the connection field: one block an access server, one cell a
// connection, in order of joining, row by row. A cell is one texel of the block's texture while
// there are many; with few, a cell is a square of several texels, so that its pattern shows.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "viz/scene/rect.hpp"

namespace glasspost::viz {

// What a client is doing, as the field and its legend know it.
enum class SlotState : std::uint8_t {
  kOnline = 0,
  kIdle = 1,
  kHandshake = 2,
  kBackingOff = 3,
  kRefused = 4,
  kOffline = 5,
  kHalfOpen = 6  // connected, never logged in, or silent too long
};
inline constexpr std::size_t kSlotStates = 7;

struct FieldBlock {
  Rect label;                 // above the cells
  Rect cells;                 // in whole pixels, a whole number of cells wide and high
  int columns = 0, rows = 0;  // of cells
  int count = 0;              // cells in use; the rest of the last row is empty
};

struct FieldPlan {
  int cell = 1;    // pixels of a cell's side
  int texels = 1;  // texels of a cell's side: pixels of a texel are cell / texels
  std::vector<FieldBlock> blocks;

  [[nodiscard]] int texel_pixels() const { return cell / texels; }
  // The block and slot at a place; block -1 where there is none.
  struct Place {
    int block = -1, slot = -1;
  };
  [[nodiscard]] Place at(float x, float y) const;
  [[nodiscard]] Rect cell_rect(int block, int slot) const;
};

// `counts`: connections of each server. The cells are as large as fit, at most 2.6 em. When not
// even one pixel a cell fits, as many rows as fit are shown; the view says how many are not.
[[nodiscard]] FieldPlan plan_field(Rect area, float em, std::span<const int> counts);

// Which of its two colours a texel has: the pattern's line (true) or the tint between the lines.
// States without a pattern are all line. x and y count texels from the block's corner.
[[nodiscard]] bool texel_on_line(SlotState state, int x, int y);

}  // namespace glasspost::viz
