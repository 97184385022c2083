// Batches on disk.
#include "engine/roles/store/store_log.hpp"

#include <algorithm>

#include "engine/core/dropped.hpp"
#include "engine/core/forgotten.hpp"

namespace glasspost::store_log {

std::string bytes_of(const google::protobuf::Message& message) {
  std::string bytes;
  const bool written = message.SerializeToString(&bytes);
  assert(written);
  return bytes;
}

void put_batch(SectionId id, v1::LogBatch batch, Store::Section& row, Outbox& out) {
  const std::uint64_t position = batch.position();
  assert(position <= row.last + 1);
  row.last = std::max(row.last, position);
  if (!batch.rows().empty()) out.set(keys::checkpoint_part(id, position), batch.rows());
  batch.set_has_part(batch.has_part() || !batch.rows().empty());
  batch.clear_rows();
  for (v1::IndexBlock& block : *batch.mutable_index()) {
    if (block.entries().empty()) continue;  // the tail of a take-over comes without them
    out.set(keys::index_block(id, block.keeper(), block.after()), block.entries());
    block.clear_entries();
  }
  out.set(keys::log_batch(id, position), bytes_of(batch));
  if (!batch.has_checkpoint()) return;
  v1::SectionRecord& record = row.record.value;
  const std::uint64_t first = batch.checkpoint().first();
  if (first <= record.checkpoint().first() || first <= record.parts_lacking_to()) return;
  *record.mutable_checkpoint() = batch.checkpoint();
  row.settled = std::max(row.settled, batch.checkpoint().last());
  out.set(keys::section_record(id), bytes_of(record));
  out.erase_range(keys::checkpoint_part(id, 0), keys::checkpoint_part(id, first));
}

void put_copied(SectionId id, const v1::LogBatch& batch, Store::Section& row, Outbox& out) {
  const std::uint64_t position = batch.position();
  v1::SectionRecord& record = row.record.value;
  if (batch.rows().empty() && position <= row.last) {
    out.erase(keys::checkpoint_part(id, position));  // of the batch that was here
  }
  if (batch.has_part() && batch.rows().empty()) {
    record.set_parts_lacking_to(std::max(record.parts_lacking_to(), position));
    out.set(keys::section_record(id), bytes_of(record));
  }
  put_batch(id, batch, row, out);
}

void truncate(SectionId id, std::uint64_t last, Store::Section& row, Outbox& out) {
  out.erase_range(keys::log_batch(id, last + 1), log_end(id));
  // Parts that count were at or below an older horizon: they are never dead.
  const std::uint64_t dead = std::max(last, row.record.value.checkpoint().last()) + 1;
  out.erase_range(keys::checkpoint_part(id, dead), keys::checkpoint_part(id, kPositionMax));
  row.last = last;
  row.settled = std::min(row.settled, last);
}

void forget_checkpoint(SectionId id, Store::Section& row, Outbox& out) {
  v1::SectionRecord& record = row.record.value;
  if (record.checkpoint().last() <= row.last) return;
  record.clear_checkpoint();
  out.erase_range(keys::checkpoint_part(id, row.last + 1), keys::checkpoint_part(id, kPositionMax));
  out.fact(forgotten_fact(id, record.sealed_epoch(), row.last + 1));
}

v1::Letter& answer(const v1::Letter& question, Outbox& out) {
  return out.send(unpack(question.source()), question.trace()).letter;
}

void refuse(const v1::Letter& question, std::uint32_t section, std::uint64_t epoch,
            const v1::SectionRecord& record, Outbox& out) {
  v1::EpochRefused& refusal = *answer(question, out).mutable_epoch_refused();
  refusal.set_section(section);
  refusal.set_epoch(epoch);
  refusal.set_sealed_epoch(record.sealed_epoch());
}

void drop(const v1::Letter& question, Outbox& out) {
  out.fact(dropped_fact(unpack(question.target()), question, DropReason::kStale));
}

}  // namespace glasspost::store_log
