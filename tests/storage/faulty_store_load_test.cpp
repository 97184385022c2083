// Tests that a faulty store is safe to load from bytes that no store ever saved.
#include <cstdint>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "engine/storage/faulty_store.hpp"
#include "engine/storage/log_record.hpp"
#include "tests/storage/store_model.hpp"

namespace glasspost::tests {
namespace {

// Saved as a FaultyStore is, but free to lie.
struct Forged {
  MemoryStore base;
  std::vector<std::string> log;
  std::uint64_t appended = 0;
  std::uint64_t unsynced = 0;

  template <class Archive>
  void fields(Archive& archive) {
    archive(base, log, appended, unsynced);
  }

  bool accepted() const { return bool{load_state<FaultyStore>(save_state(*this, 1), 1)}; }
};

FaultyStore some_store() {
  Random random(3);
  FaultyStore store;
  for (int i = 0; i < 6; ++i) {
    store.apply(random_batch(random, 20));
    if (i == 3) {
      store.synced(store.appended());
    }
  }
  return store;
}

// Loads; whatever was accepted must then work. True when it was.
bool load_and_use(const std::string& bytes) {
  auto loaded = load_state<FaultyStore>(bytes, 1);
  if (!loaded) {
    return false;
  }
  FaultyStore store = loaded.take();
  Random random(1);
  store.apply(random_batch(random, 20));
  store.synced(store.appended() / 2);
  REQUIRE(store.crash(random).batches <= 1 + loaded->unsynced_batches());
  REQUIRE(contents(store).size() == store.size());
  return true;
}

TEST_CASE("a cut state is refused") {
  const std::string saved = save_state(some_store(), 1);
  REQUIRE(load_and_use(saved));
  for (std::size_t size = 0; size < saved.size(); ++size) {
    REQUIRE_FALSE(load_and_use(saved.substr(0, size)));
  }
}

TEST_CASE("damaged states and noise do no harm") {
  const std::string saved = save_state(some_store(), 1);
  Random random(5);
  for (int round = 0; round < 5'000; ++round) {
    std::string bytes = saved;
    for (std::uint64_t changes = 1 + random.below(3); changes > 0; --changes) {
      bytes[random.below(bytes.size())] = static_cast<char>(random.below(256));
    }
    load_and_use(bytes);
    std::string noise = saved.substr(0, 5);
    for (std::uint64_t size = random.below(60); size > 0; --size) {
      noise += static_cast<char>(random.below(random.below(2) == 0 ? 4 : 256));
    }
    load_and_use(noise);
  }
}

TEST_CASE("a state that lies about its log is refused") {
  const std::string record = write_record(Batch{{Put::Kind::kSet, "key", "value"}});
  const std::uint64_t size = record.size();
  CHECK(Forged{{}, {}, 0, 0}.accepted());
  CHECK(Forged{{}, {record, record}, 2 * size, 2}.accepted());
  CHECK(Forged{{}, {record, record}, 9 * size, 1}.accepted());
  CHECK_FALSE(Forged{{}, {record, record}, 2 * size, 3}.accepted());
  CHECK_FALSE(Forged{{}, {record, record}, 2 * size, UINT64_MAX}.accepted());
  CHECK_FALSE(Forged{{}, {record, record}, 2 * size - 1, 0}.accepted());
  CHECK_FALSE(Forged{{}, {record + record}, 2 * size, 0}.accepted());
  CHECK_FALSE(Forged{{}, {record.substr(1)}, 2 * size, 0}.accepted());
  CHECK_FALSE(Forged{{}, {""}, 2 * size, 0}.accepted());
}

}  // namespace
}  // namespace glasspost::tests
