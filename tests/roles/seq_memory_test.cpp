// What a user costs an allocator: bytes of the heap before and after a million users got a number.
#include <cstdio>

#include <malloc.h>

#include "engine/base/random.hpp"
#include "engine/core/limits.hpp"
#include "tests/roles/support/allocator.hpp"
#include "tests/support/sanitized.hpp"

namespace glasspost::tests {
namespace {

constexpr std::uint32_t kSections = 10;
constexpr std::uint32_t kUsers = 100'000;  // of a section

std::size_t heap_bytes() {
  const struct mallinfo2 info = mallinfo2();
  return info.uordblks + info.hblkhd;
}

Config ten_sections() {
  Config config = config_with_step(10'000);
  config.users_per_section = kUsers;
  config.mailbox_owners.assign(kSections, kMailbox1);
  config.seq_owners.assign(kSections, kSeq1);
  return config;
}

// Wakes every `stride`-th user; returns bytes of the heap for each of them.
double bytes_a_user(std::uint32_t stride) {
  Allocator allocator(ten_sections());
  allocator.serve();
  RoleBox role = allocator.role;
  std::uint32_t awake = 0;
  const std::size_t before = heap_bytes();
  for (std::uint32_t first = 1; first < kSections * kUsers; first += kUsers / 10) {
    std::vector<Wanted> wanted;
    for (std::uint32_t user = first; user < first + kUsers / 10; user += stride)
      wanted.push_back({user, 1});
    const SectionId section = section_of(SectionKind::kSeq, (first - 1) / kUsers);
    Moment moment{.kind = Input::Kind::kLetters, .now = allocator.now, .boot = allocator.boot};
    moment.letters = {take_letter(1, wanted, section)};
    const Outbox out = play(role, allocator.disk, moment);
    REQUIRE(out.sends.size() == 1);
    CHECK(out.sends.front().letter.numbers_taken().ranges_size() ==
          static_cast<int>(wanted.size()));
    awake += static_cast<std::uint32_t>(wanted.size());
  }
  const std::size_t after = heap_bytes();
  CHECK(role.broken_invariant() == "");
  return static_cast<double>(after - before) / awake;
}

TEST_CASE("a user costs at most 14 bytes when all are awake, at most 30 when one in 100 is") {
  if (kSanitized) return;  // its heap is another one
  const double dense = bytes_a_user(1);
  const double sparse = bytes_a_user(100);
  std::printf("bytes a user: %.1f all awake, %.1f one in 100 awake\n", dense, sparse);
  CHECK(dense > 7);  // a number is 8 bytes, less what the heap gave back: the measure works
  CHECK(dense <= 14);
  CHECK(sparse > 7);
  CHECK(sparse <= 30);
}

TEST_CASE("the table of last numbers is a map, however full its blocks are") {
  LastNumbers table;
  std::map<std::size_t, std::uint64_t> model;
  Random random(7);
  for (int i = 0; i < 30'000; ++i) {
    // Blocks of every fullness: 0 is full in the end, the others less and less so.
    const std::size_t place =
        random.below(4'096) + 4'096 * std::min(random.below(9), random.below(9));
    const std::uint64_t number = 1 + random.below(1'000'000'000'000);
    table.set(place, number);
    model[place] = number;
  }
  table.set(100'000, 5);
  model[100'000] = 5;
  for (std::size_t place = 0; place < 110'000; ++place) {
    const auto found = model.find(place);
    REQUIRE(table.at(place) == (found == model.end() ? 0 : found->second));
  }
  std::map<std::size_t, std::uint64_t> listed;
  table.for_each([&listed](std::size_t place, std::uint64_t number) {
    CHECK((listed.empty() || listed.rbegin()->first < place));
    listed[place] = number;
  });
  CHECK(listed == model);

  const Result<LastNumbers> loaded = load_state<LastNumbers>(save_state(table, 1), 1);
  REQUIRE(loaded);
  CHECK(hash_state(*loaded) == hash_state(table));
  LastNumbers copy = table;
  copy.set(0, model[0] + 1);
  CHECK(table.at(0) == model[0]);
  CHECK(hash_state(copy) != hash_state(table));
}

TEST_CASE("the table of last numbers is saved alike in whatever order it was filled") {
  LastNumbers up;
  LastNumbers down;
  for (std::size_t place = 0; place < 5'000; ++place)
    up.set(place, place + 1);
  for (std::size_t place = 5'000; place-- > 0;)
    down.set(place, place + 1);
  CHECK(save_state(up, 1) == save_state(down, 1));
}

}  // namespace
}  // namespace glasspost::tests
