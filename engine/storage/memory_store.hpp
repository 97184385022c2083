// The local store as a table in memory: what a role reads in tests and in the virtual world, and
// the table that FaultyStore recovers. It never forgets; a store that can is faulty_store.hpp.
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
#include "engine/core/contract.hpp"
#include "engine/core/station.hpp"

namespace glasspost {

// An ordered table of byte strings. A value: a copy is cheap (paged.hpp) and goes its own way.
// Keys are ordered as unsigned bytes, so 0xff is the greatest.
// Invariants:
//   I1  range and last show rows with first <= key < end only; an empty `end` is an empty range.
//   I2  range gives at most rows_max rows, and beyond the first row none with which the value
//       bytes of all would be above bytes_max.
//   I3  bytes() is the sum of the lengths of all keys and values.
class MemoryStore final : public ReadView, public WriteStore {
 public:
  std::optional<std::string> get(std::string_view key) const override;
  std::vector<StoreRow> range(std::string_view first, std::string_view end, std::size_t rows_max,
                              std::size_t bytes_max) const override;
  std::optional<StoreRow> last(std::string_view first, std::string_view end) const override;

  // In the order of the batch. kEraseRange with end <= first does nothing.
  void apply(std::span<const Put> batch) override;

  // Rows.
  std::size_t size() const { return rows_.size(); }

  // Bytes of all keys and values.
  std::uint64_t bytes() const { return bytes_; }

  // Equal exactly when the rows are (but for collisions), whatever led to them.
  std::uint64_t hash() const;

  template <class Archive>
  void fields(Archive& archive) {
    archive(rows_);
    if constexpr (std::is_same_v<Archive, Loader>) {
      count_bytes();
    }
  }

 private:
  void set(const std::string& key, const std::string& value);
  void erase(const std::string& key);
  void erase_range(const std::string& first, const std::string& end);
  void count_bytes();

  PagedMap<std::string, std::string> rows_;
  std::uint64_t bytes_ = 0;  // follows from rows_, so it is not saved
};

}  // namespace glasspost
