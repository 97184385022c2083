// A recording as a stream of facts: the same stream that a console saw live, at any pace and from
// any instant. Where the file is damaged a kLost fact stands in place of what cannot be read.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "engine/telemetry/recording_file.hpp"

namespace glasspost {

class RecordingSource final : public FactSource {
 public:
  // Errors: those of RecordingFile::open.
  static Result<std::unique_ptr<RecordingSource>> open(const std::string& path);

  SourceKind kind() const override { return SourceKind::kRecorded; }
  const RunLabels& labels() const override { return file_->labels(); }
  std::uint64_t labels_version() const override { return 1; }

  // Facts up to `wanted`; a very long stretch comes in several pieces, see `until`.
  FactBatch poll(Time wanted) override;

  Time begins() const override;
  Time ends() const override;

  // What is damaged, with file and offset, as far as it is known by now; or that the recording was
  // never closed.
  std::string trouble() const override;

  // The next poll begins with the first fact at or after `time`.
  void seek(Time time);

  // One sentence each, as they were met.
  const std::vector<std::string>& damages() const { return damages_; }
  bool finished() const { return file_->finished(); }

 private:
  explicit RecordingSource(std::unique_ptr<RecordingFile> file);
  void load(const RecordingChunk& chunk);
  void met(const std::string& damage);

  std::unique_ptr<RecordingFile> file_;
  std::size_t next_ = 0;      // chunk to load next
  std::vector<Fact> loaded_;  // of the chunk before it
  std::size_t given_ = 0;     // of loaded_
  std::vector<std::string> damages_;
};

}  // namespace glasspost
