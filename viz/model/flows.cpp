// Cells into flows.
#include "viz/model/flows.hpp"

namespace glasspost::viz {
namespace {

constexpr Duration kSecond = std::chrono::seconds(1);

template <class Value>
double sum_of_last_second(const std::deque<CellPoint>& cells, Time now, Value value) {
  double sum = 0;
  for (auto cell = cells.rbegin(); cell != cells.rend() && cell->until > now - kSecond; ++cell) {
    if (cell->until <= now) sum += static_cast<double>(value(*cell));
  }
  return sum;
}

}  // namespace

double Flow::letters_a_second(Time now) const {
  return sum_of_last_second(recent, now, [](const CellPoint& cell) { return cell.count; });
}

double Flow::bytes_a_second(Time now) const {
  return sum_of_last_second(recent, now, [](const CellPoint& cell) { return cell.bytes; });
}

void Flows::apply(const Fact& cell) {
  if (cell.kind != FactKind::kCell) return;
  const LinkKey key{static_cast<std::uint32_t>(cell.subject >> 32),
                    static_cast<std::uint32_t>(cell.subject), group_of(cell.object)};
  Flow& flow = flows_[key];
  flow.letters += cell.number;
  flow.bytes += cell.value;
  flow.recent.push_back({time_from_us(cell.time_us), cell.number, cell.value,
                         static_cast<std::uint32_t>(cell.extra >> 32),
                         static_cast<std::uint32_t>(cell.extra)});
}

void Flows::at(Time now) {
  for (auto& [key, flow] : flows_) {
    while (!flow.recent.empty() && flow.recent.front().until < now - kFlowKept)
      flow.recent.pop_front();
  }
}

}  // namespace glasspost::viz
