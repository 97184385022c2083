// Where the cards and links of the cluster map lie. Fixed columns, from the people to the disks;
// a place depends on the topology and on the size of the picture, never on what happens.
//
//   clients | access | logic | conversation | mailbox, seq | store, account
//
// Links leave a card at its side towards the other end, each at a place of its own (a port). A link
// over several columns runs through the gaps between their cards, not behind the cards.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "viz/scene/curve.hpp"
#include "viz/scene/rect.hpp"

namespace glasspost::viz {

enum class MapColumn : unsigned char {
  kClients = 0,
  kAccess = 1,
  kLogic = 2,
  kConversation = 3,
  kMailbox = 4,
  kStore = 5
};
inline constexpr std::size_t kMapColumns = 6;
inline constexpr int kClientsBox = -1;  // the end of a link that is no card

// One direction between two cards.
struct MapEdge {
  int from = kClientsBox;  // index of a card
  int to = kClientsBox;
};

struct MapPlan {
  Rect clients;               // the card of the clients, as high as the columns
  std::vector<Rect> cards;    // as given
  std::vector<Rect> columns;  // kMapColumns; empty width: a column without cards
  Rect frame;                 // around all cards when one process has them all
  std::vector<int> rows;      // by card: rows of values that fit below its name, 0 to 3
  std::vector<Curve> links;   // by edge
  Rect foot;                  // the line below
  float headings_y = 0;       // centre of the names of the columns
};

// A card as the plan must know it.
struct MapCard {
  MapColumn column = MapColumn::kAccess;
  float least_width = 0;  // pixels, for its name; its column is at least so wide if there is room
  float tight_width = 0;  // ... for its name without an icon
};

// `one_process`: the cards are roles of one process, which gets a frame. `em`: pixels of 1 em.
[[nodiscard]] MapPlan plan_cluster_map(Rect area, float em, std::span<const MapCard> cards,
                                       std::span<const MapEdge> edges, bool one_process);

}  // namespace glasspost::viz
