// Which facts count.
#include "engine/telemetry/hub_line.hpp"

#include <algorithm>

#include "engine/telemetry/labels.hpp"

namespace glasspost {
namespace {

// Devices may tell what devices know, and nothing else.
bool may_publish(const Fact& fact) {
  return fact.kind == FactKind::kShown || fact.kind == FactKind::kKeyPassed ||
         fact.kind == FactKind::kGaveUp || fact.kind == FactKind::kDeviceStarted ||
         fact.kind == FactKind::kDeviceLoggedIn || fact.kind == FactKind::kDeviceAway;
}

}  // namespace

void HubListener::hear(const std::string& bytes, FactBatch& batch) {
  v1::HubReply reply;
  if (!reply.ParseFromString(bytes)) return;
  if (reply.has_labels()) {
    labels_ = from_proto(reply.labels());
    ++labels_version_;
  }
  const std::size_t before = batch.facts.size();
  // What the hub forgets before its first word to us is no loss: we came too late for it anyway.
  if (reply.lost() > 0 && begins_ != Time(Duration(0))) {
    batch.facts.push_back({.time_us = to_us(until_) + 1,
                           .kind = FactKind::kLost,
                           .object = reply.lost(),
                           .number = static_cast<std::uint64_t>(LossPlace::kSubscriber)});
  }
  const std::size_t old = batch.facts.size();
  if (!read_facts(reply.facts(), batch.facts)) return;
  const auto fresh =
      std::remove_if(batch.facts.begin() + static_cast<std::ptrdiff_t>(old), batch.facts.end(),
                     [this](const Fact& fact) { return time_from_us(fact.time_us) <= until_; });
  batch.facts.erase(fresh, batch.facts.end());
  if (begins_ == Time(Duration(0)) && batch.facts.size() > before) {
    begins_ = time_from_us(batch.facts[before].time_us);
  }
  until_ = std::max(until_, time_from_us(reply.until_us()));
}

Published read_published(const v1::PublishFacts& said, Time now) {
  Published published;
  published.lost = said.lost();
  if (!read_facts(said.facts(), published.facts)) return {};
  published.lost +=
      std::erase_if(published.facts, [](const Fact& fact) { return !may_publish(fact); });
  // A fact of the future would wait in the hub until then.
  for (Fact& fact : published.facts)
    fact.time_us = std::min(fact.time_us, to_us(now));
  return published;
}

}  // namespace glasspost
