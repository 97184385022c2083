// Rates beside links: a label is where nothing else is, or it is not there.
#include "viz/scene/map_labels.hpp"

#include <algorithm>
#include <vector>

#include <doctest/doctest.h>

namespace glasspost::viz {
namespace {

bool overlap(const Rect& a, const Rect& b) {
  return a.x < b.right() && b.x < a.right() && a.y < b.bottom() && b.y < a.bottom();
}

}  // namespace

TEST_CASE("labels meet no card and no other label, at any size") {
  const std::vector<MapCard> cards{{MapColumn::kAccess, 100},  {MapColumn::kAccess, 100},
                                   {MapColumn::kLogic, 90},    {MapColumn::kConversation, 140},
                                   {MapColumn::kMailbox, 100}, {MapColumn::kMailbox, 100},
                                   {MapColumn::kStore, 100}};
  const std::vector<MapEdge> edges{{-1, 0}, {0, -1}, {-1, 1}, {1, -1}, {0, 2}, {1, 2},
                                   {2, 3},  {3, 4},  {4, 3},  {4, 6},  {6, 4}, {3, 6},
                                   {6, 3},  {3, 0},  {4, 0},  {5, 1},  {5, 6}};
  for (const bool merged : {false, true}) {
    for (const float width : {500.0F, 918.0F, 1'500.0F}) {
      const Rect area{300, 80, width, width * 0.4F};
      const MapPlan plan = plan_cluster_map(area, 14, cards, edges, merged);
      std::vector<LabelWish> wishes;
      wishes.reserve(edges.size());
      for (int edge = 0; edge < static_cast<int>(edges.size()); ++edge)
        wishes.push_back({edge, 44, 20});
      const std::vector<Rect> places = place_labels(plan, area, 14, wishes);
      REQUIRE(places.size() == wishes.size());
      std::size_t placed = 0;
      for (std::size_t i = 0; i < places.size(); ++i) {
        if (places[i].empty()) continue;
        ++placed;
        CHECK_FALSE(overlap(places[i], plan.clients));
        for (const Rect& card : plan.cards)
          CHECK_FALSE(overlap(places[i], card));
        for (std::size_t k = i + 1; k < places.size(); ++k) {
          if (!places[k].empty()) CHECK_FALSE(overlap(places[i], places[k]));
        }
      }
      if (width >= 918 && !merged) CHECK(placed >= 6);
    }
  }
}

}  // namespace glasspost::viz
