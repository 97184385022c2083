// Chunks to facts.
#include "engine/telemetry/recording_source.hpp"

#include <algorithm>

#include "engine/base/text.hpp"

namespace glasspost {
namespace {
constexpr std::size_t kFactsAPoll = 500'000;  // 32 MB
constexpr std::size_t kDamagesTold = 100;
}  // namespace

Result<std::unique_ptr<RecordingSource>> RecordingSource::open(const std::string& path) {
  Result<std::unique_ptr<RecordingFile>> file = RecordingFile::open(path);
  if (!file) return file.error();
  return std::unique_ptr<RecordingSource>(new RecordingSource(std::move(*file)));
}

RecordingSource::RecordingSource(std::unique_ptr<RecordingFile> file) : file_(std::move(file)) {
  if (!file_->labels_damage().empty()) met(file_->labels_damage());
  for (const RecordingChunk& chunk : file_->chunks()) {
    if (!chunk.damage.empty()) met(chunk.damage);
  }
}

void RecordingSource::met(const std::string& damage) {
  const bool known = std::find(damages_.begin(), damages_.end(), damage) != damages_.end();
  if (!known && damages_.size() < kDamagesTold) damages_.push_back(damage);
}

Time RecordingSource::begins() const {
  const std::vector<RecordingChunk>& chunks = file_->chunks();
  return chunks.empty() ? Time(Duration(0)) : time_from_us(chunks.front().head.first);
}

Time RecordingSource::ends() const {
  const std::vector<RecordingChunk>& chunks = file_->chunks();
  return chunks.empty() ? Time(Duration(0)) : time_from_us(chunks.back().head.last);
}

std::string RecordingSource::trouble() const {
  if (damages_.size() > 1) {
    return damages_.front() + "; and " + std::to_string(damages_.size() - 1) + " more places";
  }
  if (!damages_.empty()) return damages_.front();
  if (file_->finished()) return {};
  return escape_controls(file_->path()) +
         " was never closed: what its recorder had in hand when it ended is missing";
}

FactBatch RecordingSource::poll(Time wanted) {
  FactBatch batch;
  batch.until = wanted;
  const std::vector<RecordingChunk>& chunks = file_->chunks();
  while (true) {
    while (given_ < loaded_.size() && loaded_[given_].time_us <= to_us(wanted))
      batch.facts.push_back(loaded_[given_++]);
    if (given_ < loaded_.size()) return batch;
    if (next_ == chunks.size()) break;
    if (chunks[next_].head.first > to_us(wanted)) return batch;
    if (batch.facts.size() >= kFactsAPoll) {
      batch.until = time_from_us(batch.facts.back().time_us - 1);
      return batch;
    }
    load(chunks[next_++]);
  }
  batch.ended = true;
  batch.until = std::min(wanted, ends());
  return batch;
}

void RecordingSource::load(const RecordingChunk& chunk) {
  given_ = 0;
  Result<std::vector<Fact>> facts = file_->read(chunk);
  if (facts) {
    loaded_ = facts.take();
    return;
  }
  met(facts.error().message);
  loaded_ = {{.time_us = chunk.head.first,
              .kind = FactKind::kLost,
              .object = std::max<std::uint64_t>(chunk.facts(), 1),
              .number = static_cast<std::uint64_t>(LossPlace::kFile)}};
}

void RecordingSource::seek(Time time) {
  const std::vector<RecordingChunk>& chunks = file_->chunks();
  const auto at = std::partition_point(
      chunks.begin(), chunks.end(),
      [time](const RecordingChunk& chunk) { return chunk.head.last < to_us(time); });
  next_ = static_cast<std::size_t>(at - chunks.begin());
  loaded_.clear();
  given_ = 0;
  if (next_ == chunks.size()) return;
  load(chunks[next_++]);
  while (given_ < loaded_.size() && loaded_[given_].time_us < to_us(time))
    ++given_;
}

}  // namespace glasspost
