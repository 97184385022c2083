// Promise 4: each message shown against the one before it and against other devices.
#include "engine/promises/promise_4_order.hpp"

#include <string>

namespace glasspost {

Promise4Order::Promise4Order()
    : judgement_(4, "Messages of one conversation are shown in one order on every device.") {}

void Promise4Order::observe(const Fact& fact) {
  if (starts_empty(fact)) {
    std::erase_if(highest_,
                  [&fact](const auto& entry) { return entry.first.first.value == fact.subject; });
  }
  if (fact.kind != FactKind::kShown) return;
  judgement_.count();
  judge_rises(fact);
  judge_same_text(fact);
}

void Promise4Order::judge_rises(const Fact& fact) {
  const DeviceId device{fact.subject};
  const auto [entry, is_first] =
      highest_.emplace(std::pair(device, ConversationId{fact.object}), fact);
  if (is_first) return;
  Fact& highest = entry->second;
  if (fact.number <= highest.number) {
    return judgement_.broke(to_text(device) + " shows " + to_text(message_of(fact)) +
                                " after number " + std::to_string(highest.number),
                            {highest, fact});
  }
  highest = fact;
}

void Promise4Order::judge_same_text(const Fact& fact) {
  const Fact& first = first_.emplace(message_of(fact), fact).first->second;
  if (first.extra == fact.extra) return;
  judgement_.broke(to_text(DeviceId{first.subject}) + " and " + to_text(DeviceId{fact.subject}) +
                       " show different texts for " + to_text(message_of(fact)),
                   {first, fact});
}

}  // namespace glasspost
