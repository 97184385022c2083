// Finding the chunks of a recording.
#include "engine/telemetry/recording_file.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine/base/bytes.hpp"
#include "engine/base/text.hpp"
#include "engine/telemetry/labels.hpp"

namespace glasspost {
namespace {

constexpr std::size_t kIndexEntryBytes = 8 + gpr::kChunkHeadBytes;
constexpr std::size_t kSearchBytes = 256 << 10;

}  // namespace

Result<std::unique_ptr<RecordingFile>> RecordingFile::open(const std::string& path) {
  const std::string name = escape_controls(path);
  const int handle = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (handle < 0) {
    const Code code = errno == ENOENT ? Code::kNotFound : Code::kIo;
    return Error{code, "cannot open " + name + ": " + std::strerror(errno)};
  }
  struct stat there {};
  const bool is_file = ::fstat(handle, &there) == 0 && S_ISREG(there.st_mode);
  std::unique_ptr<RecordingFile> made(
      new RecordingFile(path, handle, is_file ? static_cast<std::uint64_t>(there.st_size) : 0));
  if (!is_file) return Error{Code::kInvalidArgument, name + " is not a file"};
  const Status head = gpr::check_file_head(made->bytes_at(0, gpr::kFileHeadBytes));
  if (!head) return Error{Code::kCorruption, name + ": " + head.error().message};
  if (!made->read_indexes()) made->scan();
  made->place_first_gap();
  return made;
}

RecordingFile::~RecordingFile() {
  if (handle_ >= 0) ::close(handle_);
}

// Fewer than `count` at the end of the file.
std::string RecordingFile::bytes_at(std::uint64_t offset, std::size_t count) const {
  if (offset >= size_) return {};
  std::string bytes(std::min<std::uint64_t>(count, size_ - offset), '\0');
  std::size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t got = ::pread(handle_, bytes.data() + done, bytes.size() - done,
                                static_cast<off_t>(offset + done));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    done += static_cast<std::size_t>(got);
  }
  bytes.resize(done);
  return bytes;
}

Result<std::string> RecordingFile::contents(std::uint64_t offset,
                                            const gpr::ChunkHead& head) const {
  Result<std::string> raw = gpr::unpack(head, bytes_at(offset + gpr::kChunkHeadBytes, head.stored));
  if (raw) return raw;
  return Error{Code::kCorruption, escape_controls(path_) + " is damaged at byte " +
                                      std::to_string(offset) + ": " + raw.error().message};
}

// False if a single entry is not what a recorder writes.
bool RecordingFile::parse_index(std::string_view raw, IndexEntries& entries) {
  if (raw.size() % kIndexEntryBytes != 0) return false;
  for (std::size_t at = 0; at < raw.size(); at += kIndexEntryBytes) {
    ByteReader in(raw.substr(at, 8));
    const auto head = gpr::decode(raw.substr(at + 8, gpr::kChunkHeadBytes));
    if (!head) return false;
    entries.emplace_back(in.u64(), *head);
  }
  return true;
}

// From the end backwards. False, and nothing is kept, if any of it is not as it should be.
bool RecordingFile::read_indexes() {
  if (size_ < gpr::kFileHeadBytes + gpr::kChunkHeadBytes) return false;
  const auto end = gpr::decode(bytes_at(size_ - gpr::kChunkHeadBytes, gpr::kChunkHeadBytes));
  if (!end || end->kind != gpr::ChunkKind::kEnd) return false;
  std::vector<IndexEntries> indexes;
  std::uint64_t limit = size_ - gpr::kChunkHeadBytes;
  for (auto at = static_cast<std::uint64_t>(end->first); at != 0;) {
    if (at >= limit) return false;  // also keeps a circle of indexes from going on for ever
    limit = at;
    const auto head = gpr::decode(bytes_at(at, gpr::kChunkHeadBytes));
    if (!head || head->kind != gpr::ChunkKind::kIndex) return false;
    const Result<std::string> raw = contents(at, *head);
    if (!raw || !parse_index(*raw, indexes.emplace_back())) return false;
    at = static_cast<std::uint64_t>(head->first);
  }
  finished_ = true;
  for (auto index = indexes.rbegin(); index != indexes.rend(); ++index) {
    for (const auto& [offset, head] : *index)
      found(offset, head);
  }
  return true;
}

// Head after head. An index tells whether what lies before it is all that was written there.
void RecordingFile::scan() {
  std::uint64_t at = gpr::kFileHeadBytes;
  std::size_t told = 0;  // chunks before the newest index
  while (at < size_) {
    const auto head = gpr::decode(bytes_at(at, gpr::kChunkHeadBytes));
    if (!head) {
      const std::uint64_t next = find_head(at + 1);
      damaged(at, next, 0, next == size_ ? "it is cut off here" : "no chunk begins here");
      at = next;
      continue;
    }
    const std::uint64_t next = at + gpr::kChunkHeadBytes + head->stored;
    if (next > size_) {
      damaged(at, size_, head->kind == gpr::ChunkKind::kFacts ? head->raw : 0,
              "it is cut off in the middle of a chunk");
      return;
    }
    if (head->kind == gpr::ChunkKind::kEnd) finished_ = true;
    found(at, *head);
    if (head->kind == gpr::ChunkKind::kIndex) {
      IndexEntries entries;
      const Result<std::string> raw = contents(at, *head);
      if (raw && parse_index(*raw, entries)) compare(told, at, entries);
      told = chunks_.size();
    }
    at = next;
  }
}

