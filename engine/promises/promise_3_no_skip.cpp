// Promise 3: rows against keys, keys against rows.
#include "engine/promises/promise_3_no_skip.hpp"

#include <string>

namespace glasspost {
namespace {

// The fields of a kKeyPassed fact.
std::uint64_t key_before(const Fact& passed) {
  return passed.object;
}
std::uint64_t key_after(const Fact& passed) {
  return passed.number;
}

// The inbox number of a kVisible fact.
std::uint64_t inbox_number(const Fact& row) {
  return row.value;
}

std::string at_inbox_number(const Fact& row) {
  return "inbox number " + std::to_string(inbox_number(row));
}

std::string step_text(const Fact& passed) {
  return to_text(DeviceId{passed.subject}) + " went from key " +
         std::to_string(key_before(passed)) + " to key " + std::to_string(key_after(passed));
}

}  // namespace

Promise3NoSkip::Promise3NoSkip()
    : judgement_(3,
                 "A device that syncs never skips: nothing at or below its key becomes visible "
                 "after the key has passed it.") {}

void Promise3NoSkip::observe(const Fact& fact) {
  if (fact.kind == FactKind::kVisible) on_visible(fact);
  if (fact.kind == FactKind::kKeyPassed) on_key_passed(fact);
  if (fact.kind == FactKind::kDeviceStarted) on_device_started(fact);
  if (fact.kind == FactKind::kShown) {
    shown_[{DeviceId{fact.subject}, ConversationId{fact.object}}].add(fact.number);
  }
}

void Promise3NoSkip::on_device_started(const Fact& fact) {
  const DeviceId device{fact.subject};
  if (starts_empty(fact)) {
    passed_.erase(device);
    std::erase_if(shown_, [device](const auto& entry) { return entry.first.first == device; });
    return;
  }
  const auto last = passed_.find(device);
  if (last == passed_.end() || fact.object <= key_after(last->second)) return;
  for (const Fact& row : untold(fact))
    shown_[{device, message_of(row).conversation}].add(row.number);
  last->second = {.time_us = fact.time_us,
                  .kind = FactKind::kKeyPassed,
                  .subject = fact.subject,
                  .object = key_after(last->second),
                  .number = fact.object};
}

std::vector<Fact> Promise3NoSkip::untold(const Fact& started) const {
  std::vector<Fact> found;
  const DeviceId device{started.subject};
  const auto rows = visible_.find(user_of(device));
  if (rows == visible_.end()) return found;
  const auto last = passed_.find(device);
  const std::uint64_t told = last == passed_.end() ? 0 : key_after(last->second);
  for (auto row = rows->second.upper_bound(told);
       row != rows->second.end() && row->first <= started.object; ++row) {
    const MessageKey message = message_of(row->second);
    const auto shown = shown_.find({device, message.conversation});
    if (shown != shown_.end() && shown->second.contains(message.number)) continue;
    found.push_back(row->second);
  }
  return found;
}

void Promise3NoSkip::on_visible(const Fact& fact) {
  const UserId user{static_cast<std::uint32_t>(fact.subject)};
  const auto [entry, is_new] = visible_[user].emplace(inbox_number(fact), fact);
  if (is_new) return judge_late(fact);
  const Fact& before = entry->second;
  if (message_of(before) == message_of(fact)) return;
  judgement_.broke(at_inbox_number(fact) + " of " + to_text(user) + " carries both " +
                       to_text(message_of(before)) + " and " + to_text(message_of(fact)),
                   {before, fact});
}

// With losses the row may well have been announced before: then this is a repetition.
void Promise3NoSkip::judge_late(const Fact& row) {
  if (!judgement_.complete()) return;
  const UserId user{static_cast<std::uint32_t>(row.subject)};
  for (auto entry = passed_.lower_bound(device_of(user, 0));
       entry != passed_.end() && user_of(entry->first) == user; ++entry) {
    const Fact& passed = entry->second;
    if (inbox_number(row) > key_after(passed)) continue;
    judgement_.broke(to_text(message_of(row)) + " became visible to " + to_text(user) + " at " +
                         at_inbox_number(row) + " after " + to_text(entry->first) +
                         " had passed key " + std::to_string(key_after(passed)),
                     {passed, row});
  }
}

void Promise3NoSkip::on_key_passed(const Fact& fact) {
  judgement_.count();
  judge_step(fact);
  judge_rows(fact);
  Fact& highest = passed_.emplace(DeviceId{fact.subject}, fact).first->second;
  if (key_after(fact) > key_after(highest)) highest = fact;
}

// Does the key go on from where the device stood? Where it stood before its first fact only the
// device knows.
void Promise3NoSkip::judge_step(const Fact& passed) {
  const DeviceId device{passed.subject};
  if (key_after(passed) < key_before(passed)) {
    judgement_.broke(step_text(passed) + ", which is back", {passed});
  }
  const auto last = passed_.find(device);
  if (last == passed_.end() || key_before(passed) == key_after(last->second)) return;
  const std::uint64_t stood = key_after(last->second);
  // A key further on may only mean that we missed the steps between.
  if (key_before(passed) > stood && !judgement_.complete()) return;
  judgement_.broke(step_text(passed) + ", though it stood at key " + std::to_string(stood),
                   {last->second, passed});
}

// Was all that lies between the two keys shown? A page's kShown facts come before its kKeyPassed.
void Promise3NoSkip::judge_rows(const Fact& passed) {
  if (!judgement_.complete()) return;
  const DeviceId device{passed.subject};
  const Rows& rows = visible_[user_of(device)];
  for (auto row = rows.upper_bound(key_before(passed));
       row != rows.end() && row->first <= key_after(passed); ++row) {
    const MessageKey message = message_of(row->second);
    if (shown_[{device, message.conversation}].contains(message.number)) continue;
    judgement_.broke(to_text(device) + " passed key " + std::to_string(key_after(passed)) +
                         " without showing " + to_text(message) + " (" +
                         at_inbox_number(row->second) + ")",
                     {row->second, passed});
  }
}

}  // namespace glasspost
