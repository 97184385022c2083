// A recording that may come from anybody: any bytes as a file. What must hold:
//   - it is refused with the file's name and a sentence, or read as far as it can be;
//   - facts come in order of time, none beyond what was asked for, whatever is damaged;
//   - from any instant on, the same facts come as in one go;
//   - a reader does no more work and holds no more memory than the file is long, but for what a
//     chunk may be compressed;
//   - what is read can be recorded again.
// The format has checksums, which a fuzzer cannot guess. So they are put right first in half of the
// inputs.
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "engine/base/bytes.hpp"
#include "engine/base/hash.hpp"
#include "engine/telemetry/labels.hpp"
#include "engine/telemetry/recording_source.hpp"
#include "tests/fuzz/fuzz.hpp"

namespace glasspost::fuzz {
namespace {

constexpr std::uint64_t kHeadSeed = 0x68'65'61'64;  // as in recording_format.cpp

// A file in memory, the same one for every input.
class File {
 public:
  File() : handle_(::memfd_create("recording", MFD_CLOEXEC)) {
    must(handle_ >= 0, "there is memory for a file");
    path_ = "/proc/self/fd/" + std::to_string(handle_);
  }

  void hold(std::string_view bytes) {
    must(::pwrite(handle_, bytes.data(), bytes.size(), 0) == static_cast<ssize_t>(bytes.size()),
         "a file can be written");
    must(::ftruncate(handle_, static_cast<off_t>(bytes.size())) == 0, "a file can be cut");
  }
  const std::string& path() const { return path_; }

 private:
  int handle_;
  std::string path_;
};

// Puts right what only a recorder could know: the magic, and the checksums of everything that has a
// mark.
std::string mended(std::string_view bytes) {
  std::string file = gpr::encode_file_head() + std::string(bytes);
  ByteWriter mark;
  mark.u32(gpr::kMark);
  std::size_t at = file.find(mark.data(), gpr::kFileHeadBytes);
  while (at != std::string::npos && at + gpr::kChunkHeadBytes <= file.size()) {
    const std::string_view stored = std::string_view(file).substr(
        at + gpr::kChunkHeadBytes, ByteReader(std::string_view(file).substr(at + 8, 4)).u32());
    const std::uint64_t checksum = hash64(stored);
    std::memcpy(file.data() + at + 32, &checksum, sizeof(checksum));
    const std::uint64_t own = hash64(std::string_view(file).substr(at, 40), kHeadSeed);
    std::memcpy(file.data() + at + 40, &own, sizeof(own));
    at = file.find(mark.data(), at + gpr::kChunkHeadBytes);
  }
  return file;
}

// All facts, in steps that end at `stop` and at the end of time.
std::vector<Fact> read_from(RecordingSource& source, Time stop) {
  std::vector<Fact> facts;
  for (const Time wanted : {stop, kNever}) {
    for (bool more = true; more;) {
      const FactBatch batch = source.poll(wanted);
      for (const Fact& fact : batch.facts) {
        must(facts.empty() || facts.back().time_us <= fact.time_us, "facts come in order of time");
        must(time_from_us(fact.time_us) <= wanted, "no fact is later than was asked for");
        facts.push_back(fact);
      }
      must(batch.until <= wanted, "a batch says no more than was asked for");
      more = batch.until < wanted && !batch.ended;
    }
  }
  return facts;
}

void check(const std::string& path, std::size_t file_bytes, std::uint64_t instant) {
  Result<std::unique_ptr<RecordingSource>> opened = RecordingSource::open(path);
  if (!opened) {
    must(opened.error().message.starts_with(path + ": "), "a refusal names the file");
    return;
  }
  RecordingSource& source = **opened;
  const std::vector<Fact> all = read_from(source, kNever);
  // A chunk has a head of 48 bytes and holds 65,536 facts at most.
  must(all.size() <= (file_bytes / gpr::kChunkHeadBytes + 1) * (gpr::kRawBytesMax / sizeof(Fact)),
       "a chunk is read once");
  must(source.finished() || !source.trouble().empty(), "a recording without an end says so");
  must(source.trouble().empty() == (source.damages().empty() && source.finished()),
       "damage is told");
  bool lost = false;
  for (const Fact& fact : all)
    lost = lost || (fact.kind == FactKind::kLost && fact.object > 0);
  const std::size_t of_labels = source.damages().size();
  must(lost || of_labels <= 1, "where facts are missing one says how many");
  must(to_proto(source.labels()).ByteSizeLong() < gpr::kRawBytesMax * 2, "labels are bounded");
  if (all.empty() || instant % 4 != 0) return;  // a second reading only now and then

  const Fact& from = all[instant % all.size()];
  source.seek(time_from_us(from.time_us));
  const std::vector<Fact> rest = read_from(source, time_from_us(from.time_us));
  must(!rest.empty() && rest.size() <= all.size(), "a seek finds its instant");
  must(rest.front().time_us == from.time_us, "a seek finds its instant");
  must(std::equal(rest.rbegin(), rest.rend(), all.rbegin()),
       "the rest is the same from any instant");
}

}  // namespace
}  // namespace glasspost::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace glasspost::fuzz;
  static File file;
  Pieces input(data, size);
  const unsigned how = input.byte();
  const std::uint64_t instant = input.word();
  const std::string_view rest = input.rest();
  const std::string bytes = (how & 1) == 0 ? std::string(rest) : mended(rest);
  file.hold(bytes);
  check(file.path(), bytes.size(), instant);
  return 0;
}
