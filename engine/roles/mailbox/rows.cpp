// The way of a row until it is in the log: accepted in the conversation's order, numbered by the
// allocator, appended.
#include <cassert>
#include <map>

#include "engine/core/dropped.hpp"
#include "engine/core/limits.hpp"
#include "engine/roles/mailbox/mailbox.hpp"

namespace glasspost {
namespace {

constexpr std::uint32_t kInVainMax = 2;  // DESIGN: at most two retries

void drop(const v1::Letter& letter, DropReason reason, OwnerStep& step) {
  step.out.fact(dropped_fact(step.self, letter, reason));
}

// Numbers handed out for one user: next .. end - 1 are still free.
struct NumberRun {
  std::uint64_t next = 0;
  std::uint64_t end = 0;
};

v1::RowsIndexed& confirm(const v1::Letter& letter, std::uint64_t number, OwnerStep& step) {
  v1::RowsIndexed& indexed =
      *step.out.send(unpack(letter.source()), letter.trace()).letter.mutable_rows_indexed();
  indexed.set_user(letter.index_rows().user());
  indexed.set_conversation(letter.index_rows().conversation());
  indexed.set_number(number);
  return indexed;
}

}  // namespace

// Takes in the rows that come next. What is here already is confirmed, what would leave a hole is
// not taken: in both cases the home goes on from what is confirmed.
void Mailbox::on_index_rows(const v1::Letter& letter, OwnerStep& step) {
  const v1::IndexRows& rows = letter.index_rows();
  Section* section = section_of_user(rows.user());
  if (section == nullptr || !section->log.serving()) {
    return drop(letter, DropReason::kNotServing, step);
  }
  const UserId user{rows.user()};
  const MemberKey member{ConversationId{rows.conversation()}, user};
  const Indexed* known = section->folded.indexed.find(member);
  const Indexed before = known == nullptr ? Indexed{} : *known;
  const std::size_t under_way = section->accepted.size() + section->asking.size();
  // A letter before this one was lost or dropped; or we lost rows: only then the home goes back.
  if (rows.after() > before.accepted) {
    confirm(letter, before.durable, step).set_lacks_next(true);
    return drop(letter, DropReason::kStale, step);
  }
  if (under_way >= limits::kPendingRowsMax || !section->log.has_room()) {
    return drop(letter, DropReason::kQueueFull, step);
  }
  std::uint64_t accepted = before.accepted;
  for (const v1::StoredMessage& message : rows.messages()) {
    section->bodies.put(message);
    if (message.number() <= accepted) continue;
    if (message.number() != accepted + 1) return drop(letter, DropReason::kStale, step);
    accepted = message.number();
    section->folded.indexed.edit(member).accepted = accepted;
    section->accepted.push_back({user, {member.conversation, accepted}});
  }
  if (accepted == before.accepted && before.durable > rows.after()) {
    confirm(letter, before.durable, step);  // the confirmation was lost: say it again
  }
}

// One request at a time and section; what arrives meanwhile goes into the next one.
void Mailbox::ask_numbers(SectionId id, Section& section, OwnerStep& step) {
  if (!section.log.serving() || !section.asking.empty() || section.accepted.empty()) return;
  section.asking.swap(section.accepted);
  section.in_vain = 0;
  send_ask(id, section, step);
}

// By the table, which rises with every move (WF 3.9), or one of two that are known (WF 3.10).
Address Mailbox::allocator_of(SectionId numbers, const Section& section) const {
  if (state_.config.choices.seq_routing == SeqRouting::kTable)
    return state_.config.owner_of(numbers);
  return state_.config.seq_pair(numbers).at(section.asks_backup ? 1 : 0);
}

void Mailbox::send_ask(SectionId id, Section& section, OwnerStep& step) {
  std::map<UserId, std::uint32_t> counts;
  for (const Unnumbered& row : section.asking)
    ++counts[row.user];
  const SectionId numbers = section_of(SectionKind::kSeq, index_of(id));
  const std::uint64_t trace = section.bodies.trace(section.asking.front().message);
  v1::TakeNumbers& take =
      *step.out.send(allocator_of(numbers, section), trace).letter.mutable_take_numbers();
  take.set_ticket(++section.ticket);
  take.set_section(numbers.value);
  take.set_alone(true);
  for (const auto& [user, count] : counts) {
    v1::NumberRange& range = *take.add_ranges();
    range.set_user(user.value);
    range.set_count(count);
  }
  step.out.wake({kNumbersRetry, id.value}, step.seen.now + limits::kNumbersRetry);
}

void Mailbox::on_numbers_retry(SectionId id, Section& section, OwnerStep& step) {
  if (!section.log.serving() || section.asking.empty()) return;
  section.in_vain = 0;
  section.asks_backup = !section.asks_backup;  // silent: it may be dead
  send_ask(id, section, step);  // a new ticket: a late answer to the old one counts no more
}

// Whoever was asked is not the owner. A newer table has come with its answer, or there are two and
// it is the other one. After two questions in vain nobody knows yet: the retry asks again.
void Mailbox::on_numbers_refused(const v1::Letter& letter, OwnerStep& step) {
  const v1::NumbersRefused& refused = letter.numbers_refused();
  const SectionId numbers{refused.section()};
  const SectionId id = section_of(SectionKind::kMailbox, index_of(numbers));
  const auto found = state_.sections.find(id);
  if (kind_of(numbers) != SectionKind::kSeq || found == state_.sections.end()) return;
  Section& section = found->second;
  if (refused.ticket() != section.ticket || section.asking.empty()) return;
  if (refused.failure() != v1::NUMBERS_FAILURE_NOT_OWNER || section.in_vain >= kInVainMax) return;
  ++section.in_vain;
  section.asks_backup = !section.asks_backup;
  if (section.log.serving() && allocator_of(numbers, section) != unpack(letter.source())) {
    send_ask(id, section, step);
  }
}

// Gives every waiting row its number and appends them, in the order in which they were accepted.
void Mailbox::on_numbers(const v1::NumbersTaken& taken, OwnerStep& step) {
  const SectionId id = section_of(SectionKind::kMailbox, index_of(SectionId{taken.section()}));
  const auto found = state_.sections.find(id);
  if (found == state_.sections.end()) return;
  Section& section = found->second;
  if (taken.ticket() != section.ticket || section.asking.empty()) return;
  if (!section.log.serving() || !section.log.has_room()) return;  // the retry asks again

  std::map<UserId, NumberRun> next;
  for (const v1::NumberRange& range : taken.ranges()) {
    const UserId user{range.user()};
    const Inbox* inbox = section.folded.inboxes.find(user);
    // An answer of an older life of the allocator may have been overtaken: never go back, ask
    // again.
    if (inbox != nullptr && range.first() <= inbox->used) return send_ask(id, section, step);
    next[user] = {range.first(), range.first() + range.count()};
  }
  Appended appended;
  for (const Unnumbered& row : section.asking) {
    const auto number = next.find(row.user);
    const bool covered = number != next.end() && number->second.next < number->second.end;
    if (!covered) return send_ask(id, section, step);
    v1::InboxRow& added = *appended.batch.value.add_rows();
    added.set_user(row.user.value);
    added.set_inbox_number(number->second.next++);
    added.set_conversation(row.message.conversation.value);
    added.set_number(row.message.number);
  }
  for (const auto& [user, run] : next)
    section.folded.inboxes.edit(user).used = run.next - 1;
  const std::uint64_t trace = section.bodies.trace(section.asking.front().message);
  section.asking.clear();
  step.out.cancel({kNumbersRetry, id.value});
  std::string payload;
  const bool written = appended.batch.value.SerializeToString(&payload);
  assert(written);
  appended.position = section.log.append(std::move(payload), trace, step);
  section.appended.push_back(std::move(appended));
}

}  // namespace glasspost
