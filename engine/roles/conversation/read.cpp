// Reading committed messages: history pages for devices, bodies for mailboxes. Bodies come from the
// cache; what is not there is read from the log, by its position, and the question waits. The
// positions of old messages are not in memory either: then their block of the index is read first.
#include <algorithm>
#include <cassert>
#include <iterator>

#include "engine/core/dropped.hpp"
#include "engine/core/forgotten.hpp"
#include "engine/core/limits.hpp"
#include "engine/core/membership.hpp"
#include "engine/roles/conversation/conversation.hpp"

namespace glasspost {
namespace {

constexpr Time kNotAsked = Time::min();

v1::HistoryRead& history_answer(const v1::Letter& question, Outbox& out) {
  const v1::Origin& origin = question.read_history().origin();
  v1::HistoryRead& read =
      *out.send(unpack(origin.access()), question.trace()).letter.mutable_history_read();
  *read.mutable_origin() = origin;
  return read;
}

// The numbers of a page, in the asked direction, among 1 .. committed.
std::vector<std::uint64_t> page_numbers(const v1::History& asked, std::uint64_t committed) {
  const std::uint64_t rows = asked.messages_max() == 0
                                 ? limits::kPageRowsMax
                                 : std::min(asked.messages_max(), limits::kPageRowsMax);
  std::vector<std::uint64_t> numbers;
  if (asked.backward()) {
    std::uint64_t number = asked.from() == 0 ? committed : std::min(asked.from(), committed);
    for (; number >= 1 && numbers.size() < rows; --number)
      numbers.push_back(number);
  } else {
    std::uint64_t number = std::max<std::uint64_t>(asked.from(), 1);
    for (; number <= committed && numbers.size() < rows; ++number)
      numbers.push_back(number);
  }
  return numbers;
}

v1::Message shown(const v1::StoredMessage& stored) {
  v1::Message message;
  message.set_conversation(stored.conversation());
  message.set_number(stored.number());
  message.set_sender(stored.sender());
  message.set_sender_device(stored.sender_device());
  message.set_client_id(stored.client_id());
  message.set_text(stored.text());
  message.set_time_ms(stored.time_ms());
  return message;
}

}  // namespace

void Conversation::on_read_history(const v1::Letter& letter, Turn& turn) {
  const v1::ReadHistory& question = letter.read_history();
  const ConversationId conversation{question.history().conversation()};
  Section* section = section_of_conversation(conversation);
  if (section == nullptr || !section->log.serving()) {
    history_answer(letter, turn.owner.out).set_failure(v1::FAILURE_CODE_UNAVAILABLE);
    return;
  }
  if (!is_member(conversation, UserId{question.origin().user()})) {
    history_answer(letter, turn.owner.out).set_failure(v1::FAILURE_CODE_NO_CONVERSATION);
    return;
  }
  const Thread* thread = section->folded.threads.find(conversation);
  const std::uint64_t committed = thread == nullptr ? 0 : thread->committed;
  std::vector<v1::StoredMessage> found;
  if (!gather(*section, conversation, page_numbers(question.history(), committed), found, turn)) {
    return wait_for_bodies(*section, letter, turn);
  }
  v1::HistoryPage& page = *history_answer(letter, turn.owner.out).mutable_page();
  page.set_conversation(conversation.value);
  page.set_newest(committed);
  std::size_t bytes = 0;
  for (const v1::StoredMessage& stored : found) {
    bytes += stored.text().size();
    if (bytes > limits::kPageBytesMax && page.messages_size() > 0) break;
    *page.add_messages() = shown(stored);
  }
}

void Conversation::on_fetch(const v1::Letter& letter, Turn& turn) {
  const v1::FetchBodies& fetch = letter.fetch_bodies();
  const ConversationId conversation{fetch.conversation()};
  Section* section = section_of_conversation(conversation);
  if (section == nullptr || !section->log.serving()) return;  // the mailbox asks again
  const Thread* thread = section->folded.threads.find(conversation);
  std::vector<std::uint64_t> numbers;
  for (std::uint64_t number : fetch.numbers()) {
    if (thread != nullptr && number >= 1 && number <= thread->committed) numbers.push_back(number);
  }
  std::vector<v1::StoredMessage> found;
  if (!gather(*section, conversation, numbers, found, turn))
    return wait_for_bodies(*section, letter, turn);
  v1::BodiesFetched& fetched =
      *turn.owner.out.send(unpack(letter.source()), letter.trace()).letter.mutable_bodies_fetched();
  fetched.set_conversation(conversation.value);
  for (v1::StoredMessage& message : found)
    *fetched.add_messages() = std::move(message);
}

// Collects the bodies; false if some must be read from the store first, which is then under way.
// REQUIRES: the numbers are committed.
bool Conversation::gather(Section& section, ConversationId conversation,
                          std::span<const std::uint64_t> numbers,
                          std::vector<v1::StoredMessage>& found, Turn& turn) {
  bool complete = true;
  std::uint64_t unplaced = 0;       // the lowest number whose place we do not know; 0: none
  std::set<std::uint64_t> missing;  // positions in the log that are not on their way yet
  for (std::uint64_t number : numbers) {
    const MessageKey key{conversation, number};
    if (const v1::StoredMessage* body = section.bodies.find(key)) {
      found.push_back(*body);
      continue;
    }
    complete = false;
    const std::uint64_t position = position_of(section, key);
    if (position > section.log.horizon) {
      // An index that its replica has kept tells of a batch that it has lost.
      assert(may_forget(state_.config));
      turn.owner.out.fact(forgotten_fact(section.log.section(), section.log.claim.epoch, position));
    } else if (position == 0) {
      unplaced = unplaced == 0 ? number : std::min(unplaced, number);
    } else if (ask_now(section, key, turn)) {
      missing.insert(position);
    }
  }
  // An index page holds the blocks that follow too, so the lowest number is enough.
  if (unplaced != 0 && ask_now(section, {conversation, unplaced}, turn)) {
    section.log.read_index(conversation.value, unplaced - 1, turn.owner);
  }
  ask_bodies(section, missing, turn);
  return complete;
}

// False while this was asked for already and may still be answered.
bool Conversation::ask_now(Section& section, const MessageKey& key, Turn& turn) {
  Time& asked = section.wanted.try_emplace(key, kNotAsked).first->second;
  if (asked != kNotAsked && turn.owner.seen.now - asked < limits::kBodiesRetry) return false;
  asked = turn.owner.seen.now;
  return true;
}

// Reads batches of the log, adjacent ones together.
void Conversation::ask_bodies(Section& section, const std::set<std::uint64_t>& positions,
                              Turn& turn) {
  for (auto first = positions.begin(); first != positions.end();) {
    auto after = std::next(first);
    std::uint64_t last = *first;
    for (; after != positions.end() && *after == last + 1; ++after)
      ++last;
    section.log.read(*first, last, turn.owner);
    first = after;
  }
}

// The question comes back to on_letter when something was read. Whoever asked gives up and asks
// again, so the oldest question is the one that is worth least.
void Conversation::wait_for_bodies(Section& section, const v1::Letter& letter, Turn& turn) {
  if (section.waiting.size() >= limits::kWaitingRequestsMax) {
    const v1::Letter& oldest = section.waiting.front().value;
    turn.owner.out.fact(dropped_fact(state_.self, oldest, DropReason::kQueueFull));
    section.waiting.pop_front();
  }
  section.waiting.push_back({letter});
}

void Conversation::on_bodies_read(Section& section, const std::vector<v1::LogBatch>& batches,
                                  Turn& turn) {
  for (const v1::LogBatch& batch : batches) {
    v1::ConversationBatch decided;
    const bool whole = decided.ParseFromString(batch.payload());
    assert(whole && "a batch of this section is damaged");
    for (const v1::ConversationEntry& entry : decided.entries()) {
      if (!entry.has_message()) continue;
      const v1::StoredMessage& message = entry.message();
      const MessageKey key{ConversationId{message.conversation()}, message.number()};
      // A batch holds other messages too: they must not push out of the cache what was asked for.
      if (section.wanted.erase(key) > 0) section.bodies.put(message);
    }
  }
  read_again(section, turn);
}

void Conversation::on_index_read(Section& section, const v1::IndexPage& page, Turn& turn) {
  for (const v1::IndexBlock& block : page.blocks())
    section.blocks.put(block);
  const MessageKey asked{ConversationId{page.keeper()}, page.after() + 1};
  if (position_of(section, asked) == 0) return;  // not there yet: it is asked again when overdue
  section.wanted.erase(asked);
  read_again(section, turn);
}

// What the store did not answer in time was lost: forget that it was asked, and whoever still waits
// for it asks again.
void Conversation::on_reads_overdue(Section& section, Turn& turn) {
  const std::size_t overdue = std::erase_if(section.wanted, [&turn](const auto& asked) {
    return turn.owner.seen.now - asked.second >= limits::kBodiesRetry;
  });
  if (overdue > 0) read_again(section, turn);
}

// Some may still lack something; they wait again.
void Conversation::read_again(Section& section, Turn& turn) {
  const std::deque<Archived<v1::Letter>> waiting = std::exchange(section.waiting, {});
  for (const Archived<v1::Letter>& letter : waiting)
    on_letter(letter.value, turn);
}

}  // namespace glasspost
