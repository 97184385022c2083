// Geometry of the sequence ledger: which lanes there is room for, and where the pieces of a lane
// lie on its axis. Pure.
#pragma once

#include <cstdint>
#include <vector>

#include "viz/model/ledger.hpp"
#include "viz/scene/rect.hpp"

namespace glasspost::viz {

enum class NumberKind : std::uint8_t { kHanded, kSkipped, kReserved };

struct NumberPiece {
  NumberKind kind = NumberKind::kHanded;
  std::uint64_t above = 0, up_to = 0;  // the numbers above + 1 .. up_to
  std::uint64_t epoch = 0;             // of the owner; of skipped ones: whose floor it was
  float x = 0, w = 0;
};

// The pieces of a lane from left to right, without overlaps, on an axis from `from` to `to` that
// is as wide as the bar. What is too small to be seen is `least` pixels wide, if there is room.
[[nodiscard]] std::vector<NumberPiece> number_pieces(const NumberLane& lane, double from, double to,
                                                     const Rect& bar, float least);

// Where a number lies on such an axis.
[[nodiscard]] float number_x(double number, double from, double to, const Rect& bar);

// The lanes of one owner.
struct LaneGroup {
  Address owner;
  std::vector<SectionId> shown;  // in rising order
  std::size_t left_out = 0;
};

// Owners in rising order. If the lanes do not fit, the busiest are shown: those of which the most
// numbers were handed out. Every owner has at least one. A group's head takes `head_rows` rows.
[[nodiscard]] std::vector<LaneGroup> plan_lanes(const Ledger& ledger, std::size_t rows,
                                                std::size_t head_rows);

}  // namespace glasspost::viz
