// What the store's answers share: how a section's log lies on disk, and how it is read and written.
#pragma once

#include <cassert>
#include <cstdint>
#include <limits>
#include <string>

#include "engine/core/keys.hpp"
#include "engine/roles/store/store.hpp"

namespace glasspost::store_log {

inline constexpr std::uint64_t kPositionMax = std::numeric_limits<std::uint64_t>::max();

inline std::string log_end(SectionId section) {
  return keys::log_batch(section, kPositionMax);
}

std::string bytes_of(const google::protobuf::Message& message);

// Our own records on our own disk: what does not parse was damaged below us, and guessing would be
// worse than stopping.
template <class Message>
Message parsed(const std::string& bytes) {
  Message message;
  const bool whole = message.ParseFromString(bytes);
  assert(whole && "a record of this store is damaged");
  return message;
}

// Puts the batch that is next, or one in place of another. What a part of a checkpoint holds goes
// beside the log: its rows, until the next checkpoint drops them, and its index blocks, for good.
// The record of a checkpoint that can count here goes into the section's record as well.
void put_batch(SectionId id, v1::LogBatch batch, Store::Section& row, Outbox& out);

// Puts a batch that was read from another replica: the next one, or in place of one that is here.
void put_copied(SectionId id, const v1::LogBatch& batch, Store::Section& row, Outbox& out);

// Drops every batch after `last`.
void truncate(SectionId id, std::uint64_t last, Store::Section& row, Outbox& out);

// Drops the checkpoint that counts if its parts are not all in the log any more: another history
// has begun below them (engine/core/forgotten.hpp). The caller puts the section's record.
void forget_checkpoint(SectionId id, Store::Section& row, Outbox& out);

v1::Letter& answer(const v1::Letter& question, Outbox& out);
void refuse(const v1::Letter& question, std::uint32_t section, std::uint64_t epoch,
            const v1::SectionRecord& record, Outbox& out);

// Cannot be answered, yet or at all: no owner asks it, or only one that knows more than this
// replica. Counted; who has a reason to ask asks again.
void drop(const v1::Letter& question, Outbox& out);

}  // namespace glasspost::store_log
