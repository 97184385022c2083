// Promise 4: one order everywhere. Watches kShown. Numbers are given once, by the home; so one
// order on every device means that numbers rise on each, and that a number is the same text on all.
#pragma once

#include <map>
#include <utility>

#include "engine/base/ids.hpp"
#include "engine/promises/judgement.hpp"
#include "engine/promises/message_key.hpp"

namespace glasspost {

// Judged: messages shown. Broken when
//   1. a device shows a number of a conversation at or below one that it has shown,
//   2. two devices show different texts for one number.
// Both are proved by what was seen: losses hide breaks, and never make one up.
class Promise4Order {
 public:
  Promise4Order();

  void observe(const Fact& fact);
  void lost(std::uint64_t facts) { judgement_.lost(facts); }
  bool broken() const { return judgement_.broken(); }
  Verdict verdict() const { return judgement_.verdict(); }

 private:
  void judge_rises(const Fact& fact);
  void judge_same_text(const Fact& fact);

  std::map<std::pair<DeviceId, ConversationId>, Fact> highest_;  // the highest number shown
  std::map<MessageKey, Fact> first_;                             // who showed it first
  Judgement judgement_;
};

}  // namespace glasspost
