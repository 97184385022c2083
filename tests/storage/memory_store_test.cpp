// Tests of the store in memory against std::map: batches in order, bounds and limits of range and
// last, keys of every byte, copies that go their own way, saving and loading.
#include "engine/storage/memory_store.hpp"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "tests/storage/store_model.hpp"

namespace glasspost::tests {
namespace {

constexpr Put::Kind kSet = Put::Kind::kSet;
constexpr Put::Kind kErase = Put::Kind::kErase;
constexpr Put::Kind kEraseRange = Put::Kind::kEraseRange;

MemoryStore store_of(const Batch& batch) {
  MemoryStore store;
  store.apply(batch);
  return store;
}

std::vector<std::string> keys_of(const std::vector<StoreRow>& rows) {
  std::vector<std::string> keys;
  keys.reserve(rows.size());
  for (const StoreRow& row : rows) {
    keys.push_back(row.key);
  }
  return keys;
}

using Rows = std::vector<std::pair<std::string, std::string>>;

Rows pairs_of(const std::vector<StoreRow>& rows) {
  Rows pairs;
  for (const StoreRow& row : rows) {
    pairs.emplace_back(row.key, row.value);
  }
  return pairs;
}

Rows expected_range(const Model& model, const std::string& first, const std::string& end,
                    std::pair<std::size_t, std::size_t> limits) {
  Rows rows;
  std::size_t bytes = 0;
  for (const auto& [key, value] : model) {
    if (key < first || key >= end) {
      continue;
    }
    bytes += value.size();
    if (rows.size() == limits.first || (!rows.empty() && bytes > limits.second)) {
      break;
    }
    rows.emplace_back(key, value);
  }
  return rows;
}

void require_reads(const MemoryStore& store, const Model& model, Random& random) {
  const std::string first = random_key(random);
  const std::string end = random_key(random);
  const auto value = model.find(first);
  REQUIRE(store.get(first) == (value == model.end() ? std::nullopt : std::optional(value->second)));
  const std::pair<std::size_t, std::size_t> limits(random.below(12), random.below(80));
  REQUIRE(pairs_of(store.range(first, end, limits.first, limits.second)) ==
          expected_range(model, first, end, limits));
  const Rows all = expected_range(model, first, end, {SIZE_MAX, SIZE_MAX});
  const auto last = store.last(first, end);
  REQUIRE(last.has_value() == !all.empty());
  if (last) {
    REQUIRE(Rows::value_type(last->key, last->value) == all.back());
  }
}

std::uint64_t bytes_of(const Model& model) {
  std::uint64_t bytes = 0;
  for (const auto& [key, value] : model) {
    bytes += key.size() + value.size();
  }
  return bytes;
}

TEST_CASE("a memory store behaves as a map does, and so does every copy") {
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    Random random(seed);
    MemoryStore store;
    Model model;
    MemoryStore old_store;
    Model old_model;
    for (int step = 0; step < 60; ++step) {
      const Batch batch = random_batch(random, 30);
      store.apply(batch);
      apply_to(model, batch);
      require_reads(store, model, random);
      if (random.chance(0.1)) {
        old_store = store;
        old_model = model;
      }
      require_reads(old_store, old_model, random);
    }
    REQUIRE(contents(store) == model);
    REQUIRE(contents(old_store) == old_model);
    REQUIRE(store.size() == model.size());
    REQUIRE(store.bytes() == bytes_of(model));
  }
}

TEST_CASE("the puts of a batch happen in order") {
  const MemoryStore store = store_of({{kSet, "a", "1"},
                                      {kSet, "a", "2"},
                                      {kErase, "a", {}},
                                      {kSet, "b", "3"},
                                      {kEraseRange, "a", "z"},
                                      {kSet, "c", "4"},
                                      {kErase, "never was", {}}});
  CHECK(contents(store) == Model{{"c", "4"}});
  CHECK(store.bytes() == 2);
}

TEST_CASE("a range takes its first key and not its end, and is empty when turned round") {
  const Batch rows = {{kSet, "a", "1"}, {kSet, "b", "2"}, {kSet, "c", "3"}};
  MemoryStore store = store_of(rows);
  CHECK(keys_of(store.range("a", "c", 9, 9)) == std::vector<std::string>{"a", "b"});
  CHECK(store.range("c", "a", 9, 9).empty());
  CHECK(store.range("b", "b", 9, 9).empty());
  CHECK(store.range("", "", 9, 9).empty());
  CHECK(store.range("a", "", 9, 9).empty());
  store.apply(Batch{{kEraseRange, "c", "a"}, {kEraseRange, "b", "b"}, {kEraseRange, "", ""}});
  store.apply(Batch{{kEraseRange, "a", ""}});
  CHECK(store.size() == 3);
  store.apply(Batch{{kEraseRange, "a", "c"}});
  CHECK(contents(store) == Model{{"c", "3"}});
}

TEST_CASE("a range ends at its limits but gives one row") {
  const MemoryStore store =
      store_of({{kSet, "a", "12345"}, {kSet, "b", "12345"}, {kSet, "c", ""}, {kSet, "d", "1"}});
  CHECK(store.range("a", "z", 0, 100).empty());
  CHECK(store.range("a", "z", 1, 100).size() == 1);
  CHECK(keys_of(store.range("a", "z", 9, 0)) == std::vector<std::string>{"a"});
  CHECK(keys_of(store.range("a", "z", 9, 9)) == std::vector<std::string>{"a"});
  CHECK(keys_of(store.range("a", "z", 9, 10)) == std::vector<std::string>{"a", "b", "c"});
  CHECK(keys_of(store.range("a", "z", 9, 11)).size() == 4);
  CHECK(store.range("a", "z", SIZE_MAX, SIZE_MAX).size() == 4);
}

TEST_CASE("last finds the greatest key below the end") {
  const MemoryStore store = store_of({{kSet, "b", "1"}, {kSet, "c", "2"}, {kSet, "c\xff", "3"}});
  CHECK_FALSE(MemoryStore().last("", "z"));
  CHECK_FALSE(store.last("", ""));
  CHECK_FALSE(store.last("a", "b"));
  CHECK_FALSE(store.last("d", "z"));
  CHECK_FALSE(store.last("z", "a"));
  CHECK(store.last("b", "c")->key == "b");
  CHECK(store.last("c", "c\xff")->key == "c");
  CHECK(store.last("", "\xff")->value == "3");
}

TEST_CASE("0xff is the greatest byte and 0 the least") {
  const std::string zero(1, '\0');
  const MemoryStore store = store_of({{kSet, "\xff\xff", "4"},
                                      {kSet, "\xff", "3"},
                                      {kSet, "a", "2"},
                                      {kSet, zero, "1"},
                                      {kSet, "", "0"}});
  CHECK(keys_of(store.range("", "\xff\xff\xff", 9, 9)) ==
        std::vector<std::string>{"", zero, "a", "\xff", "\xff\xff"});
  CHECK(keys_of(store.range("\x7f", "\xff\xff", 9, 9)) == std::vector<std::string>{"\xff"});
}

TEST_CASE("equal rows have equal hashes, and a saved store comes back") {
  const MemoryStore straight = store_of({{kSet, "a", "1"}, {kSet, "b", "22"}});
  MemoryStore winding = store_of({{kSet, "b", "x"}, {kSet, "c", "y"}, {kSet, "b", "22"}});
  CHECK(winding.hash() != straight.hash());
  winding.apply(Batch{{kErase, "c", {}}, {kSet, "a", "1"}});
  CHECK(winding.hash() == straight.hash());
  const auto loaded = load_state<MemoryStore>(save_state(straight, 1), 1);
  REQUIRE(loaded);
  CHECK(contents(*loaded) == contents(straight));
  CHECK(loaded->hash() == straight.hash());
  CHECK(loaded->bytes() == 5);
}

}  // namespace
}  // namespace glasspost::tests
