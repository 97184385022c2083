// Where the time until an acknowledgement goes, step by step, as it was measured on watched
// messages; and what the steps come to together. The inputs of delivery.ack's formula.
//
//   to the home:  edge (access) | way | check (logic) | way | decide (conversation)
//   durable:      way | append and sync (store) | way | commit (conversation)
//   answer:       way | answer (access)
//
// Medians do not add up: three legs of which each is late now and then are together late more often
// than one of them. So the legs are added as distributions, as if they were independent of each
// other. Within a leg the steps of one message are added: a busy machine is late in all of them.
#pragma once

#include <cstdint>
#include <vector>

#include "engine/base/time.hpp"
#include "viz/model/messages.hpp"

namespace glasspost::viz {

enum class Input : std::uint8_t;  // formulas.hpp

// Microseconds, one for each message that shows all steps of the leg.
using Samples = std::vector<double>;

struct AckStep {
  Input what;
  Samples took;
};
struct AckLeg {
  std::vector<AckStep> steps;
  Samples took;  // all of its steps
};

// The legs of messages that were acknowledged since `from`, without the durable one if the
// acknowledgement does not wait for it. A message whose batch travelled under another message's
// trace does not show all steps and is left out.
std::vector<AckLeg> ack_legs(const Messages& messages, Time from, bool after_durable);

// 0 if there are none.
double median(Samples samples);

// The median of the sum of one of each; 0 if a leg has no samples.
double median_of_sum(const std::vector<AckLeg>& legs);

}  // namespace glasspost::viz
