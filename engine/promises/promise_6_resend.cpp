// Promise 6: client ids against numbers, numbers against client ids.
#include "engine/promises/promise_6_resend.hpp"

namespace glasspost {

Promise6Resend::Promise6Resend()
    : judgement_(6,
                 "Resending with the same client id in a conversation never makes a second "
                 "message; the same id with another body is an error.") {}

Promise6Resend::SendKey Promise6Resend::send_of(const Fact& fact) {
  return {ConversationId{fact.subject}, DeviceId{fact.object}, fact.value};
}

std::string Promise6Resend::to_text(const SendKey& send) {
  return "client id " + std::to_string(send.client_id) + " of " + glasspost::to_text(send.device) +
         " in " + glasspost::to_text(send.conversation);
}

void Promise6Resend::observe(const Fact& fact) {
  if (fact.kind != FactKind::kCommitted && fact.kind != FactKind::kAcked) return;
  judge_send(fact);
  if (fact.kind == FactKind::kCommitted) judge_number(fact);
}

void Promise6Resend::judge_send(const Fact& fact) {
  const SendKey key = send_of(fact);
  const auto [entry, is_new] = sends_.emplace(key, Send{.first = fact});
  if (is_new) judgement_.count();
  Send& send = entry->second;
  send.committed = send.committed || fact.kind == FactKind::kCommitted;
  if (send.first.number != fact.number) {
    judgement_.broke(to_text(key) + " has two numbers, " + std::to_string(send.first.number) +
                         " and " + std::to_string(fact.number),
                     {send.first, fact});
  }
  if (send.first.extra != fact.extra) {
    judgement_.broke(to_text(key) + " has two texts, for number " + std::to_string(fact.number),
                     {send.first, fact});
  }
}

// One client id with two texts is judged above; here, whether the number is another client id's.
void Promise6Resend::judge_number(const Fact& fact) {
  const Fact& first = committed_.emplace(message_of(fact), fact).first->second;
  if (send_of(first) == send_of(fact)) return;
  judgement_.broke(glasspost::to_text(message_of(fact)) +
                       " was committed twice with different content: for " +
                       to_text(send_of(first)) + " and for " + to_text(send_of(fact)),
                   {first, fact});
}

void Promise6Resend::finish() {
  if (!judgement_.complete()) return;
  for (const auto& [key, send] : sends_) {
    if (send.committed) continue;
    judgement_.broke(to_text(key) + " was acknowledged as number " +
                         std::to_string(send.first.number) + " and never committed",
                     {send.first});
  }
}

}  // namespace glasspost
