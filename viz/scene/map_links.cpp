// Ports in order of the other end's height, so that links cross as little as they must; lanes in
// order of the straight line.
#include "viz/scene/map_links.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <tuple>
#include <utility>

namespace glasspost::viz {
namespace {

// All in em.
constexpr float kMostPortGap = 1.9F;
constexpr float kMostLaneGap = 0.6F;
constexpr float kStubGap = 1.2F;
constexpr float kBulge = 1.5F;

// One end of a link at a card's side.
struct End {
  std::size_t edge = 0;
  bool begins = false;
  float order = 0;  // height of the other end
};
enum class Side : unsigned char { kLeft, kRight };

class Router {
 public:
  Router(const MapPlan& plan, float em, std::span<const MapCard> cards,
         std::span<const MapEdge> edges)
      : plan_(plan), em_(em), cards_(cards), edges_(edges), ports_(edges.size()) {}

  std::vector<Curve> route() {
    place_ports();
    place_lanes();
    std::vector<Curve> curves;
    for (std::size_t i = 0; i < edges_.size(); ++i)
      curves.push_back(curve_of(i));
    return curves;
  }

 private:
  [[nodiscard]] Rect rect_of(int card) const {
    return card == kClientsBox ? plan_.clients : plan_.cards[static_cast<std::size_t>(card)];
  }
  [[nodiscard]] std::size_t column_of(int card) const {
    return card == kClientsBox
               ? 0
               : static_cast<std::size_t>(cards_[static_cast<std::size_t>(card)].column);
  }
  [[nodiscard]] bool same_column(const MapEdge& edge) const {
    return column_of(edge.from) == column_of(edge.to);
  }
  // Nobody stands between the two.
  [[nodiscard]] bool neighbours(const MapEdge& edge) const {
    const Rect a = rect_of(edge.from);
    const Rect b = rect_of(edge.to);
    return std::none_of(plan_.cards.begin(), plan_.cards.end(), [&](const Rect& card) {
      const float low = std::max(a.y, b.y);
      const float high = std::min(a.y, b.y);
      return std::fabs(card.x - a.x) < 1 && card.y > high && card.y < low;
    });
  }

  void place_ports() {
    std::map<std::pair<int, Side>, std::vector<End>> sides;
    for (std::size_t i = 0; i < edges_.size(); ++i) {
      const MapEdge& edge = edges_[i];
      if (same_column(edge)) continue;
      const bool onward = column_of(edge.from) < column_of(edge.to);
      sides[{edge.from, onward ? Side::kRight : Side::kLeft}].push_back(
          {i, true, other_height(edge.to, edge.from)});
      sides[{edge.to, onward ? Side::kLeft : Side::kRight}].push_back(
          {i, false, other_height(edge.from, edge.to)});
    }
    for (auto& [place, ends] : sides)
      place_side(place.first, place.second, ends);
  }

  // The clients' card is as high as the picture: its ports lie opposite to the other ends.
  [[nodiscard]] float other_height(int other, int own) const {
    return other == kClientsBox ? rect_of(own).cy() : rect_of(other).cy();
  }

  void place_side(int card, Side side, std::vector<End>& ends) {
    // Two directions of a pair lie side by side in the same order at both ends: forth above back.
    std::stable_sort(ends.begin(), ends.end(), [&](const End& a, const End& b) {
      return std::tuple(a.order, onward(a.edge) ? 0 : 1) <
             std::tuple(b.order, onward(b.edge) ? 0 : 1);
    });
    const Rect rect = rect_of(card);
    const float x = side == Side::kRight ? rect.right() : rect.x;
    if (card == kClientsBox) return place_clients_side(x, ends);
    const auto many = static_cast<float>(ends.size());
    const float gap = std::min(kMostPortGap * em_, rect.h * 0.86F / many);
    for (std::size_t i = 0; i < ends.size(); ++i) {
      const float y = rect.cy() + (static_cast<float>(i) - (many - 1) / 2) * gap;
      port(ends[i]) = {x, std::round(y)};
    }
  }

  // As the other side's ports are: links between clients and access are level.
  void place_clients_side(float x, std::vector<End>& ends) {
    clients_ends_ = ends;
    clients_x_ = x;
  }
  void level_clients() {
    for (const End& end : clients_ends_) {
      const Vec2 other = end.begins ? ports_[end.edge].second : ports_[end.edge].first;
      port(end) = {clients_x_, other.y};
    }
  }

  [[nodiscard]] bool onward(std::size_t edge) const {
    return column_of(edges_[edge].from) < column_of(edges_[edge].to);
  }
  Vec2& port(const End& end) {
    return end.begins ? ports_[end.edge].first : ports_[end.edge].second;
  }

