// Promise 3: a device that syncs never skips. Watches kVisible, kShown and kKeyPassed: the mailbox
// says which rows can be read, the device what it shows and how far it has come.
#pragma once

#include <map>
#include <utility>
#include <vector>

#include "engine/base/ids.hpp"
#include "engine/promises/judgement.hpp"
#include "engine/promises/message_key.hpp"
#include "engine/promises/number_set.hpp"

namespace glasspost {

// Judged: key passings. Broken when
//   1. a row becomes visible at or below a key that a device of its user has passed,
//   2. one inbox number of a user carries two different rows,
//   3. a device passes a visible row without having shown its message,
//   4. a key goes back,
//   5. a key goes on from another place than where the device stood.
// Owners repeat kVisible after a take-over: the very same row again is no break. Rows that were
// shown and never announced are none either: an owner may die before it says what is durable.
// 1, 3 and 5 conclude from what is missing and need a history without losses.
class Promise3NoSkip {
 public:
  Promise3NoSkip();

  void observe(const Fact& fact);

  // What a device that starts stood on its disk but could not tell any more: the power went between
  // the write and the word. The rows up to the key with which it starts that it is not known to
  // have shown, as kVisible told them, in order. REQUIRES: a kDeviceStarted; call before observe.
  std::vector<Fact> untold(const Fact& started) const;

  void lost(std::uint64_t facts) { judgement_.lost(facts); }
  bool broken() const { return judgement_.broken(); }
  Verdict verdict() const { return judgement_.verdict(); }

 private:
  using Rows = std::map<std::uint64_t, Fact>;  // inbox number -> the first kVisible of the row

  void on_visible(const Fact& fact);
  void on_key_passed(const Fact& fact);
  void on_device_started(const Fact& fact);
  void judge_late(const Fact& row);
  void judge_step(const Fact& passed);
  void judge_rows(const Fact& passed);

  std::map<UserId, Rows> visible_;
  std::map<DeviceId, Fact> passed_;  // the kKeyPassed with the highest key
  std::map<std::pair<DeviceId, ConversationId>, NumberSet> shown_;
  Judgement judgement_;
};

}  // namespace glasspost
