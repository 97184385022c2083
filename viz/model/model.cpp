// Facts handed to the parts.
#include "viz/model/model.hpp"

#include <algorithm>

#include "engine/base/text.hpp"
#include "engine/core/choices.hpp"

namespace glasspost::viz {

void Model::name(const RunLabels& labels) {
  labels_ = labels;
  processes_.name(labels);
  for (const auto& [key, value] : labels.choices)
    choices_.try_emplace(key, value);
}

void Model::apply(const Fact& fact) {
  const Time at = time_from_us(fact.time_us);
  if (facts_ == 0) begins_ = at;
  now_ = std::max(now_, at);
  ++facts_;
  processes_.apply(fact);
  flows_.apply(fact);
  connections_.apply(fact);
  messages_.apply(fact);
  metrics_.apply(fact, messages_, connections_, processes_);
  deeds_.apply(fact, processes_);
  ledger_.apply(fact);
  failovers_.apply(fact, choices_);
  if (fact.kind == FactKind::kLost) {
    if (is_uncounted_loss(fact)) {
      lost_uncounted_ = true;
    } else {
      lost_ += fact.object;
    }
    begins_ = at;  // what was counted before is not all there was
  }
  if (fact.kind == FactKind::kUserJoined) {
    devices_[UserId{static_cast<std::uint32_t>(fact.subject)}] = fact.object;
  }
  if (fact.kind == FactKind::kChoiceSet) {
    const std::string key = choice_key_of(fact);
    choices_[key] = choice_value_of(fact);
    chosen_[key] = at;
    if (key == "telemetry.watch") begins_ = at;  // from now on another share of all is counted
  }
}

void Model::at(Time now) {
  now_ = std::max(now_, now);
  processes_.at(now_);
  flows_.at(now_);
  metrics_.at(now_);
}

std::uint64_t Model::watching() const {
  const auto found = choices_.find("telemetry.watch");
  if (found == choices_.end()) return 1;
  const Result<std::uint64_t> watch = parse_u64(found->second);
  return watch ? *watch : 1;
}

Time Model::same_since(const std::string& key) const {
  const auto set = chosen_.find(key);
  return set == chosen_.end() ? begins_ : std::max(begins_, set->second);
}

std::size_t Model::devices_of(UserId user) const {
  const auto found = devices_.find(user);
  return found == devices_.end() ? 0 : found->second;
}

std::string Model::user_name(UserId user) const {
  const auto found = labels_.users.find(user);
  return found == labels_.users.end() ? to_text(user) : found->second;
}

std::string Model::device_name(DeviceId device) const {
  return user_name(user_of(device)) + "'s device " + std::to_string(index_of(device));
}

std::string Model::role_name(std::uint32_t fact_role) {
  const Address role{static_cast<RoleKind>(fact_role >> 24), fact_role & 0xFF'FFFF};
  if (role.kind == RoleKind::kDevice) return "devices";
  if (role.number == 0) return to_text(role.kind);
  return to_text(role);
}

}  // namespace glasspost::viz
