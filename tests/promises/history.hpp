// A history told fact by fact, for the tests of promises. Each fact comes 1 ms after the one before
// it. Unless a test says otherwise user 3 has device 3.1, user 7 has devices 7.1 and 7.2, and all
// talk in pair 3+7.
#pragma once

#include <cstdint>
#include <string>

#include "engine/promises/promises.hpp"

namespace glasspost {

inline const UserId kAnna{3};
inline const UserId kBen{7};
inline const DeviceId kAnna1 = device_of(kAnna, 1);
inline const DeviceId kBen1 = device_of(kBen, 1);
inline const DeviceId kBen2 = device_of(kBen, 2);
inline const ConversationId kPair = pair_of(kAnna, kBen);

// What a text hashes to is of no interest here: the text n of a message is its hash.
inline constexpr std::uint64_t kText = 1000;

class History {
 public:
  Promises promises;
  Time now = time_from_us(0);

  History& add(const Fact& fact) {
    now += Duration(1000);
    promises.observe(now, fact);
    return *this;
  }

  History& wait(int seconds) {
    now += std::chrono::seconds(seconds);
    return *this;
  }

  History& joined(UserId user, std::uint64_t devices) {
    return add({.kind = FactKind::kUserJoined, .subject = user.value, .object = devices});
  }

  History& both_joined() { return joined(kAnna, 1).joined(kBen, 2); }

  History& committed(std::uint64_t number, std::uint64_t client_id, std::uint64_t text = kText) {
    return add({.kind = FactKind::kCommitted,
                .subject = kPair.value,
                .object = kAnna1.value,
                .number = number,
                .value = client_id,
                .extra = text});
  }

  History& acked(std::uint64_t number, std::uint64_t client_id, std::uint64_t text = kText) {
    return add({.kind = FactKind::kAcked,
                .subject = kPair.value,
                .object = kAnna1.value,
                .number = number,
                .value = client_id,
                .extra = text});
  }

  History& visible(UserId user, std::uint64_t number, std::uint64_t inbox_number) {
    return add({.kind = FactKind::kVisible,
                .subject = user.value,
                .object = kPair.value,
                .number = number,
                .value = inbox_number});
  }

  History& shown(DeviceId device, std::uint64_t number, std::uint64_t text = kText,
                 ConversationId conversation = kPair) {
    return add({.kind = FactKind::kShown,
                .subject = device.value,
                .object = conversation.value,
                .number = number,
                .value = 12000 + number,
                .extra = text});
  }

  History& shown_everywhere(std::uint64_t number) {
    return shown(kAnna1, number).shown(kBen1, number).shown(kBen2, number);
  }

  History& passed(DeviceId device, std::uint64_t before, std::uint64_t after) {
    return add(
        {.kind = FactKind::kKeyPassed, .subject = device.value, .object = before, .number = after});
  }

  History& handed_out(UserId user, std::uint64_t first, std::uint64_t count,
                      std::uint64_t ceiling) {
    return add({.kind = FactKind::kHandedOut,
                .subject = user.value,
                .object = section_of(SectionKind::kSeq, 0).value,
                .number = first,
                .value = count,
                .extra = ceiling});
  }

  History& device_started(DeviceId device, std::uint64_t key) {
    return add({.kind = FactKind::kDeviceStarted, .subject = device.value, .object = key});
  }

  History& lost(std::uint64_t facts) {
    promises.lost(facts);
    return *this;
  }

  History& live(DeviceId device, bool is_live) {
    promises.device_live(device, is_live);
    return *this;
  }

  // The last fault healed before the first fact.
  History& finish() {
    promises.finish(time_from_us(0), now);
    return *this;
  }

  Verdict verdict(int promise) const {
    for (const Verdict& verdict : promises.verdicts()) {
      if (verdict.promise == promise) return verdict;
    }
    return {};
  }
};

}  // namespace glasspost
