// What the views of ownership share: the lease of an owner as a bar with words, the pieces of a
// lane, the name of a role.
#pragma once

#include <string>
#include <vector>

#include "viz/model/model.hpp"
#include "viz/scene/ledger_lanes.hpp"
#include "viz/widgets/shapes.hpp"

namespace glasspost::viz {

// "seq-2"; words when nobody told.
[[nodiscard]] std::string owner_name(Address owner);

// How a lease stands at an instant, in words, and whether it is over.
struct LeaseWords {
  std::string words;
  bool over = false;
};
[[nodiscard]] LeaseWords lease_words(const Ledger& ledger, Address owner, Time now);

// So many sections are an owner's, by the routes.
[[nodiscard]] std::size_t sections_of(const Ledger& ledger, Address owner);

// The bar that runs down. A lease that is over is crossed out and said so: loudly if its owner has
// sections that nobody may serve now. In `row`: the bar at the left, `bar_width` wide, then the
// words if there is room.
void draw_lease(Rect row, const Ledger& ledger, Address owner, Time now, float bar_width);

// The pieces of a lane, and the line of the newest number.
void draw_pieces(Rect bar, const std::vector<NumberPiece>& pieces);
void draw_newest(Rect bar, float x);

// Its process has ended, as far as anybody told.
[[nodiscard]] bool is_down(const Model& model, Address role);

}  // namespace glasspost::viz
