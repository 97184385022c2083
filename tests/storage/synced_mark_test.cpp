// A log that lost rows which were synced is told, with its name and the place; what was never
// synced may be torn.
#include "engine/storage/synced_mark.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include <doctest/doctest.h>
#include <unistd.h>

#include "engine/base/random.hpp"
#include "engine/storage/rocks_store.hpp"

namespace glasspost::tests {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kSynced = 50;  // rows
constexpr std::size_t kAll = 60;

std::string read_file(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return std::string((std::istreambuf_iterator<char>(file)), {});
}

// A store in a folder of its own: 50 rows are synced, 10 more only written.
struct Written {
  fs::path folder = fs::temp_directory_path() / ("gp-mark-" + std::to_string(getpid()));
  fs::path store = folder / "store";
  fs::path log;
  std::string good;        // the log's bytes
  std::size_t synced = 0;  // how many of them were

  Written() {
    fs::remove_all(folder);
    fs::create_directory(folder);
    const auto opened = RocksStore::open(store.string());
    REQUIRE(opened);
    write(**opened, 0, kSynced);
    REQUIRE((*opened)->sync());
    for (const auto& entry : fs::directory_iterator(store)) {
      if (entry.path().extension() == ".log") log = entry.path();
    }
    synced = fs::file_size(log);
    write(**opened, kSynced, kAll);
    good = read_file(log);
    REQUIRE(good.size() > synced);
  }
  ~Written() { fs::remove_all(folder); }
  Written(const Written&) = delete;
  Written& operator=(const Written&) = delete;

  static void write(RocksStore& to, std::size_t first, std::size_t end) {
    for (std::size_t row = first; row < end; ++row) {
      const Put put{Put::Kind::kSet, "row " + std::to_string(row), std::string(900, 'x')};
      to.apply({&put, 1});
    }
  }

  // Empty if it opens.
  std::string refusal() const {
    const auto opened = RocksStore::open(store.string());
    return opened ? "" : opened.error().message;
  }
};

TEST_CASE("synced rows that are gone from a log are told, and nothing is changed") {
  const Written written;
  Random random(5);
  for (int round = 0; round < 20; ++round) {
    const std::size_t place = round == 0 ? 0 : random.below(written.synced);
    const bool cut = round % 2 == 1;
    std::string bad = cut ? written.good.substr(0, place) : written.good;
    if (!cut) bad[place] = static_cast<char>(bad[place] ^ 0x40);
    std::ofstream(written.log, std::ios::binary) << bad;
    const std::string said = written.refusal();
    CAPTURE(said);
    CHECK(said.find("is damaged") != std::string::npos);
    CHECK(said.find(written.log.filename().string()) != std::string::npos);
    if (!cut) CHECK(said.find(".log is damaged at offset ") != std::string::npos);
    CHECK((read_file(written.log) == bad));
  }
  std::ofstream(written.log, std::ios::binary) << written.good;
  CHECK(written.refusal().empty());
}

TEST_CASE("a missing log is told") {
  const Written written;
  fs::remove(written.log);
  CHECK(written.refusal().find("its log is missing") != std::string::npos);
}

TEST_CASE("what was never synced may be torn anywhere") {
  for (std::uint64_t seed = 1; seed <= 6; ++seed) {
    const Written written;
    Random random(seed);
    const std::size_t kept = written.synced + random.below(written.good.size() - written.synced);
    std::string torn = written.good.substr(0, kept);
    if (kept > written.synced) torn.back() = static_cast<char>(torn.back() ^ 1);
    std::ofstream(written.log, std::ios::binary) << torn;
    const auto opened = RocksStore::open(written.store.string());
    REQUIRE(opened);
    CHECK((*opened)->get("row " + std::to_string(kSynced - 1)));
  }
}

TEST_CASE("without a mark, or with a damaged one, nobody claims that something is missing") {
  const Written written;
  std::ofstream(written.log, std::ios::binary) << written.good.substr(0, written.synced / 2);
  CHECK(!written.refusal().empty());
  std::string mark = read_file(SyncedMark::path_in(written.store.string()));
  mark[9] = static_cast<char>(mark[9] ^ 1);
  std::ofstream(SyncedMark::path_in(written.store.string()), std::ios::binary) << mark;
  CHECK(written.refusal().empty());
}

}  // namespace
}  // namespace glasspost::tests
