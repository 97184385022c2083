// Answering a device's sync: the rows above its key, with their bodies, and the next key.
#include <algorithm>
#include <map>

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

// Bodies that a page lacks, by conversation.
using Missing = std::map<ConversationId, std::vector<std::uint64_t>>;

void fetch(const Missing& missing, const Config& config, Outbox& out) {
  for (const auto& [conversation, numbers] : missing) {
    const Address home = config.owner_of(config.conversation_section(conversation));
    v1::FetchBodies& bodies = *out.send(home).letter.mutable_fetch_bodies();
    bodies.set_conversation(conversation.value);
    for (std::uint64_t number : numbers)
      bodies.add_numbers(number);
  }
}

// Rows above the key, up to what is visible. `missing` is filled with what the cache lacks.
v1::SyncPage page_after(const Mailbox::Section& section, UserId user, const v1::PullRows& pull,
                        Missing& missing) {
  const Mailbox::Inbox* inbox = section.inboxes.find(user);
  const std::uint64_t visible = inbox == nullptr ? 0 : inbox->visible;
  const std::uint32_t rows_max =
      pull.rows_max() == 0 ? limits::kPageRowsMax : std::min(pull.rows_max(), limits::kPageRowsMax);
  v1::SyncPage page;
  page.set_key(pull.key());
  std::uint32_t rows = 0;
  std::size_t bytes = 0;
  for (auto row = section.rows.lower_bound({user, pull.key() + 1});
       row != section.rows.end() && row->key.user == user && row->key.inbox_number <= visible;
       ++row) {
    if (rows == rows_max || bytes > limits::kPageBytesMax) break;
    ++rows;
    const v1::StoredMessage* body = section.bodies.find(row->value);
    if (body == nullptr) {
      missing[row->value.conversation].push_back(row->value.number);
      continue;
    }
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
  const Inbox* inbox = section.inboxes.find(user);
  if (pull.key() > (inbox == nullptr ? 0 : inbox->visible)) {
    answer_to(letter, step.out).set_failure(v1::FAILURE_CODE_KEY_UNKNOWN);
    return;
  }
  Missing missing;
  v1::SyncPage page = page_after(section, user, pull, missing);
  if (missing.empty()) {
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
  fetch(missing, state_.config, step.out);
}

void Mailbox::on_bodies(const v1::BodiesFetched& fetched, OwnerStep& step) {
  for (auto& [id, section] : state_.sections) {
    if (section.waiting.empty()) continue;
    for (const v1::StoredMessage& message : fetched.messages())
      section.bodies.put(message);
    auto waiting = std::exchange(section.waiting, {});
    if (!section.log.serving()) continue;
    for (const auto& [device, letter] : waiting)
      answer_pull(section, letter.value, step);
  }
}

}  // namespace glasspost
