// Filling inboxes after the commit: rows are sent in number order, a window at a time, again until
// the mailbox confirms them; how far every inbox has come is written down in the log now and then.
#include <algorithm>
#include <cassert>

#include "engine/core/limits.hpp"
#include "engine/core/membership.hpp"
#include "engine/roles/conversation/conversation.hpp"

namespace glasspost {

// Sends the rows that fit into the member's window.
void Conversation::pump(Section& section, const MemberKey& member, Turn& turn) {
  const Thread* thread = section.folded.threads.find(member.conversation);
  assert(thread != nullptr);
  Progress& progress = section.progress.edit(member);
  const std::uint64_t to = std::min(thread->committed, progress.confirmed + limits::kIndexWindow);
  if (progress.sent >= to) return;
  std::vector<std::uint64_t> numbers;
  for (std::uint64_t number = progress.sent + 1; number <= to; ++number)
    numbers.push_back(number);
  std::vector<v1::StoredMessage> messages;
  // Bodies that have to be read from the log first: the retry timer comes back for the rows.
  if (!gather(section, member.conversation, numbers, messages, turn)) return;
  const Address mailbox = state_.config.owner_of(state_.config.mailbox_section(member.user));
  const std::uint64_t trace =
      section.bodies.trace({member.conversation, messages.front().number()});
  v1::IndexRows& rows = *turn.owner.out.send(mailbox, trace).letter.mutable_index_rows();
  rows.set_user(member.user.value);
  rows.set_conversation(member.conversation.value);
  rows.set_after(progress.sent);
  for (v1::StoredMessage& message : messages)
    *rows.add_messages() = std::move(message);
  // The clock of the oldest row that is not confirmed: later rows must not put its retry off.
  if (progress.sent == progress.confirmed) progress.sent_at = turn.owner.seen.now;
  progress.sent = to;
}

void Conversation::on_rows_indexed(const v1::RowsIndexed& indexed, Turn& turn) {
  const MemberKey member{ConversationId{indexed.conversation()}, UserId{indexed.user()}};
  Section* section = section_of_conversation(member.conversation);
  if (section == nullptr || !section->log.serving()) return;
  const Thread* thread = section->folded.threads.find(member.conversation);
  if (thread == nullptr || !is_member(member.conversation, member.user)) return;
  Progress& progress = section->progress.edit(member);
  const std::uint64_t number = std::min(indexed.number(), thread->committed);
  if (indexed.lacks_next() && number < progress.confirmed) {
    return on_rows_lacking(*section, member, number, turn);
  }
  if (number <= progress.confirmed) return;
  progress.confirmed = number;
  progress.in_vain = 0;
  progress.sent_at = turn.owner.seen.now;
  progress.sent = std::max(progress.sent, number);
  turn.owner.out.fact({.trace = section->bodies.trace({member.conversation, number}),
                       .kind = FactKind::kIndexed,
                       .subject = member.conversation.value,
                       .object = member.user.value,
                       .number = number});
  if (section->unrecorded.empty()) {
    turn.owner.out.wake({kIndexRecord, section->log.section().value},
                        turn.owner.seen.now + limits::kIndexRecord);
  }
  section->unrecorded.insert(member.conversation);
  if (number == thread->committed) {
    section->behind.erase(member);
  } else {
    pump(*section, member, turn);
  }
}

// A mailbox does not have what it had confirmed: a store that does not sync has lost it. (Or this
// is late news; then some rows are sent once more for nothing.) Go back to what it has.
void Conversation::on_rows_lacking(Section& section, const MemberKey& member, std::uint64_t number,
                                   Turn& turn) {
  Thread& thread = section.folded.threads.edit(member.conversation);
  thread.indexed_to = std::min(thread.indexed_to, number);
  section.progress.put(member, {.confirmed = number, .sent = number});
  section.behind.insert(member);
  pump(section, member, turn);
}

// Rows that were sent a while ago and are not confirmed were lost, or refused: send them again,
// and the ones after them too, because a mailbox takes no row whose predecessor it lacks.
void Conversation::on_index_retry(SectionId id, Section& section, Turn& turn) {
  turn.owner.out.wake({kIndexRetry, id.value}, turn.owner.seen.now + limits::kIndexRetry);
  if (!section.log.serving()) return;
  on_reads_overdue(section, turn);
  for (const MemberKey& member : section.behind) {
    Progress& progress = section.progress.edit(member);
    if (progress.sent > progress.confirmed) {
      const Duration patience = limits::patience(limits::kIndexRetry, progress.in_vain);
      if (turn.owner.seen.now - progress.sent_at < patience) continue;
      ++progress.in_vain;
    }
    progress.sent = progress.confirmed;
    pump(section, member, turn);
  }
}

// Writes indexed_to into the log, so that the next owner need not send everything again.
void Conversation::record_progress(SectionId id, Section& section, Turn& turn) {
  if (!section.log.serving()) return;
  if (!section.log.has_room()) {
    turn.owner.out.wake({kIndexRecord, id.value}, turn.owner.seen.now + limits::kIndexRecord);
    return;
  }
  for (ConversationId conversation : section.unrecorded) {
    Thread& thread = section.folded.threads.edit(conversation);
    std::uint64_t lowest = thread.committed;
    for (UserId user : members_of(conversation)) {
      lowest = std::min(lowest, section.progress.edit({conversation, user}).confirmed);
    }
    if (lowest <= thread.indexed_to) continue;
    thread.indexed_to = lowest;
    v1::IndexedTo& entry = *turn.decisions[id].batch.add_entries()->mutable_indexed_to();
    entry.set_conversation(conversation.value);
    entry.set_number(lowest);
  }
  section.unrecorded.clear();
}

}  // namespace glasspost
