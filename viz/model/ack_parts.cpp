// Steps from stories; sums of distributions.
#include "viz/model/ack_parts.hpp"

#include <algorithm>
#include <initializer_list>

#include "glasspost/v1/client.pb.h"
#include "glasspost/v1/letter.pb.h"

#include "engine/core/address.hpp"
#include "engine/telemetry/tap.hpp"
#include "viz/model/formulas.hpp"

namespace glasspost::viz {
namespace {

constexpr std::size_t kQuantiles = 48;

constexpr std::uint64_t kText = kClientLetter | v1::ClientEnvelope::kSendText;

double us(Duration duration) {
  return static_cast<double>(to_us(duration));
}

const Hop* first_hop(const MessageStory& story, std::uint64_t kind, RoleKind to) {
  for (const Hop& hop : story.hops) {
    if (hop.kind == kind && static_cast<RoleKind>(hop.to >> 24) == to) return &hop;
  }
  return nullptr;
}

// The letters of one text on its way to the acknowledgement; null where one was not seen.
struct Way {
  explicit Way(const MessageStory& story)
      : text(first_hop(story, kText, RoleKind::kAccess)),
        submit(first_hop(story, v1::Letter::kSubmit, RoleKind::kLogic)),
        checked(first_hop(story, v1::Letter::kSubmit, RoleKind::kConversation)),
        append(first_hop(story, v1::Letter::kAppendLog, RoleKind::kStore)),
        appended(first_hop(story, v1::Letter::kLogAppended, RoleKind::kConversation)),
        answer(first_hop(story, v1::Letter::kSubmitted, RoleKind::kAccess)) {}

  const Hop* text;
  const Hop* submit;
  const Hop* checked;
  const Hop* append;
  const Hop* appended;
  const Hop* answer;
};

// Quantiles that stand for samples (or for quantiles of a sum), equally likely each.
Samples thinned(Samples samples) {
  std::sort(samples.begin(), samples.end());
  if (samples.size() <= kQuantiles) return samples;
  Samples kept;
  for (std::size_t index = 0; index < kQuantiles; ++index) {
    // The middle of a slice. A mean would let one outlier speak for all of its slice.
    kept.push_back(samples[(2 * index + 1) * samples.size() / (2 * kQuantiles)]);
  }
  return kept;
}

AckLeg leg_of(std::initializer_list<Input> steps) {
  AckLeg leg;
  for (const Input step : steps)
    leg.steps.push_back({step, {}});
  return leg;
}

// Adds the steps of one message to a leg, from the instants at which they began and ended.
void add(AckLeg& leg, std::initializer_list<Time> instants) {
  const Time* at = instants.begin();
  for (AckStep& step : leg.steps) {
    step.took.push_back(us(at[1] - at[0]));
    ++at;
  }
  leg.took.push_back(us(*at - *instants.begin()));
}

}  // namespace

std::vector<AckLeg> ack_legs(const Messages& messages, Time from, bool after_durable) {
  AckLeg to_home =
      leg_of({Input::kEdge, Input::kWayToLogic, Input::kCheck, Input::kWayToHome, Input::kDecide});
  AckLeg durable =
      leg_of({Input::kWayToStore, Input::kAppendAndSync, Input::kWayBack, Input::kCommit});
  AckLeg answer = leg_of({Input::kWayToAccess, Input::kAnswer});
  for (const std::uint64_t trace : messages.recent()) {
    const MessageStory* story = messages.find(trace);
    if (story == nullptr || story->acked < from || story->acked == Time(Duration(0))) continue;
    const Way way(*story);
    const bool seen = way.text != nullptr && way.submit != nullptr && way.checked != nullptr &&
                      way.answer != nullptr;
    const bool stored = way.append != nullptr && way.appended != nullptr;
    if (!seen || (after_durable && !stored)) continue;
    const Time left = after_durable ? way.append->sent : way.answer->sent;
    add(to_home, {way.text->arrived, way.submit->sent, way.submit->arrived, way.checked->sent,
                  way.checked->arrived, left});
    if (after_durable) {
      add(durable, {way.append->sent, way.append->arrived, way.appended->sent,
                    way.appended->arrived, way.answer->sent});
    }
    add(answer, {way.answer->sent, way.answer->arrived, story->acked});
  }
  if (!after_durable) return {to_home, answer};
  return {to_home, durable, answer};
}

double median(Samples samples) {
  if (samples.empty()) return 0;
  const auto half = samples.begin() + static_cast<std::ptrdiff_t>((samples.size() - 1) / 2);
  std::nth_element(samples.begin(), half, samples.end());
  return *half;
}

double median_of_sum(const std::vector<AckLeg>& legs) {
  Samples sum{0};
  for (const AckLeg& leg : legs) {
    const Samples more = thinned(leg.took);
    if (more.empty()) return 0;
    Samples next;
    next.reserve(sum.size() * more.size());
    for (const double one : sum) {
      for (const double other : more)
        next.push_back(one + other);
    }
    sum = thinned(std::move(next));
  }
  return median(std::move(sum));
}

}  // namespace glasspost::viz