// Holds the chunks from `place` on, which were found before the index at `end`, against what it
// tells of: a piece that was cut out leaves no other trace. Chunks that it does not tell of belong
// to an index that was cut out.
void RecordingFile::compare(std::size_t place, std::uint64_t end, const IndexEntries& entries) {
  bool counted = false;  // what the gap at `place` lacks
  for (const auto& [offset, head] : entries) {
    if (head.kind != gpr::ChunkKind::kFacts) continue;
    const auto from = chunks_.begin() + static_cast<std::ptrdiff_t>(place);
    const auto same = std::find_if(from, chunks_.end(), [&wanted = head](const auto& chunk) {
      return chunk.damage.empty() && chunk.head == wanted;
    });
    if (same != chunks_.end()) {
      place = static_cast<std::size_t>(same - chunks_.begin()) + 1;
      counted = false;
      continue;
    }
    while (place < chunks_.size() && chunks_[place].damage.empty() &&
           chunks_[place].head.last <= head.first) {
      ++place;
    }
    if (place == chunks_.size() || chunks_[place].damage.empty()) insert_gap(place, end, head);
    std::uint32_t& lacks = chunks_[place].head.raw;
    lacks = (counted ? lacks : 0) + head.raw;
    counted = true;
  }
}

void RecordingFile::insert_gap(std::size_t place, std::uint64_t end,
                               const gpr::ChunkHead& missing) {
  RecordingChunk gap;
  gap.offset = place < chunks_.size() ? chunks_[place].offset : end;
  gap.head.first = gap.head.last = missing.first;
  gap.damage = escape_controls(path_) + " is damaged at byte " + std::to_string(gap.offset) +
               ": a piece of it is missing here";
  chunks_.insert(chunks_.begin() + static_cast<std::ptrdiff_t>(place), std::move(gap));
}

// Where the next whole head lies; the size of the file if there is none.
std::uint64_t RecordingFile::find_head(std::uint64_t from) const {
  ByteWriter mark;
  mark.u32(gpr::kMark);
  for (std::uint64_t block = from; block < size_; block += kSearchBytes) {
    const std::string bytes = bytes_at(block, kSearchBytes + mark.size() - 1);
    for (std::size_t at = bytes.find(mark.data()); at != std::string::npos;
         at = bytes.find(mark.data(), at + 1)) {
      if (gpr::decode(bytes_at(block + at, gpr::kChunkHeadBytes))) return block + at;
    }
  }
  return size_;
}

void RecordingFile::found(std::uint64_t offset, const gpr::ChunkHead& head) {
  if (head.kind == gpr::ChunkKind::kLabels) {
    const Result<std::string> raw = contents(offset, head);
    v1::Labels labels;
    if (raw && labels.ParseFromString(*raw)) {
      RunLabels newer = from_proto(labels);
      // The stream began with those of the first labels; later ones may be of another hub.
      if (!labels_.choices.empty()) newer.choices = labels_.choices;
      labels_ = std::move(newer);
    } else if (!raw) {
      labels_damage_ = raw.error().message;
    }
    return;
  }
  if (head.kind != gpr::ChunkKind::kFacts) return;
  const bool rises =
      head.first <= head.last && (chunks_.empty() || head.first >= chunks_.back().head.last);
  if (rises && head.raw % sizeof(Fact) == 0) {
    chunks_.push_back({offset, head, {}});
    return;
  }
  damaged(offset, offset + gpr::kChunkHeadBytes + head.stored, head.raw, "its times go back");
}

void RecordingFile::damaged(std::uint64_t offset, std::uint64_t end, std::uint32_t raw,
                            const std::string& why) {
  RecordingChunk& gap = chunks_.emplace_back();
  gap.offset = offset;
  gap.head.raw = raw;
  // Its place is behind what came before.
  if (chunks_.size() > 1) gap.head.first = gap.head.last = chunks_[chunks_.size() - 2].head.last;
  gap.damage = escape_controls(path_) + " is damaged at byte " + std::to_string(offset) + " (" +
               std::to_string(end - offset) + " bytes): " + why;
}

// What is missing before all else is missing just before the first fact that is there.
void RecordingFile::place_first_gap() {
  if (chunks_.empty() || chunks_.front().damage.empty()) return;
  const auto whole = std::find_if(chunks_.begin(), chunks_.end(),
                                  [](const RecordingChunk& chunk) { return chunk.damage.empty(); });
  if (whole == chunks_.end()) return;
  for (auto gap = chunks_.begin(); gap != whole; ++gap)
    gap->head.first = gap->head.last = whole->head.first;
}

Result<std::vector<Fact>> RecordingFile::read(const RecordingChunk& chunk) const {
  if (!chunk.damage.empty()) return Error{Code::kCorruption, chunk.damage};
  const Result<std::string> raw = contents(chunk.offset, chunk.head);
  if (!raw) return raw.error();
  std::vector<Fact> facts;
  const Status whole = read_facts(*raw, facts);
  const bool in_order = std::is_sorted(
      facts.begin(), facts.end(),
      [](const Fact& one, const Fact& other) { return one.time_us < other.time_us; });
  const bool in_place = whole && !facts.empty() && in_order &&
                        facts.front().time_us >= chunk.head.first &&
                        facts.back().time_us <= chunk.head.last;
  if (in_place) return facts;
  return Error{Code::kCorruption, escape_controls(path_) + " is damaged at byte " +
                                      std::to_string(chunk.offset) +
                                      ": its facts are not in order of time"};
}

}  // namespace glasspost
