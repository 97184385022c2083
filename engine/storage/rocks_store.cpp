// RocksStore: see rocks_store.hpp. Here is all that knows RocksDB: its options with their reasons,
// the check before a store is opened, and its errors turned into sentences.
#include "engine/storage/rocks_store.hpp"

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstdarg>
#include <cstdio>
#include <filesystem>
#include <mutex>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <rocksdb/cache.h>
#include <rocksdb/convenience.h>
#include <rocksdb/db.h>
#include <rocksdb/env.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/slice_transform.h>
#include <rocksdb/table.h>
#include <rocksdb/write_batch.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine/storage/synced_mark.hpp"

namespace glasspost {
namespace {

// -- options
// ---------------------------------------------------------------------------------------

constexpr std::size_t kWriteBufferBytes = std::size_t{64} << 20;  // 16 MB doubles compaction
constexpr std::size_t kCacheBytes = std::size_t{64} << 20;
constexpr std::size_t kInfoLogBytes = std::size_t{1} << 20;
constexpr int kOpenFilesMax = 512;

// The hint: a new key of a log is put behind the last one of its section without a search. Kind and
// section are the prefix, so all positions of one section share it. Only keys of a log's length are
// meant: each record (a section's, a register, a user) would else keep a hint that never helps.
//
// RocksDB 7.8 keeps one hint a prefix for rows and range erasures alike, though they lie in two
// lists: an erasure that starts at a key of the domain links one list into the other (its assert
// aborts; RocksDB issue 5118, fixed by its PR 12558). So no erasure may start at such a key: see
// erase_range.
class LogPrefix final : public rocksdb::SliceTransform {
 public:
  static constexpr std::size_t kKeyBytes = 13;  // kind, section, position: keys::log_batch
  static constexpr std::size_t kPrefixBytes = 5;

  const char* Name() const override { return "glasspost.LogPrefix"; }
  bool InDomain(const rocksdb::Slice& key) const override { return key.size() == kKeyBytes; }
  rocksdb::Slice Transform(const rocksdb::Slice& key) const override {
    return {key.data(), kPrefixBytes};
  }
};

// A key followed by a zero byte is the very next key, so the first row can be erased by itself.
rocksdb::Status erase_range(rocksdb::WriteBatch& batch, const Put& put) {
  if (put.key >= put.value) {
    return rocksdb::Status::OK();  // RocksDB does not check for this
  }
  if (put.key.size() != LogPrefix::kKeyBytes) {
    return batch.DeleteRange(put.key, put.value);
  }
  const auto status = batch.Delete(put.key);
  const std::string next = put.key + '\0';
  return status.ok() && next < put.value ? batch.DeleteRange(next, put.value) : status;
}

// lz4 costs nothing measurable and shrinks compaction, but the library may be built without it.
rocksdb::CompressionType best_compression() {
  const auto known = rocksdb::GetSupportedCompressions();
  const auto lz4 = rocksdb::kLZ4Compression;
  return std::find(known.begin(), known.end(), lz4) == known.end() ? rocksdb::kNoCompression : lz4;
}

rocksdb::BlockBasedTableOptions table_options() {
  rocksdb::BlockBasedTableOptions table;
  table.checksum = rocksdb::kXXH3;  // Debian's library has CRC in software only
  table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
  table.block_cache = rocksdb::NewLRUCache(kCacheBytes);
  return table;
}

void set_writing(rocksdb::Options& options) {
  options.write_buffer_size = kWriteBufferBytes;
  options.max_write_buffer_number = 4;
  options.allow_concurrent_memtable_write = false;  // one writer; the hint demands it
  options.memtable_insert_with_hint_prefix_extractor.reset(new LogPrefix);
  options.max_background_jobs = 2;
  options.compression = best_compression();
  options.bytes_per_sync = 256 << 10;  // a flush in small pieces disturbs the log's syncs less
  options.wal_bytes_per_sync = 0;      // SyncWAL does it
}

void set_recovery(rocksdb::Options& options) {
  options.wal_recovery_mode = rocksdb::WALRecoveryMode::kPointInTimeRecovery;
  options.manual_wal_flush = false;  // with it SyncWAL would leave out what is still in our memory
  options.recycle_log_file_num = 0;
  options.track_and_verify_wals_in_manifest = false;  // 7.8 then misses logs that never were
  options.paranoid_checks = true;
  // After a failed write RocksDB would try again by itself; we stop and recover instead.
  options.max_bgerror_resume_count = 0;
}

// RocksDB's diary, the file LOG: for whoever looks for the cause of a damage. RocksDB's own writer
// of it aborts the process when it is used again after a failed write (an assert of Debian's 7.8),
// so on a full disk the diary would end the program before the store could say what is wrong. This
// one drops what cannot be written. The last life's stands beside it.
class Diary final : public rocksdb::Logger {
 public:
  explicit Diary(const std::string& directory) {
    const std::string path = directory + "/LOG";
    ::rename(path.c_str(), (path + ".old").c_str());
    file_ = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0600);
  }
  ~Diary() override {
    if (file_ >= 0) ::close(file_);
  }

