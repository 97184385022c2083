// The formulas, one function each.
#include "viz/model/formulas.hpp"

#include <algorithm>
#include <cmath>

#include "engine/base/text.hpp"
#include "engine/core/choices.hpp"
#include "engine/core/lease.hpp"
#include "viz/model/ack_parts.hpp"

namespace glasspost::viz {
namespace {

constexpr double kTolerance = 0.1;
// Two events in ten seconds: one may have its cause before the window, one its effect after it.
constexpr double kEdgeOfWindow = 0.2;

std::string value_of(const Model& model, const std::string& key) {
  const auto found = model.choices().find(key);
  return found == model.choices().end() ? std::string() : found->second;
}

double a_second(const Model& model, Count count) {
  return model.metrics().rate(count, model.now(), kBoardWindow);
}

double a_window(const Model& model, Count count) {
  return a_second(model, count) * static_cast<double>(to_us(kBoardWindow)) / 1e6;
}

Quantity quantity_in(Unit unit, bool bound) {
  Quantity made;
  made.unit = unit;
  made.bound = bound;
  return made;
}

Quantity lacking(Unit unit, Lack what, double much) {
  Quantity made = quantity_in(unit, false);
  made.lack = what;
  made.lacking = much;
  return made;
}

// ack = every step of a text to its home and back, and for after-durable the store and its sync.
Quantity ack(const Model& model, const std::string& value) {
  if (model.watching() == 0) return lacking(Unit::kMillis, Lack::kWatch, 0);
  // Of a busy cluster the stories of the whole window are not kept.
  const Time from = std::max(model.now() - kBoardWindow, model.messages().kept_since());
  const Spread spread = model.metrics().spread(Latency::kToAcked, from, model.now());
  const std::vector<AckLeg> legs = ack_legs(model.messages(), from, value == "after-durable");
  const auto texts = static_cast<double>(std::min(spread.samples, legs.front().took.size()));
  if (texts < kTextsLeast) return lacking(Unit::kMillis, Lack::kTexts, kTextsLeast - texts);
  Quantity quantity = quantity_in(Unit::kMillis, false);
  quantity.measured = spread.p50 / 1e3;
  quantity.predicted = median_of_sum(legs) / 1e3;
  for (const AckLeg& leg : legs) {
    for (const AckStep& step : leg.steps) {
      quantity.inputs.push_back({step.what, median(step.took) / 1e3, Unit::kMillis});
    }
  }
  return quantity;
}

// A notice for each device that was logged in as a row of its user became visible.
Quantity notices(const Model& model, const std::string& value) {
  const double rows = a_second(model, Count::kRows);
  const double due = a_second(model, Count::kDue);
  const Result<Duration> window =
      value == "0" ? Result<Duration>(Duration(0)) : parse_duration(value);
  const bool merges = window && *window > Duration(0);
  Quantity quantity = quantity_in(Unit::kRate, merges);
  quantity.measured = a_second(model, Count::kNotices);
  quantity.predicted = due;
  quantity.inputs = {{Input::kRows, rows, Unit::kRate},
                     {Input::kDevices, rows == 0 ? 0 : due / rows, Unit::kCount}};
  if (merges) {
    const auto online = static_cast<double>(model.connections().count(ConnectionState::kOnline));
    quantity.predicted = std::min(due, online * 1e6 / static_cast<double>(to_us(*window)));
    quantity.inputs.push_back({Input::kOnline, online, Unit::kCount});
  }
  return quantity;
}

// A disk syncs one thing after the other, and never without a put.
Quantity syncs(const Model& model, const std::string& value) {
  const auto& processes = model.processes().all();
  const auto disks =
      static_cast<double>(std::count_if(processes.begin(), processes.end(), [](const auto& card) {
        return has_store(card) && card.tells_syncs;
      }));
  Quantity quantity = quantity_in(Unit::kRate, true);
  if (disks == 0) return quantity;
  const double puts = a_second(model, Count::kPuts);
  quantity.measured = a_second(model, Count::kSyncs);
  quantity.inputs = {{Input::kPuts, puts, Unit::kRate}};
  double most = puts;
  if (value == "never") most = 0;
  if (value == "interval") most = disks;
  if (value == "always") {
    const Spread took =
        model.metrics().spread(Latency::kSync, model.now() - kBoardWindow, model.now());
    if (took.samples > 0) {
      most = disks * 1e6 / std::max(1.0, took.p50);
      quantity.inputs.push_back({Input::kSyncTime, took.p50 / 1e3, Unit::kMillis});
    }
  }
  quantity.predicted = std::min(most, puts);
  return quantity;
}

// The hottest user of a section decides when the next ceiling is due: at most every step numbers.
// A new owner raises the ceiling of each of its sections once.
Quantity ceilings(const Model& model, const std::string& value) {
  Quantity quantity = quantity_in(Unit::kRate, true);
  const double numbers = a_second(model, Count::kNumbers);
  const double taken_over = a_second(model, Count::kSeqTakeOvers);
  quantity.measured = a_second(model, Count::kCeilings);
  const Result<std::uint64_t> step = parse_u64(value);
  if (step && *step > 0) {
    quantity.predicted = numbers / static_cast<double>(*step) + taken_over;
  }
  quantity.inputs = {{Input::kNumbers, numbers, Unit::kRate},
                     {Input::kTakeOvers, taken_over, Unit::kRate}};
  return quantity;
}

// Letters that cross between processes, for one text, those of devices that only listen included.
// To the home 2, answer 1; for two inboxes rows 2, numbers 4, confirmed 2. With each replica of the
// store, in a process of its own: the home's batch and its progress 4, the inboxes' batches 4.
constexpr double kLettersOfText = 11;
constexpr double kLettersOfTextToReplica = 8;
constexpr double kLettersOfNotice = 1;
constexpr double kLettersOfPull = 2;      // asked, answered
constexpr double kLettersOfLogin = 3;     // the account's check, a route
constexpr double kLettersOfLookup = 2;    // asked, answered
constexpr double kLettersOfTakeOver = 4;  // log read, news of it
// Register prepared and accepted, seal, start; and the former owners taken out of the register.
constexpr double kLettersOfTakeOverToReplica = 12;

double replicas_of(const Model& model) {
  const auto& processes = model.processes().all();
  return static_cast<double>(std::count_if(processes.begin(), processes.end(), has_store));
}

Quantity crossings(const Model& model, const std::string& value) {
  const double texts = a_window(model, Count::kAcked);
  if (texts < kTextsLeast) return lacking(Unit::kCount, Lack::kTexts, kTextsLeast - texts);
  Quantity quantity = quantity_in(Unit::kCount, true);
  quantity.measured = a_window(model, Count::kCrossed) / texts;
  const bool merged = value == "merged";
  if (!merged && value != "split") return quantity;
  // The first replica of a merged cluster lives with everybody else.
  const double replicas = replicas_of(model);
  const double apart = merged ? std::max(replicas - 1, 0.0) : replicas;
  const double taken_over = a_window(model, Count::kTakeOvers) / texts;
  double sum = apart * (kLettersOfTextToReplica + kLettersOfTakeOverToReplica * taken_over);
  quantity.inputs = {{Input::kTexts, a_second(model, Count::kAcked), Unit::kRate},
                     {Input::kReplicas, replicas, Unit::kCount}};
  if (merged) {
    quantity.predicted = sum;
    return quantity;
  }
  struct Part {
    Input what;
    Count count;
    double letters;
  };
  sum += kLettersOfText;
  for (const Part& part : {Part{Input::kNotices, Count::kNotices, kLettersOfNotice},
                           Part{Input::kPulls, Count::kPulls, kLettersOfPull},
                           Part{Input::kLogins, Count::kLogins, kLettersOfLogin},
                           Part{Input::kLookups, Count::kLookups, kLettersOfLookup},
                           Part{Input::kTakeOvers, Count::kTakeOvers, kLettersOfTakeOver}}) {
    sum += part.letters * a_window(model, part.count) / texts;
    quantity.inputs.push_back({part.what, a_second(model, part.count), Unit::kRate});
  }
  quantity.predicted = sum;
  return quantity;
}

// Each owner asks each replica to renew its leases, as often as owners themselves reckon.
Quantity renewals(const Model& model, const std::string&) {
  Quantity quantity = quantity_in(Unit::kRate, false);
  Choices choices;
  for (const char* key : {"seq.poll", "seq.detect", "seq.lease"}) {
    if (!set_choice(choices, key, value_of(model, key))) return quantity;
  }
  const Duration period = leases::poll_period(choices);
  double owners = 0;
  for (const ProcessCard& card : model.processes().all()) {
    if (card.health == Health::kDown || card.health == Health::kPaused) continue;
    owners +=
        static_cast<double>(std::count_if(card.roles.begin(), card.roles.end(), owns_sections));
  }
  const double replicas = replicas_of(model);
  quantity.measured = a_second(model, Count::kRenewals);
  quantity.predicted = owners * replicas * 1e6 / static_cast<double>(to_us(period));
  quantity.inputs = {{Input::kOwners, owners, Unit::kCount},
                     {Input::kReplicas, replicas, Unit::kCount},
                     {Input::kPoll, static_cast<double>(to_us(period)) / 1e6, Unit::kSeconds}};
  return quantity;
}

// The newest failover that is over, of those that went under the choices in force.
Quantity failover(const Model& model, const std::string&) {
  const auto chosen = [&model](const std::string& key) {
    const Result<Duration> time = parse_duration(value_of(model, key));
    return time ? *time : Duration(0);  // "off"
  };
  const auto seconds = [](Duration time) { return static_cast<double>(to_us(time)) / 1e6; };
  const Duration detect = chosen("seq.detect");
  const Duration poll = chosen("seq.poll");
  const Duration lease = chosen("seq.lease");
  Quantity quantity = quantity_in(Unit::kSeconds, true);
  quantity.predicted = seconds(detect + poll + lease);
  quantity.inputs = {{Input::kDetect, seconds(detect), Unit::kSeconds},
                     {Input::kPoll, seconds(poll), Unit::kSeconds},
                     {Input::kLease, seconds(lease), Unit::kSeconds}};
  for (const Failover& one : model.failovers().all()) {
    const bool alike = one.detect == detect && one.poll == poll && one.lease == lease;
    if (!one.moved() || !one.over() || one.served == 0 || !one.begin_told() || !alike) continue;
    quantity.measured = seconds(one.gap(model.now()));
  }
  return quantity;
}

using Formula = Quantity (*)(const Model& model, const std::string& value);

Formula formula_of(const std::string& key) {
  if (key == "delivery.ack") return ack;
  if (key == "delivery.notice-window") return notices;
  if (key == "store.fsync") return syncs;
  if (key == "seq.step") return ceilings;
  if (key == "seq.poll") return renewals;
  if (key == "seq.lease") return failover;
  if (key == kPlacementKey) return crossings;
  return nullptr;
}

std::optional<Quantity> quantity_of(const Model& model, const BoardCard& card) {
  const Formula formula = formula_of(card.key);
  if (formula == nullptr) return {};
  if (card.key == "seq.lease") return formula(model, card.value);  // no rate: every one is told
  const Duration measured = model.now() - model.same_since(card.key);
  const Unit unit = card.key == "delivery.ack" ? Unit::kMillis : Unit::kRate;
  // A median may be of a sample, and syncs are told by gauges. Rows, numbers and texts are counted.
  // Letters are counted in cells, which are never a sample.
  const bool counts =
      card.key != "delivery.ack" && card.key != "store.fsync" && card.key != "seq.poll";
  if (counts && model.watching() != 1) {
    return lacking(unit, Lack::kSample, static_cast<double>(model.watching()));
  }
  if (measured >= kBoardWindow) return formula(model, card.value);
  return lacking(unit, Lack::kTime, static_cast<double>(to_us(kBoardWindow - measured)) / 1e6);
}

// "0us" and "50000us", as they are kept, in the words of the board.
std::string plain(const std::string& key, const std::string& value) {
  if (key != "delivery.notice-window") return value;
  const Result<Duration> window = parse_duration(value);
  if (!window) return value;
  if (*window == Duration(0)) return "0";
  return std::to_string(to_us(*window) / 1'000) + "ms";
}

// The numbers of the promises in "off gives up 2 and 5: an owner ...".
std::string promises_in(std::string_view gives_up) {
  std::string numbers;
  for (const char letter : gives_up.substr(0, gives_up.find(':'))) {
    if (letter < '0' || letter > '9') continue;
    if (!numbers.empty()) numbers += ", ";
    numbers += letter;
  }
  return numbers;
}

}  // namespace

std::vector<BoardCard> board_cards(const Model& model) {
  std::vector<BoardCard> cards;
  for (const ChoiceInfo& info : choice_registry()) {
    BoardCard card;
    card.key = info.key;
    card.value = plain(card.key, value_of(model, card.key));
    const bool unsafe =
        std::find(info.unsafe.begin(), info.unsafe.end(), card.value) != info.unsafe.end();
    if (unsafe) card.gives_up = promises_in(info.gives_up);
    card.offers.assign(info.offers.begin(), info.offers.end());
    card.quantity = quantity_of(model, card);
    cards.push_back(std::move(card));
  }
  BoardCard placement;
  placement.key = kPlacementKey;
  placement.value = model.labels().placement;
  placement.offers = {"split", "merged"};
  placement.quantity = quantity_of(model, placement);
  cards.insert(cards.begin() + std::min<std::ptrdiff_t>(4, std::ssize(cards)),
               std::move(placement));
  return cards;
}

bool too_quiet(const Quantity& quantity) {
  if (quantity.unit != Unit::kRate || !quantity.predicted || !quantity.measured) return false;
  const double least = kTextsLeast * 1e6 / static_cast<double>(to_us(kBoardWindow));
  return std::max(*quantity.predicted, *quantity.measured) < least;
}

bool off_formula(const Quantity& quantity) {
  if (!quantity.predicted || !quantity.measured || too_quiet(quantity)) return false;
  const double edge = quantity.unit == Unit::kRate ? kEdgeOfWindow : 0;
  const double off = *quantity.measured - *quantity.predicted;
  const double tolerated = kTolerance * *quantity.predicted + edge;
  return (quantity.bound ? off : std::abs(off)) > tolerated;
}

}  // namespace glasspost::viz
