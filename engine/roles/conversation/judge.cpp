// Judging a send: membership, client ids, and the answer that waits for the commit.
#include <algorithm>
#include <cassert>
#include <vector>

#include "engine/base/hash.hpp"
#include "engine/core/limits.hpp"
#include "engine/core/membership.hpp"
#include "engine/roles/conversation/conversation.hpp"

namespace glasspost {
namespace {

// The answer to a send, still without a verdict.
v1::Letter answer_to(const v1::Letter& question) {
  const v1::Submit& submit = question.submit();
  v1::Letter letter;
  letter.set_target(submit.origin().access());
  letter.set_trace(question.trace());
  v1::Submitted& submitted = *letter.mutable_submitted();
  *submitted.mutable_origin() = submit.origin();
  submitted.set_conversation(submit.conversation());
  submitted.set_client_id(submit.client_id());
  submitted.set_body_hash(hash64(submit.text()));
  return letter;
}

void refuse(const v1::Letter& question, v1::FailureCode code, Outbox& out) {
  v1::Letter answer = answer_to(question);
  answer.mutable_submitted()->set_failure(code);
  out.send(unpack(answer.target())).letter = answer;
}

// A device may send the same text again and again while the store stands still. So many of its
// answers wait; then the oldest one goes, whose connection has most likely gone before it.
void make_room_for_resend(std::vector<Archived<v1::Letter>>& waiting, const v1::Submitted& newest) {
  const auto is_same = [&newest](const Archived<v1::Letter>& one) {
    const v1::Submitted& other = one.value.submitted();
    return other.origin().device() == newest.origin().device() &&
           other.client_id() == newest.client_id() && other.conversation() == newest.conversation();
  };
  if (std::count_if(waiting.begin(), waiting.end(), is_same) < limits::kAnswersPerTextMax) return;
  waiting.erase(std::find_if(waiting.begin(), waiting.end(), is_same));
}

}  // namespace

void Conversation::on_submit(const v1::Letter& letter, Turn& turn) {
  const v1::Submit& submit = letter.submit();
  const ConversationId conversation{submit.conversation()};
  Section* section = section_of_conversation(conversation);
  if (section == nullptr || !section->log.serving()) {
    return refuse(letter, v1::FAILURE_CODE_UNAVAILABLE, turn.owner.out);
  }
  const v1::FailureCode verdict = judge(*section, submit);
  if (verdict != v1::FAILURE_CODE_UNSPECIFIED) return refuse(letter, verdict, turn.owner.out);

  const DeviceId device{submit.origin().device()};
  const Judged* known = section->folded.judged.find({conversation, device, submit.client_id()});
  if (known != nullptr) return on_resend(*section, *known, letter, turn);
  // Too many batches wait for the store already, or this step's has become long enough.
  if (!section->log.has_room(turn.bytes_decided(section->log.section()))) {
    return refuse(letter, v1::FAILURE_CODE_BUSY, turn.owner.out);
  }
  accept(section->log.section(), *section, letter, turn);
}

// A resend: it gets the first one's answer, when the first one is committed.
void Conversation::on_resend(Section& section, const Judged& known, const v1::Letter& letter,
                             Turn& turn) {
  const v1::Submit& submit = letter.submit();
  const ConversationId conversation{submit.conversation()};
  v1::Letter answer = answer_to(letter);
  answer.mutable_submitted()->set_number(known.number);
  answer.mutable_submitted()->set_time_ms(known.time_ms);
  if (section.folded.threads.find(conversation)->committed >= known.number) {
    // Whoever committed it may have died before it could say so; observers ignore what they know.
    turn.owner.out.fact({.trace = letter.trace(),
                         .kind = FactKind::kCommitted,
                         .subject = conversation.value,
                         .object = submit.origin().device(),
                         .number = known.number,
                         .value = submit.client_id(),
                         .extra = known.body_hash});
  } else {
    const auto waiting = section.answers.find(position_of(section, {conversation, known.number}));
    if (waiting != section.answers.end()) {
      make_room_for_resend(waiting->second, answer.submitted());
    }
  }
  answer_at_commit(section, known.number, std::move(answer), turn);
}

v1::FailureCode Conversation::judge(const Section& section, const v1::Submit& submit) const {
  const ConversationId conversation{submit.conversation()};
  const DeviceId device{submit.origin().device()};
  if (!is_member(conversation, UserId{submit.origin().user()})) {
    return v1::FAILURE_CODE_NO_CONVERSATION;
  }
  if (const Judged* known =
          section.folded.judged.find({conversation, device, submit.client_id()})) {
    return known->body_hash == hash64(submit.text()) ? v1::FAILURE_CODE_UNSPECIFIED
                                                     : v1::FAILURE_CODE_CLIENT_ID_REUSED;
  }
  const Window* window = section.folded.windows.find({conversation, device, 0});
  if (submit.client_id() == 0 || (window != nullptr && submit.client_id() <= window->floor)) {
    return v1::FAILURE_CODE_TOO_OLD;
  }
  return v1::FAILURE_CODE_UNSPECIFIED;
}

// Decides: the message has a number and a place in this step's batch. It is not committed yet.
void Conversation::accept(SectionId id, Section& section, const v1::Letter& letter, Turn& turn) {
  const v1::Submit& submit = letter.submit();
  const ConversationId conversation{submit.conversation()};
  v1::StoredMessage message;
  message.set_conversation(conversation.value);
  const Thread* thread = section.folded.threads.find(conversation);
  message.set_number((thread == nullptr ? 0 : thread->last) + 1);
  message.set_sender(submit.origin().user());
  message.set_sender_device(submit.origin().device());
  message.set_client_id(submit.client_id());
  message.set_text(submit.text());
  message.set_time_ms(turn.owner.seen.wall_ms);

  // The step's batch will get the next position, whatever else the step decides.
  const std::uint64_t position = section.log.next_position;
  const MessageKey key{conversation, message.number()};
  section.positions.put(key, position);
  section.decided[position].push_back(key);
  remember(section, message);
  Decision& decision = turn.decisions[id];
  *decision.batch.add_entries()->mutable_message() = message;
  decision.bytes += submit.text().size();

  v1::Letter answer = answer_to(letter);
  answer.mutable_submitted()->set_number(message.number());
  answer.mutable_submitted()->set_time_ms(message.time_ms());
  answer_at_commit(section, message.number(), std::move(answer), turn);
}

// The answer waits under its message's position until the horizon gets there.
void Conversation::answer_at_commit(Section& section, std::uint64_t number, v1::Letter answer,
                                    Turn& turn) {
  const ConversationId conversation{answer.submitted().conversation()};
  const bool at_once = state_.config.choices.delivery_ack == DeliveryAck::kAfterMemory;
  if (at_once || number <= section.folded.threads.find(conversation)->committed) {
    turn.owner.out.send(unpack(answer.target())).letter = std::move(answer);
    return;
  }
  const std::uint64_t position = position_of(section, {conversation, number});
  assert(position > section.log.horizon);
  section.answers[position].push_back({std::move(answer)});
}

// What a home knows of a message beside its place in the log. The same for a new one and a replayed
// one.
void Conversation::remember(Section& section, const v1::StoredMessage& message) {
  const ConversationId conversation{message.conversation()};
  const DeviceId device{message.sender_device()};
  Thread& thread = section.folded.threads.edit(conversation);
  assert(message.number() == thread.last + 1);
  thread.last = message.number();
  section.bodies.put(message);
  section.folded.judged.put({conversation, device, message.client_id()},
                            {message.number(), hash64(message.text()), message.time_ms()});
  // The lowest id goes, not the oldest message: what is at or below the floor is refused for ever.
  Window& window = section.folded.windows.edit({conversation, device, 0});
  if (++window.kept <= limits::kClientIdsKept) return;
  const auto oldest = section.folded.judged.lower_bound({conversation, device, 0});
  window.floor = oldest->key.client_id;
  --window.kept;
  section.folded.judged.erase(ClientKey{conversation, device, window.floor});
}

}  // namespace glasspost
