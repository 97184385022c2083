// The largest cell that fits, then rows and columns.
#include "viz/scene/field_grid.hpp"

#include <algorithm>
#include <cmath>

namespace glasspost::viz {
namespace {

constexpr float kLabelHeight = 1.57F;  // em
constexpr float kBlockGap = 0.43F;     // em
constexpr float kMostCell = 2.6F;      // em
constexpr int kPatternCell = 8;        // pixels: from here on a cell has texels of its own
constexpr int kTexelPixels = 2;        // then

int rows_for(int count, int columns) {
  return (count + columns - 1) / columns;
}

bool fits(std::span<const int> counts, int width, int height, int cell) {
  const int columns = width / cell;
  if (columns == 0) return false;
  return std::all_of(counts.begin(), counts.end(),
                     [&](int count) { return rows_for(count, columns) * cell <= height; });
}

// The modulus of a number that may be below zero, as mathematicians mean it.
int modulus(int value, int by) {
  return ((value % by) + by) % by;
}

}  // namespace

FieldPlan plan_field(Rect area, float em, std::span<const int> counts) {
  FieldPlan plan;
  if (counts.empty() || area.empty()) return plan;
  const float label = std::floor(kLabelHeight * em);
  const float gap = std::floor(kBlockGap * em);
  const auto many = static_cast<int>(counts.size());
  const int width = std::max(1, static_cast<int>(area.column(0, many, gap).w));
  const int height = std::max(1, static_cast<int>(area.h - label));
  int cell = std::max(1, static_cast<int>(kMostCell * em));
  while (cell > 1 && !fits(counts, width, height, cell))
    --cell;
  if (cell >= kPatternCell) cell -= cell % kTexelPixels;
  plan.cell = cell;
  plan.texels = cell >= kPatternCell ? cell / kTexelPixels : 1;
  for (int i = 0; i < many; ++i) {
    const Rect place = area.column(i, many, gap);
    FieldBlock block;
    block.columns = width / cell;
    block.rows =
        std::min(rows_for(counts[static_cast<std::size_t>(i)], block.columns), height / cell);
    block.count = std::min(counts[static_cast<std::size_t>(i)], block.columns * block.rows);
    block.label = {std::floor(place.x), place.y, place.w, label};
    block.cells = {std::floor(place.x), std::floor(place.y + label),
                   static_cast<float>(block.columns * cell), static_cast<float>(block.rows * cell)};
    plan.blocks.push_back(block);
  }
  return plan;
}

FieldPlan::Place FieldPlan::at(float x, float y) const {
  for (std::size_t i = 0; i < blocks.size(); ++i) {
    const FieldBlock& block = blocks[i];
    if (!block.cells.contains(x, y)) continue;
    const int column = static_cast<int>(x - block.cells.x) / cell;
    const int row = static_cast<int>(y - block.cells.y) / cell;
    const int slot = row * block.columns + column;
    if (slot < block.count) return {static_cast<int>(i), slot};
  }
  return {};
}

Rect FieldPlan::cell_rect(int block, int slot) const {
  const FieldBlock& place = blocks[static_cast<std::size_t>(block)];
  const int column = slot % place.columns;
  const int row = slot / place.columns;
  return {place.cells.x + static_cast<float>(column * cell),
          place.cells.y + static_cast<float>(row * cell), static_cast<float>(cell),
          static_cast<float>(cell)};
}

bool texel_on_line(SlotState state, int x, int y) {
  switch (state) {
    case SlotState::kBackingOff:
      return ((x + y) & 3) < 2;
    case SlotState::kRefused:
      return (x + y) % 4 == 0 || modulus(x - y, 4) == 0;
    case SlotState::kHandshake:
      return x % 3 != 2;
    case SlotState::kHalfOpen:
      return (x & 1) == 0 && (y & 1) == 0;
    case SlotState::kOnline:
    case SlotState::kIdle:
    case SlotState::kOffline:
      return true;
  }
  return true;
}

}  // namespace glasspost::viz
