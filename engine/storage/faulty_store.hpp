// A disk of the virtual world that forgets what was not synced. A batch is a record at the end of
// a byte log and shows in the table at once; a power loss keeps the synced records and some part
// of the rest, torn or garbled, and recovery reads back what a real log would.
//
//        base_            log_                                     the next record
//   |-----------------|----------------------|---------------------|
//                       synced: survives       unsynced: may be lost, from any byte on
//
// When much is synced it moves from the log into the base, so that a long run stays cheap.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "engine/base/archive.hpp"
#include "engine/base/paged.hpp"
#include "engine/base/random.hpp"
#include "engine/core/contract.hpp"
#include "engine/core/station.hpp"
#include "engine/storage/memory_store.hpp"

namespace glasspost {

// A value: a copy shares memory (paged.hpp) and goes its own way.
// Invariants:
//   I1  the table is the base with the records of the log applied in order.
//   I2  after a crash the table is that of a prefix of the applied batches, each whole, and every
//       batch that a finished sync covered is in it.
//   I3  what a crash left is durable, as after a real recovery that syncs what it found: another
//       crash loses nothing.
//   I4  appended() never falls, so a sync that began before a crash can never cover a later batch.
class FaultyStore final : public ReadView, public WriteStore {
 public:
  // What a crash took away.
  struct Loss {
    std::uint64_t batches = 0;
    bool torn = false;  // recovery met a record that was cut or damaged
  };

  std::optional<std::string> get(std::string_view key) const override;
  std::vector<StoreRow> range(std::string_view first, std::string_view end, std::size_t rows_max,
                              std::size_t bytes_max) const override;
  std::optional<StoreRow> last(std::string_view first, std::string_view end) const override;

  // Visible at once, durable after a sync. One record, also when the batch is empty.
  void apply(std::span<const Put> batch) override;

  // Bytes ever appended to the log, those lost in crashes among them.
  std::uint64_t appended() const { return appended_; }

  // The sync that began when appended() was `upto` has finished: these bytes survive. Syncs may
  // finish late and in any order; a record that is covered only in part is not covered.
  void synced(std::uint64_t upto);

  std::uint64_t unsynced_batches() const { return unsynced_; }

  // Power loss and recovery. The new life goes on from the table that is left.
  Loss crash(Random& random);

  // The base's keys and values and the log.
  std::uint64_t bytes_on_disk() const { return base_.bytes() + log_bytes_; }

  std::size_t size() const { return table_.size(); }

  // Of everything a crash could bring to light, not of the table alone.
  std::uint64_t hash() const;

  template <class Archive>
  void fields(Archive& archive) {
    archive(base_, log_, appended_, unsynced_);
    if constexpr (std::is_same_v<Archive, Loader>) {
      restore(archive);
    }
  }

 private:
  // The records whose numbers in the log are first <= number < end, joined.
  std::string log_part(std::size_t first, std::size_t end) const;
  // Rebuilds log and table from the bytes on disk. False when it stopped before their end.
  bool recover(std::string_view bytes);
  void fold_synced_into_base();
  void restore(Loader& loader);

  MemoryStore base_;             // the synced records that are no longer in the log
  PagedArray<std::string> log_;  // whole records, in order; the last `unsynced_` may be lost
  std::uint64_t appended_ = 0;   // the log's end, counted from the beginning of time
  std::uint64_t unsynced_ = 0;   // records
  MemoryStore table_;            // what reads see. It and all below follow from the fields above
  std::uint64_t log_bytes_ = 0;
  std::uint64_t unsynced_bytes_ = 0;
};

}  // namespace glasspost
