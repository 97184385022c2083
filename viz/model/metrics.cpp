// Facts into buckets.
#include "viz/model/metrics.hpp"

#include <algorithm>

#include "glasspost/v1/client.pb.h"
#include "glasspost/v1/letter.pb.h"

#include "engine/core/address.hpp"
#include "engine/telemetry/tap.hpp"

namespace glasspost::viz {
namespace {

constexpr std::size_t kSamplesMax = 400;

void add_sample(Bucket& bucket, Latency latency, Duration took) {
  auto& samples = bucket.latencies_us[static_cast<std::size_t>(latency)];
  if (samples.size() < kSamplesMax && took >= Duration(0)) {
    samples.push_back(static_cast<std::uint32_t>(std::min<std::int64_t>(to_us(took), 0xFFFF'FFFF)));
  }
}

// Owners renew leases and arbiters look at them all the time: no text asks for that.
bool is_of_leases(std::uint64_t letter) {
  switch (static_cast<v1::Letter::BodyCase>(letter)) {
    case v1::Letter::kRenewLeases:
    case v1::Letter::kLeasesRenewed:
    case v1::Letter::kReadOwners:
    case v1::Letter::kOwnersRead:
    case v1::Letter::kAskRelease:
    case v1::Letter::kSectionReleased:
      return true;
    default:
      return false;
  }
}

}  // namespace

Bucket& Metrics::bucket(Time now) {
  const Time from = now - Duration(to_us(now) % to_us(kBucket));
  if (buckets_.empty() || buckets_.back().from < from) {
    // Quiet time counts, too: it is a row of zeros, not a gap.
    Time next = buckets_.empty() ? from : buckets_.back().from + kBucket;
    next = std::max(next, from - kMetricsKept);
    for (; next <= from; next += kBucket) {
      buckets_.emplace_back();
      buckets_.back().from = next;
    }
    while (buckets_.front().from < from - kMetricsKept)
      buckets_.pop_front();
    return buckets_.back();
  }
  const auto found = std::lower_bound(buckets_.begin(), buckets_.end(), from,
                                      [](const Bucket& one, Time time) { return one.from < time; });
  return found == buckets_.end() ? buckets_.back() : *found;
}

void Metrics::at(Time now) {
  if (!buckets_.empty()) bucket(now);
}

void Metrics::add(Time now, Count count, std::uint64_t amount) {
  bucket(now).counts[static_cast<std::size_t>(count)] += static_cast<std::uint32_t>(amount);
}

void Metrics::apply(const Fact& fact, const Messages& messages, const Connections& connections,
                    const Processes& processes) {
  const Time now = time_from_us(fact.time_us);
  switch (fact.kind) {
    case FactKind::kCell:
      return cell(fact, processes);
    case FactKind::kAcked:
      add(now, Count::kAcked, 1);
      return sample(messages.just_acked(), Latency::kToAcked, now);
    case FactKind::kVisible: {
      const UserId user{static_cast<std::uint32_t>(fact.subject)};
      add(now, Count::kRows, 1);
      return add(now, Count::kDue, connections.logged_in(user).size());
    }
    case FactKind::kShown:
      add(now, Count::kShown, 1);
      return sample(messages.just_shown(), Latency::kToShown, now);
    case FactKind::kNoticed:
      return add(now, Count::kNotices, 1);
    case FactKind::kHandedOut:
      return add(now, Count::kNumbers, fact.value);
    case FactKind::kCeiling:
      return add(now, Count::kCeilings, 1);
    case FactKind::kLoggedIn:
      return add(now, Count::kLogins, 1);
    case FactKind::kServing:
      add(now, Count::kTakeOvers, 1);
      if (static_cast<RoleKind>(fact.role >> 24) == RoleKind::kSeq) {
        add(now, Count::kSeqTakeOvers, 1);
      }
      return;
    case FactKind::kLost:
      if (!is_uncounted_loss(fact)) add(now, Count::kLost, fact.object);
      return;
    case FactKind::kGauge:
      return gauge(fact, processes);
    default:
      return;
  }
}

void Metrics::cell(const Fact& fact, const Processes& processes) {
  const Time now = time_from_us(fact.time_us);
  add(now, Count::kLetters, fact.number);
  if (fact.object == (kClientLetter | v1::ClientEnvelope::kSendText)) {
    add(now, Count::kSends, fact.number);
  }
  if (fact.object == (kClientLetter | v1::ClientEnvelope::kSync)) {
    add(now, Count::kPulls, fact.number);
  }
  if (fact.object == v1::Letter::kRenewLeases) add(now, Count::kRenewals, fact.number);
  if (is_of_leases(fact.object)) return;
  const ProcessCard* from = processes.of_role(static_cast<std::uint32_t>(fact.subject >> 32));
  const ProcessCard* to = processes.of_role(static_cast<std::uint32_t>(fact.subject));
  if (from == nullptr || to == nullptr || from == to) return;
  add(now, Count::kCrossed, fact.number);
  if (fact.object == v1::Letter::kCountUsers) add(now, Count::kLookups, fact.number);
}

// How long it took a message until now. Without its way to the server nobody knows when it came.
void Metrics::sample(const MessageStory* story, Latency what, Time now) {
  if (story != nullptr && !story->hops.empty()) add_sample(bucket(now), what, now - story->first);
}

// Of stores alone: the account has a disk of its own.
void Metrics::gauge(const Fact& fact, const Processes& processes) {
  const ProcessCard* card = processes.find(NodeId{fact.node});
  if (card == nullptr || !has_store(*card)) return;
  const auto kind = static_cast<GaugeKind>(fact.subject);
  if (kind == GaugeKind::kSyncP50Us && fact.number > 0) {
    const Time now = time_from_us(fact.time_us);
    add_sample(bucket(now), Latency::kSync, Duration(static_cast<std::int64_t>(fact.number)));
  }
  const bool counts = kind == GaugeKind::kSyncs || kind == GaugeKind::kPuts;
  if (!counts || fact.node >= syncs_.size()) return;
  const Count count = kind == GaugeKind::kSyncs ? Count::kSyncs : Count::kPuts;
  std::uint64_t& last = (count == Count::kSyncs ? syncs_ : puts_)[fact.node];
  const std::uint64_t before = last;
  last = fact.number;
  if (before == 0 || fact.number <= before) return;  // the first one, or a new life
  bucket(time_from_us(fact.time_us)).counts[static_cast<std::size_t>(count)] +=
      static_cast<std::uint32_t>(fact.number - before);
}

double Metrics::rate(Count count, Time now, Duration span) const {
  double sum = 0;
  for (auto bucket = buckets_.rbegin(); bucket != buckets_.rend(); ++bucket) {
    if (bucket->from + kBucket > now) continue;
    if (bucket->from + span < now) break;
    sum += bucket->counts[static_cast<std::size_t>(count)];
  }
  return sum * 1e6 / static_cast<double>(to_us(span));
}

Spread Metrics::spread(Latency latency, Time from, Time to) const {
  std::vector<std::uint32_t> samples;
  for (const Bucket& bucket : buckets_) {
    if (bucket.from < from || bucket.from >= to) continue;
    const auto& some = bucket.latencies_us[static_cast<std::size_t>(latency)];
    samples.insert(samples.end(), some.begin(), some.end());
  }
  Spread spread;
  spread.samples = samples.size();
  if (samples.empty()) return spread;
  std::sort(samples.begin(), samples.end());
  const auto at_share = [&samples](double share) {
    const auto index = static_cast<std::size_t>(share * static_cast<double>(samples.size() - 1));
    return static_cast<double>(samples[index]);
  };
  spread.lowest = at_share(0);
  spread.p50 = at_share(0.5);
  spread.p99 = at_share(0.99);
  spread.highest = at_share(1);
  return spread;
}

}  // namespace glasspost::viz
