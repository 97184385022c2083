// What the formulas of the design choices predict from what is measured, beside what is measured:
// the numbers at the foot of the cards of the design board. Pure.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "viz/model/model.hpp"

namespace glasspost::viz {

enum class Unit : std::uint8_t { kMillis, kRate, kCount };

struct Quantity {
  std::string name;  // "ack p50"
  Unit unit = Unit::kCount;
  std::optional<double> predicted;  // milliseconds, a second, or a count
  std::optional<double> measured;   // nothing: not measured yet
  bool bound = false;               // predicted is the most that can be
  std::string why;                  // the formula in words, with its inputs
};

// One card of the design board.
struct BoardCard {
  std::string key;
  std::string value;    // in force
  std::string applies;  // when a new value counts
  std::string gains;
  std::string costs;
  std::string gives_up;  // promise numbers of the value in force; empty if it is safe
  std::vector<std::string> offers;
  Quantity quantity;
};

// In the order of the board.
std::vector<BoardCard> board_cards(const Model& model);

// Whether the measured value is off the formula by more than its tolerance (10 %).
bool off_formula(const Quantity& quantity);

}  // namespace glasspost::viz
