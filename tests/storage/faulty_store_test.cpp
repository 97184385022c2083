// Tests of the disk that forgets: after random batches, syncs and power losses the table is always
// that of a prefix of the batches that holds every synced one; and it really does lose the rest.
#include "engine/storage/faulty_store.hpp"

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "tests/storage/store_model.hpp"

namespace glasspost::tests {
namespace {

// A sync that has begun: what it will cover, in bytes and in batches of this life.
struct Sync {
  std::uint64_t upto = 0;
  std::size_t batches = 0;
};

// A store and all that must be true of it.
struct Trial {
  FaultyStore store;
  Model found;                 // by the last recovery
  std::vector<Batch> batches;  // since then
  std::size_t covered = 0;     // of these
  std::vector<Sync> syncs;     // begun and not finished, also in earlier lives

  Model table_after(std::size_t count) const {
    Model model = found;
    for (std::size_t i = 0; i < count; ++i) {
      apply_to(model, batches[i]);
    }
    return model;
  }

  void require_table() const {
    REQUIRE(contents(store) == table_after(batches.size()));
    REQUIRE(store.unsynced_batches() == batches.size() - covered);
  }
};

void apply(Trial& trial, Random& random, std::uint64_t value_max) {
  const std::uint64_t before = trial.store.appended();
  trial.batches.push_back(random_batch(random, value_max));
  trial.store.apply(trial.batches.back());
  REQUIRE(trial.store.appended() > before);
}

// Any of the syncs under way; the others finish later, or never.
void finish_a_sync(Trial& trial, Random& random) {
  if (trial.syncs.empty()) {
    return;
  }
  const auto at = trial.syncs.begin() + random.between(0, std::ssize(trial.syncs) - 1);
  trial.store.synced(at->upto);
  trial.covered = std::max(trial.covered, at->batches);
  trial.syncs.erase(at);
}

void crash(Trial& trial, Random& random) {
  const std::uint64_t appended = trial.store.appended();
  const FaultyStore::Loss loss = trial.store.crash(random);
  REQUIRE(loss.batches <= trial.batches.size() - trial.covered);
  trial.found = trial.table_after(trial.batches.size() - loss.batches);
  REQUIRE((!loss.torn || loss.batches > 0));
  trial.batches.clear();
  trial.covered = 0;
  for (Sync& sync : trial.syncs) {
    sync.batches = 0;
  }
  REQUIRE(trial.store.appended() == appended);
  trial.require_table();
}

void crash_again(Trial& trial, Random& random) {
  const FaultyStore::Loss loss = trial.store.crash(random);
  REQUIRE(loss.batches == 0);
  REQUIRE_FALSE(loss.torn);
  trial.require_table();
}

void save_and_load(Trial& trial) {
  auto loaded = load_state<FaultyStore>(save_state(trial.store, 1), 1);
  REQUIRE(loaded);
  REQUIRE(loaded->hash() == trial.store.hash());
  REQUIRE(loaded->bytes_on_disk() == trial.store.bytes_on_disk());
  trial.store = loaded.take();
  trial.require_table();
}

// A copy meets another fate, and the original does not notice.
void lead_a_copy_astray(const Trial& trial, Random random) {
  const std::uint64_t hash = trial.store.hash();
  Trial copy = trial;
  crash(copy, random);
  apply(copy, random, 40);
  copy.require_table();
  REQUIRE(trial.store.hash() == hash);
  trial.require_table();
}

void step(Trial& trial, Random& random, std::uint64_t value_max) {
  const std::uint64_t chosen = random.below(40);
  if (chosen < 20) {
    apply(trial, random, value_max);
  } else if (chosen < 27) {
    trial.syncs.push_back({trial.store.appended(), trial.batches.size()});
  } else if (chosen < 34) {
    finish_a_sync(trial, random);
  } else if (chosen < 36) {
    crash(trial, random);
  } else if (chosen == 36) {
    crash(trial, random);
    crash_again(trial, random);
  } else if (chosen == 37) {
    save_and_load(trial);
  } else if (chosen == 38) {
    lead_a_copy_astray(trial, random);
  } else {
    trial.require_table();
  }
}

void run_trials(std::uint64_t seeds, int steps, std::uint64_t value_max) {
  for (std::uint64_t seed = 0; seed < seeds; ++seed) {
    CAPTURE(seed);
    Random random(derive_seed(seed, "faulty store", value_max));
    Trial trial;
    for (int i = 0; i < steps; ++i) {
      step(trial, random, value_max);
    }
    crash(trial, random);
    crash_again(trial, random);
  }
}

Batch one_row(const std::string& key, std::size_t bytes) {
  return {{Put::Kind::kSet, key, std::string(bytes, 'v')}};
}

TEST_CASE("a crash leaves a prefix of whole batches with every synced one in it") {
  run_trials(4'000, 60, 40);
}

TEST_CASE("so it does when records are longer than a sector") {
  run_trials(300, 60, 3'000);
}

TEST_CASE("so it does when the log is folded into the base") {
  run_trials(30, 150, 80'000);
}

TEST_CASE("what is not synced is really lost: all, some of it, with torn records") {
  int lost_all = 0;
  int lost_some = 0;
  int lost_none = 0;
  int torn = 0;
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    FaultyStore store;
    for (int i = 0; i < 20; ++i) {
      store.apply(one_row(std::to_string(i), 100));
    }
    Random random(seed);
    const FaultyStore::Loss loss = store.crash(random);
    REQUIRE(store.size() == 20 - loss.batches);
    lost_all += loss.batches == 20 ? 1 : 0;
    lost_none += loss.batches == 0 ? 1 : 0;
    lost_some += loss.batches > 0 && loss.batches < 20 ? 1 : 0;
    torn += loss.torn ? 1 : 0;
  }
  CHECK(lost_all >= 50);
  CHECK(lost_some >= 50);
  CHECK(lost_none >= 5);
  CHECK(torn >= 50);
}

TEST_CASE("a sync covers what was appended as it began, and only whole records") {
  FaultyStore store;
  store.apply(one_row("a", 10));
  const std::uint64_t begun = store.appended();
  store.apply(one_row("b", 10));
  store.synced(begun - 1);
  CHECK(store.unsynced_batches() == 2);
  store.synced(begun);
  CHECK(store.unsynced_batches() == 1);
  store.synced(begun);
  store.synced(0);
  CHECK(store.unsynced_batches() == 1);
  bool lost_b = false;
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    FaultyStore copy = store;
    Random random(seed);
    copy.crash(random);
    REQUIRE(copy.get("a"));
    lost_b = lost_b || !copy.get("b");
  }
  CHECK(lost_b);
}

TEST_CASE("a sync that began before a crash covers nothing of the next life") {
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    FaultyStore store;
    store.apply(one_row("a", 100));
    const std::uint64_t begun = store.appended();
    Random random(seed);
    store.crash(random);
    store.apply(one_row("b", 10));
    store.synced(begun);
    REQUIRE(store.unsynced_batches() == 1);
  }
}

TEST_CASE("the log stays short in a long run, whether or not a sync ever covers all of it") {
  for (const bool always_behind : {false, true}) {
    FaultyStore store;
    std::uint64_t begun = 0;
    for (int i = 0; i < 300; ++i) {
      store.apply(one_row(std::to_string(i % 3), 50'000));
      store.synced(always_behind ? begun : store.appended());
      begun = store.appended();
      REQUIRE(store.bytes_on_disk() < 1'400'000);
    }
    CHECK(store.appended() > 15'000'000);
    Random random(1);
    CHECK(store.crash(random).batches <= (always_behind ? 1 : 0));
    CHECK(store.size() == 3);
  }
}

TEST_CASE("an empty batch is a record like any other") {
  FaultyStore store;
  store.apply({});
  CHECK(store.unsynced_batches() == 1);
  CHECK(store.bytes_on_disk() == store.appended());
  store.synced(store.appended());
  Random random(1);
  CHECK(store.crash(random).batches == 0);
}

TEST_CASE("the same seed loses the same") {
  FaultyStore one;
  for (int i = 0; i < 30; ++i) {
    one.apply(one_row(std::to_string(i), 60));
  }
  FaultyStore two = one;
  Random random_one(7);
  Random random_two(7);
  one.crash(random_one);
  two.crash(random_two);
  CHECK(one.hash() == two.hash());
}

}  // namespace
}  // namespace glasspost::tests
