// A device, spoken to in verbs: what its person does, what access answers.
#pragma once

#include <string>
#include <vector>

#include "engine/core/failure.hpp"
#include "engine/core/keys.hpp"
#include "engine/roles/client/client.hpp"
#include "engine/roles/client/request_id.hpp"
#include "tests/roles/support/bench.hpp"
#include "tests/roles/support/people.hpp"

namespace glasspost::tests {

inline RoleBox new_device() {
  return RoleBox::of(Client({RoleKind::kDevice, kAlicePhone.device().value},
                            {.device = kAlicePhone.device(), .token = "alice's token"}));
}

struct Device : Bench {
  Device() : Bench({RoleKind::kDevice, kAlicePhone.device().value}, new_device(), small_config()) {
    start();
  }
  const Client::State& state() const { return role.as<Client>().state(); }
};

inline void hear(Device& device, const v1::ClientEnvelope& envelope) {
  v1::Letter letter;
  *letter.mutable_client() = envelope;
  device.feed(from(kAccess1, letter));
}

inline void compose(Device& device, const std::string& text, ConversationId pair = kPair) {
  v1::Letter letter;
  letter.mutable_compose_text()->set_conversation(pair.value);
  letter.mutable_compose_text()->set_text(text);
  device.feed(from({RoleKind::kPerson, 1}, letter));
}

inline void airplane(Device& device, bool on) {
  v1::Letter letter;
  letter.mutable_set_airplane()->set_on(on);
  device.feed(from({RoleKind::kPerson, 1}, letter));
}

// What the device has asked of one kind since that was taken last.
inline std::vector<v1::ClientEnvelope> asked(Device& device, v1::ClientEnvelope::BodyCase kind) {
  std::vector<v1::ClientEnvelope> found;
  Letters rest;
  for (v1::Letter& letter : device.take(v1::Letter::kClient)) {
    if (letter.client().body_case() == kind) {
      found.push_back(letter.client());
    } else {
      rest.push_back(std::move(letter));
    }
  }
  device.said.insert(device.said.end(), rest.begin(), rest.end());
  return found;
}

// The client ids of the texts that it has sent.
inline std::vector<std::uint64_t> texts_sent(Device& device) {
  std::vector<std::uint64_t> ids;
  for (const v1::ClientEnvelope& envelope : asked(device, v1::ClientEnvelope::kSendText))
    ids.push_back(envelope.send_text().client_id());
  return ids;
}

inline void answer_login(Device& device) {
  v1::ClientEnvelope envelope;
  envelope.set_request(device.state().login_request);
  envelope.mutable_login_done()->set_user(kAlice.value);
  hear(device, envelope);
}

inline void refuse(Device& device, std::uint64_t request, v1::FailureCode code) {
  v1::ClientEnvelope envelope;
  envelope.set_request(request);
  set_failure(*envelope.mutable_failure(), code);
  hear(device, envelope);
}

inline void refuse_text(Device& device, std::uint64_t client_id, v1::FailureCode code) {
  refuse(device, request_id(RequestKind::kSend, client_id), code);
}

inline void text_stored(Device& device, std::uint64_t client_id) {
  v1::ClientEnvelope envelope;
  envelope.set_request(request_id(RequestKind::kSend, client_id));
  envelope.mutable_text_sent()->set_conversation(kPair.value);
  envelope.mutable_text_sent()->set_client_id(client_id);
  hear(device, envelope);
}

// Messages first .. last of the pair, numbered from `inbox_number` on in the inbox; the key is that
// of the last one.
inline v1::SyncPage page_of(std::uint64_t first, std::uint64_t last, std::uint64_t inbox_number) {
  v1::SyncPage page;
  for (; first <= last; ++first) {
    v1::Message& message = *page.add_messages();
    message.set_conversation(kPair.value);
    message.set_number(first);
    message.set_text("text " + std::to_string(first));
    message.set_inbox_number(inbox_number);
    page.set_key(inbox_number++);
  }
  return page;
}

inline void answer_sync(Device& device, const v1::SyncPage& page, std::uint64_t request = 0) {
  v1::ClientEnvelope envelope;
  envelope.set_request(request == 0 ? device.state().sync_request : request);
  *envelope.mutable_sync_page() = page;
  hear(device, envelope);
}

inline void notice(Device& device, std::uint64_t newest) {
  v1::ClientEnvelope envelope;
  envelope.mutable_notice()->set_newest(newest);
  hear(device, envelope);
}

inline void end_of_login(Device& device) {
  v1::ClientEnvelope envelope;
  envelope.mutable_login_ended();
  hear(device, envelope);
}

// A device that is logged in and has synced an empty inbox.
inline Device ready_device() {
  Device device;
  answer_login(device);
  answer_sync(device, {});
  device.said.clear();
  return device;
}

// The message numbers that were shown, in the order of showing.
inline std::vector<std::uint64_t> shown(const Device& device) {
  std::vector<std::uint64_t> numbers;
  for (const Fact& fact : device.facts_of(FactKind::kShown))
    numbers.push_back(fact.number);
  return numbers;
}

}  // namespace glasspost::tests
