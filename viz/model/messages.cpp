// Facts of messages into stories.
#include "viz/model/messages.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "engine/telemetry/tap.hpp"

namespace glasspost::viz {
namespace {

constexpr std::size_t kStoriesMax = 600;
constexpr std::size_t kHopsMax = 64;
constexpr std::size_t kPayloadMax = 4'096;

bool happened(Time time) {
  return time != Time(Duration(0));
}

template <class Seen, class Same>
bool knows(const std::vector<Seen>& seen, Same same) {
  return std::any_of(seen.begin(), seen.end(), same);
}

}  // namespace

Time MessageStory::last() const {
  Time latest = std::max({first, committed, acked});
  for (const Hop& hop : hops)
    latest = std::max(latest, hop.arrived);
  for (const DeviceSeen& seen : shown)
    latest = std::max(latest, seen.at);
  return latest;
}

std::vector<WaitPart> wait_parts(const MessageStory& story) {
  std::vector<WaitPart> parts;
  for (std::size_t index = 0; index < story.hops.size(); ++index) {
    const Hop& hop = story.hops[index];
    if (hop.arrived > hop.sent)
      parts.push_back({false, hop.from, hop.to, hop.kind, hop.arrived - hop.sent});
    // How long the sender had the message before this letter left it.
    Time came = Time(Duration(0));
    for (std::size_t before = 0; before < index; ++before) {
      const Hop& earlier = story.hops[before];
      if (earlier.to == hop.from && earlier.arrived <= hop.sent)
        came = std::max(came, earlier.arrived);
    }
    if (happened(came) && hop.sent > came) {
      parts.push_back({true, hop.from, hop.from, hop.kind, hop.sent - came});
    }
  }
  std::stable_sort(parts.begin(), parts.end(), [](const WaitPart& one, const WaitPart& other) {
    return one.took > other.took;
  });
  return parts;
}

std::string short_id(std::uint64_t trace) {
  return fmt::format("{:04x}", trace >> 48);
}

const MessageStory* Messages::find(std::uint64_t trace) const {
  const auto found = stories_.find(trace);
  return found == stories_.end() ? nullptr : found->second.get();
}

const MessageStory* Messages::find(const MessageKey& key) const {
  const auto found = by_key_.find(key);
  return found == by_key_.end() ? nullptr : find(found->second);
}

MessageStory* Messages::edit(std::uint64_t trace, Time now) {
  if (trace == 0) return nullptr;
  auto found = stories_.find(trace);
  if (found == stories_.end()) {
    found = stories_.emplace(trace, std::make_shared<MessageStory>()).first;
    found->second->trace = trace;
    found->second->first = now;
    recent_.push_back(trace);
    if (recent_.size() > kStoriesMax) forget_oldest();
  } else if (found->second.use_count() > 1) {
    found->second = std::make_shared<MessageStory>(*found->second);
  }
  return found->second.get();
}

MessageStory* Messages::edit(const MessageKey& key) {
  const auto found = by_key_.find(key);
  return found == by_key_.end() ? nullptr : edit(found->second, Time(Duration(0)));
}

void Messages::forget_oldest() {
  const auto oldest = stories_.find(recent_.front());
  recent_.pop_front();
  if (oldest == stories_.end()) return;
  kept_since_ = std::max(kept_since_, oldest->second->first + Duration(1));
  by_key_.erase(oldest->second->key);
  batches_.erase({oldest->second->section, oldest->second->position});
  stories_.erase(oldest);
}

void Messages::apply(const Fact& fact) {
  just_shown_ = nullptr;
  just_acked_ = nullptr;
  const Time now = time_from_us(fact.time_us);
  switch (fact.kind) {
    case FactKind::kArrived:
    case FactKind::kSent:
      return arrived(fact);
    case FactKind::kBytes:
      return bytes(fact);
    case FactKind::kCommitted:
    case FactKind::kAcked: {
      MessageStory* story = edit(fact.trace, now);
      if (story == nullptr) return;
      story->sender = DeviceId{fact.object};
      story->client_id = fact.value;
      story->key = {ConversationId{fact.subject}, fact.number};
      by_key_[story->key] = fact.trace;
      Time& when = fact.kind == FactKind::kAcked ? story->acked : story->committed;
      const bool first_time = !happened(when);
      if (first_time) when = now;
      if (first_time && fact.kind == FactKind::kAcked) just_acked_ = story;
      return;
    }
    case FactKind::kBatched: {
      MessageStory* story = edit(fact.trace, now);
      if (story == nullptr) return;
      story->key = {ConversationId{fact.subject}, fact.object};
      by_key_[story->key] = fact.trace;
      story->section = static_cast<std::uint32_t>(fact.number);
      story->position = fact.value;
      story->batch_trace =
          batches_.try_emplace({story->section, story->position}, fact.trace).first->second;
      return;
    }
    case FactKind::kVisible:
      return visible(fact);
    case FactKind::kNoticed: {
      MessageStory* story = fact.trace == 0 ? nullptr : edit(fact.trace, now);
      if (story != nullptr) story->noticed.push_back({DeviceId{fact.subject}, now});
      return;
    }
    case FactKind::kShown:
      return shown(fact);
    default:
      return;
  }
}

void Messages::visible(const Fact& fact) {
  MessageStory* story = edit(MessageKey{ConversationId{fact.object}, fact.number});
  const UserId user{static_cast<std::uint32_t>(fact.subject)};
  const auto same = [user](const InboxRowSeen& row) { return row.user == user; };
  if (story == nullptr || knows(story->rows, same)) return;
  story->rows.push_back({user, fact.value, time_from_us(fact.time_us)});
}

void Messages::shown(const Fact& fact) {
  MessageStory* story = edit(MessageKey{ConversationId{fact.object}, fact.number});
  const DeviceId device{fact.subject};
  const auto same = [device](const DeviceSeen& seen) { return seen.device == device; };
  if (story == nullptr || knows(story->shown, same)) return;
  story->shown.push_back({device, time_from_us(fact.time_us)});
  just_shown_ = story;
}

void Messages::arrived(const Fact& fact) {
  const Time now = time_from_us(fact.time_us);
  const bool leaves = fact.kind == FactKind::kSent;
  const Duration wait = leaves ? Duration(0) : Duration(static_cast<std::int64_t>(fact.value));
  MessageStory* story = edit(fact.trace, now - wait);
  if (story == nullptr || story->hops.size() >= kHopsMax) return;
  Hop hop;
  hop.from = leaves ? fact.role : fact_role_of(unpack(fact.subject));
  hop.to = leaves ? fact_role_of(unpack(fact.subject)) : fact.role;
  hop.kind = leaves || fact.extra == 0 ? fact.object : kClientLetter | fact.extra;
  hop.sent = now - wait;
  hop.arrived = now;
  hop.bytes = fact.number;
  hop.node = NodeId{fact.node};
  story->hops.push_back(std::move(hop));
}

void Messages::bytes(const Fact& fact) {
  MessageStory* story = edit(fact.trace, time_from_us(fact.time_us));
  if (story == nullptr) return;
  // It belongs to the newest letter that reached this process at that time.
  for (auto hop = story->hops.rbegin(); hop != story->hops.rend(); ++hop) {
    if (hop->node.value != fact.node || to_us(hop->arrived) != fact.time_us) continue;
    const std::array<std::uint64_t, 5> words{fact.subject, fact.object, fact.number, fact.value,
                                             fact.extra};
    const std::size_t offset = std::size_t{fact.role} * sizeof(words);
    const std::size_t whole = std::min<std::size_t>(hop->bytes, kPayloadMax);
    if (offset != hop->payload.size() || offset >= whole) return;
    hop->payload.append(reinterpret_cast<const char*>(words.data()),
                        std::min(sizeof(words), whole - offset));
    return;
  }
}

}  // namespace glasspost::viz
