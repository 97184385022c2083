// Where the rates of links are written: beside their links, never over a card, another label or the
// border. A label without room is left out; the tooltip of the card has its number.
#pragma once

#include <span>
#include <vector>

#include "viz/scene/cluster_map.hpp"

namespace glasspost::viz {

struct LabelWish {
  int edge = 0;
  float width = 0, height = 0;  // of the text with its pad
};

// In order of the wishes, the most important first; an empty rectangle: left out.
[[nodiscard]] std::vector<Rect> place_labels(const MapPlan& plan, Rect area, float em,
                                             std::span<const LabelWish> wishes);

}  // namespace glasspost::viz
