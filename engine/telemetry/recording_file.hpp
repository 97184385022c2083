// A recording as it lies on a disk: which chunks it has, and what one holds. The file may come from
// anybody and may be damaged anywhere: what can be read is read, the rest is named.
//
//   closed    end -> last index -> the index before it -> ...
//   otherwise every chunk's head from the first on; behind damage the next head that is whole
// Facts are read only when they are asked for.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/base/result.hpp"
#include "engine/telemetry/fact_source.hpp"
#include "engine/telemetry/recording_format.hpp"

namespace glasspost {

// A chunk of facts, or the place where some should be.
struct RecordingChunk {
  std::uint64_t offset = 0;
  gpr::ChunkHead head;
  std::string damage;  // not empty: nothing can be read here, and why

  std::uint64_t facts() const { return head.raw / sizeof(Fact); }  // 0: nobody knows
};

class RecordingFile {
 public:
  // Errors: kNotFound; kIo; kCorruption if the file's first bytes are not a recording's.
  static Result<std::unique_ptr<RecordingFile>> open(const std::string& path);
  ~RecordingFile();
  RecordingFile(const RecordingFile&) = delete;
  RecordingFile& operator=(const RecordingFile&) = delete;

  // In order of time and of the file.
  const std::vector<RecordingChunk>& chunks() const { return chunks_; }
  const RunLabels& labels() const { return labels_; }
  const std::string& path() const { return path_; }

  // Why the names may be missing; empty if they are not.
  const std::string& labels_damage() const { return labels_damage_; }

  // Its recorder closed it. If not, its last facts may be missing.
  bool finished() const { return finished_; }

  // The facts of a chunk, in order of time. Errors: kCorruption, with the file and the offset.
  Result<std::vector<Fact>> read(const RecordingChunk& chunk) const;

 private:
  RecordingFile(std::string path, int handle, std::uint64_t size)
      : path_(std::move(path)), handle_(handle), size_(size) {}

  std::string bytes_at(std::uint64_t offset, std::size_t count) const;
  Result<std::string> contents(std::uint64_t offset, const gpr::ChunkHead& head) const;
  using IndexEntries = std::vector<std::pair<std::uint64_t, gpr::ChunkHead>>;
  static bool parse_index(std::string_view raw, IndexEntries& entries);
  bool read_indexes();
  void scan();
  std::uint64_t find_head(std::uint64_t from) const;
  void found(std::uint64_t offset, const gpr::ChunkHead& head);
  void compare(std::size_t place, std::uint64_t end, const IndexEntries& entries);
  void insert_gap(std::size_t place, std::uint64_t end, const gpr::ChunkHead& missing);
  void place_first_gap();
  void damaged(std::uint64_t offset, std::uint64_t end, std::uint32_t raw, const std::string& why);

  std::string path_;
  int handle_;
  std::uint64_t size_;
  bool finished_ = false;
  std::vector<RecordingChunk> chunks_;
  RunLabels labels_;
  std::string labels_damage_;
};

}  // namespace glasspost