  using rocksdb::Logger::Logv;
  void Logv(const char* format, va_list words) override {
    char line[1'024];
    const int wanted = std::vsnprintf(line, sizeof(line) - 1, format, words);
    if (file_ < 0 || wanted < 0) return;
    auto length = std::min(static_cast<std::size_t>(wanted), sizeof(line) - 2);
    line[length++] = '\n';
    if (written_.fetch_add(length) + length <= kInfoLogBytes) (void)!::write(file_, line, length);
  }

 private:
  int file_ = -1;
  std::atomic<std::size_t> written_ = 0;
};

// For looking only.
class NoDiary final : public rocksdb::Logger {
 public:
  using rocksdb::Logger::Logv;
  void Logv(const char*, va_list) override {}
};

rocksdb::Options options_of(std::shared_ptr<rocksdb::Logger> diary) {
  rocksdb::Options options;
  options.create_if_missing = true;
  options.max_open_files = kOpenFilesMax;
  options.info_log = std::move(diary);
  options.stats_dump_period_sec = 0;
  options.stats_persist_period_sec = 0;
  options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table_options()));
  set_writing(options);
  set_recovery(options);
  return options;
}

// -- errors
// ----------------------------------------------------------------------------------------

// A path too long to exist is too long to print as well.
std::string shown(const std::string& text) {
  constexpr std::size_t kShown = 400;
  return text.size() <= kShown ? text : text.substr(0, kShown) + "...";
}

bool held_by_another(const std::string& said) {
  return said.find("While lock file") != std::string::npos ||
         said.find("lock hold by current process") != std::string::npos;
}

// A table that is missing RocksDB looks for under an older name as well, and complains of that one.
std::string with_real_names(std::string said) {
  for (auto at = said.find(".ldb"); at != std::string::npos; at = said.find(".ldb", at))
    said.replace(at, 4, ".sst");
  return said;
}

// `doing` is a verb: "open", "write to", ...
Error error_of(const std::string& directory, const char* doing, const rocksdb::Status& status) {
  const std::string said = ": " + shown(with_real_names(status.ToString()));
  const std::string store = "the store in " + shown(directory);
  if (status.IsCorruption()) {
    return {Code::kCorruption, store + " is damaged" + said};
  }
  if (status.IsNoSpace()) {
    return {Code::kIo, "the disk is full: cannot " + std::string(doing) + " " + store + said};
  }
  return {Code::kIo, "cannot " + std::string(doing) + " " + store + said};
}

Error lock_error(const std::string& directory, const rocksdb::Status& status) {
  if (!held_by_another(status.ToString())) {
    return error_of(directory, "lock", status);
  }
  return {Code::kUnavailable, "another glasspost process holds the store in " + shown(directory) +
                                  ": " + shown(status.ToString())};
}

Error system_error(const char* doing, const std::string& path, int number) {
  const std::string why = std::generic_category().message(number);
  return {Code::kIo, "cannot " + std::string(doing) + " " + shown(path) + ": " + why};
}

// -- before opening
// --------------------------------------------------------------------------------

// RocksDB syncs what is in its folder, but not the folder's own entry in the one above.
Status sync_folder(const std::string& folder) {
  const int file = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (file < 0) {
    return system_error("open the folder", folder, errno);
  }
  const int failed = ::fsync(file) == 0 ? 0 : errno;
  ::close(file);
  return failed == 0 ? ok() : system_error("sync the folder", folder, failed);
}

