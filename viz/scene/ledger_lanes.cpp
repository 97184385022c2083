// Choosing lanes, and cutting them into pieces.
#include "viz/scene/ledger_lanes.hpp"

#include <algorithm>
#include <map>
#include <tuple>

namespace glasspost::viz {
namespace {

struct Busy {
  std::uint64_t handed = 0;
  SectionId section;
  Address owner;
};

Address owner_of(const Ledger& ledger, SectionId section) {
  const auto found = ledger.sections().find(section);
  return found == ledger.sections().end() ? Address{} : found->second.owner;
}

// The busiest lanes first; of equal ones the lower section.
std::vector<Busy> by_use(const Ledger& ledger) {
  std::vector<Busy> all;
  for (const auto& [section, lane] : ledger.lanes())
    all.push_back({lane.handed, section, owner_of(ledger, section)});
  std::sort(all.begin(), all.end(), [](const Busy& a, const Busy& b) {
    return std::tuple(b.handed, a.section) < std::tuple(a.handed, b.section);
  });
  return all;
}

}  // namespace

float number_x(double number, double from, double to, const Rect& bar) {
  const double share = (number - from) / std::max(to - from, 1.0);
  return bar.x + static_cast<float>(std::clamp(share, 0.0, 1.0)) * bar.w;
}

std::vector<NumberPiece> number_pieces(const NumberLane& lane, double from, double to,
                                       const Rect& bar, float least) {
  std::vector<NumberPiece> pieces;
  const auto add = [&](NumberKind kind, std::uint64_t above, std::uint64_t up_to,
                       std::uint64_t epoch) {
    if (up_to > above && static_cast<double>(up_to) > from && static_cast<double>(above) < to)
      pieces.push_back({kind, above, up_to, epoch});
  };
  for (std::size_t index = 0; index < lane.stretches.size(); ++index) {
    const Stretch& one = lane.stretches[index];
    if (index > 0)
      add(NumberKind::kSkipped, lane.stretches[index - 1].highest, one.floor, one.epoch);
    add(NumberKind::kHanded, one.floor, one.highest, one.epoch);
  }
  if (!lane.stretches.empty()) {
    const Stretch& last = lane.stretches.back();
    add(NumberKind::kReserved, last.highest, lane.ceiling, last.epoch);
  }
  float x = bar.x;  // the end of the piece before
  for (std::size_t index = 0; index < pieces.size(); ++index) {
    NumberPiece& piece = pieces[index];
    // Those that come after it need a place, too.
    const float room = bar.right() - least * static_cast<float>(pieces.size() - index - 1);
    const float true_begin = number_x(static_cast<double>(piece.above), from, to, bar);
    const float true_end = number_x(static_cast<double>(piece.up_to), from, to, bar);
    const float begin = std::max(x, std::min(true_begin, room - least));
    const float end = std::max(begin, std::min(std::max(true_end, begin + least), room));
    piece.x = begin;
    piece.w = end - begin;
    x = end;
  }
  return pieces;
}

std::vector<LaneGroup> plan_lanes(const Ledger& ledger, std::size_t rows, std::size_t head_rows) {
  std::map<Address, LaneGroup> groups;
  const std::vector<Busy> all = by_use(ledger);
  for (const Busy& one : all)
    groups[one.owner].owner = one.owner;
  const std::size_t heads = groups.size() * head_rows;
  std::size_t free = rows > heads + groups.size() ? rows - heads - groups.size() : 0;
  for (const Busy& one : all) {
    LaneGroup& group = groups[one.owner];
    if (group.shown.empty()) {
      group.shown.push_back(one.section);
    } else if (free > 0) {
      --free;
      group.shown.push_back(one.section);
    } else {
      ++group.left_out;
    }
  }
  std::vector<LaneGroup> planned;
  for (auto& [owner, group] : groups) {
    std::sort(group.shown.begin(), group.shown.end());
    planned.push_back(std::move(group));
  }
  return planned;
}

}  // namespace glasspost::viz
