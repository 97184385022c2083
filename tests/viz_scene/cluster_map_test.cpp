// The cluster map at several sizes: nothing overlaps, columns stand, links begin and end at cards.
#include "viz/scene/cluster_map.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include <doctest/doctest.h>

namespace glasspost::viz {
namespace {

constexpr float kEm = 14;

// access 2, logic 1, conversation 2, mailbox 2 with seq between them, store, account.
const std::vector<MapCard> kSplit{{MapColumn::kAccess, 100},       {MapColumn::kAccess, 100},
                                  {MapColumn::kLogic, 100},        {MapColumn::kConversation, 140},
                                  {MapColumn::kConversation, 140}, {MapColumn::kMailbox, 110},
                                  {MapColumn::kMailbox, 110},      {MapColumn::kMailbox, 100},
                                  {MapColumn::kStore, 100},        {MapColumn::kStore, 100}};
const std::vector<MapEdge> kEdges{{-1, 0}, {0, -1}, {-1, 1}, {1, -1}, {0, 2}, {2, 3}, {3, 0},
                                  {3, 5},  {5, 0},  {0, 5},  {5, 8},  {8, 5}, {5, 6}, {6, 5},
                                  {5, 7},  {7, 5},  {0, 9},  {9, 0},  {3, 8}, {8, 3}};

// The same with a second seq, two arbiters beside logic, and three stores.
const std::vector<MapCard> kFull = [] {
  std::vector<MapCard> cards = kSplit;
  for (const MapColumn column : {MapColumn::kMailbox, MapColumn::kLogic, MapColumn::kLogic,
                                 MapColumn::kStore, MapColumn::kStore})
    cards.push_back({column, 100});
  return cards;
}();

struct Size {
  float width, height, scale;
};
const std::vector<Size> kSizes{{918, 390, 1},     {600, 300, 1},   {1'560, 800, 1},
                               {918, 390, 1.25F}, {1'500, 900, 2}, {1'876, 1'000, 2},
                               {640, 260, 1}};

Rect area_of(const Size& size) {
  return {300, 80, size.width, size.height};
}

bool overlap(const Rect& a, const Rect& b) {
  return a.x < b.right() && b.x < a.right() && a.y < b.bottom() && b.y < a.bottom();
}

bool within(const Rect& outer, const Rect& inner) {
  return inner.x >= outer.x - 0.5F && inner.right() <= outer.right() + 0.5F &&
         inner.y >= outer.y - 0.5F && inner.bottom() <= outer.bottom() + 0.5F;
}

bool on_side(const Rect& rect, Vec2 point) {
  const bool side = std::fabs(point.x - rect.x) < 1 || std::fabs(point.x - rect.right()) < 1;
  const bool end = std::fabs(point.y - rect.y) < 1 || std::fabs(point.y - rect.bottom()) < 1;
  const bool level = point.y > rect.y - 1 && point.y < rect.bottom() + 1;
  const bool above = point.x > rect.x - 1 && point.x < rect.right() + 1;
  return (side && level) || (end && above);
}

Rect end_of(const MapPlan& plan, int card) {
  return card == kClientsBox ? plan.clients : plan.cards[static_cast<std::size_t>(card)];
}

}  // namespace

TEST_CASE("cards lie within the picture and never over each other") {
  for (const Size& size : kSizes) {
    CAPTURE(size.width);
    CAPTURE(size.scale);
    const Rect area = area_of(size);
    for (const std::vector<MapCard>& cards : {kSplit, kFull}) {
      const MapPlan plan = plan_cluster_map(area, kEm * size.scale, cards, kEdges, false);
      std::vector<Rect> all = plan.cards;
      all.push_back(plan.clients);
      all.push_back(plan.foot);
      for (std::size_t i = 0; i < all.size(); ++i) {
        CHECK(within(area, all[i]));
        for (std::size_t k = i + 1; k < all.size(); ++k)
          CHECK_FALSE(overlap(all[i], all[k]));
      }
    }
  }
}

TEST_CASE("names fit their cards at twice the text in 1600 x 900") {
  const float em = 2 * kEm;
  std::vector<MapCard> cards = kSplit;
  for (MapCard& card : cards)
    card.least_width *= 2;
  const MapPlan plan = plan_cluster_map({32, 200, 1'536, 370}, em, cards, kEdges, false);
  for (std::size_t i = 0; i < cards.size(); ++i) {
    CHECK(plan.cards[i].w >= cards[i].least_width);
    CHECK(plan.cards[i].h >= 2.3F * em);
  }
}

TEST_CASE("a card is as high as its rows of values need") {
  for (const Size& size : kSizes) {
    const float em = kEm * size.scale;
    const MapPlan plan = plan_cluster_map(area_of(size), em, kSplit, kEdges, false);
    for (std::size_t i = 0; i < plan.cards.size(); ++i) {
      const int rows = plan.rows[i];
      CHECK(plan.cards[i].h > (2.7F + 1.42F * static_cast<float>(rows)) * em * (rows > 0 ? 1 : 0));
    }
  }
}

TEST_CASE("columns stand from people to disks, and cards of a column stand in line") {
  for (const Size& size : kSizes) {
    const MapPlan plan = plan_cluster_map(area_of(size), kEm * size.scale, kSplit, kEdges, false);
    for (std::size_t i = 0; i < plan.cards.size(); ++i) {
      for (std::size_t k = 0; k < plan.cards.size(); ++k) {
        if (kSplit[i].column == kSplit[k].column) CHECK(plan.cards[i].x == plan.cards[k].x);
        if (kSplit[i].column < kSplit[k].column) CHECK(plan.cards[i].right() < plan.cards[k].x);
      }
    }
  }
}

TEST_CASE("at the size of the Explore workspace the cards show all their rows") {
  const MapPlan plan = plan_cluster_map({300, 80, 918, 390}, kEm, kSplit, kEdges, false);
  for (std::size_t i = 0; i < kSplit.size(); ++i) {
    CHECK(plan.rows[i] == 3);
    CHECK(plan.cards[i].w >= kSplit[i].least_width);
  }
}

TEST_CASE("a link begins and ends at the sides of its cards and has a place of its own there") {
  for (const Size& size : kSizes) {
    const MapPlan plan = plan_cluster_map(area_of(size), kEm * size.scale, kSplit, kEdges, false);
    REQUIRE(plan.links.size() == kEdges.size());
    std::vector<Vec2> ends;
    for (std::size_t i = 0; i < kEdges.size(); ++i) {
      CAPTURE(i);
      REQUIRE_FALSE(plan.links[i].empty());
      CHECK(on_side(end_of(plan, kEdges[i].from), plan.links[i].points().front()));
      CHECK(on_side(end_of(plan, kEdges[i].to), plan.links[i].points().back()));
      ends.push_back(plan.links[i].points().front());
      ends.push_back(plan.links[i].points().back());
    }
    for (std::size_t i = 0; i < ends.size(); ++i) {
      for (std::size_t k = i + 1; k < ends.size(); ++k)
        CHECK(distance(ends[i], ends[k]) > 1);
    }
  }
}

TEST_CASE("a link over several columns goes through their gaps") {
  const MapPlan plan = plan_cluster_map({300, 80, 918, 390}, kEm, kSplit, kEdges, false);
  for (std::size_t i = 0; i < kEdges.size(); ++i) {
    for (std::size_t card = 0; card < plan.cards.size(); ++card) {
      const auto index = static_cast<int>(card);
      if (index == kEdges[i].from || index == kEdges[i].to) continue;
      for (const Vec2 point : plan.links[i].points()) {
        CAPTURE(i);
        CAPTURE(card);
        CHECK_FALSE(plan.cards[card].contains(point.x, point.y));
      }
    }
  }
}

TEST_CASE("one process with all roles: a frame around its cards") {
  for (const Size& size : kSizes) {
    const Rect area = area_of(size);
    const MapPlan plan = plan_cluster_map(area, kEm * size.scale, kSplit, kEdges, true);
    CHECK(within(area, plan.frame));
    CHECK_FALSE(overlap(plan.frame, plan.clients));
    for (const Rect& card : plan.cards)
      CHECK(within(plan.frame, card));
  }
}

TEST_CASE("a cluster without cards has its clients") {
  const MapPlan plan = plan_cluster_map({0, 0, 900, 400}, kEm, {}, {}, false);
  CHECK_FALSE(plan.clients.empty());
  CHECK(plan.cards.empty());
}

TEST_CASE("a point on a curve is as far as its share says") {
  const Curve curve({{0, 0}, {30, 0}, {30, 10}});
  CHECK(curve.length() == doctest::Approx(40));
  CHECK(curve.at(0.5F) == Vec2{20, 0});
  CHECK(curve.at(1) == Vec2{30, 10});
  CHECK(curve.at(-1) == Vec2{0, 0});
}

}  // namespace glasspost::viz