Status make_folder(const std::string& directory) {
  const int failed = ::mkdir(directory.c_str(), 0777) == 0 ? 0 : errno;
  std::error_code ignored;
  if (failed != 0 && !(failed == EEXIST && std::filesystem::is_directory(directory, ignored))) {
    return system_error("make the folder", directory, failed);
  }
  // CURRENT is made after this sync, so where it is the entry is durable.
  const bool in_use = std::filesystem::exists(directory + "/CURRENT", ignored);
  return in_use ? ok() : sync_folder(directory + "/..");
}

// Without CURRENT RocksDB would start an empty store and delete the tables of the old one. A crash
// during the very first opening leaves neither tables nor logs.
Status check_no_remains(const std::string& directory) {
  std::error_code failed;
  std::filesystem::directory_iterator at(directory, failed);
  for (; !failed && at != std::filesystem::directory_iterator(); at.increment(failed)) {
    const std::string ending = at->path().extension().string();
    if (ending == ".sst" || ending == ".log") {
      return Error{Code::kCorruption, "the store in " + shown(directory) + " is damaged: it has " +
                                          at->path().filename().string() + " but no CURRENT"};
    }
  }
  return failed ? system_error("list the folder", directory, failed.value()) : ok();
}

// Reads everything, writes nothing. Opening for good writes at once: it turns logs into tables and
// deletes what it thinks is obsolete.
Status check_stored(const std::string& directory) {
  rocksdb::DB* opened = nullptr;
  auto status =
      rocksdb::DB::OpenForReadOnly(options_of(std::make_shared<NoDiary>()), directory, &opened);
  const std::unique_ptr<rocksdb::DB> db(opened);
  if (status.ok()) {
    status = db->VerifyChecksum(rocksdb::ReadOptions());
  }
  const std::uint64_t synced = SyncedMark::read(directory).value_or(0);
  if (status.ok() && db->GetLatestSequenceNumber() < synced) {
    status = rocksdb::Status::Corruption("rows that were synced are gone",
                                         describe_log_damage(directory));
  }
  if (status.IsNotFound() || status.IsPathNotFound()) {  // CURRENT is there, what it names is not
    status = rocksdb::Status::Corruption(status.ToString());
  }
  return status.ok() ? ok() : error_of(directory, "open", status);
}

// The lock goes before the check, so that nobody writes meanwhile, and is given back, because
// RocksDB takes it itself and would not take it twice.
Status check_folder(const std::string& directory) {
  rocksdb::Env* const env = rocksdb::Env::Default();
  rocksdb::FileLock* lock = nullptr;
  const auto locked = env->LockFile(directory + "/LOCK", &lock);
  if (!locked.ok()) {
    return lock_error(directory, locked);
  }
  std::error_code failed;
  const bool has_current = std::filesystem::exists(directory + "/CURRENT", failed);
  Status checked = has_current ? check_stored(directory) : check_no_remains(directory);
  env->UnlockFile(lock);
  return checked;
}

}  // namespace

// -- the store
// -------------------------------------------------------------------------------------

struct RocksStore::Impl {
  std::string directory;
  SyncedMark mark;  // the syncing thread's alone
  std::unique_ptr<rocksdb::DB> db;
  rocksdb::WriteBatch batch;  // kept for its memory; the loop's alone
  std::atomic<std::uint64_t> bytes = 0;
  std::atomic<bool> failed = false;
  std::mutex mutex;
  std::optional<Error> failure;  // under mutex; the first one, for good

  Status status();
  // Keeps the failure unless there is one already, and gives the one kept.
  Status fail(const char* doing, const rocksdb::Status& why);
  std::unique_ptr<rocksdb::Iterator> iterator(const rocksdb::Slice& first,
                                              const rocksdb::Slice& end);
};

Status RocksStore::Impl::status() {
  if (!failed.load(std::memory_order_acquire)) {
    return ok();
  }
  const std::lock_guard<std::mutex> guard(mutex);
  return *failure;
}

Status RocksStore::Impl::fail(const char* doing, const rocksdb::Status& why) {
  const std::lock_guard<std::mutex> guard(mutex);
  if (!failure) {
    failure = error_of(directory, doing, why);
    failed.store(true, std::memory_order_release);
  }
  return *failure;
}

// The bounds must outlive the iterator.
std::unique_ptr<rocksdb::Iterator> RocksStore::Impl::iterator(const rocksdb::Slice& first,
                                                              const rocksdb::Slice& end) {
  rocksdb::ReadOptions reading;
  reading.iterate_lower_bound = &first;
  reading.iterate_upper_bound = &end;
  return std::unique_ptr<rocksdb::Iterator>(db->NewIterator(reading));
}

