// Checkpoints of a section: what an owner has folded from its log, written into the
// same log now and then, so that a take-over loads it and replays only what came after.
//
//   log   ... 41 42 43 | 44  45P 46  47P 48P 49R | 50 51
//                   ^        parts, others between ^ record: "covers 43, parts 45 to 48"
//              covers 43
//
// Parts and record are batches like any other, so all that is true of batches is true of them: they
// are in order, on W replicas at or below the horizon, and dead when a newer owner says so. A new
// owner loads 45, 47 and 48 and replays from 44 on.
//
// What an owner folds is of two kinds:
//   tables   small, and they change: a line for each conversation, user, device. Every checkpoint
//            holds them whole.
//   index    one entry for each message or row. It only grows, so a checkpoint writes what is new
//            since the last one, as blocks that the store keeps for good. When it counts, these
//            entries leave the owner's memory; they are read again when somebody asks.
// So memory, the replay and the bytes written for a checkpoint do not grow with history.
//
// Invariants:
//   I1  the tables are copied at once (a copy of pages is cheap) and hold every batch up to
//       `covers` and no later one, whatever is decided while the parts are written.
//   I2  no part is appended before all that it covers is at or below the horizon, and no record
//       before all parts are. What a part says is therefore true for good, also if the checkpoint
//       never counts, and one that counts is complete.
//   I3  one part is on its way at a time: serving goes on between two of them.
//   I4  an entry of the index is in memory until a checkpoint with its block counts.
// Nothing else waits for a checkpoint: one that never counts costs only a longer replay.
#pragma once

#include <cassert>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "engine/base/archive.hpp"
#include "engine/core/section_log.hpp"

namespace glasspost {

// Takes rows out of tables, in order, until a part is full; at least one row, if there is any. Used
// like any archive, on structs whose fields are all tables. REQUIRES: bytes_max >= 1.
class PartWriter {
 public:
  explicit PartWriter(std::size_t bytes_max) : bytes_max_(bytes_max) {}

  template <class... Table>
  void operator()(Table&... tables) {
    (take(tables), ...);
  }

  std::size_t rows() const { return rows_; }
  std::string take_bytes() { return part_.take(); }

 private:
  // Of each table: how many rows, and they.
  template <class K, class V>
  void take(PagedMap<K, V>& table) {
    ByteWriter taken;
    Saver saver(taken);
    std::uint64_t count = 0;
    std::optional<K> last;
    for (const auto& row : table) {
      if (row_bytes_ + taken.size() >= bytes_max_) break;
      saver(row.key, row.value);
      last = row.key;
      ++count;
    }
    if (last) table.erase_up_to(*last);
    part_.varint(count);
    part_.raw(taken.data());
    row_bytes_ += taken.size();
    rows_ += count;
  }

  std::size_t bytes_max_;
  std::size_t rows_ = 0;
  std::size_t row_bytes_ = 0;
  ByteWriter part_;
};

// Puts the rows of a part back into tables.
class PartReader {
 public:
  explicit PartReader(std::string_view part) : in_(part), loader_(in_) {}

  template <class... Table>
  void operator()(Table&... tables) {
    (put(tables), ...);
  }

  // The part was one that a PartWriter wrote.
  bool whole() const { return loader_.ok() && in_.at_end(); }

 private:
  template <class K, class V>
  void put(PagedMap<K, V>& table) {
    std::uint64_t count = 0;
    loader_(count);
    for (; count > 0 && loader_.ok(); --count) {
      K key{};
      V value{};
      loader_(key, value);
      if (loader_.ok()) table.put(key, std::move(value));
    }
  }

  ByteReader in_;
  Loader loader_;
};

// Loads one part. Our own rows on our own replicas: what does not parse was damaged below us.
template <class Folded>
void load_part(Folded& folded, std::string_view part) {
  PartReader reader(part);
  folded.fields(reader);
  assert(reader.whole() && "a part of a checkpoint is damaged");
}

// Where the writing of a checkpoint stands.
enum class CheckpointPhase : std::uint8_t {
  kIdle = 0,
  kWriting = 1,   // parts
  kRecording = 2  // the record is on its way
};

// The checkpoint of one section, while it is written. Folded: a struct whose fields are tables.
// Index: a table whose entries never change.
template <class Folded, class Index>
struct Checkpoint {
  CheckpointPhase phase = CheckpointPhase::kIdle;
  Folded rest;      // a copy of the tables: rows that no part holds yet
  Index closing;    // index entries that leave the memory when this checkpoint counts
  Index unwritten;  // those of them that no part holds yet
  std::uint64_t covers = 0;
  std::uint64_t first = 0;   // position of the first part with rows of tables; 0: none yet
  std::uint64_t newest = 0;  // position of the newest part, or of the record
  std::uint64_t bytes = 0;   // of the tables' rows

  // Does it count since the horizon moved? Then finish it.
  bool counts(const SectionLog& log) const {
    return phase == CheckpointPhase::kRecording && newest <= log.horizon;
  }

  // Lets go of the index entries that the store keeps from now on.
  void finish(const SectionLog& log, OwnerStep& step) {
    assert(counts(log));
    step.out.fact({.kind = FactKind::kCheckpoint,
                   .subject = log.section().value,
                   .object = covers,
                   .number = newest,
                   .value = bytes});
    *this = {};
  }

  bool due(const SectionLog& log, const Config& config) const {
    return phase == CheckpointPhase::kIdle && log.checkpoint_due(config);
  }

  // Takes the copies. `folded` and `recent` hold exactly the batches up to `folded_to`, and
  // `recent` is emptied. REQUIRES: due().
  void begin(SectionLog& log, const Folded& folded, Index& recent, std::uint64_t folded_to) {
    phase = CheckpointPhase::kWriting;
    rest = folded;
    closing = std::exchange(recent, {});
    unwritten = closing;
    covers = folded_to;
    log.tail_bytes = 0;
  }

  // Writes what comes next, if it is time. Call it at the end of every step, after the step's own
  // batches. `cut` moves entries from the front of an index into blocks: cut(index, bytes_max,
  // part).
  template <class Cut>
  void go_on(SectionLog& log, const Cut& cut, OwnerStep& step) {
    if (phase != CheckpointPhase::kWriting || !log.serving() || !log.has_room()) return;
    if (covers > log.horizon || newest > log.horizon) return;
    write(log, cut, step);
  }

  template <class Archive>
  void fields(Archive& archive) {
    archive(phase, rest, closing, unwritten, covers, first, newest, bytes);
  }

 private:
  // One part, blocks of the index first; or the record, when all parts are where they should be.
  template <class Cut>
  void write(SectionLog& log, const Cut& cut, OwnerStep& step) {
    v1::LogBatch part;
    if (!unwritten.empty()) {
      cut(unwritten, step.config.checkpoint_part_bytes, part);
      newest = log.append_part(std::move(part), step);
      return;
    }
    PartWriter tables(step.config.checkpoint_part_bytes);
    rest.fields(tables);
    if (tables.rows() == 0 && first != 0) {
      newest = log.append_record(covers, first, newest, bytes, step);
      phase = CheckpointPhase::kRecording;
      return;
    }
    part.set_rows(tables.take_bytes());
    bytes += part.rows().size();
    newest = log.append_part(std::move(part), step);
    if (first == 0) first = newest;
  }
};

}  // namespace glasspost
