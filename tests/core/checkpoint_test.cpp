// Tests of checkpoints: parts of tables, when they are written, what makes them count, and what a
// take-over makes of them.
#include "engine/core/checkpoint.hpp"

#include <string>

#include <doctest/doctest.h>

#include "engine/core/limits.hpp"
#include "tests/core/support/toy_owner.hpp"

namespace glasspost::tests {
namespace {

using Table = PagedMap<std::uint64_t, std::string>;

struct Tables {
  Table small;
  Table large;

  template <class Archive>
  void fields(Archive& archive) {
    archive(small, large);
  }
};

Tables some_tables(std::uint64_t rows) {
  Tables tables;
  for (std::uint64_t key = 1; key <= rows; ++key)
    tables.large.put(key * 3, "row " + std::to_string(key));
  tables.small.put(9, "nine");
  return tables;
}

Words parts_of(Tables tables, std::size_t bytes_max) {
  Words parts;
  while (true) {
    PartWriter writer(bytes_max);
    tables.fields(writer);
    if (writer.rows() == 0) return parts;
    parts.push_back(writer.take_bytes());
  }
}

TEST_CASE("tables cut into parts are the same tables when they are loaded again") {
  for (std::uint64_t rows : {0, 1, 7, 1'000}) {
    const Tables tables = some_tables(rows);
    for (std::size_t bytes_max : {std::size_t{1}, std::size_t{100}, std::size_t{1} << 20}) {
      Tables loaded;
      for (const std::string& part : parts_of(tables, bytes_max))
        load_part(loaded, part);
      CHECK(hash_state(loaded) == hash_state(tables));
    }
  }
}

TEST_CASE("a part is not much larger than was asked for, and has at least a row") {
  CHECK(parts_of(some_tables(100), 1).size() == 101);
  const Words parts = parts_of(some_tables(1'000), 200);
  CHECK(parts.size() > 20);
  for (const std::string& part : parts)
    CHECK(part.size() < 220);
  CHECK(parts_of(some_tables(1'000), std::size_t{1} << 20).size() == 1);
}

TEST_CASE("bytes that no writer wrote are noticed") {
  const std::string part = parts_of(some_tables(5), 1'000).front();
  for (std::size_t length = 0; length < part.size(); ++length) {
    Tables loaded;
    const std::string cut = part.substr(0, length);
    PartReader reader(cut);
    loaded.fields(reader);
    CHECK_FALSE(reader.whole());
  }
}

// An owner that folds each payload into a table, with an index of positions.
struct FoldingOwner {
  OwnerBench bench;
  Tables tables;
  Table index;
  Checkpoint<Tables, Table> checkpoint;

  FoldingOwner(Replicas& replicas, std::uint64_t life) : bench(config(), replicas, life) {}

  static Config config() {
    Config config = config_of(3, 2, 2);
    config.checkpoint_tail_bytes = 50;
    config.checkpoint_part_bytes = 30;
    return config;
  }

  static void cut(Table& index, std::size_t, v1::LogBatch& part) {
    v1::IndexBlock& block = *part.add_index();
    block.set_keeper(1);
    block.set_after(index.begin()->key - 1);
    block.set_entries(index.begin()->value);
    index.erase_up_to(index.begin()->key);
  }

  void fold(const std::string& payload, std::uint64_t position) {
    tables.large.put(position, payload);
    index.put(position, payload);
  }

  void append(const std::string& payload) { fold(payload, bench.append(payload)); }

  // What an owner does at the end of each step.
  void go_on() {
    bench.step([&](OwnerStep& step) {
      SectionLog& log = bench.log;
      if (checkpoint.counts(log)) checkpoint.finish(log, step);
      if (checkpoint.due(log, step.config)) {
        checkpoint.begin(log, tables, index, log.next_position - 1);
      }
      checkpoint.go_on(log, cut, step);
    });
  }

  // Steps and answers until the checkpoint has nothing to do.
  void finish() {
    do {
      go_on();
      bench.exchange();
    } while (checkpoint.phase != CheckpointPhase::kIdle);
  }

  void take_over() {
    bench.take_over();
    for (const std::string& part : bench.parts)
      load_part(tables, part);
  }
};

struct FoldingBench {
  Replicas replicas;
  FoldingOwner owner{replicas, 1};

  FoldingBench() {
    owner.take_over();
    for (int at = 1; at <= 6; ++at)
      owner.append("payload " + std::to_string(at));
  }
};

TEST_CASE("DESIGN 5.2: a checkpoint begins when the tail is long, and at the horizon only") {
  FoldingBench bench;
  bench.owner.bench.take_asked();
  bench.owner.go_on();
  CHECK(bench.owner.checkpoint.covers == 6);
  CHECK(bench.owner.index.empty());
  CHECK(bench.owner.checkpoint.closing.size() == 6);
  CHECK(bench.owner.bench.asked.empty());  // what it covers is above the horizon
  bench.owner.bench.hear(log_appended(1, 1, 6));
  bench.owner.bench.hear(log_appended(2, 1, 5));
  bench.owner.go_on();
  CHECK(bench.owner.bench.asked.empty());
  bench.owner.bench.hear(log_appended(2, 1, 6));
  bench.owner.go_on();
  CHECK(count_of(bench.owner.bench.asked, v1::Letter::kAppendLog) == 3);
  bench.owner.append("while it is written");
  bench.owner.go_on();
  CHECK(count_of(bench.owner.bench.asked, v1::Letter::kAppendLog) == 6);  // one part at a time
  CHECK(bench.owner.bench.log.next_position == 9);
}

TEST_CASE("DESIGN 5.2: the record follows when all parts are at the horizon, and then it counts") {
  FoldingBench bench;
  bench.owner.bench.exchange();
  std::uint64_t before = 0;
  while (bench.owner.checkpoint.phase != CheckpointPhase::kRecording) {
    before = bench.owner.bench.log.horizon;
    CHECK(bench.replicas[1].record.checkpoint().covers() == 0);
    bench.owner.go_on();
    if (bench.owner.checkpoint.phase != CheckpointPhase::kRecording) bench.owner.bench.exchange();
  }
  CHECK(before == bench.owner.bench.log.next_position - 2);
  CHECK(bench.owner.checkpoint.closing.size() == 6);
  CHECK_FALSE(bench.owner.checkpoint.counts(bench.owner.bench.log));
  bench.owner.finish();
  CHECK(bench.owner.checkpoint.closing.empty());
  CHECK(bench.owner.bench.facts.back().kind == FactKind::kCheckpoint);
  const v1::CheckpointRecord& record = bench.replicas[1].record.checkpoint();
  CHECK(record.covers() == 6);
  CHECK(record.first() > 6 + 5);  // six blocks of the index came first
  CHECK(record.last() >= record.first());
  CHECK(record.bytes() > 60);
}

TEST_CASE("DESIGN 5.2: a take-over loads the newest checkpoint and replays what came after") {
  FoldingBench bench;
  bench.owner.bench.exchange();
  bench.owner.go_on();
  bench.owner.append("between the parts");
  bench.owner.finish();
  bench.owner.append("after the record");
  bench.owner.bench.exchange();
  for (std::uint64_t page_rows : {1, 2, 100}) {
    for (std::uint64_t number : {1, 2, 3})
      bench.replicas[number].page_rows = page_rows;
    FoldingOwner next(bench.replicas, 1 + page_rows);
    next.take_over();
    CHECK(next.bench.log.serving());
    CHECK(next.bench.loaded == 1);
    CHECK(next.tables.large.size() == 6);
    CHECK(*next.tables.large.find(6) == "payload 6");
    CHECK(next.bench.replayed == Words{"between the parts", "after the record"});
    CHECK(next.bench.log.next_position == bench.owner.bench.log.next_position);
    CHECK(next.bench.log.horizon == next.bench.log.next_position - 1);
  }
}

TEST_CASE("DESIGN 5.2: parts without a record are no checkpoint, and hinder nobody") {
  FoldingBench bench;
  bench.owner.bench.exchange();
  for (int parts = 0; parts < 8; ++parts) {
    bench.owner.go_on();
    bench.owner.bench.exchange();
  }
  REQUIRE(bench.owner.checkpoint.phase == CheckpointPhase::kWriting);
  FoldingOwner next(bench.replicas, 2);
  next.take_over();
  CHECK(next.bench.loaded == 0);
  CHECK(next.bench.replayed.size() == 6);
  for (int at = 1; at <= 6; ++at)
    next.fold(next.bench.replayed[at - 1], at);
  next.finish();
  FoldingOwner third(bench.replicas, 3);
  third.take_over();
  CHECK(third.bench.loaded == 1);
  CHECK(hash_state(third.tables) == hash_state(next.tables));
  CHECK(third.bench.replayed.empty());
}

TEST_CASE("a take-over with a checkpoint survives the loss of any one question") {
  for (int lost = 0; lost < 20; ++lost) {
    FoldingBench bench;
    bench.owner.bench.exchange();
    bench.owner.finish();
    bench.owner.append("after the record");
    bench.owner.bench.exchange();
    for (std::uint64_t number : {1, 2, 3})
      bench.replicas[number].page_rows = 1;
    FoldingOwner next(bench.replicas, 2);
    next.bench.down = {3};
    int count = 0;
    const auto lose = [&](const v1::Letter&) { return count++ == lost; };
    next.bench.begin();
    next.bench.exchange(lose);
    for (int retry = 0; retry < 3 && !next.bench.log.serving(); ++retry) {
      next.bench.tick();
      next.bench.exchange(lose);
    }
    REQUIRE(next.bench.log.serving());
    CHECK(next.bench.loaded == 1);
    CHECK(next.bench.replayed == Words{"after the record"});
  }
}

TEST_CASE("the next checkpoint waits for a tail as long as the last checkpoint was") {
  FoldingBench bench;
  bench.owner.bench.exchange();
  bench.owner.finish();
  const std::uint64_t bytes = bench.owner.bench.log.checkpoint_bytes;
  REQUIRE(bytes > FoldingOwner::config().checkpoint_tail_bytes);
  FoldingOwner next(bench.replicas, 2);
  next.take_over();
  CHECK(next.bench.log.checkpoint_bytes == bytes);
  next.append(std::string(bytes - 1, 'x'));
  next.bench.exchange();
  CHECK_FALSE(next.bench.log.checkpoint_due(next.bench.config));
  next.append("x");
  CHECK(next.bench.log.checkpoint_due(next.bench.config));
}

TEST_CASE("a part on fewer than W replicas is dead, and the take-over does without") {
  FoldingBench bench;
  bench.owner.bench.exchange();
  bench.owner.bench.down = {1, 3};  // only replica 2 hears of the checkpoint
  for (int step = 0; step < 3; ++step) {
    bench.owner.go_on();
    bench.owner.bench.exchange();
  }
  CHECK(bench.replicas[2].last() == 7);
  FoldingOwner next(bench.replicas, 2);
  next.bench.down = {2};
  next.take_over();
  CHECK(next.bench.log.serving());
  CHECK(next.bench.loaded == 0);
  CHECK(next.bench.replayed.size() == 6);
}

}  // namespace
}  // namespace glasspost::tests
