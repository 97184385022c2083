// How far a store is known to be synced, written down beside it: so that a log which lost synced
// rows is told from one that merely was not synced to its end.
//
// RocksDB reads its log up to the first record that is not whole, and calls that the end: after a
// power cut it must, because what was not synced may be torn. A byte that went wrong in the middle
// looks the same. The mark tells them apart: it is written after each sync and never claims more
// than was synced. It need not be synced itself: an older mark only claims less.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "engine/base/result.hpp"

namespace glasspost {

// The mark of one store: a file of 24 bytes in its folder.
class SyncedMark {
 public:
  static std::string path_in(const std::string& directory) { return directory + "/SYNCED"; }

  // What the mark claims: a number of RocksDB's, which rises with every row. Nothing if there is no
  // mark or it is damaged: then nobody knows.
  static std::optional<std::uint64_t> read(const std::string& directory);

  SyncedMark() = default;
  ~SyncedMark();
  SyncedMark(const SyncedMark&) = delete;
  SyncedMark& operator=(const SyncedMark&) = delete;

  // Errors: kIo.
  Status open(const std::string& directory);

  // Everything up to here is synced. Costs one small write into the page cache. False: it was not
  // written; the old claim stands, or none.
  bool write(std::uint64_t sequence);

 private:
  int file_ = -1;
};

// Where the logs of a store stop making sense: "000012.log is damaged at offset 4711", or that they
// end too early. For people; slow.
std::string describe_log_damage(const std::string& directory);

}  // namespace glasspost
