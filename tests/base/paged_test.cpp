// Tests of the copy-on-write tables against std::map and std::vector, with copies taken at
// random moments that must never change again unless they are changed themselves.
#include "engine/base/paged.hpp"

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "engine/base/random.hpp"

namespace glasspost {
namespace {

// Large enough that a page holds the least number of entries, so that small tests split pages.
struct Wide {
  std::uint64_t number = 0;
  std::array<char, 400> padding{};
};

using Model = std::map<std::uint64_t, std::uint64_t>;
using Table = PagedMap<std::uint64_t, Wide>;

struct Version {
  Table table;
  Model model;
};

void require_entry(const Table::Entry* entry, const Model& model, Model::const_iterator at) {
  REQUIRE((entry == nullptr) == (at == model.end()));
  if (entry != nullptr) {
    REQUIRE(entry->key == at->first);
    REQUIRE(entry->value.number == at->second);
  }
}

void require_same(const Version& version) {
  REQUIRE(version.table.size() == version.model.size());
  REQUIRE(version.table.empty() == version.model.empty());
  auto expected = version.model.begin();
  for (const auto& entry : version.table) {
    REQUIRE(expected != version.model.end());
    REQUIRE(entry.key == expected->first);
    REQUIRE(entry.value.number == expected->second);
    ++expected;
  }
  REQUIRE(expected == version.model.end());
}

void require_same_near(const Version& version, std::uint64_t key) {
  const Table& table = version.table;
  const Model& model = version.model;
  const Wide* found = table.find(key);
  REQUIRE((found != nullptr) == model.contains(key));
  REQUIRE(table.contains(key) == model.contains(key));
  const auto lower = table.lower_bound(key);
  const auto upper = table.upper_bound(key);
  require_entry(lower == table.end() ? nullptr : &*lower, model, model.lower_bound(key));
  require_entry(upper == table.end() ? nullptr : &*upper, model, model.upper_bound(key));
  const auto at = model.lower_bound(key);
  require_entry(table.last_below(key), model, at == model.begin() ? model.end() : std::prev(at));
  require_entry(table.last(), model, model.empty() ? model.end() : std::prev(model.end()));
}

void change_randomly(Version& version, Random& random, std::uint64_t keys) {
  const std::uint64_t key = random.below(keys);
  const std::uint64_t number = random.next();
  switch (random.below(5)) {
    case 0:
      version.table.put(key, Wide{number, {}});
      version.model[key] = number;
      break;
    case 1:
      version.table.edit(key).number += number;
      version.model[key] += number;
      break;
    case 2:
    case 3:
      REQUIRE(version.table.erase(key) == (version.model.erase(key) == 1));
      break;
    default: {
      const std::uint64_t next = version.model.empty() ? 0 : version.model.rbegin()->first + 1;
      version.table.put(next, Wide{number, {}});
      version.model[next] = number;
    }
  }
}

TEST_CASE("a map and its diverging copies each follow their own model") {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    Random random(seed);
    std::vector<Version> versions(4);
    const std::uint64_t keys = 1 + random.below(400);
    for (int step = 0; step < 3000; ++step) {
      Version& version = versions[random.below(versions.size())];
      change_randomly(version, random, keys);
      require_same_near(version, random.below(keys + 2));
      if (random.chance(0.01)) {
        versions[random.below(versions.size())] = versions[random.below(versions.size())];
      }
      if (random.chance(0.001)) {
        version.table.clear();
        version.model.clear();
      }
      if (step % 100 == 0) {
        for (const Version& each : versions) {
          require_same(each);
        }
      }
    }
  }
}

TEST_CASE("keys in ascending, descending and alternating order all end up sorted") {
  Version version;
  for (std::uint64_t i = 0; i < 500; ++i) {
    for (const std::uint64_t key : {10000 + i, 9999 - i, i % 2 == 0 ? i : 30000 - i}) {
      version.table.put(key, Wide{key, {}});
      version.model[key] = key;
    }
  }
  require_same(version);
}

TEST_CASE("a table emptied by erasing works again") {
  Version version;
  for (int round = 0; round < 3; ++round) {
    for (std::uint64_t key = 0; key < 100; ++key) {
      version.table.put(key, Wide{});
    }
    for (std::uint64_t key = 0; key < 100; ++key) {
      REQUIRE(version.table.erase(round == 1 ? 99 - key : key));
    }
    require_same(version);
    CHECK(version.table.begin() == version.table.end());
    CHECK(version.table.last() == nullptr);
    CHECK_FALSE(version.table.erase(5));
  }
}

TEST_CASE("a copy shares all pages until one is changed, and then only that one differs") {
  Table table;
  for (std::uint64_t key = 0; key < 1000; ++key) {
    table.put(key, Wide{key, {}});
  }
  const Table copy = table;
  table.edit(500).number = 7;
  CHECK(copy.find(500)->number == 500);
  std::size_t apart = 0;
  for (std::uint64_t key = 0; key < 1000; ++key) {
    apart += table.find(key) != copy.find(key) ? 1U : 0U;
  }
  CHECK(apart == kMinPageItems);
}

TEST_CASE("ascending inserts leave full pages behind") {
  Table table;
  for (std::uint64_t key = 0; key < 160; ++key) {
    table.put(key, Wide{});
  }
  // Entries on one page stand side by side in memory, so their neighbours tell the pages apart.
  std::size_t side_by_side = 0;
  for (std::uint64_t key = 1; key < 160; ++key) {
    const auto* before = &*table.lower_bound(key - 1);
    side_by_side += before + 1 == &*table.lower_bound(key) ? 1U : 0U;
  }
  CHECK(side_by_side >= 150);
}

TEST_CASE("a key from the table itself may be used to change the table") {
  PagedMap<std::string, int> table;
  for (int i = 0; i < 500; ++i) {
    table.put("a rather long key, beyond any small buffer " + std::to_string(i), i);
  }
  const auto copy = table;
  table.put(table.begin()->key, 1000);
  CHECK(table.begin()->value == 1000);
  CHECK(table.erase(table.last()->key));
  CHECK(table.size() == 499);
  CHECK(copy.size() == 500);
}

TEST_CASE("a moved-from table is empty and usable") {
  Table table;
  table.put(1, Wide{});
  Table moved = std::move(table);
  CHECK(moved.size() == 1);
  table = Table();
  table.put(2, Wide{});
  CHECK(table.size() == 1);
}

struct ArrayVersion {
  PagedArray<Wide> array;
  std::vector<std::uint64_t> model;
};

void require_same(const ArrayVersion& version) {
  REQUIRE(version.array.size() == version.model.size());
  REQUIRE(version.array.empty() == version.model.empty());
  for (std::size_t i = 0; i < version.model.size(); ++i) {
    REQUIRE(version.array[i].number == version.model[i]);
  }
}

void change_randomly(ArrayVersion& version, Random& random) {
  const std::uint64_t number = random.next();
  const std::uint64_t choice = random.below(20);
  if (choice == 0) {
    const std::size_t size = random.below(100);
    version.array.resize(size);
    version.model.resize(size);
  } else if (choice < 10 || version.model.empty()) {
    version.array.push_back(Wide{number, {}});
    version.model.push_back(number);
  } else {
    const std::size_t index = random.below(version.model.size());
    version.array.edit(index).number += number;
    version.model[index] += number;
  }
}

TEST_CASE("an array and its diverging copies each follow their own model") {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    Random random(seed);
    std::vector<ArrayVersion> versions(4);
    for (int step = 0; step < 2000; ++step) {
      change_randomly(versions[random.below(versions.size())], random);
      if (random.chance(0.02)) {
        versions[random.below(versions.size())] = versions[random.below(versions.size())];
      }
      if (step % 50 == 0) {
        for (const ArrayVersion& each : versions) {
          require_same(each);
        }
      }
    }
    versions[0].array.clear();
    CHECK(versions[0].array.empty());
  }
}

TEST_CASE("PagedMap: erasing up to a key leaves exactly the later ones") {
  for (int size : {0, 1, 5, 1'000}) {
    for (int up_to = -1; up_to <= 2 * size + 1; up_to += size < 100 ? 1 : 97) {
      PagedMap<int, int> map;
      for (int key = 0; key < size; ++key)
        map.put(2 * key, key);
      const PagedMap<int, int> before = map;
      map.erase_up_to(up_to);
      std::size_t left = 0;
      for (int key = 0; key < size; ++key) {
        REQUIRE(map.contains(2 * key) == (2 * key > up_to));
        left += 2 * key > up_to ? 1 : 0;
      }
      CHECK(map.size() == left);
      CHECK(before.size() == static_cast<std::size_t>(size));
      if (left > 0) CHECK(map.begin()->key > up_to);
      map.put(-5, 1);
      CHECK(map.begin()->key == -5);
    }
  }
}

}  // namespace
}  // namespace glasspost
