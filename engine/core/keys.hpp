// Keys of the local stores. Big-endian numbers, so that key order is number order; the first byte
// tells what lies there (record.proto says what the value is).
#pragma once

#include <cstdint>
#include <string>

#include "engine/base/bytes.hpp"
#include "engine/base/ids.hpp"

namespace glasspost::keys {

// Store: LogBatch by (section, position).
inline std::string log_batch(SectionId section, std::uint64_t position) {
  std::string key = "B";
  append_key_u32(key, section.value);
  append_key_u64(key, position);
  return key;
}

// Store: rows of a checkpoint's part, by (section, position).
inline std::string checkpoint_part(SectionId section, std::uint64_t position) {
  std::string key = "P";
  append_key_u32(key, section.value);
  append_key_u64(key, position);
  return key;
}

// Store: the entries of an IndexBlock, by (section, keeper, after).
inline std::string index_block(SectionId section, std::uint64_t keeper, std::uint64_t after) {
  std::string key = "I";
  append_key_u32(key, section.value);
  append_key_u64(key, keeper);
  append_key_u64(key, after);
  return key;
}

// Store: SectionRecord.
inline std::string section_record(SectionId section) {
  std::string key = "S";
  append_key_u32(key, section.value);
  return key;
}

// Store: RegisterRecord.
inline std::string section_register(SectionId section) {
  std::string key = "R";
  append_key_u32(key, section.value);
  return key;
}

// Store: RouteTable.
inline std::string routes() {
  return "T";
}

// Store: ReplicaRecord.
inline std::string replica() {
  return "N";
}

// Account: UserRecord.
inline std::string user(UserId user) {
  std::string key = "U";
  append_key_u32(key, user.value);
  return key;
}

// Device: the sync key and the counters, as saved by the client role.
inline std::string device_self() {
  return "D";
}

// Device: a text that waits to be acknowledged, by client id.
inline std::string device_unsent(std::uint64_t client_id) {
  std::string key = "O";
  append_key_u64(key, client_id);
  return key;
}

// Device: the highest number shown of a conversation.
inline std::string device_conversation(ConversationId conversation) {
  std::string key = "C";
  append_key_u64(key, conversation.value);
  return key;
}

// Device: a message shown, by (conversation, number).
inline std::string device_message(ConversationId conversation, std::uint64_t number) {
  std::string key = "M";
  append_key_u64(key, conversation.value);
  append_key_u64(key, number);
  return key;
}

// The end of everything that starts with this byte.
inline std::string end_of(char prefix) {
  return std::string(1, static_cast<char>(prefix + 1));
}

}  // namespace glasspost::keys