  // The gap of a column nearest to a height, as its upper and lower end.
  [[nodiscard]] std::pair<float, float> gap_near(std::size_t column, float y) const {
    std::vector<Rect> cards;
    for (std::size_t i = 0; i < plan_.cards.size(); ++i) {
      if (static_cast<std::size_t>(cards_[i].column) == column) cards.push_back(plan_.cards[i]);
    }
    std::sort(cards.begin(), cards.end(), [](const Rect& a, const Rect& b) { return a.y < b.y; });
    const Rect place = plan_.columns[column];
    std::vector<std::pair<float, float>> gaps;
    float from = place.y;
    for (const Rect& card : cards) {
      gaps.emplace_back(from, card.y);
      from = card.bottom();
    }
    gaps.emplace_back(from, place.bottom());
    const float least = kMostLaneGap * em_;
    const auto cost = [&](const std::pair<float, float>& gap) {
      // A gap too thin for a link is as good as none.
      const float thin = gap.second - gap.first < least ? place.h : 0;
      return std::fabs(std::clamp(y, gap.first, std::max(gap.first, gap.second)) - y) + thin;
    };
    return *std::min_element(gaps.begin(), gaps.end(),
                             [&](const auto& a, const auto& b) { return cost(a) < cost(b); });
  }

  void place_lanes() {
    level_clients();
    struct Passing {
      std::size_t edge = 0;
      float y = 0;  // of the straight line
    };
    std::map<std::tuple<std::size_t, float, float>, std::vector<Passing>> lanes;
    for (std::size_t i = 0; i < edges_.size(); ++i) {
      if (same_column(edges_[i])) continue;
      const std::size_t from_column = column_of(edges_[i].from);
      const std::size_t to_column = column_of(edges_[i].to);
      const std::size_t end = std::max(from_column, to_column);
      for (std::size_t column = std::min(from_column, to_column) + 1; column < end; ++column) {
        const Rect place = plan_.columns[column];
        if (place.empty()) continue;
        const Vec2 from = ports_[i].first;
        const Vec2 to = ports_[i].second;
        const float share = (place.cx() - from.x) / (to.x - from.x);
        const float y = from.y + (to.y - from.y) * share;
        const auto [top, low] = gap_near(column, y);
        lanes[{column, top, low}].push_back({i, y});
      }
    }
    for (auto& [place, passing] : lanes) {
      const auto [column, top, low] = place;
      std::stable_sort(passing.begin(), passing.end(),
                       [](const Passing& a, const Passing& b) { return a.y < b.y; });
      const auto many = static_cast<float>(passing.size());
      const float gap = std::min(kMostLaneGap * em_, (low - top) / many);
      // As near to the straight lines as the gap allows.
      float middle = 0;
      for (const Passing& one : passing)
        middle += one.y / many;
      const float half = gap * (many - 1) / 2;
      middle = std::clamp(middle, std::min(top + half + gap / 2, (top + low) / 2),
                          std::max(low - half - gap / 2, (top + low) / 2));
      for (std::size_t i = 0; i < passing.size(); ++i) {
        const float y = middle - half + gap * static_cast<float>(i);
        lanes_[passing[i].edge][column] = y;
      }
    }
  }

  [[nodiscard]] Curve curve_of(std::size_t i) const {
    const MapEdge& edge = edges_[i];
    if (same_column(edge)) return within_column(edge);
    const auto [from, to] = ports_[i];
    std::vector<Vec2> stops{from};
    std::vector<Vec2> passed;
    if (const auto lanes = lanes_.find(i); lanes != lanes_.end()) {
      for (const auto& [column, y] : lanes->second) {
        passed.push_back({plan_.columns[column].x, y});
        passed.push_back({plan_.columns[column].right(), y});
      }
    }
    if (!onward(i)) std::reverse(passed.begin(), passed.end());
    stops.insert(stops.end(), passed.begin(), passed.end());
    stops.push_back(to);
    return smooth_curve(stops);
  }

  [[nodiscard]] Curve within_column(const MapEdge& edge) const {
    const Rect a = rect_of(edge.from);
    const Rect b = rect_of(edge.to);
    const bool down = a.y < b.y;
    if (neighbours(edge)) {
      const float x = std::round(a.cx() + (down ? -kStubGap : kStubGap) * em_ / 2);
      const float from = down ? a.bottom() : a.y;
      const float to = down ? b.y : b.bottom();
      return Curve({{x, from}, {x, to}});
    }
    const float shift = (down ? -0.2F : 0.2F) * em_;
    return bulge_curve({a.right(), a.cy() + shift}, {b.right(), b.cy() + shift},
                       (kBulge + (down ? 0 : 0.4F)) * em_);
  }

  const MapPlan& plan_;
  float em_;
  std::span<const MapCard> cards_;
  std::span<const MapEdge> edges_;
  std::vector<std::pair<Vec2, Vec2>> ports_;  // by edge: beginning, end
  std::vector<End> clients_ends_;
  float clients_x_ = 0;
  std::map<std::size_t, std::map<std::size_t, float>> lanes_;  // by edge, by column
};

}  // namespace

std::vector<Curve> route_links(const MapPlan& plan, float em, std::span<const MapCard> cards,
                               std::span<const MapEdge> edges) {
  return Router(plan, em, cards, edges).route();
}

}  // namespace glasspost::viz
