// A mailbox, spoken to in verbs.
#pragma once

#include <string>
#include <vector>

#include "engine/roles/mailbox/mailbox.hpp"
#include "tests/roles/support/owner.hpp"
#include "tests/roles/support/people.hpp"

namespace glasspost::tests {

inline RoleBox new_mailbox() {
  return RoleBox::of(Mailbox(kMailbox1));
}

struct Inbox : Owner {
  explicit Inbox(const Config& lived_by = small_config())
      : Owner(kMailbox1, new_mailbox(), lived_by) {}
};

inline Inbox serving_inbox(const Config& config = small_config()) {
  Inbox inbox(config);
  inbox.serve();
  inbox.said.clear();
  inbox.facts.clear();
  return inbox;
}

inline v1::StoredMessage stored(ConversationId pair, std::uint64_t number,
                                const std::string& text = "") {
  v1::StoredMessage message;
  message.set_conversation(pair.value);
  message.set_number(number);
  message.set_sender(kAlice.value);
  message.set_sender_device(device_of(kAlice, 1).value);
  message.set_client_id(number);
  message.set_text(text.empty() ? "text " + std::to_string(number) : text);
  message.set_time_ms(1'700'000'000'000 + static_cast<std::int64_t>(number));
  return message;
}

// Rows first .. last of a conversation for a user, as the home sends them.
inline v1::Letter rows_letter(UserId user, ConversationId pair, std::uint64_t first,
                              std::uint64_t last, const std::string& text = "") {
  v1::Letter letter;
  v1::IndexRows& rows = *letter.mutable_index_rows();
  rows.set_user(user.value);
  rows.set_conversation(pair.value);
  rows.set_after(first - 1);
  for (std::uint64_t number = first; number <= last; ++number)
    *rows.add_messages() = stored(pair, number, text);
  return from(kHome1, letter);
}

inline void index_rows(Inbox& inbox, UserId user, ConversationId pair, std::uint64_t first,
                       std::uint64_t last) {
  inbox.feed(rows_letter(user, pair, first, last));
}

// The allocator's answer to a request: every user's numbers begin at `first`.
inline v1::Letter numbers_letter(const v1::Letter& asked, std::uint64_t first) {
  v1::Letter letter;
  v1::NumbersTaken& taken = *letter.mutable_numbers_taken();
  taken.set_ticket(asked.take_numbers().ticket());
  taken.set_section(asked.take_numbers().section());
  *taken.mutable_ranges() = asked.take_numbers().ranges();
  for (v1::NumberRange& range : *taken.mutable_ranges())
    range.set_first(first);
  return from(kSeq1, letter);
}

// Answers the one request for numbers that is open. What follows is not durable yet.
inline void number_rows(Inbox& inbox, std::uint64_t first) {
  inbox.feed(numbers_letter(inbox.one(v1::Letter::kTakeNumbers), first));
}

// Rows first .. last of a conversation, for a user.
struct RowRange {
  UserId user;
  ConversationId pair;
  std::uint64_t first = 1;
  std::uint64_t last = 1;
};

// These rows come in, get inbox numbers from `inbox_number` on, and become visible.
inline void fill(Inbox& inbox, const RowRange& rows, std::uint64_t inbox_number) {
  index_rows(inbox, rows.user, rows.pair, rows.first, rows.last);
  number_rows(inbox, inbox_number);
  inbox.commit();
}

inline v1::Letter pull_letter(const Phone& phone, std::uint64_t key, std::uint32_t rows_max = 0) {
  v1::Letter letter;
  v1::PullRows& pull = *letter.mutable_pull_rows();
  *pull.mutable_origin() = origin_of(phone, 40 + key);
  pull.set_session(phone.session);
  pull.set_key(key);
  pull.set_rows_max(rows_max);
  return from({RoleKind::kAccess, phone.access}, letter);
}

inline v1::RowsPulled pull(Inbox& inbox, const Phone& phone, std::uint64_t key,
                           std::uint32_t rows_max = 0) {
  inbox.feed(pull_letter(phone, key, rows_max));
  return inbox.one(v1::Letter::kRowsPulled).rows_pulled();
}

inline std::vector<std::uint64_t> inbox_numbers(const v1::SyncPage& page) {
  std::vector<std::uint64_t> list;
  for (const v1::Message& message : page.messages())
    list.push_back(message.inbox_number());
  return list;
}

inline std::vector<std::uint64_t> message_numbers(const v1::SyncPage& page) {
  std::vector<std::uint64_t> list;
  for (const v1::Message& message : page.messages())
    list.push_back(message.number());
  return list;
}

inline v1::Letter bodies_letter(ConversationId pair, const std::vector<std::uint64_t>& list) {
  v1::Letter letter;
  letter.mutable_bodies_fetched()->set_conversation(pair.value);
  for (std::uint64_t number : list)
    *letter.mutable_bodies_fetched()->add_messages() = stored(pair, number);
  return from(kHome1, letter);
}

inline void register_route(Inbox& inbox, const Phone& phone) {
  v1::Letter letter;
  *letter.mutable_register_route()->mutable_origin() = origin_of(phone, 0);
  letter.mutable_register_route()->set_session(phone.session);
  inbox.feed(from({RoleKind::kAccess, phone.access}, letter));
}

inline void forget_route(Inbox& inbox, const Phone& phone) {
  v1::Letter letter;
  *letter.mutable_forget_route()->mutable_origin() = origin_of(phone, 0);
  inbox.feed(from({RoleKind::kAccess, phone.access}, letter));
}

// The connections that were noticed since this was asked last.
inline std::vector<std::uint64_t> noticed(Inbox& inbox) {
  std::vector<std::uint64_t> connections;
  for (const v1::Letter& letter : inbox.take(v1::Letter::kNotifyDevice))
    connections.push_back(letter.notify_device().origin().connection());
  return connections;
}

}  // namespace glasspost::tests
