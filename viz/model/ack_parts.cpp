// Steps from stories; sums of distributions.
#include "viz/model/ack_parts.hpp"

#include <algorithm>

#include "glasspost/v1/client.pb.h"
#include "glasspost/v1/letter.pb.h"

#include "engine/core/address.hpp"
#include "engine/telemetry/tap.hpp"

namespace glasspost::viz {
namespace {

constexpr std::size_t kQuantiles = 24;

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
std::vector<double> thinned(std::vector<double> samples) {
  std::sort(samples.begin(), samples.end());
  if (samples.size() <= kQuantiles) return samples;
  std::vector<double> kept;
  for (std::size_t index = 0; index < kQuantiles; ++index) {
    // The mean of a slice, so that no tail is lost.
    const std::size_t from = index * samples.size() / kQuantiles;
    const std::size_t to = (index + 1) * samples.size() / kQuantiles;
    double sum = 0;
    for (std::size_t place = from; place < to; ++place)
      sum += samples[place];
    kept.push_back(sum / static_cast<double>(to - from));
  }
  return kept;
}

double middle(std::vector<double> samples) {
  if (samples.empty()) return 0;
  const auto half = samples.begin() + static_cast<std::ptrdiff_t>((samples.size() - 1) / 2);
  std::nth_element(samples.begin(), half, samples.end());
  return *half;
}

}  // namespace

double AckPart::median_us() const {
  return middle(samples_us);
}

std::vector<AckPart> ack_parts(const Messages& messages, Time from, bool after_durable) {
  std::vector<AckPart> parts{
      {"edge", false, {}},           {"way to logic", false, {}}, {"check", false, {}},
      {"way to home", false, {}},    {"decide", false, {}},       {"way to store", true, {}},
      {"append and sync", true, {}}, {"way back", true, {}},      {"commit", true, {}},
      {"way to access", false, {}},  {"answer", false, {}}};
  const auto step = [&parts](std::size_t part, Time began, Time ended) {
    if (ended >= began) parts[part].samples_us.push_back(us(ended - began));
  };
  for (auto trace = messages.recent().rbegin(); trace != messages.recent().rend(); ++trace) {
    const MessageStory* story = messages.find(*trace);
    if (story == nullptr || story->acked < from || story->acked == Time(Duration(0))) continue;
    const Way way(*story);
    if (way.text == nullptr || way.submit == nullptr || way.checked == nullptr ||
        way.answer == nullptr) {
      continue;
    }
    step(0, way.text->arrived, way.submit->sent);
    step(1, way.submit->sent, way.submit->arrived);
    step(2, way.submit->arrived, way.checked->sent);
    step(3, way.checked->sent, way.checked->arrived);
    step(9, way.answer->sent, way.answer->arrived);
    step(10, way.answer->arrived, story->acked);
    if (!after_durable) {
      step(4, way.checked->arrived, way.answer->sent);
      continue;
    }
    if (way.append == nullptr || way.appended == nullptr) continue;
    step(4, way.checked->arrived, way.append->sent);
    step(5, way.append->sent, way.append->arrived);
    step(6, way.append->arrived, way.appended->sent);
    step(7, way.appended->sent, way.appended->arrived);
    step(8, way.appended->arrived, way.answer->sent);
  }
  if (!after_durable) std::erase_if(parts, [](const AckPart& part) { return part.disk; });
  return parts;
}

double median_of_sum(const std::vector<AckPart>& parts) {
  std::vector<double> sum{0};
  for (const AckPart& part : parts) {
    const std::vector<double> more = thinned(part.samples_us);
    if (more.empty()) return 0;
    std::vector<double> next;
    next.reserve(sum.size() * more.size());
    for (const double one : sum) {
      for (const double other : more)
        next.push_back(one + other);
    }
    sum = thinned(std::move(next));
  }
  return middle(sum);
}

}  // namespace glasspost::viz
