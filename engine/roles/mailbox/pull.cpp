// Answering a device's sync: the rows above its key, with their bodies, and the next key.
#include <algorithm>
#include <map>
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

// Rows above the key, up to what is visible, as far as their bodies are here: a page may end early,
// but never with a hole. `missing` is filled with the bodies that this page and the rest of it
// lack.
v1::SyncPage page_after(const Mailbox::Section& section, UserId user, const v1::PullRows& pull,
                        std::vector<MessageKey>& missing) {
  const Mailbox::Inbox* inbox = section.folded.inboxes.find(user);
  const std::uint64_t visible = inbox == nullptr ? 0 : inbox->visible;
  const std::uint32_t rows_max =
      pull.rows_max() == 0 ? limits::kPageRowsMax : std::min(pull.rows_max(), limits::kPageRowsMax);
  v1::SyncPage page;
  page.set_key(pull.key());
  std::uint32_t rows = 0;
  std::size_t bytes = 0;
  for (auto row = section.folded.rows.lower_bound({user, pull.key() + 1});
       row != section.folded.rows.end() && row->key.user == user &&
       row->key.inbox_number <= visible;
       ++row) {
    if (rows == rows_max || bytes > limits::kPageBytesMax) break;
    ++rows;
    const v1::StoredMessage* body = section.bodies.find(row->value);
    if (body == nullptr) missing.push_back(row->value);
    if (!missing.empty()) continue;
    bytes += body->text().size();
    add_message(page, *body, row->key.inbox_number);
    page.set_key(row->key.inbox_number);
  }
  page.set_more(page.key() < visible);
  return page;
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
  std::vector<MessageKey> missing;
  v1::SyncPage page = page_after(section, user, pull, missing);
  if (!missing.empty()) fetch(section, missing, step);
  if (missing.empty() || page.messages_size() > 0) {
    *answer_to(letter, step.out).mutable_page() = std::move(page);
    return;
  }
  // A device asks again if this takes too long; its newer pull then takes the older one's place.
  const DeviceId device{pull.origin().device()};
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

void Mailbox::on_bodies(const v1::BodiesFetched& fetched, OwnerStep& step) {
  for (auto& [id, section] : state_.sections) {
    for (const v1::StoredMessage& message : fetched.messages()) {
      const MessageKey key{ConversationId{message.conversation()}, message.number()};
      if (section.fetching.erase(key) > 0) section.bodies.put(message);
    }
    if (section.waiting.empty() || !section.log.serving()) continue;
    // Some pulls may still lack something; they wait again.
    const auto waiting = std::exchange(section.waiting, {});
    for (const auto& [device, letter] : waiting)
      answer_pull(section, letter.value, step);
  }
}

}  // namespace glasspost
