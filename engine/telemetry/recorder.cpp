// Chunks into a file.
#include "engine/telemetry/recorder.hpp"

#include <algorithm>
#include <cassert>
#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine/base/bytes.hpp"
#include "engine/base/text.hpp"
#include "engine/telemetry/labels.hpp"

namespace glasspost {
namespace {

Error file_error(const std::string& path) {
  return {Code::kIo, "cannot write " + escape_controls(path) + ": " + std::strerror(errno)};
}

// No new file can be there: another place is the way out, unless the disk is full.
Error place_error(const std::string& path) {
  if (errno == ENOSPC || errno == EIO) return file_error(path);
  return {Code::kInvalidArgument, file_error(path).message + "; name another place"};
}

// Whoever writes a recording holds its file until it ends, however it ends. False: another does.
bool hold(int handle) {
  return ::flock(handle, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK;
}

Error held_error(const std::string& path) {
  return {Code::kConflict, escape_controls(path) +
                               " is being written by another recorder; end that one first, or name "
                               "another file"};
}

// Makes room for a new file where only a recording may stand.
Status remove_old(const std::string& path) {
  struct stat there {};
  if (::lstat(path.c_str(), &there) != 0) return ok();
  if (!S_ISREG(there.st_mode)) {
    return Error{Code::kInvalidArgument,
                 escape_controls(path) + " is not a file; name another place"};
  }
  const int handle = ::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
  const bool ours = handle < 0 || hold(handle);
  const int removed = ours ? ::unlink(path.c_str()) : 0;
  const Error why = file_error(path);
  if (handle >= 0) ::close(handle);
  if (!ours) return held_error(path);
  return removed == 0 ? ok() : Status(why);
}

}  // namespace

Result<std::unique_ptr<Recorder>> Recorder::create(const RecorderOptions& options,
                                                   const RunLabels& labels) {
  assert(options.facts_a_chunk > 0 && options.facts_a_chunk * sizeof(Fact) <= gpr::kRawBytesMax &&
         options.chunks_an_index > 0);
  if (options.force) {
    if (Status removed = remove_old(options.path); !removed) return removed.error();
  }
  const int handle = ::open(options.path.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);
  if (handle < 0 && errno == EEXIST) {
    return Error{Code::kConflict, escape_controls(options.path) +
                                      " is there already and stays as it is; name another file, or "
                                      "add --force to replace it"};
  }
  if (handle < 0) return place_error(options.path);
  if (!hold(handle)) {  // another one was about to replace it
    ::close(handle);
    return held_error(options.path);
  }
  std::unique_ptr<Recorder> made(new Recorder(options, handle));
  if (Status written = made->write(gpr::encode_file_head()); !written) return written.error();
  if (Status written = made->label(labels); !written) return written.error();
  return made;
}

Recorder::~Recorder() {
  if (handle_ >= 0) ::close(handle_);
}

Status Recorder::add(std::span<const Fact> facts) {
  for (const Fact& fact : facts) {
    waiting_.push_back(fact);
    if (waiting_.size() < options_.facts_a_chunk) continue;
    if (Status flushed = flush(); !flushed) return flushed;
  }
  return ok();
}

Status Recorder::label(const RunLabels& labels) {
  if (Status flushed = flush(); !flushed) return flushed;
  std::string raw;
  if (!to_proto(labels).SerializeToString(&raw) || raw.size() > gpr::kRawBytesMax) {
    return ok();  // too many names for a chunk: a recording without them is still a recording
  }
  return write_chunk(gpr::ChunkKind::kLabels, raw, 0, 0);
}

Status Recorder::flush() {
  if (waiting_.empty()) return ok();
  std::stable_sort(waiting_.begin(), waiting_.end(),
                   [](const Fact& one, const Fact& other) { return one.time_us < other.time_us; });
  std::string raw;
  for (Fact& fact : waiting_) {
    fact.time_us = std::max(fact.time_us, newest_us_);
    if (fact.kind == FactKind::kLost) lost_ += fact.object;
    lost_uncounted_ = lost_uncounted_ || is_uncounted_loss(fact);
  }
  newest_us_ = waiting_.back().time_us;
  append_facts(raw, waiting_.data(), waiting_.size());
  facts_ += waiting_.size();
  const std::int64_t first = waiting_.front().time_us;
  waiting_.clear();
  return write_chunk(gpr::ChunkKind::kFacts, raw, first, newest_us_);
}

Status Recorder::finish() {
  if (Status flushed = flush(); !flushed) return flushed;
  if (!unindexed_.empty()) {
    if (Status indexed = write_index(); !indexed) return indexed;
  }
  const std::string end =
      gpr::encode({.kind = gpr::ChunkKind::kEnd, .first = static_cast<std::int64_t>(last_index_)});
  if (Status written = write(end); !written) return written;
  const int synced = ::fsync(handle_);
  const int closed = ::close(std::exchange(handle_, -1));
  if (synced != 0 || closed != 0) return file_error(options_.path);
  return ok();
}

Status Recorder::write(const std::string& bytes) {
  if (failed_ || handle_ < 0) return Error{Code::kIo, "the recording has ended"};
  std::size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t written = ::write(handle_, bytes.data() + done, bytes.size() - done);
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) {
      failed_ = true;
      return file_error(options_.path);
    }
    done += static_cast<std::size_t>(written);
  }
  offset_ += bytes.size();
  return ok();
}

Status Recorder::write_chunk(gpr::ChunkKind kind, std::string_view raw, std::int64_t first,
                             std::int64_t last) {
  const std::string chunk = gpr::pack_chunk(kind, raw, first, last);
  const auto head = gpr::decode(std::string_view(chunk).substr(0, gpr::kChunkHeadBytes));
  assert(head);
  const std::uint64_t at = offset_;
  if (Status written = write(chunk); !written) return written;
  if (kind == gpr::ChunkKind::kIndex) {
    last_index_ = at;
    return ok();
  }
  unindexed_.emplace_back(at, *head);
  return unindexed_.size() < options_.chunks_an_index ? ok() : write_index();
}

Status Recorder::write_index() {
  ByteWriter out;
  for (const auto& [offset, head] : unindexed_) {
    out.u64(offset);
    out.raw(gpr::encode(head));
  }
  unindexed_.clear();
  return write_chunk(gpr::ChunkKind::kIndex, out.data(), static_cast<std::int64_t>(last_index_), 0);
}

}  // namespace glasspost
