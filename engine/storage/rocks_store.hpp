// The durable store of a process on a real disk: rows in RocksDB, and every batch in its log before
// apply returns. Nothing is durable until sync, which may run in a second thread beside the loop.
//
// It stands behind the same two ports as MemoryStore and FaultyStore; RocksDB itself stays in the
// .cpp, so that whoever includes this does not compile its headers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.hpp"
#include "engine/core/contract.hpp"
#include "engine/core/station.hpp"

namespace glasspost {

// One thread, the loop, calls get, range, last and apply; one other may call sync; status and
// bytes_written may be called by any. Both threads are done with it before it is destroyed.
// Invariants:
//   I1  reads show every batch that apply took, synced or not.
//   I2  after a crash the rows are those of a prefix of the batches, each whole, and every batch
//       whose apply returned before the call of a sync that went well is in it.
//   I3  the first failure stays: from then on apply does nothing and sync reports that failure
//       without touching the disk. So nothing that was built on a failed read can become durable.
class RocksStore final : public ReadView, public WriteStore {
 public:
  // Opens the store, or makes an empty one; the folder above it must exist. Everything stored is
  // read and checked before anything is written, so a directory found
  // damaged stays as it was: kCorruption, with file and offset, and what RocksDB said. A log that
  // lost rows which were synced is told (synced_mark.hpp); one that ends behind them is taken as it
  // is. One kind of damage looks like a crash and is not told: a MANIFEST that ends too early.
  static Result<std::unique_ptr<RocksStore>> open(const std::string& directory);

  // Does not sync.
  ~RocksStore() override;
  RocksStore(const RocksStore&) = delete;
  RocksStore& operator=(const RocksStore&) = delete;

  // A read that fails shows nothing and leaves its reason in status(): the host looks there after
  // each step, before it lets anything go.
  std::optional<std::string> get(std::string_view key) const override;
  std::vector<StoreRow> range(std::string_view first, std::string_view end, std::size_t rows_max,
                              std::size_t bytes_max) const override;
  std::optional<StoreRow> last(std::string_view first, std::string_view end) const override;

  // In the order of the batch. kEraseRange with end <= first does nothing.
  void apply(std::span<const Put> batch) override;

  // When it went well, every batch whose apply returned before this call is durable. So count the
  // batches before the call and publish that count after it, never the other way round.
  Status sync();

  // The first failed read, write or sync of this life. The host then stops the process: what a
  // failed sync left in the disk's cache is unknown, and only a recovery tells.
  Status status() const;

  // Bytes of all batches that apply took in this life, as they stand in the log.
  std::uint64_t bytes_written() const;

 private:
  struct Impl;
  explicit RocksStore(std::unique_ptr<Impl> impl);

  std::unique_ptr<Impl> impl_;
};

}  // namespace glasspost
