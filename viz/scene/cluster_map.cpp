// Columns, cards, then ports and lanes for the links.
#include "viz/scene/cluster_map.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "viz/scene/map_links.hpp"

namespace glasspost::viz {
namespace {

// All in em.
constexpr float kHeadingHeight = 1.5F;
constexpr float kFootHeight = 2.43F;
constexpr float kFootGap = 0.71F;
constexpr float kClientsWidth = 7.5F;
constexpr float kTightClientsWidth = 5.2F;
constexpr float kCardWidth = 10.2F;
constexpr float kLeastCardWidth = 8.0F;  // below this, gaps give way
constexpr float kLinkGap = 3.3F;         // a rate fits into it
constexpr float kLeastLinkGap = 1.2F;
constexpr float kTightLinkGap = 0.6F;
constexpr float kNameHeight = 2.8F;  // a card without values
constexpr float kValueHeight = 1.42F;
constexpr float kCardGap = 1.0F;
constexpr float kPassedCardGap = 3.0F;
constexpr float kLeastCardGap = 0.3F;
constexpr int kMostRows = 3;
constexpr float kFramePad = 0.9F;
constexpr float kFrameHead = 2.2F;

float card_height(int rows) {
  return kNameHeight + kValueHeight * static_cast<float>(rows);
}

// Cards in each column.
std::array<int, kMapColumns> counts_of(std::span<const MapCard> cards) {
  std::array<int, kMapColumns> counts{};
  for (const MapCard& card : cards)
    ++counts.at(static_cast<std::size_t>(card.column));
  return counts;
}

// Links to columns behind pass between the cards of these columns.
float gap_in(MapColumn column) {
  const bool passed = column == MapColumn::kLogic || column == MapColumn::kConversation;
  return passed ? kPassedCardGap : kCardGap;
}

// The most rows with which so many cards fit their column.
int rows_that_fit(float height, float em, int cards, float gap) {
  for (int rows = kMostRows; rows > 0; --rows) {
    const float wanted =
        (card_height(rows) * static_cast<float>(cards) + gap * static_cast<float>(cards - 1)) * em;
    if (wanted <= height) return rows;
  }
  return 0;
}

using Widths = std::array<float, kMapColumns>;

// How wide the cards of each column must be for their names; 0 where there are none.
Widths name_widths(std::span<const MapCard> cards) {
  Widths names{};
  for (const MapCard& card : cards) {
    float& column = names.at(static_cast<std::size_t>(card.column));
    column = std::max(column, std::ceil(card.least_width));
  }
  return names;
}

// Without icons, and with the number of clients alone.
Widths tight_widths(std::span<const MapCard> cards, float em) {
  Widths tight{};
  tight[0] = kTightClientsWidth * em;
  for (const MapCard& card : cards) {
    float& column = tight.at(static_cast<std::size_t>(card.column));
    column = std::max(column, std::ceil(card.tight_width));
  }
  return tight;
}

// The same with room for values.
Widths least_widths(std::span<const MapCard> cards, float em) {
  Widths least = name_widths(cards);
  for (const MapCard& card : cards) {
    float& column = least.at(static_cast<std::size_t>(card.column));
    column = std::max(column, std::ceil(kLeastCardWidth * em));
  }
  return least;
}

float sum_of(const Widths& widths) {
  return std::accumulate(widths.begin(), widths.end(), 0.0F);
}

// Cards shrink towards `least` as far as they must to leave `room`.
void shrink(Widths& widths, const Widths& least, float room) {
  float slack = 0;
  for (std::size_t i = 0; i < kMapColumns; ++i)
    slack += std::max(0.0F, widths.at(i) - least.at(i));
  const float missing = sum_of(widths) - room;
  const float share = slack > missing ? missing / slack : 1;
  for (std::size_t i = 0; i < kMapColumns; ++i)
    widths.at(i) -= share * std::max(0.0F, widths.at(i) - least.at(i));
}

// Cards are as wide as they may be while a rate fits between them; in a narrow picture first the
// cards shrink, then the gaps, then the cards down to their names, then the icons go and the
// clients' card shrinks, then everything.
Widths widths_of(float width, float em, std::span<const MapCard> cards, int columns, float& gap) {
  Widths widths = least_widths(cards, em);
  widths[0] = kClientsWidth * em;
  const auto many = static_cast<float>(columns);
  const float each = (width - sum_of(widths)) / many - kLinkGap * em;  // more for every card
  for (std::size_t i = 1; i < kMapColumns; ++i) {
    if (each <= 0 || widths.at(i) <= 0) continue;
    widths.at(i) = std::max(widths.at(i), std::min(widths.at(i) + each, kCardWidth * em));
  }
  gap = (width - sum_of(widths)) / many;
  if (gap < kLeastLinkGap * em) {
    Widths names = name_widths(cards);
    names[0] = widths[0];
    shrink(widths, names, width - many * kLeastLinkGap * em);
    gap = (width - sum_of(widths)) / many;
  }
  if (gap < kTightLinkGap * em) {
    shrink(widths, tight_widths(cards, em), width - many * kTightLinkGap * em);
    gap = (width - sum_of(widths)) / many;
  }
  if (gap < kTightLinkGap * em - 0.5F) {
    const float all = sum_of(widths) + many * kTightLinkGap * em;
    for (float& one : widths)
      one *= width / all;
    gap = kTightLinkGap * em * width / all;
  }
  for (float& one : widths)
    one = std::floor(one);
  return widths;
}

void place_columns(MapPlan& plan, Rect body, const Widths& widths, float gap) {
  plan.columns.assign(kMapColumns, {});
  plan.columns[0] = body.left(widths[0]);
  float x = body.x + widths[0];
  for (std::size_t column = 1; column < kMapColumns; ++column) {
    if (widths.at(column) <= 0) continue;
    x += gap;
    plan.columns[column] = {std::round(x), body.y, widths.at(column), body.h};
    x += widths.at(column);
  }
}

// Every card in the middle of its share of the column.
void place_cards(MapPlan& plan, float em, std::span<const MapCard> cards,
                 const std::array<int, kMapColumns>& counts) {
  std::array<int, kMapColumns> placed{};
  for (const MapCard& card : cards) {
    const auto c = static_cast<std::size_t>(card.column);
    const Rect& place = plan.columns[c];
    const float share = place.h / static_cast<float>(counts.at(c));
    const int rows = rows_that_fit(place.h, em, counts.at(c), gap_in(card.column));
    plan.rows.push_back(rows);
    // In a very low picture names alone stand close together.
    const float height = std::floor(std::min(card_height(rows) * em, share - kLeastCardGap * em));
    // The first and last card of a full column touch its ends.
    const float loose =
        counts.at(c) > 2 ? (place.h - height) / static_cast<float>(counts.at(c) - 1) : share;
    const float begin = counts.at(c) > 2 ? place.y : place.y + (share - height) / 2;
    const float y = begin + loose * static_cast<float>(placed.at(c)++);
    plan.cards.push_back({place.x, std::round(y), place.w, height});
  }
}

}  // namespace

MapPlan plan_cluster_map(Rect area, float em, std::span<const MapCard> cards,
                         std::span<const MapEdge> edges, bool one_process) {
  MapPlan plan;
  const auto counts = counts_of(cards);
  const int most = *std::max_element(counts.begin() + 1, counts.end());
  plan.foot = area.low(std::floor(kFootHeight * em));
  Rect body = area.above_low(std::floor((kFootHeight + kFootGap) * em));
  const float names = (kNameHeight + kLeastCardGap) * static_cast<float>(most) + kHeadingHeight;
  if (body.h < names * em) {  // names before the legend
    plan.foot = area.low(0);
    body = area;
  }
  plan.headings_y = body.y + std::round(kHeadingHeight * em * 0.4F);
  body = body.below_top(std::floor(kHeadingHeight * em));
  const auto used = static_cast<int>(
      std::count_if(counts.begin() + 1, counts.end(), [](int count) { return count > 0; }));
  if (used == 0) {
    plan.clients = body.left(std::floor(kClientsWidth * em));
    plan.columns.assign(kMapColumns, {});
    plan.columns[0] = plan.clients;
    plan.links.resize(edges.size());
    return plan;
  }
  Rect inner = body;
  if (one_process) {
    const float pad = std::floor(kFramePad * em);
    const float head = std::floor(kFrameHead * em);
    inner = {body.x, body.y + head, body.w - pad, body.h - head - pad};
  }
  float gap = 0;
  const Widths widths = widths_of(inner.w, em, cards, used, gap);
  place_columns(plan, inner, widths, gap);
  plan.clients = {body.x, body.y, plan.columns[0].w, body.h};
  plan.columns[0] = plan.clients;
  place_cards(plan, em, cards, counts);
  if (one_process) {
    const float pad = std::floor(kFramePad * em);
    float left = body.right();
    for (const Rect& card : plan.cards)
      left = std::min(left, card.x);
    // In a tight picture the gap to the clients is narrower than the pad.
    const float from = std::max(left - pad, plan.clients.right() + std::floor(pad / 4));
    plan.frame = {from, body.y, body.right() - from, body.h};
  }
  plan.links = route_links(plan, em, cards, edges);
  return plan;
}

}  // namespace glasspost::viz
