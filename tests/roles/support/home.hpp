// A conversation home, spoken to in verbs.
#pragma once

#include <string>
#include <vector>

#include "engine/roles/conversation/conversation.hpp"
#include "tests/roles/support/owner.hpp"
#include "tests/roles/support/people.hpp"

namespace glasspost::tests {

inline RoleBox new_home() {
  return RoleBox::of(Conversation(kHome1));
}

struct Home : Owner {
  explicit Home(const Config& lived_by = small_config()) : Owner(kHome1, new_home(), lived_by) {}
};

// A home that serves.
inline Home serving_home(const Config& config = small_config()) {
  Home home(config);
  home.serve();
  home.facts.clear();
  return home;
}

inline v1::Letter submit_letter(const Phone& phone, ConversationId pair, std::uint64_t client_id,
                                const std::string& text) {
  v1::Letter letter;
  letter.set_trace(500 + client_id);
  v1::Submit& submit = *letter.mutable_submit();
  *submit.mutable_origin() = origin_of(phone, client_id);
  submit.set_conversation(pair.value);
  submit.set_client_id(client_id);
  submit.set_text(text);
  return from({RoleKind::kLogic, 1}, letter);
}

// The home has decided; nothing is durable yet.
inline void submit(Home& home, const Phone& phone, ConversationId pair, std::uint64_t client_id,
                   const std::string& text) {
  home.feed(submit_letter(phone, pair, client_id, text));
}

// The answer to a send, once it is durable.
inline v1::Submitted send_text(Home& home, const Phone& phone, ConversationId pair,
                               std::uint64_t client_id, const std::string& text) {
  submit(home, phone, pair, client_id, text);
  home.commit();
  return home.one(v1::Letter::kSubmitted).submitted();
}

// Alice's phone sends texts with client ids 1 .. count: "text 1", "text 2", ... One step each.
inline void send_many(Home& home, ConversationId pair, std::uint64_t count) {
  for (std::uint64_t id = 1; id <= count; ++id)
    send_text(home, kAlicePhone, pair, id, "text " + std::to_string(id));
}

inline void indexed(Home& home, UserId user, ConversationId pair, std::uint64_t number) {
  v1::Letter letter;
  letter.mutable_rows_indexed()->set_user(user.value);
  letter.mutable_rows_indexed()->set_conversation(pair.value);
  letter.mutable_rows_indexed()->set_number(number);
  home.feed(from(kMailbox1, letter));
}

// The numbers that the home has sent to a member's inbox since this was asked last.
inline std::vector<std::uint64_t> rows_sent(Home& home, UserId user) {
  std::vector<std::uint64_t> numbers;
  Letters others;
  for (v1::Letter& letter : home.take(v1::Letter::kIndexRows)) {
    if (letter.index_rows().user() != user.value) {
      others.push_back(std::move(letter));
      continue;
    }
    for (const v1::StoredMessage& message : letter.index_rows().messages())
      numbers.push_back(message.number());
  }
  home.said.insert(home.said.end(), others.begin(), others.end());
  return numbers;
}

// first, first + 1, ... last
inline std::vector<std::uint64_t> numbers(std::uint64_t first, std::uint64_t last) {
  std::vector<std::uint64_t> list;
  for (; first <= last; ++first)
    list.push_back(first);
  return list;
}

struct Asked {
  ConversationId pair = kPair;
  std::uint64_t from = 0;
  bool backward = false;
  std::uint32_t max = 0;
};

inline v1::Letter history_letter(const Phone& phone, const Asked& asked) {
  v1::Letter letter;
  v1::ReadHistory& read = *letter.mutable_read_history();
  *read.mutable_origin() = origin_of(phone, 9);
  read.mutable_history()->set_conversation(asked.pair.value);
  read.mutable_history()->set_from(asked.from);
  read.mutable_history()->set_backward(asked.backward);
  read.mutable_history()->set_messages_max(asked.max);
  return from({RoleKind::kLogic, 1}, letter);
}

inline v1::HistoryRead history(Home& home, const Phone& phone, const Asked& asked) {
  home.feed(history_letter(phone, asked));
  home.commit();
  return home.one(v1::Letter::kHistoryRead).history_read();
}

inline std::vector<std::uint64_t> numbers_of(const v1::HistoryPage& page) {
  std::vector<std::uint64_t> list;
  for (const v1::Message& message : page.messages())
    list.push_back(message.number());
  return list;
}

inline v1::Letter fetch_letter(ConversationId pair, const std::vector<std::uint64_t>& list) {
  v1::Letter letter;
  letter.mutable_fetch_bodies()->set_conversation(pair.value);
  for (std::uint64_t number : list)
    letter.mutable_fetch_bodies()->add_numbers(number);
  return from(kMailbox1, letter);
}

}  // namespace glasspost::tests
