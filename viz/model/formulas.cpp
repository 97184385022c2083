// The formulas, one function each.
#include "viz/model/formulas.hpp"

#include <algorithm>
#include <cmath>
#include <map>

#include <fmt/format.h>

#include "engine/base/text.hpp"
#include "engine/core/choices.hpp"
#include "viz/model/ack_parts.hpp"

namespace glasspost::viz {
namespace {

constexpr Duration kSpan = std::chrono::seconds(10);
constexpr double kTolerance = 0.1;

std::string value_of(const Model& model, const std::string& key) {
  const auto found = model.choices().find(key);
  return found == model.choices().end() ? std::string() : found->second;
}

// Online devices, and how many users they belong to.
struct Online {
  double devices = 0;
  double users = 0;
  double most = 0;  // devices of one user
};

Online online(const Model& model) {
  std::map<UserId, int> users;
  Online found;
  for (const ConnectionBlock& block : model.connections().blocks()) {
    for (const ConnectionPlace& place : block.places) {
      if (place.state != ConnectionState::kOnline) continue;
      ++found.devices;
      found.most = std::max(found.most, static_cast<double>(++users[user_of(place.device)]));
    }
  }
  found.users = static_cast<double>(users.size());
  return found;
}

double a_second(const Model& model, Count count) {
  return model.metrics().rate(count, model.now(), kSpan);
}

// ack = every step of a text to its home and back, and for after-durable the store and its sync.
Quantity ack(const Model& model, const std::string& value) {
  Quantity quantity{"ack p50", Unit::kMillis, {}, {}, false, {}};
  const Time from = model.now() - kSpan;
  const Spread spread = model.metrics().spread(Latency::kToAcked, from, model.now());
  if (spread.samples == 0) return quantity;
  quantity.measured = spread.p50 / 1e3;
  const std::vector<AckLeg> legs = ack_legs(model.messages(), from, value == "after-durable");
  const double sum = median_of_sum(legs);
  if (sum > 0) quantity.predicted = sum / 1e3;
  for (const AckLeg& leg : legs) {
    for (const AckStep& step : leg.steps) {
      const double took = median(step.took);
      if (took < 10) continue;
      if (!quantity.why.empty()) quantity.why += " + ";
      quantity.why += step.name + " " + fmt::format("{:.2f}", took / 1e3);
    }
  }
  quantity.why += " ms, medians. The legs are added as distributions: medians do not add up";
  return quantity;
}

Quantity notices(const Model& model, const std::string& value) {
  Quantity quantity{"notices", Unit::kRate, {}, {}, false, {}};
  const Online people = online(model);
  const double rows = a_second(model, Count::kRows);
  quantity.measured = a_second(model, Count::kNotices);
  double predicted = people.users == 0 ? 0 : rows * people.devices / people.users;
  const Result<Duration> window =
      value == "0" ? Result<Duration>(Duration(0)) : parse_duration(value);
  if (window && *window > Duration(0)) {
    predicted = std::min(predicted, people.devices * 1e6 / static_cast<double>(to_us(*window)));
  }
  quantity.predicted = predicted;
  quantity.bound = window && *window > Duration(0);
  quantity.why = "rows a second times devices of a user; a window makes at most one of each device";
  return quantity;
}

// A disk syncs one thing after the other, and never without a put.
Quantity syncs(const Model& model, const std::string& value) {
  Quantity quantity{"syncs", Unit::kRate, {}, {}, true, {}};
  double most = 0;  // of all disks of stores
  bool told = false;
  for (const ProcessCard& card : model.processes().all()) {
    const bool store = std::any_of(card.roles.begin(), card.roles.end(),
                                   [](Address role) { return role.kind == RoleKind::kStore; });
    if (!store || !card.tells_syncs) continue;
    told = true;
    if (value == "never") continue;
    const bool interval = value == "interval";
    if (interval || card.sync_p50_us > 0) {
      most += interval ? 1 : 1e6 / static_cast<double>(card.sync_p50_us);
    }
  }
  if (told) {
    quantity.measured = a_second(model, Count::kSyncs);
    quantity.predicted = std::min(most, a_second(model, Count::kPuts));
  }
  quantity.why =
      "puts a second, and never more than one sync after the other; interval: 1 a second";
  return quantity;
}

Quantity ceilings(const Model& model, const std::string& value) {
  Quantity quantity{"ceilings", Unit::kRate, {}, {}, true, {}};
  quantity.measured = a_second(model, Count::kCeilings);
  const Result<std::uint64_t> step = parse_u64(value);
  if (step && *step > 0) {
    quantity.predicted = a_second(model, Count::kNumbers) / static_cast<double>(*step);
  }
  quantity.why = "numbers a second divided by the step: the hottest user of a section decides";
  return quantity;
}

// Letters that cross between processes, for one text.
Quantity crossings(const Model& model, const std::string& value) {
  Quantity quantity{"letters between processes / text", Unit::kCount, {}, {}, true, {}};
  const Online people = online(model);
  const double devices = 2 * people.most;
  // To the home 2, store 2, answer 1; for two inboxes rows 2, numbers 4, store 4, confirmed 2; a
  // notice and a pull with its page for each device.
  if (value == "split") quantity.predicted = 17 + 3 * devices;
  if (value == "merged") quantity.predicted = 0;
  double letters = 0;
  for (const auto& [key, flow] : model.flows().all()) {
    const ProcessCard* from = model.processes().of_role(key.from);
    const ProcessCard* to = model.processes().of_role(key.to);
    if (from == nullptr || to == nullptr || from == to) continue;
    for (const CellPoint& cell : flow.recent) {
      if (cell.until > model.now() - kFlowKept) letters += static_cast<double>(cell.count);
    }
  }
  const double texts = model.metrics().rate(Count::kAcked, model.now(), kFlowKept) *
                       static_cast<double>(kFlowKept / std::chrono::seconds(1));
  if (texts > 0) quantity.measured = letters / texts;
  quantity.why = "17 for a pair, and 3 for each device of both; batches make it less";
  return quantity;
}

Quantity quantity_of(const Model& model, const std::string& key, const std::string& value) {
  if (key == "delivery.ack") return ack(model, value);
  if (key == "delivery.notice-window") return notices(model, value);
  if (key == "store.fsync") return syncs(model, value);
  if (key == "seq.step") return ceilings(model, value);
  if (key == "topology.placement") return crossings(model, value);
  return {};
}

// "0us" and "50000us", as they are kept, in the words of the board.
std::string plain(const std::string& key, const std::string& value) {
  if (key != "delivery.notice-window") return value;
  const Result<Duration> window = parse_duration(value);
  if (!window) return value;
  if (*window == Duration(0)) return "0";
  return std::to_string(to_us(*window) / 1'000) + "ms";
}

}  // namespace

std::vector<BoardCard> board_cards(const Model& model) {
  std::vector<BoardCard> cards;
  for (const ChoiceInfo& info : choice_registry()) {
    BoardCard card;
    card.key = info.key;
    card.value = plain(card.key, value_of(model, card.key));
    card.applies = info.applies;
    card.gains = info.gains;
    card.costs = info.costs;
    const bool unsafe =
        std::find(info.unsafe.begin(), info.unsafe.end(), card.value) != info.unsafe.end();
    if (unsafe) card.gives_up = "1";
    card.offers.assign(info.offers.begin(), info.offers.end());
    card.quantity = quantity_of(model, card.key, card.value);
    cards.push_back(std::move(card));
  }
  BoardCard placement;
  placement.key = "topology.placement";
  placement.value = model.labels().placement;
  placement.applies = "new cluster";
  placement.gains = "one crash, one role";
  placement.costs = "a hop a step";
  placement.offers = {"split", "merged"};
  placement.quantity = quantity_of(model, placement.key, placement.value);
  cards.insert(cards.begin() + std::min<std::ptrdiff_t>(4, std::ssize(cards)),
               std::move(placement));
  return cards;
}

bool off_formula(const Quantity& quantity) {
  if (!quantity.predicted || !quantity.measured) return false;
  if (quantity.bound) return *quantity.measured > *quantity.predicted * (1 + kTolerance) + 0.2;
  return std::abs(*quantity.measured - *quantity.predicted) > kTolerance * *quantity.predicted;
}

}  // namespace glasspost::viz