Result<std::unique_ptr<RocksStore>> RocksStore::open(const std::string& directory) {
  if (Status made = make_folder(directory); !made) {
    return made.error();
  }
  if (Status checked = check_folder(directory); !checked) {
    return checked.error();
  }
  rocksdb::DB* opened = nullptr;
  const auto status =
      rocksdb::DB::Open(options_of(std::make_shared<Diary>(directory)), directory, &opened);
  if (!status.ok()) {
    // Somebody may have come between the check and this.
    return held_by_another(status.ToString()) ? lock_error(directory, status)
                                              : error_of(directory, "open", status);
  }
  auto impl = std::make_unique<Impl>();
  impl->directory = directory;
  impl->db.reset(opened);
  if (Status marked = impl->mark.open(directory); !marked) {
    return marked.error();
  }
  return std::unique_ptr<RocksStore>(new RocksStore(std::move(impl)));
}

RocksStore::RocksStore(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

RocksStore::~RocksStore() = default;

std::optional<std::string> RocksStore::get(std::string_view key) const {
  std::string value;
  const auto status = impl_->db->Get(rocksdb::ReadOptions(), key, &value);
  if (status.ok()) {
    return value;
  }
  if (!status.IsNotFound()) {
    (void)impl_->fail("read", status);
  }
  return std::nullopt;
}

std::vector<StoreRow> RocksStore::range(std::string_view first, std::string_view end,
                                        std::size_t rows_max, std::size_t bytes_max) const {
  std::vector<StoreRow> found;
  if (end <= first || rows_max == 0) {
    return found;
  }
  const rocksdb::Slice lower(first);
  const rocksdb::Slice upper(end);
  const auto at = impl_->iterator(lower, upper);
  std::size_t bytes = 0;
  for (at->Seek(lower); at->Valid(); at->Next()) {
    bytes += at->value().size();
    if (bytes > bytes_max && !found.empty()) {
      break;
    }
    found.push_back({at->key().ToString(), at->value().ToString()});
    if (found.size() >= rows_max) {
      break;
    }
  }
  if (!at->status().ok()) {
    (void)impl_->fail("read", at->status());
    return {};
  }
  return found;
}

std::optional<StoreRow> RocksStore::last(std::string_view first, std::string_view end) const {
  if (end <= first) {
    return std::nullopt;
  }
  const rocksdb::Slice lower(first);
  const rocksdb::Slice upper(end);
  const auto at = impl_->iterator(lower, upper);
  at->SeekToLast();
  if (!at->status().ok()) {
    (void)impl_->fail("read", at->status());
    return std::nullopt;
  }
  if (!at->Valid()) {
    return std::nullopt;
  }
  return StoreRow{at->key().ToString(), at->value().ToString()};
}

void RocksStore::apply(std::span<const Put> batch) {
  if (batch.empty() || impl_->failed.load(std::memory_order_acquire)) {
    return;
  }
  rocksdb::WriteBatch& all = impl_->batch;
  all.Clear();
  rocksdb::Status status;
  for (const Put& put : batch) {
    if (put.kind == Put::Kind::kSet) {
      status = all.Put(put.key, put.value);
    } else if (put.kind == Put::Kind::kErase) {
      status = all.Delete(put.key);
    } else {
      status = erase_range(all, put);
    }
    if (!status.ok()) {
      (void)impl_->fail("write to", status);
      return;
    }
  }
  status = impl_->db->Write(rocksdb::WriteOptions(), &all);
  if (!status.ok()) {
    (void)impl_->fail("write to", status);
    return;
  }
  impl_->bytes.fetch_add(all.GetDataSize(), std::memory_order_relaxed);
}

Status RocksStore::sync() {
  if (impl_->failed.load(std::memory_order_acquire)) {
    return impl_->status();
  }
  const std::uint64_t sequence = impl_->db->GetLatestSequenceNumber();
  const auto status = impl_->db->SyncWAL();
  if (!status.ok()) {
    return impl_->fail("sync", status);
  }
  impl_->mark.write(sequence);  // if not, less is known about damage later, and nothing else
  return ok();
}

Status RocksStore::status() const {
  return impl_->status();
}

std::uint64_t RocksStore::bytes_written() const {
  return impl_->bytes.load(std::memory_order_relaxed);
}

}  // namespace glasspost
