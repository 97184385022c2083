// Reading: pages of the log for its owner, and for a replica that was away.
#include <algorithm>

#include "engine/core/limits.hpp"
#include "engine/roles/store/store_log.hpp"

namespace glasspost {
namespace {

using namespace store_log;

// The batches of a page, in order of positions.
void read_batches(SectionId id, std::uint64_t from, std::uint64_t to, const ReadView& store,
                  v1::LogPage& page) {
  for (const StoreRow& found : store.range(keys::log_batch(id, from), keys::log_batch(id, to + 1),
                                           to, limits::kLogPageBytesMax)) {
    *page.add_batches() = parsed<v1::LogBatch>(found.value);
  }
}

// The parts of a page: position and rows.
void read_parts(SectionId id, std::uint64_t from, std::uint64_t to, const ReadView& store,
                v1::LogPage& page) {
  const std::string end = keys::checkpoint_part(id, to + 1);
  for (StoreRow& found :
       store.range(keys::checkpoint_part(id, from), end, to - from + 1, limits::kLogPageBytesMax)) {
    v1::LogBatch& part = *page.add_batches();
    part.set_position(read_key_u64(found.key, found.key.size() - sizeof(std::uint64_t)));
    part.set_rows(std::move(found.value));
  }
}

// A short page for another replica: batches as they came, with the rows and blocks that lie apart.
// Rows of a checkpoint that a newer one has replaced are gone.
void read_whole(SectionId id, std::uint64_t from, std::uint64_t to, const ReadView& store,
                v1::LogPage& page) {
  std::size_t bytes = 0;
  for (const StoreRow& found : store.range(keys::log_batch(id, from), keys::log_batch(id, to + 1),
                                           to, limits::kCopyPageBytesMax)) {
    v1::LogBatch batch = parsed<v1::LogBatch>(found.value);
    if (batch.has_part()) {
      batch.set_rows(store.get(keys::checkpoint_part(id, batch.position())).value_or(""));
    }
    for (v1::IndexBlock& block : *batch.mutable_index()) {
      block.set_entries(
          store.get(keys::index_block(id, block.keeper(), block.after())).value_or(""));
    }
    bytes += batch.ByteSizeLong();
    if (bytes > limits::kCopyPageBytesMax && page.batches_size() > 0) return;
    *page.add_batches() = std::move(batch);
  }
}

}  // namespace

void Store::on_read(const v1::Letter& letter, const Seen& seen, Outbox& out) {
  const v1::ReadLog& read = letter.read_log();
  const Section& row = section(read.section(), seen);
  if (read.epoch() != row.record.value.sealed_epoch()) {
    return refuse(letter, read.section(), read.epoch(), row.record.value, out);
  }
  v1::LogPage& page = *answer(letter, out).mutable_log_page();
  page.set_section(read.section());
  page.set_epoch(read.epoch());
  page.set_from(read.from());
  page.set_parts(read.parts());
  page.set_copy_to(read.copy_to());
  const std::uint64_t to = std::min(read.to(), row.last);
  if (read.from() > to) return;
  // A batch put by this very step is not in the view yet: the page ends early and the owner asks
  // again.
  const SectionId id{read.section()};
  if (read.copy_to() != 0) {
    read_whole(id, read.from(), to, seen.store, page);
  } else if (read.parts()) {
    read_parts(id, read.from(), to, seen.store, page);
  } else {
    read_batches(id, read.from(), to, seen.store, page);
  }
}

void Store::on_read_index(const v1::Letter& letter, const Seen& seen, Outbox& out) {
  const v1::ReadIndex& read = letter.read_index();
  const Section& row = section(read.section(), seen);
  if (read.epoch() != row.record.value.sealed_epoch()) {
    return refuse(letter, read.section(), read.epoch(), row.record.value, out);
  }
  v1::IndexPage& page = *answer(letter, out).mutable_index_page();
  page.set_section(read.section());
  page.set_epoch(read.epoch());
  page.set_keeper(read.keeper());
  page.set_after(read.after());
  const SectionId id{read.section()};
  const std::string wanted = keys::index_block(id, read.keeper(), read.after() + 1);
  const auto found = seen.store.last(keys::index_block(id, read.keeper(), 0), wanted);
  if (!found) return;
  const std::string end = keys::index_block(id, read.keeper(), kPositionMax);
  for (StoreRow& next :
       seen.store.range(found->key, end, limits::kIndexPageBlocks, limits::kLogPageBytesMax)) {
    v1::IndexBlock& block = *page.add_blocks();
    block.set_keeper(read.keeper());
    block.set_after(read_key_u64(next.key, next.key.size() - sizeof(std::uint64_t)));
    block.set_entries(std::move(next.value));
  }
}

// A replica that was away is given what it lacks, page by page.
//
// Pages of the owner's own log come when W replicas have its start record. Then this one may have
// it, too, without the tail: whatever it has beyond `after` may be dead, and is dropped.
// Before that nothing is dropped, for it may be needed by whoever takes over next: pages hold only
// what is settled, which is final everywhere and replaces what is here, place by place.
void Store::on_copy(const v1::Letter& letter, const Seen& seen, Outbox& out) {
  const v1::CopyLog& copy = letter.copy_log();
  const SectionId id{copy.section()};
  Section& row = section(copy.section(), seen);
  v1::SectionRecord& record = row.record.value;
  if (copy.epoch() != record.sealed_epoch()) {
    return refuse(letter, copy.section(), copy.epoch(), record, out);
  }
  const bool owners_own = copy.start_epoch() == copy.epoch();
  if (owners_own && record.start_epoch() != copy.epoch() && copy.after() <= row.last) {
    // The owner may not have heard of the last page: what is settled here is never dead.
    truncate(id, std::max(copy.after(), row.settled), row, out);
    forget_checkpoint(id, row, out);
    record.set_start_epoch(copy.epoch());
    record.set_start_first(row.last + 1);
    out.set(keys::section_record(id), bytes_of(record));
  }
  v1::LogCopied& copied = *answer(letter, out).mutable_log_copied();
  copied.set_section(copy.section());
  copied.set_epoch(copy.epoch());
  if (record.start_epoch() == copy.epoch()) {
    for (const v1::LogBatch& batch : copy.batches()) {
      if (owners_own && batch.position() == row.last + 1) put_copied(id, batch, row, out);
    }
    row.settled = std::max(row.settled, std::min(copy.settled(), row.last));
    copied.set_start_epoch(copy.epoch());
    copied.set_last(row.last);
    return;
  }
  std::uint64_t upto = copy.after();
  for (const v1::LogBatch& batch : copy.batches()) {
    if (batch.position() != upto + 1 || upto > row.last) break;
    put_copied(id, batch, row, out);
    upto = batch.position();
  }
  row.settled = std::max(row.settled, std::min(upto, row.last));
  copied.set_start_epoch(owners_own ? record.start_epoch() : copy.start_epoch());
  copied.set_last(upto);
}

}  // namespace glasspost
