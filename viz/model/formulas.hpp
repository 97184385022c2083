// What the formulas of the design choices predict from what is measured, beside what is measured:
// the numbers at the foot of the cards of the design board. Pure; words are the board's affair.
//
// Formula and measurement are of the same window. Until everything that a formula needs was
// measured for a whole one, under the value in force, nothing is compared.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "viz/model/model.hpp"

namespace glasspost::viz {

enum class Unit : std::uint8_t { kMillis, kRate, kCount, kSeconds };

// What a formula is fed with.
enum class Input : std::uint8_t {
  kEdge,  // the steps of a text until its acknowledgement, as in ack_parts.hpp
  kWayToLogic,
  kCheck,
  kWayToHome,
  kDecide,
  kWayToStore,
  kAppendAndSync,
  kWayBack,
  kCommit,
  kWayToAccess,
  kAnswer,
  kRows,       // rows that became visible
  kDevices,    // of the owner of a row, logged in
  kOnline,     // devices that are logged in
  kPuts,       // batches that a store puts
  kSyncTime,   // of a store's disk
  kNumbers,    // inbox numbers
  kTakeOvers,  // sections that got a new owner
  kTexts,      // acknowledged
  kNotices,    // to devices
  kPulls,      // syncs of devices
  kLogins,
  kLookups,   // of pairs, at the account
  kReplicas,  // of the store
  kOwners,    // roles that may serve sections
  kPoll,      // between two renewals
  kDetect,    // after so long a silent owner is given up
  kLease,     // of its former owner a section's heir waits out the lease
};
struct InputValue {
  Input what = Input::kEdge;
  double value = 0;
  Unit unit = Unit::kCount;
};

// What is missing before formula and measurement can be compared.
enum class Lack : std::uint8_t {
  kNothing,
  kTime,   // so many seconds until the window is full
  kTexts,  // so many more texts within the window
  kWatch,  // no message is watched: telemetry.watch is 0
  kSample  // what must be counted is told of one in so many: telemetry.watch is not 1
};

struct Quantity {
  Unit unit = Unit::kCount;
  std::optional<double> predicted;  // milliseconds, a second, or a count
  std::optional<double> measured;   // nothing: not measured yet
  bool bound = false;               // predicted is the most that can be
  std::vector<InputValue> inputs;
  Lack lack = Lack::kNothing;  // something: neither predicted nor measured is there
  double lacking = 0;
};

// One card of the design board. Its words are told by its key.
struct BoardCard {
  std::string key;
  std::string value;     // in force
  std::string gives_up;  // promise numbers of the value in force; empty if it is safe
  std::vector<std::string> offers;
  std::optional<Quantity> quantity;  // nothing: no formula is computed for this choice
};

// The span that rates and medians of the board are of.
inline constexpr Duration kBoardWindow = std::chrono::seconds(10);
// Fewer texts than that say nothing about the next one; nor do fewer events of any kind.
inline constexpr double kTextsLeast = 10;

// In the order of the board.
std::vector<BoardCard> board_cards(const Model& model);

// A rate of fewer than ten events in the window: on an idle cluster one late event is no alarm.
bool too_quiet(const Quantity& quantity);

// Whether the measured value is off the formula by more than its tolerance (10 %). Never of a rate
// that is too quiet: both below ten events in the window of ten seconds, which is 1 /s.
bool off_formula(const Quantity& quantity);

}  // namespace glasspost::viz
