// Writes a recording: facts go into chunks (recording_format.hpp), and each chunk into the file in
// one write, so whoever dies in the middle leaves all chunks but the last readable.
//
//   facts --add--> chunk under way --(full, or flush)--> file.gpr
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "engine/base/result.hpp"
#include "engine/telemetry/fact_source.hpp"
#include "engine/telemetry/recording_format.hpp"

namespace glasspost {

struct RecorderOptions {
  std::string path;
  bool force = false;                  // an existing file may be replaced
  std::size_t facts_a_chunk = 16'384;  // at most gpr::kRawBytesMax / sizeof(Fact)
  std::size_t chunks_an_index = 64;
};

// Invariant: facts are in order of time within a chunk and from one chunk to the next. One that
// comes too late for its place stands where it came, with the time of the one before it.
class Recorder {
 public:
  // The file is readable by its owner only, and held until the recorder is gone. Errors: kConflict
  // if the file is there and force is not set, or if another recorder holds it; kInvalidArgument if
  // it is there and no file; kIo.
  static Result<std::unique_ptr<Recorder>> create(const RecorderOptions& options,
                                                  const RunLabels& labels);

  // Without finish() the recording has no end and is read like that of a crashed recorder.
  ~Recorder();
  Recorder(const Recorder&) = delete;
  Recorder& operator=(const Recorder&) = delete;

  // Errors of all that write: kIo, with what to do. Nothing more is written after one.
  Status add(std::span<const Fact> facts);
  Status label(const RunLabels& labels);
  // What was added so far is in the file; call it about once a second.
  Status flush();
  // Flushes, writes index and end, syncs. Nothing may be added any more.
  Status finish();

  std::uint64_t facts() const { return facts_; }
  std::uint64_t bytes() const { return offset_; }
  std::uint64_t lost() const { return lost_; }             // what the kLost facts among them say
  bool lost_uncounted() const { return lost_uncounted_; }  // ... of which some only say "some"

 private:
  Recorder(RecorderOptions options, int handle) : options_(std::move(options)), handle_(handle) {}

  Status write(const std::string& bytes);
  Status write_chunk(gpr::ChunkKind kind, std::string_view raw, std::int64_t first,
                     std::int64_t last);
  Status write_index();

  RecorderOptions options_;
  int handle_;
  bool failed_ = false;
  std::uint64_t offset_ = 0;
  std::vector<Fact> waiting_;
  std::int64_t newest_us_ = INT64_MIN;  // of the facts written
  std::vector<std::pair<std::uint64_t, gpr::ChunkHead>> unindexed_;
  std::uint64_t last_index_ = 0;
  std::uint64_t facts_ = 0;
  std::uint64_t lost_ = 0;
  bool lost_uncounted_ = false;
};

}  // namespace glasspost
