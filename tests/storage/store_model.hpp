// What the tests of the stores compare with: a std::map, the same batches applied to it in the
// plainest way, and batches over few short keys, so that sets, erases and ranges often meet.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/random.hpp"
#include "engine/core/contract.hpp"

namespace glasspost::tests {

using Model = std::map<std::string, std::string>;
using Batch = std::vector<Put>;

inline void apply_to(Model& model, const Batch& batch) {
  for (const Put& put : batch) {
    if (put.kind == Put::Kind::kSet) {
      model[put.key] = put.value;
    } else if (put.kind == Put::Kind::kErase) {
      model.erase(put.key);
    } else {
      std::erase_if(model,
                    [&](const auto& row) { return row.first >= put.key && row.first < put.value; });
    }
  }
}

// Up to three bytes, among them the least and the greatest there are.
inline std::string random_key(Random& random) {
  static constexpr std::string_view kBytes(
      "\x00\x01"
      "ab\x7f\x80\xfe\xff",
      8);
  std::string key;
  for (std::uint64_t length = random.below(4); length > 0; --length) {
    key += kBytes[random.below(kBytes.size())];
  }
  return key;
}

inline Put random_put(Random& random, std::uint64_t value_max) {
  const std::uint64_t kind = random.below(10);
  if (kind < 2) {
    return {Put::Kind::kErase, random_key(random), {}};
  }
  if (kind == 2) {
    return {Put::Kind::kEraseRange, random_key(random), random_key(random)};
  }
  const auto letter = static_cast<char>('a' + random.below(26));
  return {Put::Kind::kSet, random_key(random), std::string(random.below(value_max + 1), letter)};
}

inline Batch random_batch(Random& random, std::uint64_t value_max) {
  Batch batch;
  for (std::uint64_t puts = random.below(6); puts > 0; --puts) {
    batch.push_back(random_put(random, value_max));
  }
  return batch;
}

// Every row, read through the view.
inline Model contents(const ReadView& view) {
  Model rows;
  const std::string beyond_all(8, '\xff');
  for (const StoreRow& row : view.range("", beyond_all, SIZE_MAX, SIZE_MAX)) {
    rows[row.key] = row.value;
  }
  return rows;
}

}  // namespace glasspost::tests
