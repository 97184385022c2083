// Letters between roles as cells count them: who to whom, what kind of thing, how many, how long on
// the way. Kept for the last seconds, so that dots can be drawn and rates printed.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <vector>

#include "engine/base/time.hpp"
#include "engine/proto/fact.hpp"
#include "viz/model/groups.hpp"

namespace glasspost::viz {

// A directed link. Roles as facts name them (kind << 24 | number); devices are number 0.
struct LinkKey {
  std::uint32_t from = 0;
  std::uint32_t to = 0;
  MessageGroup group = MessageGroup::kControl;
  auto operator<=>(const LinkKey&) const = default;
};

// Letters of one link and group that arrived within 10 ms.
struct CellPoint {
  Time until;  // the end of the 10 ms
  std::uint64_t count = 0;
  std::uint64_t bytes = 0;
  std::uint32_t median_us = 0;  // from hand-over to arrival
  std::uint32_t longest_us = 0;
};

struct Flow {
  std::deque<CellPoint> recent;  // oldest first, kFlowKept long
  std::uint64_t letters = 0;     // since the model began
  std::uint64_t bytes = 0;

  // Letters or bytes a second, over the second before `now`.
  double letters_a_second(Time now) const;
  double bytes_a_second(Time now) const;
};

inline constexpr Duration kFlowKept = std::chrono::seconds(3);

class Flows {
 public:
  void apply(const Fact& cell);
  void at(Time now);
  const std::map<LinkKey, Flow>& all() const { return flows_; }

 private:
  std::map<LinkKey, Flow> flows_;
};

}  // namespace glasspost::viz
