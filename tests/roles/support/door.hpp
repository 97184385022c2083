// An access role, spoken to in verbs: what devices ask on connections, what the house answers.
#pragma once

#include <string>

#include "engine/roles/access/access.hpp"
#include "tests/roles/support/bench.hpp"
#include "tests/roles/support/people.hpp"

namespace glasspost::tests {

inline RoleBox new_access() {
  return RoleBox::of(Access(kAccess1));
}

struct Door : Bench {
  Door() : Bench(kAccess1, new_access(), small_config()) { start(); }
};

inline void connect(Door& door, std::uint64_t connection) {
  door.tell({.address = {RoleKind::kDevice, connection}, .boot = BootId{1}, .up = true});
}

inline void disconnect(Door& door, std::uint64_t connection) {
  door.tell({.address = {RoleKind::kDevice, connection}, .boot = BootId{1}, .up = false});
}

inline v1::Letter device_letter(std::uint64_t connection, const v1::ClientEnvelope& envelope) {
  v1::Letter letter;
  *letter.mutable_client() = envelope;
  return from({RoleKind::kDevice, connection}, letter);
}

inline void request(Door& door, std::uint64_t connection, const v1::ClientEnvelope& envelope) {
  door.feed(device_letter(connection, envelope));
}

// One envelope of each kind that a device may ask with.
inline v1::ClientEnvelope ask_login(std::uint64_t request, const std::string& token) {
  v1::ClientEnvelope envelope;
  envelope.set_request(request);
  envelope.mutable_login()->set_token(token);
  return envelope;
}
inline v1::ClientEnvelope ask_send(std::uint64_t request, const std::string& text) {
  v1::ClientEnvelope envelope;
  envelope.set_request(request);
  envelope.mutable_send_text()->set_conversation(kPair.value);
  envelope.mutable_send_text()->set_client_id(6);
  envelope.mutable_send_text()->set_text(text);
  return envelope;
}
inline v1::ClientEnvelope ask_sync(std::uint64_t request, std::uint64_t key) {
  v1::ClientEnvelope envelope;
  envelope.set_request(request);
  envelope.mutable_sync()->set_key(key);
  envelope.mutable_sync()->set_rows_max(50);
  return envelope;
}
inline v1::ClientEnvelope ask_history(std::uint64_t request) {
  v1::ClientEnvelope envelope;
  envelope.set_request(request);
  envelope.mutable_history()->set_conversation(kPair.value);
  envelope.mutable_history()->set_from(5);
  return envelope;
}
inline v1::ClientEnvelope ask_lookup(std::uint64_t request, const std::string& name) {
  v1::ClientEnvelope envelope;
  envelope.set_request(request);
  envelope.mutable_lookup()->set_name(name);
  return envelope;
}
inline v1::ClientEnvelope ask_logout(std::uint64_t request) {
  v1::ClientEnvelope envelope;
  envelope.set_request(request);
  envelope.mutable_logout();
  return envelope;
}

// The account's verdict on a login of this connection: the phone's, or a refusal.
inline v1::Letter checked_letter(const Phone& phone, std::uint64_t request,
                                 v1::FailureCode failure = v1::FAILURE_CODE_UNSPECIFIED) {
  v1::Letter letter;
  v1::LoginChecked& checked = *letter.mutable_login_checked();
  *checked.mutable_origin() = origin_of(phone, request);
  checked.set_failure(failure);
  checked.set_session(phone.session);
  return from(kAccount1, letter);
}

// The phone connects and logs in; what was said on the way is forgotten.
inline void log_in(Door& door, const Phone& phone) {
  connect(door, phone.connection);
  request(door, phone.connection, ask_login(1, "token"));
  door.feed(checked_letter(phone, 1));
  door.said.clear();
  door.facts.clear();
}

inline v1::Letter submitted_letter(const Phone& phone, std::uint64_t request,
                                   v1::FailureCode failure = v1::FAILURE_CODE_UNSPECIFIED) {
  v1::Letter letter;
  letter.set_trace(77);
  v1::Submitted& submitted = *letter.mutable_submitted();
  *submitted.mutable_origin() = origin_of(phone, request);
  submitted.set_conversation(kPair.value);
  submitted.set_client_id(6);
  submitted.set_body_hash(1234);
  submitted.set_failure(failure);
  if (failure == v1::FAILURE_CODE_UNSPECIFIED) submitted.set_number(8);
  return from(kHome1, letter);
}

inline v1::Letter pulled_letter(const Phone& phone, std::uint64_t request, std::uint64_t key) {
  v1::Letter letter;
  *letter.mutable_rows_pulled()->mutable_origin() = origin_of(phone, request);
  letter.mutable_rows_pulled()->mutable_page()->set_key(key);
  return from(kMailbox1, letter);
}

inline v1::Letter read_letter(const Phone& phone, std::uint64_t request) {
  v1::Letter letter;
  *letter.mutable_history_read()->mutable_origin() = origin_of(phone, request);
  letter.mutable_history_read()->mutable_page()->set_newest(4);
  return from(kHome1, letter);
}

inline v1::Letter found_letter(const Phone& phone, std::uint64_t request, UserId user) {
  v1::Letter letter;
  *letter.mutable_name_found()->mutable_origin() = origin_of(phone, request);
  letter.mutable_name_found()->set_user(user.value);
  letter.mutable_name_found()->set_name("Bob");
  return from(kAccount1, letter);
}

inline v1::Letter notify_letter(const Phone& phone, std::uint64_t newest) {
  v1::Letter letter;
  *letter.mutable_notify_device()->mutable_origin() = origin_of(phone, 0);
  letter.mutable_notify_device()->set_newest(newest);
  return from(kMailbox1, letter);
}

inline v1::Letter replaced_letter(const Phone& phone) {
  v1::Letter letter;
  *letter.mutable_route_replaced()->mutable_origin() = origin_of(phone, 0);
  return from(kMailbox1, letter);
}

inline v1::Letter login_over_letter(DeviceId device, std::uint64_t newest_session = ~0ULL) {
  v1::Letter letter;
  letter.mutable_login_is_over()->set_device(device.value);
  letter.mutable_login_is_over()->set_newest_session(newest_session);
  return from(kAccount1, letter);
}

// What was said to the one device that was spoken to.
inline v1::ClientEnvelope said_to(Door& door, std::uint64_t connection) {
  const v1::Letter letter = door.one(v1::Letter::kClient);
  CHECK(letter.target() == pack({RoleKind::kDevice, connection}));
  return letter.client();
}

inline v1::FailureCode failure_of(Door& door, std::uint64_t connection) {
  return said_to(door, connection).failure().code();
}

}  // namespace glasspost::tests
