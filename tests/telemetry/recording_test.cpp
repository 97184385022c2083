// Recordings: what is written is read, from any instant; a recorder that dies, a file that is cut
// off anywhere and bytes that change never crash a reader, never bring a false fact, and are named.
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine/base/random.hpp"
#include "engine/telemetry/recorder.hpp"
#include "engine/telemetry/recording_source.hpp"

namespace glasspost {
namespace {

namespace fs = std::filesystem;

// A folder that is gone afterwards.
class Folder {
 public:
  Folder() {
    std::string name = (fs::temp_directory_path() / "gp-recording-XXXXXX").string();
    REQUIRE(mkdtemp(name.data()) != nullptr);
    path_ = name;
  }
  ~Folder() { fs::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  std::string file(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

std::string slurp(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

void spill(const std::string& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
}

Fact fact_at(std::int64_t time, std::uint64_t number) {
  return {.time_us = time,
          .trace = number * 7,
          .kind = FactKind::kVisible,
          .node = 3,
          .number = number};
}

std::vector<Fact> some_facts(std::size_t count) {
  std::vector<Fact> facts;
  for (std::size_t index = 0; index < count; ++index)
    facts.push_back(fact_at(static_cast<std::int64_t>(1'000 + index / 2 * 10), index + 1));
  return facts;
}

RunLabels some_labels() {
  RunLabels labels;
  labels.run = "classroom";
  labels.seed = 7;
  labels.processes = {{NodeId{1}, "mailbox-1", {{RoleKind::kMailbox, 1}}}};
  labels.users = {{UserId{1}, "alice"}};
  labels.choices = {{"seq.step", "10"}};
  return labels;
}

// Small chunks and indexes, so that a small file has all kinds of them.
RecorderOptions small(const std::string& path, bool force = false) {
  return {.path = path, .force = force, .facts_a_chunk = 4, .chunks_an_index = 3};
}

void record(const std::string& path, const std::vector<Fact>& facts, bool finish = true) {
  auto recorder = Recorder::create(small(path, true), some_labels());
  REQUIRE(recorder);
  REQUIRE((*recorder)->add(facts));
  REQUIRE((*recorder)->flush());
  if (finish) REQUIRE((*recorder)->finish());
}

// What a reader makes of a file.
struct Heard {
  std::vector<Fact> facts;  // without kLost
  std::uint64_t lost = 0;
  std::string trouble;
};

Heard hear(RecordingSource& source) {
  Heard heard;
  std::int64_t newest = INT64_MIN;
  for (bool ended = false; !ended;) {
    const FactBatch batch = source.poll(kNever);
    ended = batch.ended;
    for (const Fact& fact : batch.facts) {
      CHECK(fact.time_us >= newest);
      newest = fact.time_us;
      if (fact.kind == FactKind::kLost) {
        heard.lost += fact.object;
      } else {
        heard.facts.push_back(fact);
      }
    }
  }
  heard.trouble = source.trouble();
  return heard;
}

Heard hear(const std::string& path) {
  const auto source = RecordingSource::open(path);
  REQUIRE(source);
  return hear(**source);
}

// Whether `some` is `all` with nothing but gaps.
bool is_part_of(const std::vector<Fact>& some, const std::vector<Fact>& all) {
  std::size_t at = 0;
  for (const Fact& fact : some) {
    while (at < all.size() && !(all[at] == fact))
      ++at;
    if (at++ == all.size()) return false;
  }
  return true;
}

}  // namespace

TEST_CASE("a recording gives back what was recorded") {
  const Folder folder;
  const std::vector<Fact> facts = some_facts(41);
  record(folder.file("a.gpr"), facts);
  const auto source = RecordingSource::open(folder.file("a.gpr"));
  REQUIRE(source);
  CHECK((*source)->labels().users.at(UserId{1}) == "alice");
  CHECK((*source)->labels().processes.at(0).roles.at(0) == Address{RoleKind::kMailbox, 1});
  CHECK((*source)->labels().seed == 7);
  CHECK((*source)->begins() == time_from_us(1'000));
  CHECK((*source)->ends() == time_from_us(1'200));
  const Heard heard = hear(**source);
  CHECK(heard.facts == facts);
  CHECK(heard.lost == 0);
  CHECK(heard.trouble.empty());
}

TEST_CASE("a recording is given up to the wanted instant and from any instant") {
  const Folder folder;
  const std::vector<Fact> facts = some_facts(41);
  record(folder.file("a.gpr"), facts);
  const auto source = RecordingSource::open(folder.file("a.gpr"));
  REQUIRE(source);
  std::vector<Fact> all;
  for (std::int64_t wanted = 990; wanted <= 1'210; wanted += 5) {
    const FactBatch batch = (*source)->poll(time_from_us(wanted));
    for (const Fact& fact : batch.facts)
      CHECK(fact.time_us <= wanted);
    all.insert(all.end(), batch.facts.begin(), batch.facts.end());
    CHECK(batch.ended == (all.size() == facts.size()));
    if (!batch.ended) CHECK(batch.until == time_from_us(wanted));
  }
  CHECK(all == facts);
  for (std::int64_t from = 990; from <= 1'210; from += 5) {
    (*source)->seek(time_from_us(from));
    std::vector<Fact> wanted;
    for (const Fact& fact : facts)
      if (fact.time_us >= from) wanted.push_back(fact);
    CHECK(hear(**source).facts == wanted);
  }
}

TEST_CASE(
    "a recorder puts facts in order of time, one too late for its place stands where it came") {
  const Folder folder;
  auto recorder = Recorder::create(small(folder.file("a.gpr")), some_labels());
  REQUIRE(recorder);
  const std::vector<Fact> mixed{fact_at(30, 1), fact_at(10, 2), fact_at(20, 3), fact_at(40, 4)};
  REQUIRE((*recorder)->add(mixed));
  REQUIRE((*recorder)->add(std::vector<Fact>{fact_at(35, 5), fact_at(50, 6)}));
  REQUIRE((*recorder)->finish());
  CHECK(hear(folder.file("a.gpr")).facts == std::vector<Fact>{fact_at(10, 2), fact_at(20, 3),
                                                              fact_at(30, 1), fact_at(40, 4),
                                                              fact_at(40, 5), fact_at(50, 6)});
}

TEST_CASE("a recording is for its owner alone and replaces nothing unasked") {
  const Folder folder;
  const std::string path = folder.file("a.gpr");
  record(path, some_facts(3));
  struct stat there {};
  REQUIRE(stat(path.c_str(), &there) == 0);
  CHECK((there.st_mode & 0777) == 0600);
  const std::string before = slurp(path);
  const auto again = Recorder::create(small(path), some_labels());
  REQUIRE_FALSE(again);
  CHECK(again.error().code == Code::kConflict);
  CHECK(again.error().message.find("--force") != std::string::npos);
  CHECK(slurp(path) == before);
  const auto folder_itself = Recorder::create(small(folder.file("."), true), some_labels());
  CHECK_FALSE(folder_itself);
}

TEST_CASE("a recording that is being written is replaced by nobody, and afterwards it may be") {
  const Folder folder;
  const std::string path = folder.file("held.gpr");
  Result<std::unique_ptr<Recorder>> first = Recorder::create(small(path), {});
  REQUIRE(first);
  const Result<std::unique_ptr<Recorder>> second = Recorder::create(small(path, true), {});
  REQUIRE_FALSE(second);
  CHECK(second.error().code == Code::kConflict);
  CHECK(second.error().message == path +
                                      " is being written by another recorder; end that one "
                                      "first, or name another file");
  REQUIRE((*first)->add(some_facts(10)));
  REQUIRE((*first)->finish());
  const Result<std::unique_ptr<RecordingSource>> kept = RecordingSource::open(path);
  REQUIRE(kept);
  CHECK((*kept)->poll(kNever).facts.size() == 10);
  CHECK(Recorder::create(small(path, true), {}));
}

TEST_CASE("newer labels take the place of older ones") {
  const Folder folder;
  auto recorder = Recorder::create(small(folder.file("a.gpr")), some_labels());
  REQUIRE(recorder);
  REQUIRE((*recorder)->add(some_facts(5)));
  RunLabels more = some_labels();
  more.users[UserId{2}] = "bob";
  REQUIRE((*recorder)->label(more));
  REQUIRE((*recorder)->finish());
  const auto source = RecordingSource::open(folder.file("a.gpr"));
  REQUIRE(source);
  CHECK((*source)->labels().users.size() == 2);
  CHECK(hear(**source).facts == some_facts(5));
}

TEST_CASE("a recording whose recorder died is readable, and says so") {
  const Folder folder;
  const std::vector<Fact> facts = some_facts(41);
  record(folder.file("a.gpr"), facts, false);
  const Heard heard = hear(folder.file("a.gpr"));
  CHECK(heard.facts == facts);
  CHECK(heard.lost == 0);
  CHECK(heard.trouble.find("never closed") != std::string::npos);
}

TEST_CASE("a recording cut off at any byte gives every fact before the cut") {
  const Folder folder;
  const std::string path = folder.file("a.gpr");
  const std::vector<Fact> facts = some_facts(41);
  record(path, facts);
  const std::string whole = slurp(path);
  std::size_t most = 0;
  for (std::size_t size = 0; size < whole.size(); ++size) {
    spill(path, whole.substr(0, size));
    const auto source = RecordingSource::open(path);
    REQUIRE(bool(source) == (size >= gpr::kFileHeadBytes));
    if (!source) {
      CHECK(source.error().message.find(path) != std::string::npos);
      continue;
    }
    const Heard heard = hear(**source);
    CHECK_FALSE(heard.trouble.empty());
    REQUIRE(heard.facts.size() >= most);
    most = heard.facts.size();
    CHECK(heard.facts == std::vector<Fact>(facts.begin(), facts.begin() + static_cast<long>(most)));
  }
  CHECK(most == facts.size());
}

TEST_CASE("a changed byte costs at most one chunk, which is named and counted") {
  const Folder folder;
  const std::string path = folder.file("a.gpr");
  const std::vector<Fact> facts = some_facts(41);
  record(path, facts);
  const std::string whole = slurp(path);
  Random random(1);
  std::size_t damaged = 0;
  for (std::size_t at = 0; at < whole.size(); ++at) {
    std::string bytes = whole;
    bytes[at] = static_cast<char>(bytes[at] ^ (1 << random.below(8)));
    spill(path, bytes);
    const auto source = RecordingSource::open(path);
    REQUIRE(bool(source) == (at >= gpr::kFileHeadBytes));
    if (!source) continue;
    const Heard heard = hear(**source);
    // Behind a head that nobody can read there may have been facts: at least one is said to be
    // lost.
    const bool doubt = heard.facts == facts && heard.lost == 1;
    CHECK((doubt || heard.facts.size() + heard.lost == facts.size()));
    CHECK(is_part_of(heard.facts, facts));
    if (heard.lost == 0) continue;
    ++damaged;
    CHECK(heard.lost <= 4);
    CHECK(heard.trouble.find(path + " is damaged at byte ") == 0);
  }
  CHECK(damaged > 100);
}

TEST_CASE("a piece that was cut out is missed, wherever it was") {
  const Folder folder;
  const std::string path = folder.file("a.gpr");
  const std::vector<Fact> facts = some_facts(41);
  record(path, facts);
  const std::string whole = slurp(path);
  std::vector<RecordingChunk> chunks;
  {
    const auto file = RecordingFile::open(path);
    REQUIRE(file);
    chunks = (*file)->chunks();
  }
  REQUIRE(chunks.size() == 11);
  for (std::size_t first = 0; first < chunks.size(); ++first) {
    for (std::size_t last = first; last < std::min(first + 3, chunks.size()); ++last) {
      const std::uint64_t from = chunks[first].offset;
      const std::uint64_t to =
          chunks[last].offset + gpr::kChunkHeadBytes + chunks[last].head.stored;
      spill(path, whole.substr(0, from) + whole.substr(to));
      const Heard heard = hear(path);
      CHECK(is_part_of(heard.facts, facts));
      CHECK(heard.facts.size() + heard.lost >= facts.size() - 4 * 3);
      CHECK(heard.lost > 0);
      CHECK(heard.trouble.find(path + " is damaged at byte ") == 0);
    }
  }
}

TEST_CASE("many changed bytes never bring a false fact") {
  const Folder folder;
  const std::string path = folder.file("a.gpr");
  const std::vector<Fact> facts = some_facts(41);
  Random random(2);
  for (int round = 0; round < 300; ++round) {
    record(path, facts, round % 2 == 0);
    std::string bytes = slurp(path);
    for (std::uint64_t flips = random.between(2, 40); flips > 0; --flips) {
      const std::size_t at = gpr::kFileHeadBytes + random.below(bytes.size() - gpr::kFileHeadBytes);
      bytes[at] = static_cast<char>(random.below(256));
    }
    spill(path, bytes);
    const Heard heard = hear(path);
    CHECK(is_part_of(heard.facts, facts));
    CHECK((heard.facts == facts || heard.lost > 0));
  }
}

TEST_CASE("a size that a head declares is judged before anything is allocated for it") {
  const gpr::ChunkHead fair{.kind = gpr::ChunkKind::kFacts, .stored = 10, .raw = 64};
  CHECK(gpr::decode(gpr::encode(fair)) == fair);
  gpr::ChunkHead greedy = fair;
  greedy.raw = gpr::kRawBytesMax + 1;
  CHECK_FALSE(gpr::decode(gpr::encode(greedy)));
  greedy = fair;
  greedy.stored = gpr::kStoredBytesMax + 1;
  CHECK_FALSE(gpr::decode(gpr::encode(greedy)));
  // A frame that becomes more than its head says.
  const std::string chunk =
      gpr::pack_chunk(gpr::ChunkKind::kFacts, std::string(1 << 20, 'x'), 1, 2);
  auto head = gpr::decode(std::string_view(chunk).substr(0, gpr::kChunkHeadBytes));
  REQUIRE(head);
  const std::string_view stored = std::string_view(chunk).substr(gpr::kChunkHeadBytes);
  CHECK(gpr::unpack(*head, stored));
  head->raw = 64;
  CHECK_FALSE(gpr::unpack(*head, stored));
}

TEST_CASE("what is no recording is refused by name") {
  const Folder folder;
  CHECK(RecordingSource::open(folder.file("nothing.gpr")).error().code == Code::kNotFound);
  CHECK_FALSE(RecordingSource::open(folder.file(".")));
  spill(folder.file("a.gpr"), "{\"facts\": []}, and so on");
  CHECK(RecordingSource::open(folder.file("a.gpr")).error().code == Code::kCorruption);
  std::string newer = gpr::encode_file_head();
  newer[gpr::kMagic.size()] = 2;
  spill(folder.file("b.gpr"), newer);
  const auto source = RecordingSource::open(folder.file("b.gpr"));
  REQUIRE_FALSE(source);
  CHECK(source.error().message.find("format 2") != std::string::npos);
}

}  // namespace glasspost
