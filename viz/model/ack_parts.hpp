// Where the time until an acknowledgement goes, step by step, as it was measured on watched
// messages; and what the steps come to together. The inputs of delivery.ack's formula.
//
//   edge | way | check | way | decide | [way | append, sync | way | commit] | way | answer
//    access     logic     conversation        store          conversation     access
//
// Medians do not add up: five steps of which each is late now and then are together late more often
// than one of them. So the steps are added as distributions, as if they were independent.
#pragma once

#include <string>
#include <vector>

#include "engine/base/time.hpp"
#include "viz/model/messages.hpp"

namespace glasspost::viz {

// One step and what it took, microseconds, for each message that shows it.
struct AckPart {
  std::string name;   // "way to logic"
  bool disk = false;  // it is there only if the acknowledgement waits until the batch is durable
  std::vector<double> samples_us;

  double median_us() const;
};

// The steps of messages that were acknowledged since `from`, in order of the way. Messages whose
// batch travelled under another message's trace show no steps between home and store.
std::vector<AckPart> ack_parts(const Messages& messages, Time from, bool after_durable);

// The median of the sum of one of each, microseconds; 0 if a part has no samples.
double median_of_sum(const std::vector<AckPart>& parts);

}  // namespace glasspost::viz
