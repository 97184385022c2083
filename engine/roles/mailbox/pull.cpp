// Answering a device's sync: the rows above its key, with their bodies, and the next key. Bodies
// that are not cached are asked of the homes, rows that are not in memory of the store; the pull
// waits.
#include <algorithm>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "engine/core/limits.hpp"
#include "engine/roles/mailbox/mailbox.hpp"

namespace glasspost {
namespace {

v1::RowsPulled& answer_to(const v1::Letter& question, Outbox& out) {
  const v1::Origin& origin = question.pull_rows().origin();
  v1::RowsPulled& pulled =
      *out.send(unpack(origin.access()), question.trace()).letter.mutable_rows_pulled();
  *pulled.mutable_origin() = origin;
  return pulled;
}

void add_message(v1::SyncPage& page, const v1::StoredMessage& body, std::uint64_t inbox_number) {
  v1::Message& message = *page.add_messages();
  message.set_conversation(body.conversation());
  message.set_number(body.number());
  message.set_sender(body.sender());
  message.set_sender_device(body.sender_device());
  message.set_client_id(body.client_id());
  message.set_text(body.text());
  message.set_time_ms(body.time_ms());
  message.set_inbox_number(inbox_number);
}

// The row after a number.
struct NextRow {
  bool in_memory = true;           // if not, a block of the index must be read first
  std::uint64_t inbox_number = 0;  // 0: there is none
  MessageKey message{};
};

NextRow next_row(const Mailbox::Section& section, UserId user, std::uint64_t number) {
  const Mailbox::Inbox* inbox = section.folded.inboxes.find(user);
  if (inbox == nullptr) return {};
  if (number < inbox->archived) {
    const auto found = section.blocks.find(user.value, number);
    if (!found) return {.in_memory = false};
    const auto& rows = found->block->rows();
    const auto row = std::upper_bound(
        rows.begin(), rows.end(), number,
        [](std::uint64_t wanted, const v1::InboxRow& one) { return wanted < one.inbox_number(); });
    if (row == rows.end()) return {.in_memory = false};
    return {true, row->inbox_number(), {ConversationId{row->conversation()}, row->number()}};
  }
  for (const Mailbox::Rows* rows : {&section.checkpoint.closing, &section.rows}) {
    const auto row = rows->upper_bound({user, number});
    if (row != rows->end() && row->key.user == user)
      return {true, row->key.inbox_number, row->value};
  }
  return {};
}

// A page, and what it lacks.
struct PageFound {
  v1::SyncPage page;
  std::vector<MessageKey> missing;            // bodies that this page and the rest of it lack
  std::optional<std::uint64_t> unread_after;  // rows after this number must be read first
};

// Rows above the key, up to what is visible, as far as they and their bodies are here: a page may
// end early, but never with a hole.
PageFound page_after(const Mailbox::Section& section, UserId user, const v1::PullRows& pull) {
  const Mailbox::Inbox* inbox = section.folded.inboxes.find(user);
  const std::uint64_t visible = inbox == nullptr ? 0 : inbox->visible;
  const std::uint32_t rows_max =
      pull.rows_max() == 0 ? limits::kPageRowsMax : std::min(pull.rows_max(), limits::kPageRowsMax);
  PageFound found;
  found.page.set_key(pull.key());
  std::uint64_t number = pull.key();
  std::size_t bytes = 0;
  for (std::uint32_t rows = 0; rows < rows_max && bytes <= limits::kPageBytesMax; ++rows) {
    const NextRow row = next_row(section, user, number);
    if (!row.in_memory) found.unread_after = number;
    if (!row.in_memory || row.inbox_number == 0) break;
    number = row.inbox_number;
    const v1::StoredMessage* body = section.bodies.find(row.message);
    if (body == nullptr) found.missing.push_back(row.message);
    if (!found.missing.empty()) continue;
    bytes += body->text().size();
    add_message(found.page, *body, number);
    found.page.set_key(number);
  }
  found.page.set_more(found.page.key() < visible);
  return found;
}

}  // namespace

void Mailbox::on_pull(const v1::Letter& letter, OwnerStep& step) {
  const v1::PullRows& pull = letter.pull_rows();
  Section* section = section_of_user(pull.origin().user());
  if (section == nullptr || !section->log.serving()) {
    answer_to(letter, step.out).set_failure(v1::FAILURE_CODE_UNAVAILABLE);
    return;
  }
  register_route(*section, pull.origin(), pull.session(), step);
  answer_pull(*section, letter, step);
}

void Mailbox::answer_pull(Section& section, const v1::Letter& letter, OwnerStep& step) {
  const v1::PullRows& pull = letter.pull_rows();
  const UserId user{pull.origin().user()};
  const Inbox* inbox = section.folded.inboxes.find(user);
  if (pull.key() > (inbox == nullptr ? 0 : inbox->visible)) {
    answer_to(letter, step.out).set_failure(v1::FAILURE_CODE_KEY_UNKNOWN);
    return;
  }
  const DeviceId device{pull.origin().device()};
  const Route* route = section.routes.find(device);
  if (route != nullptr && route->session == pull.session() && route->key != pull.key()) {
    section.routes.edit(device).key = pull.key();
  }
  PageFound found = page_after(section, user, pull);
  if (!found.missing.empty()) fetch(section, found.missing, step);
  if (found.unread_after) read_rows(section, {user, *found.unread_after}, step);
  const bool complete = found.missing.empty() && !found.unread_after;
  if (complete || found.page.messages_size() > 0) {
    *answer_to(letter, step.out).mutable_page() = std::move(found.page);
    leases::note_service(section.log.claim, step.out.sends.back(), step);
    return;
  }
  // A device asks again if this takes too long; its newer pull then takes the older one's place.
  if (section.waiting.size() >= limits::kWaitingRequestsMax && !section.waiting.contains(device)) {
    answer_to(letter, step.out).set_failure(v1::FAILURE_CODE_BUSY);
    return;
  }
  section.waiting[device] = {letter};
}

// Asks the homes for bodies, each once until an answer is overdue: many devices may miss the same
// ones.
void Mailbox::fetch(Section& section, const std::vector<MessageKey>& missing, OwnerStep& step) {
  if (section.fetching.size() >= limits::kFetchingMax) {
    // What was never answered and is wanted no more would fill the table for good.
    std::erase_if(section.fetching, [&step](const auto& asked) {
      return step.seen.now - asked.second > limits::kBodiesRetry;
    });
  }
  std::map<ConversationId, std::vector<std::uint64_t>> wanted;
  for (const MessageKey& key : missing) {
    const auto asked = section.fetching.find(key);
    const bool under_way =
        asked != section.fetching.end() && step.seen.now - asked->second < limits::kBodiesRetry;
    if (under_way || section.fetching.size() >= limits::kFetchingMax) continue;
    section.fetching[key] = step.seen.now;
    wanted[key.conversation].push_back(key.number);
  }
  for (const auto& [conversation, numbers] : wanted) {
    const Address home = state_.config.owner_of(state_.config.conversation_section(conversation));
    v1::FetchBodies& bodies = *step.out.send(home).letter.mutable_fetch_bodies();
    bodies.set_conversation(conversation.value);
    for (std::uint64_t number : numbers)
      bodies.add_numbers(number);
  }
}

// Asks the store for older rows, once until an answer is overdue.
void Mailbox::read_rows(Section& section, const RowKey& after, OwnerStep& step) {
  const auto overdue = [&step](const auto& asked) {
    return step.seen.now - asked.second >= limits::kBodiesRetry;
  };
  if (section.reading.size() >= limits::kWaitingRequestsMax) {
    std::erase_if(section.reading, overdue);
  }
  const auto asked = section.reading.find(after);
  const bool under_way = asked != section.reading.end() && !overdue(*asked);
  if (under_way || section.reading.size() >= limits::kWaitingRequestsMax) return;
  section.reading[after] = step.seen.now;
  section.log.read_index(after.user.value, after.inbox_number, step);
}

void Mailbox::on_rows_read(Section& section, const v1::IndexPage& page, OwnerStep& step) {
  for (const v1::IndexBlock& block : page.blocks())
    section.blocks.put(block);
  const UserId user{static_cast<std::uint32_t>(page.keeper())};
  if (!next_row(section, user, page.after()).in_memory) return;  // not there yet
  section.reading.erase(RowKey{user, page.after()});
  pull_again(section, step);
}

void Mailbox::on_bodies(const v1::BodiesFetched& fetched, OwnerStep& step) {
  for (auto& [id, section] : state_.sections) {
    for (const v1::StoredMessage& message : fetched.messages()) {
      const MessageKey key{ConversationId{message.conversation()}, message.number()};
      if (section.fetching.erase(key) > 0) section.bodies.put(message);
    }
    pull_again(section, step);
  }
}

// Some pulls may still lack something; they wait again.
void Mailbox::pull_again(Section& section, OwnerStep& step) {
  if (!section.log.serving()) return;
  const auto waiting = std::exchange(section.waiting, {});
  for (const auto& [device, letter] : waiting)
    answer_pull(section, letter.value, step);
}

}  // namespace glasspost
