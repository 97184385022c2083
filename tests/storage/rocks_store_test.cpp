// Tests of the store on a real disk: it reads as MemoryStore does, keeps what it promised after a
// kill and after a power loss, and says in a sentence what is wrong with a disk or a directory.
//
// This program stands between RocksDB and fdatasync (at the end): it sees what a sync covered and
// can make it fail. Other processes are this program again, running the case "child" only.
#include "engine/storage/rocks_store.hpp"

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <mutex>
#include <sstream>
#include <thread>

#include <doctest/doctest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "engine/core/keys.hpp"
#include "engine/storage/memory_store.hpp"
#include "tests/storage/store_model.hpp"

namespace glasspost::tests {
namespace {

namespace fs = std::filesystem;

// What the disk of this process did. RocksDB's own threads sync too, hence the mutex.
struct Disk {
  std::mutex mutex;
  std::map<ino_t, off_t> synced;   // by file: its length as its newest sync began
  std::atomic<int> fail_with = 0;  // an errno for the next syncs, or 0
} disk;
thread_local int syncs_of_this_thread = 0;  // without those of RocksDB's own

int sync_file(int file) {
  const std::lock_guard<std::mutex> guard(disk.mutex);
  ++syncs_of_this_thread;
  struct stat before = {};
  errno = disk.fail_with;
  if (errno != 0 || ::fstat(file, &before) != 0) {
    return -1;
  }
  disk.synced[before.st_ino] = before.st_size;
  return static_cast<int>(::syscall(SYS_fdatasync, file));
}

// A folder of its own for each case, gone afterwards.
struct Folder {
  Folder() { REQUIRE(::mkdtemp(path.data()) != nullptr); }
  ~Folder() { fs::remove_all(path); }
  std::string operator/(const std::string& name) const { return path + "/" + name; }
  std::string path = (fs::temp_directory_path() / "glasspost-rocks-XXXXXX").string();
};

std::unique_ptr<RocksStore> opened(const std::string& directory) {
  auto store = RocksStore::open(directory);
  REQUIRE_MESSAGE(store, (store ? "" : store.error().message));
  return store.take();
}

Error refusal(const std::string& directory) {
  const auto store = RocksStore::open(directory);
  REQUIRE_FALSE(store);
  CHECK(store.error().message.size() < 1500);
  return store.error();
}

void says(const Error& error, const std::string& words) {
  CHECK_MESSAGE(error.message.find(words) != std::string::npos, error.message);
}

Batch one_row(const std::string& key, const std::string& value) {
  return {{Put::Kind::kSet, key, value}};
}

// Cannot be compressed, and says itself how it must look.
std::string value_of(std::uint64_t number, std::size_t size) {
  Random random(number);
  std::string value = std::to_string(number) + " ";
  while (value.size() < size) {
    append_key_u64(value, random.next());
  }
  return value;
}

std::string row_key(std::uint32_t section, std::uint64_t number) {
  return keys::log_batch(SectionId{section}, number);
}

// One row in each of two sections, so that half a batch would be seen.
Batch numbered_batch(std::uint64_t number, std::size_t size) {
  const std::string value = value_of(number, size);
  return {{Put::Kind::kSet, row_key(0, number), value},
          {Put::Kind::kSet, row_key(1, number), value}};
}

// The number of batches, all there from `first` on and none in part.
std::uint64_t require_prefix(const RocksStore& store, std::uint64_t first) {
  std::uint64_t number = first;
  for (; const auto value = store.get(row_key(0, number)); ++number) {
    REQUIRE(*value == value_of(number, value->size()));
    REQUIRE(store.get(row_key(1, number)) == value);
  }
  REQUIRE_FALSE(store.last(row_key(0, number), row_key(0, UINT64_MAX)));
  REQUIRE_FALSE(store.last(row_key(1, number), row_key(1, UINT64_MAX)));
  REQUIRE(store.status());
  return number;
}

// This program again, as a process of its own, told what to do by this variable. What it writes to
// its file 3 is read from `reports`.
constexpr const char* kChildVariable = "GLASSPOST_ROCKS_CHILD";
constexpr int kChildReports = 3;

std::FILE* start_child(const std::string& order) {
  const std::string program = fs::read_symlink("/proc/self/exe").string();
  const std::string command = "exec env " + std::string(kChildVariable) + "='" + order + "' '" +
                              program + "' --no-skip --test-case=child 3>&1 1>/dev/null";
  std::FILE* const reports = ::popen(command.c_str(), "re");
  REQUIRE(reports != nullptr);
  return reports;
}

bool report(const void* bytes, std::size_t size) {
  return ::write(kChildReports, bytes, size) == static_cast<ssize_t>(size);
}

// Writes numbered batches, and in a second thread syncs and reports how many that covered.
void write_until_killed(const std::string& directory, std::uint64_t batches, std::size_t size) {
  const pid_t self = ::getpid();
  report(&self, sizeof self);
  const auto store = opened(directory);
  std::atomic<std::uint64_t> applied = require_prefix(*store, 0);
  const std::uint64_t end = applied + batches;
  std::thread syncing([&] {
    for (std::uint64_t covered = 0; covered < end;) {
      covered = applied.load();
      if (!store->sync() || !report(&covered, sizeof covered)) {
        ::_exit(1);
      }
    }
  });
  for (; applied < end; ++applied) {
    store->apply(numbered_batch(applied, size));
  }
  syncing.join();
}

TEST_CASE("child" * doctest::skip()) {
  const char* const order = std::getenv(kChildVariable);
  std::istringstream words(order == nullptr ? "" : order);
  std::string task, directory;
  std::size_t batches = 0, size = 0;
  words >> task >> directory >> batches >> size;
  if (task.empty() || task == "write") {
    return task.empty() ? void() : write_until_killed(directory, batches, size);
  }
  if (task == "nobody" && ::geteuid() == 0) {  // root may write anywhere
    REQUIRE(::setuid(65534) == 0);
  }
  const auto store = RocksStore::open(directory);
  const std::string said = store ? "opened" : store.error().message;
  report(said.data(), said.size());
}

std::string child_says(const std::string& order) {
  std::FILE* const reports = start_child(order);
  std::string said(2000, ' ');
  said.resize(std::fread(said.data(), 1, said.size(), reports));
  ::pclose(reports);
  return said;
}

// random_key makes neither '=' nor ';'.
std::string text_of(const std::vector<StoreRow>& rows) {
  std::string text;
  for (const StoreRow& row : rows) {
    text += row.key + '=' + row.value + ';';
  }
  return text;
}

void require_same_reads(const RocksStore& store, const MemoryStore& model, Random& random) {
  const std::string first = random_key(random);
  const std::string end = random_key(random);
  const std::size_t rows_max = random.below(12);
  const std::size_t bytes_max = random.below(80);
  REQUIRE(store.get(first) == model.get(first));
  REQUIRE(text_of({store.last(first, end).value_or(StoreRow())}) ==
          text_of({model.last(first, end).value_or(StoreRow())}));
  REQUIRE(text_of(store.range(first, end, rows_max, bytes_max)) ==
          text_of(model.range(first, end, rows_max, bytes_max)));
}

// Keys of our layout too, which the hints are made for, and positions that do not rise.
Batch layout_batch(Random& random) {
  Batch batch = random_batch(random, 30);
  for (std::uint64_t puts = random.below(4); puts > 0; --puts) {
    const auto section = static_cast<std::uint32_t>(random.below(3));
    const std::string key = row_key(section, random.below(40) << (random.below(8) * 8));
    batch.push_back({Put::Kind::kSet, key, "p"});
    batch.push_back({Put::Kind::kSet, keys::section_record(SectionId{section}), "s"});
    if (random.chance(0.1)) {
      batch.push_back({Put::Kind::kEraseRange, key, row_key(section, UINT64_MAX)});
    }
  }
  return batch;
}

TEST_CASE("a store on disk behaves as a memory store does, also after it was opened again") {
  for (std::uint64_t seed = 0; seed < 6; ++seed) {
    const Folder folder;
    Random random(seed);
    MemoryStore model;
    auto store = opened(folder / "store");
    for (int step = 0; step < 600; ++step) {
      const Batch batch = layout_batch(random);
      const std::uint64_t bytes = store->bytes_written();
      store->apply(batch);
      model.apply(batch);
      REQUIRE((store->bytes_written() > bytes) == !batch.empty());
      require_same_reads(*store, model, random);
      if (random.chance(0.01)) {
        REQUIRE(contents(*store) == contents(model));
        store.reset();
        store = opened(folder / "store");
      }
    }
    REQUIRE(contents(*store) == contents(model));
    CHECK(store->status());
  }
}

// The store's files as a disk without a cache would have them: nothing behind the last sync.
void copy_synced(const std::string& from, const std::string& to) {
  fs::create_directory(to);
  for (const auto& entry : fs::directory_iterator(from)) {
    const fs::path copy = fs::path(to) / entry.path().filename();
    fs::copy_file(entry.path(), copy);
    struct stat at = {};
    REQUIRE(::stat(entry.path().c_str(), &at) == 0);
    if (entry.path().extension() == ".log") {
      const std::lock_guard<std::mutex> guard(disk.mutex);
      fs::resize_file(copy, static_cast<std::uintmax_t>(disk.synced[at.st_ino]));
    }
  }
}

TEST_CASE("what a sync covered is there after a power loss, and nothing is there in part") {
  const Folder folder;
  disk.synced.clear();  // of files that are gone, whose numbers may come again
  Random random(1);
  const auto store = opened(folder / "store");
  std::uint64_t applied = 0;
  for (int round = 0; round < 20; ++round) {
    std::uint64_t covered = 0;
    for (std::uint64_t more = 1 + random.below(50); more > 0; --more) {
      store->apply(numbered_batch(applied++, 100));
      if (random.chance(0.1)) {
        REQUIRE(store->sync());
        covered = applied;
      }
    }
    const std::string copy = folder / std::to_string(round);
    copy_synced(folder / "store", copy);
    REQUIRE(require_prefix(*opened(copy), 0) >= covered);
  }
}

// Kills the child after a report of that many batches; gives the newest report.
std::uint64_t covered_when_killed(std::FILE* child, std::uint64_t kill_at) {
  pid_t pid = 0;
  REQUIRE(std::fread(&pid, sizeof pid, 1, child) == 1);
  std::uint64_t covered = 0;
  for (std::uint64_t next = 0; std::fread(&next, sizeof next, 1, child) == 1; covered = next) {
    if (next >= kill_at) {
      ::kill(pid, SIGKILL);
    }
  }
  REQUIRE(::pclose(child) == SIGKILL);
  REQUIRE(covered >= kill_at);
  return covered;
}

TEST_CASE("a process that is killed keeps all it reported as synced") {
  const Folder folder;
  const std::string directory = folder / "store";
  Random random(2);
  std::uint64_t kept = 0;
  for (int round = 0; round < 20; ++round) {
    // Two rounds write more than a write buffer, so that tables are made while it is killed.
    const bool heavy = round % 10 == 9;
    const std::uint64_t kill_at = kept + 1 + random.below(1500) + (heavy ? 1400 : 0);
    const std::string order = "write " + directory + (heavy ? " 3000 25000" : " 4000 100");
    const std::uint64_t covered = covered_when_killed(start_child(order), kill_at);
    kept = require_prefix(*opened(directory), kept);
    REQUIRE(kept >= covered);
  }
  require_prefix(*opened(directory), 0);
}

TEST_CASE("syncs beside thousands of batches") {
  const Folder folder;
  const auto store = opened(folder / "store");
  std::atomic<bool> done = false;
  int syncs = 0;
  std::thread syncing([&] {
    for (; !done && store->sync(); ++syncs) {
    }
  });
  for (std::uint64_t number = 0; number < 5000; ++number) {
    store->apply(numbered_batch(number, 200));
    REQUIRE(store->get(row_key(1, number)));
  }
  done = true;
  syncing.join();
  CHECK(syncs > 0);
  CHECK(require_prefix(*store, 0) == 5000);  // and no sync failed
}

TEST_CASE("a sync that fails is the last one, and nothing is written after it") {
  for (const int number : {EIO, ENOSPC}) {
    const Folder folder;
    const auto store = opened(folder / "store");
    store->apply(one_row("a", "1"));
    disk.fail_with = number;
    const Status first = store->sync();
    disk.fail_with = 0;
    REQUIRE_FALSE(first);
    CHECK(first.error().code == Code::kIo);
    says(first.error(), number == EIO ? "cannot sync the store in" : "the disk is full");
    const int syncs = syncs_of_this_thread;
    store->apply(one_row("b", "2"));
    CHECK_FALSE(store->get("b"));
    for (const Status& later : {store->sync(), store->status()}) {
      REQUIRE_FALSE(later);
      CHECK(later.error().message == first.error().message);
    }
    CHECK(syncs_of_this_thread == syncs);
  }
}

TEST_CASE("a write that fails stays in the status, and what was synced before survives") {
  const Folder folder;
  auto store = opened(folder / "store");
  store->apply(one_row("a", "1"));
  REQUIRE(store->sync());
  rlimit before = {};
  REQUIRE(::getrlimit(RLIMIT_FSIZE, &before) == 0);
  std::signal(SIGXFSZ, SIG_IGN);
  const rlimit small = {1 << 20, before.rlim_max};
  REQUIRE(::setrlimit(RLIMIT_FSIZE, &small) == 0);
  for (int i = 0; i < 40; ++i) {
    store->apply(one_row("b" + std::to_string(i), std::string(100'000, 'b')));
  }
  REQUIRE(::setrlimit(RLIMIT_FSIZE, &before) == 0);
  REQUIRE_FALSE(store->status());
  CHECK(store->status().error().code == Code::kIo);
  says(store->status().error(), "cannot write to the store in " + (folder / "store"));
  says(store->status().error(), "File too large");
  CHECK_FALSE(store->sync());
  store.reset();
  CHECK(opened(folder / "store")->get("a") == "1");
}

TEST_CASE("a store that is open cannot be opened again, by this process or another") {
  const Folder folder;
  const auto store = opened(folder / "store");
  store->apply(one_row("a", "1"));
  const Error second = refusal(folder / "store");
  CHECK(second.code == Code::kUnavailable);
  says(second, "another glasspost process holds the store in " + (folder / "store"));
  const std::string said = child_says("open " + (folder / "store"));
  CHECK(said.find("another glasspost process holds the store in") == 0);
  CHECK(store->sync());
  CHECK(store->get("a") == "1");
}

TEST_CASE("a directory that cannot be used is refused in a sentence") {
  const Folder folder;
  says(refusal(folder / "none/store"), "No such file or directory");
  std::ofstream(folder / "file") << "text";
  says(refusal(folder / "file"), "cannot make the folder");
  says(refusal(folder / "file/store"), "Not a directory");
  says(refusal(folder / std::string(300, 'x')), "File name too long");
  says(refusal(folder / std::string(5000, 'x')), "File name too long");

  opened(folder / "store")->apply(one_row("a", "1"));
  fs::permissions(folder / "", fs::perms(0755));
  for (const char* name : {"store", "new"}) {
    const std::string said = child_says("nobody " + (folder / name));
    CHECK_MESSAGE((::geteuid() != 0 || said.find("Permission denied") != said.npos), said);
  }
}

// Every file's, by path.
Model all_bytes(const std::string& directory) {
  Model files;
  for (const auto& entry : fs::directory_iterator(directory)) {
    std::ifstream in(entry.path(), std::ios::binary);
    files[entry.path().string()].assign(std::istreambuf_iterator<char>(in), {});
  }
  return files;
}

// A store that was closed, with a table (what the first life wrote) and a log (the second).
std::string make_closed_store(const Folder& folder) {
  std::string directory = folder / "store";
  for (std::uint64_t life = 0; life < 2; ++life) {
    const auto store = opened(directory);
    for (std::uint64_t number = 0; number < 100; ++number) {
      store->apply(numbered_batch(100 * life + number, 300));
    }
    REQUIRE(store->sync());
  }
  opened(directory)->apply(one_row("z", "in the log"));
  return directory;
}

// Opens what is damaged now: it must be told, and nothing may change.
void require_told(const std::string& directory, const std::string& named) {
  const Model before = all_bytes(directory);
  const Error error = refusal(directory);
  CHECK(error.code == Code::kCorruption);
  says(error, "the store in " + directory + " is damaged");
  says(error, named);
  CHECK((all_bytes(directory) == before));
}

// What may become of a file; a table may get a wrong byte anywhere, and is named then.
std::vector<std::string> damages_of(const std::string& name, const std::string& good) {
  if (name == "CURRENT") {
    return {"", "garbage", "garbage\n", "MANIFEST-999999\n"};
  }
  if (name.find(".sst") == name.npos && name.find("MANIFEST") != 0) {
    return {};
  }
  std::vector<std::string> damages = {"", good.substr(0, 5), good.substr(0, 20)};
  Random random(3);
  for (int i = 0; i < (name.find(".sst") == name.npos ? 1 : 25); ++i) {
    char& wrong = damages.emplace_back(good)[i == 0 ? good.size() / 2 : random.below(good.size())];
    wrong = static_cast<char>(wrong ^ 0x40);
  }
  return damages;
}

TEST_CASE("damage is told when a store is opened, and nothing is changed") {
  const Folder folder;
  const std::string directory = make_closed_store(folder);
  for (const auto& [path, good] : all_bytes(directory)) {
    const std::string name = fs::path(path).filename().string();
    const bool table = name.find(".sst") != name.npos;
    for (const std::string& bad : damages_of(name, good)) {
      std::ofstream(path) << bad;
      require_told(directory, table ? name.substr(0, 6) : "");
    }
    if (table || name == "CURRENT") {
      fs::remove(path);
      require_told(directory, name.substr(0, 6));
    }
    std::ofstream(path) << good;
  }
  CHECK(require_prefix(*opened(directory), 0) == 200);
}

TEST_CASE("a table that is damaged under an open store is told when it is read") {
  const Folder folder;
  const std::string directory = make_closed_store(folder);
  const auto store = opened(directory);
  for (const auto& file : all_bytes(directory)) {
    if (file.first.find(".sst") != std::string::npos) {
      std::fstream(file.first, std::ios::in | std::ios::out)
          << std::string(file.second.size() / 2, 'x');
    }
  }
  CHECK(store->range("", "\xff", SIZE_MAX, SIZE_MAX).empty());
  REQUIRE_FALSE(store->status());
  CHECK(store->status().error().code == Code::kCorruption);
  const std::uint64_t bytes = store->bytes_written();
  store->apply(one_row("a", "built on a failed read"));
  CHECK(store->bytes_written() == bytes);
  CHECK_FALSE(store->sync());
}

}  // namespace
}  // namespace glasspost::tests

// Stands before the C library's for RocksDB too: a program's own symbol comes first.
extern "C" int fdatasync(int file) {
  return glasspost::tests::sync_file(file);
}
