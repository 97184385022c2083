// Checking and passing on.
#include "engine/roles/logic/logic.hpp"

#include <algorithm>
#include <utility>

#include "engine/core/limits.hpp"

namespace glasspost {
namespace {

void ask_count(Outbox& out) {
  out.send({RoleKind::kAccount, 1}).letter.mutable_count_users();
}

ConversationId conversation_of(const v1::Letter& letter) {
  return ConversationId{letter.has_submit() ? letter.submit().conversation()
                                            : letter.read_history().history().conversation()};
}

// "There is none" and "you are no member" are the same answer, so the home's words are used here
// too.
void refuse(const v1::Letter& letter, v1::FailureCode code, Outbox& out) {
  if (letter.has_submit()) {
    const v1::Submit& submit = letter.submit();
    v1::Submitted& submitted =
        *out.send(unpack(submit.origin().access()), letter.trace()).letter.mutable_submitted();
    *submitted.mutable_origin() = submit.origin();
    submitted.set_conversation(submit.conversation());
    submitted.set_client_id(submit.client_id());
    submitted.set_failure(code);
    return;
  }
  const v1::Origin& origin = letter.read_history().origin();
  v1::HistoryRead& read =
      *out.send(unpack(origin.access()), letter.trace()).letter.mutable_history_read();
  *read.mutable_origin() = origin;
  read.set_failure(code);
}

}  // namespace

void Logic::step(const Input& input, const Seen& seen, Outbox& out) {
  switch (input.kind) {
    case Input::Kind::kConfig:
      state_.config = *input.config;
      return;
    case Input::Kind::kStart:
    case Input::Kind::kTimer:
      ask_count(out);
      out.wake({kCount, 0}, seen.now + limits::kUserCountPeriod);
      return;
    case Input::Kind::kLetters:
      for (const v1::Letter& letter : input.letters)
        on_letter(letter, out);
      return;
    case Input::Kind::kPeer:
      return;
  }
}

void Logic::on_letter(const v1::Letter& letter, Outbox& out) {
  switch (letter.body_case()) {
    case v1::Letter::kSubmit:
    case v1::Letter::kReadHistory:
      return pass_or_wait(letter, out);
    case v1::Letter::kUserCount:
      return on_count(letter.user_count(), out);
    default:
      return;
  }
}

void Logic::pass_or_wait(const v1::Letter& letter, Outbox& out) {
  const ConversationId conversation = conversation_of(letter);
  if (!is_pair(conversation)) return refuse(letter, v1::FAILURE_CODE_NO_CONVERSATION, out);
  if (higher_member(conversation).value <= state_.user_count) return pass(letter, out);
  if (state_.waiting.size() >= limits::kWaitingRequestsMax) {
    return refuse(letter, v1::FAILURE_CODE_BUSY, out);
  }
  state_.waiting.push_back({letter});
  ask_count(out);
}

void Logic::pass(const v1::Letter& letter, Outbox& out) {
  const ConversationId conversation = conversation_of(letter);
  const SectionId section = state_.config.conversation_section(conversation);
  state_.highest_passed = std::max(state_.highest_passed, higher_member(conversation).value);
  v1::Letter& passed = out.send(state_.config.owner_of(section), letter.trace()).letter;
  if (letter.has_submit()) {
    *passed.mutable_submit() = letter.submit();
  } else {
    *passed.mutable_read_history() = letter.read_history();
  }
}

void Logic::on_count(const v1::UserCount& count, Outbox& out) {
  state_.highest_told = std::max(state_.highest_told, count.count());
  state_.user_count = std::max(state_.user_count, count.count());
  const std::deque<Archived<v1::Letter>> waiting = std::exchange(state_.waiting, {});
  for (const Archived<v1::Letter>& letter : waiting) {
    const bool exists = higher_member(conversation_of(letter.value)).value <= state_.user_count;
    if (exists) {
      pass(letter.value, out);
    } else {
      refuse(letter.value, v1::FAILURE_CODE_NO_CONVERSATION, out);
    }
  }
}

std::string Logic::broken_invariant() const {
  if (state_.highest_passed > state_.user_count) {
    return "I1: something was passed on for " + to_text(UserId{state_.highest_passed}) +
           ", who is not known to exist";
  }
  for (const Archived<v1::Letter>& letter : state_.waiting) {
    if (!is_pair(conversation_of(letter.value))) return "I1: what waits is for no pair";
  }
  if (state_.user_count < state_.highest_told) return "I2: the count of users has fallen";
  return {};
}

}  // namespace glasspost
