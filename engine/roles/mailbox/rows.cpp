// The way of a row until it is in the log: accepted in the conversation's order, numbered by the
// allocator, appended.
#include <algorithm>
#include <cassert>
#include <map>
#include <set>
#include <utility>

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

std::size_t rows_asking(const Mailbox::Section& section) {
  std::size_t rows = 0;
  for (const auto& [numbers, question] : section.asking)
    rows += question.rows.size();
  return rows;
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
  const std::size_t under_way = section->accepted.size() + rows_asking(*section);
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

// One request at a time and section of numbers; what arrives meanwhile goes into the next one.
void Mailbox::ask_numbers(Section& section, OwnerStep& step) {
  const Config& config = state_.config;
  if (!section.log.serving() || section.accepted.empty()) return;
  ask_anew(section);
  // All users here are of one section of numbers, and it is asked: nothing to look through.
  const bool one_for_all = config.seq_users(config.seq_cut) >= config.users_per_section;
  const SectionId first = config.seq_section(section.accepted.front().user);
  if (one_for_all && !section.asking[first].rows.empty()) return;
  std::set<SectionId> begun;
  std::deque<Unnumbered> rest;
  for (const Unnumbered& row : section.accepted) {
    const SectionId numbers = config.seq_section(row.user);
    Question& question = section.asking[numbers];
    const bool is_asked = !question.rows.empty() && !begun.contains(numbers);
    (is_asked ? rest : question.rows).push_back(row);
    if (!is_asked) begun.insert(numbers);
  }
  section.accepted = std::move(rest);
  for (SectionId numbers : begun) {
    section.asking[numbers].in_vain = 0;
    send_ask(section, numbers, step);
  }
}

// What was asked by another cut of the users waits again, before what came later.
void Mailbox::ask_anew(Section& section) const {
  std::erase_if(section.asking, [&](const auto& entry) {
    if (state_.config.has_section(entry.first)) return false;
    const std::deque<Unnumbered>& rows = entry.second.rows;
    section.accepted.insert(section.accepted.begin(), rows.begin(), rows.end());
    return true;
  });
}

// By the table, which rises with every move (WF 3.9), or one of two that are known (WF 3.10).
Address Mailbox::allocator_of(SectionId numbers, const Question& question) const {
  if (state_.config.choices.seq_routing == SeqRouting::kTable)
    return state_.config.owner_of(numbers);
  return state_.config.seq_pair(numbers).at(question.asks_backup ? 1 : 0);
}

void Mailbox::send_ask(Section& section, SectionId numbers, OwnerStep& step) {
  Question& question = section.asking[numbers];
  std::map<UserId, std::uint32_t> counts;
  for (const Unnumbered& row : question.rows)
    ++counts[row.user];
  const std::uint64_t trace = section.bodies.trace(question.rows.front().message);
  v1::TakeNumbers& take =
      *step.out.send(allocator_of(numbers, question), trace).letter.mutable_take_numbers();
  question.ticket = ++state_.ticket;
  question.asked = step.seen.now;
  take.set_ticket(question.ticket);
  take.set_section(numbers.value);
  take.set_alone(true);
  for (const auto& [user, count] : counts) {
    v1::NumberRange& range = *take.add_ranges();
    range.set_user(user.value);
    range.set_count(count);
  }
  wake_for_numbers(section, step);
}

// When the question that waits longest is asked again.
void Mailbox::wake_for_numbers(const Section& section, OwnerStep& step) {
  const TimerId timer{kNumbersRetry, section.log.section().value};
  Time due = kNever;
  for (const auto& [numbers, question] : section.asking) {
    if (!question.rows.empty()) due = std::min(due, question.asked + limits::kNumbersRetry);
  }
  if (due == kNever) return step.out.cancel(timer);
  step.out.wake(timer, due);
}

// Under a new ticket: a late answer to the old one counts no more.
void Mailbox::on_numbers_retry(Section& section, OwnerStep& step) {
  if (!section.log.serving()) return;
  ask_anew(section);
  for (auto& [numbers, question] : section.asking) {
    const bool is_due = question.asked + limits::kNumbersRetry <= step.seen.now;
    if (question.rows.empty() || !is_due) continue;
    question.in_vain = 0;
    question.asks_backup = !question.asks_backup;  // silent: it may be dead
    send_ask(section, numbers, step);
  }
  ask_numbers(section, step);
  wake_for_numbers(section, step);
}

Mailbox::Section* Mailbox::section_asking(SectionId numbers, std::uint64_t ticket) {
  for (auto& [id, section] : state_.sections) {
    const auto found = section.asking.find(numbers);
    const bool asks = found != section.asking.end() && !found->second.rows.empty();
    if (asks && found->second.ticket == ticket) return &section;
  }
  return nullptr;
}

// Whoever was asked is not the owner. A newer table has come with its answer, or there are two and
// it is the other one. After two questions in vain nobody knows yet: the retry asks again.
void Mailbox::on_numbers_refused(const v1::Letter& letter, OwnerStep& step) {
  const v1::NumbersRefused& refused = letter.numbers_refused();
  const SectionId numbers{refused.section()};
  Section* section = section_asking(numbers, refused.ticket());
  if (section == nullptr || refused.failure() != v1::NUMBERS_FAILURE_NOT_OWNER) return;
  // By the newer table the users are cut anew: the end of this step asks (ask_numbers).
  if (!state_.config.has_section(numbers)) return ask_anew(*section);
  Question& question = section->asking[numbers];
  if (question.in_vain >= kInVainMax) return;
  ++question.in_vain;
  question.asks_backup = !question.asks_backup;
  if (section->log.serving() && allocator_of(numbers, question) != unpack(letter.source())) {
    send_ask(*section, numbers, step);
  }
}

void Mailbox::on_numbers(const v1::NumbersTaken& taken, OwnerStep& step) {
  const SectionId numbers{taken.section()};
  Section* section = section_asking(numbers, taken.ticket());
  if (section == nullptr) return;
  if (!state_.config.has_section(numbers)) return ask_anew(*section);
  if (!section->log.serving() || !section->log.has_room()) return;  // the retry asks again
  number_rows(*section, taken, step);
}

// Gives every waiting row its number and appends them, in the order in which they were accepted.
void Mailbox::number_rows(Section& section, const v1::NumbersTaken& taken, OwnerStep& step) {
  const SectionId numbers{taken.section()};
  Question& question = section.asking[numbers];
  std::map<UserId, NumberRun> next;
  for (const v1::NumberRange& range : taken.ranges()) {
    const UserId user{range.user()};
    const Inbox* inbox = section.folded.inboxes.find(user);
    // An answer of an older life of the allocator may have been overtaken: never go back, ask
    // again.
    if (inbox != nullptr && range.first() <= inbox->used) return send_ask(section, numbers, step);
    next[user] = {range.first(), range.first() + range.count()};
  }
  Appended appended;
  for (const Unnumbered& row : question.rows) {
    const auto number = next.find(row.user);
    const bool covered = number != next.end() && number->second.next < number->second.end;
    if (!covered) return send_ask(section, numbers, step);
    v1::InboxRow& added = *appended.batch.value.add_rows();
    added.set_user(row.user.value);
    added.set_inbox_number(number->second.next++);
    added.set_conversation(row.message.conversation.value);
    added.set_number(row.message.number);
  }
  for (const auto& [user, run] : next)
    section.folded.inboxes.edit(user).used = run.next - 1;
  const std::uint64_t trace = section.bodies.trace(question.rows.front().message);
  question.rows.clear();
  wake_for_numbers(section, step);
  std::string payload;
  const bool written = appended.batch.value.SerializeToString(&payload);
  assert(written);
  appended.position = section.log.append(std::move(payload), trace, step);
  section.appended.push_back(std::move(appended));
}

}  // namespace glasspost
