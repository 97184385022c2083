// Tests of the first two steps of a take-over: an epoch is won by compare-and-set and never again,
// and R replicas are sealed (DESIGN 7.1).
#include "engine/core/claim.hpp"

#include <set>

#include <doctest/doctest.h>

#include "engine/base/archive.hpp"
#include "tests/core/support/toy_owner.hpp"

namespace glasspost::tests {
namespace {

// A claim by life 10 of conversation-1, and what it asks.
struct ClaimBench {
  Replicas replicas;
  OwnerBench owner;
  Claim claim;

  explicit ClaimBench(Config config = config_of(1, 1, 1)) : owner(config, replicas, 10) {}

  void begin() {
    owner.step([&](OwnerStep& step) { claim.begin(kSection, step); });
  }
  void resend() {
    owner.step([&](OwnerStep& step) { claim.resend(step); });
  }
  bool hear(const v1::RegisterState& state) {
    bool sealed = false;
    owner.step([&](OwnerStep& step) { sealed = claim.on_register(state, step); });
    return sealed;
  }
  bool hear(std::uint64_t replica, const v1::SectionSealed& answer) {
    bool sealed = false;
    owner.step([&](OwnerStep& step) {
      sealed = claim.on_sealed({RoleKind::kStore, replica}, answer, step);
    });
    return sealed;
  }
  std::vector<v1::Letter> asked() { return owner.take_asked(); }

  // Up to the moment in which the epoch is ours.
  void win(std::uint64_t epoch) {
    begin();
    hear(register_state(epoch - 1, kRival, 1, epoch - 1));
    hear(register_state(epoch, kOwner, 10, epoch));
    asked();
  }
};

void check_swap(const std::vector<v1::Letter>& asked, std::uint64_t version, std::uint64_t epoch) {
  REQUIRE(asked.size() == 1);
  CHECK(asked[0].target() == pack({RoleKind::kStore, 1}));
  REQUIRE(asked[0].has_swap_register());
  const v1::SwapRegister& swap = asked[0].swap_register();
  CHECK(swap.section() == kSection.value);
  CHECK(swap.expected_version() == version);
  CHECK(swap.value().owner() == pack(kOwner));
  CHECK(swap.value().owner_boot() == 10);
  CHECK(swap.value().epoch() == epoch);
}

TEST_CASE("DESIGN 7.1: a claim reads the register and swaps it and then seals every replica") {
  ClaimBench bench(config_of(3, 2, 2));
  bench.begin();
  const auto read = bench.asked();
  REQUIRE(read.size() == 1);
  CHECK(read[0].target() == pack({RoleKind::kStore, 1}));
  CHECK(read[0].read_register().section() == kSection.value);
  CHECK_FALSE(bench.hear(register_state(0, {}, 0, 0)));
  check_swap(bench.asked(), 0, 1);
  CHECK(bench.owner.facts.empty());
  CHECK_FALSE(bench.hear(register_state(1, kOwner, 10, 1)));
  CHECK(bench.claim.phase == ClaimPhase::kSealing);
  CHECK(bench.claim.epoch == 1);
  const auto seals = bench.asked();
  REQUIRE(seals.size() == 3);
  for (std::uint64_t at = 0; at < 3; ++at) {
    CHECK(seals[at].target() == pack({RoleKind::kStore, at + 1}));
    CHECK(seals[at].seal_section().section() == kSection.value);
    CHECK(seals[at].seal_section().epoch() == 1);
  }
  REQUIRE(bench.owner.facts.size() == 1);
  CHECK(bench.owner.facts[0].kind == FactKind::kClaimed);
  CHECK(bench.owner.facts[0].subject == kSection.value);
  CHECK(bench.owner.facts[0].object == 1);
  CHECK(bench.owner.facts[0].number == 10);
}

TEST_CASE("DESIGN 7.1: whoever lost the swap tries again above the winner's epoch") {
  ClaimBench bench;
  bench.begin();
  bench.asked();
  bench.hear(register_state(9, kRival, 50, 4));
  check_swap(bench.asked(), 9, 5);
  bench.hear(register_state(10, kRival, 50, 5));
  check_swap(bench.asked(), 10, 6);
  bench.hear(register_state(11, kOwner, 10, 6));
  CHECK(bench.claim.epoch == 6);
}

TEST_CASE("DESIGN 7.1: the same process restarted wins a new epoch too") {
  ClaimBench bench;
  bench.begin();
  bench.asked();
  bench.hear(register_state(3, kOwner, 9, 3));
  check_swap(bench.asked(), 3, 4);
  CHECK(bench.claim.phase == ClaimPhase::kRegister);
}

TEST_CASE("a later life of the same owner ends this one for good") {
  ClaimBench bench;
  bench.begin();
  bench.hear(register_state(0, {}, 0, 0));
  bench.asked();
  CHECK_FALSE(bench.hear(register_state(2, kOwner, 11, 2)));
  CHECK(bench.claim.phase == ClaimPhase::kFenced);
  bench.resend();
  bench.begin();
  bench.hear(register_state(0, {}, 0, 0));
  CHECK_FALSE(bench.hear(1, section_sealed(0)));
  CHECK(bench.claim.phase == ClaimPhase::kFenced);
  CHECK(bench.asked().empty());
  CHECK(bench.owner.facts.empty());
}

TEST_CASE("a lost answer of the register is asked for again and a win is not swapped twice") {
  ClaimBench bench;
  bench.begin();
  bench.asked();
  bench.resend();
  auto again = bench.asked();
  REQUIRE(again.size() == 1);
  CHECK(again[0].has_read_register());
  bench.hear(register_state(0, {}, 0, 0));
  bench.asked();
  bench.resend();
  again = bench.asked();
  REQUIRE(again.size() == 1);
  CHECK(again[0].has_read_register());
  bench.hear(register_state(1, kOwner, 10, 1));
  CHECK(bench.claim.epoch == 1);
  CHECK(count_of(bench.asked(), v1::Letter::kSwapRegister) == 0);
}

TEST_CASE("doubled answers of the register win one epoch and change nothing afterwards") {
  ClaimBench bench;
  bench.begin();
  bench.asked();
  bench.hear(register_state(0, {}, 0, 0));
  bench.hear(register_state(0, {}, 0, 0));
  ToyReplica replica;
  for (const v1::Letter& swap : bench.asked())
    bench.hear(replica.answer(swap)->register_state());
  CHECK(replica.owner.version() == 1);
  CHECK(bench.claim.epoch == 1);
  CHECK(bench.claim.phase == ClaimPhase::kSealing);
  bench.asked();
  const std::uint64_t before = hash_state(bench.claim);
  bench.hear(register_state(0, {}, 0, 0));
  bench.hear(register_state(7, kRival, 3, 9));
  CHECK(hash_state(bench.claim) == before);
  CHECK(bench.asked().empty());
  CHECK(bench.owner.facts.size() == 1);
}

TEST_CASE("an epoch is won once in a life and a late answer cannot bring it back") {
  ClaimBench bench;
  bench.win(4);
  bench.begin();
  CHECK(bench.claim.phase == ClaimPhase::kRegister);
  bench.asked();
  bench.hear(register_state(4, kOwner, 10, 4));
  check_swap(bench.asked(), 4, 5);
  bench.hear(register_state(4, kOwner, 10, 4));
  CHECK(bench.claim.phase == ClaimPhase::kRegister);
  bench.asked();
  bench.hear(register_state(5, kOwner, 10, 5));
  CHECK(bench.claim.epoch == 5);
  bench.begin();
  bench.begin();
  bench.asked();
  bench.hear(register_state(5, kOwner, 10, 5));
  check_swap(bench.asked(), 5, 6);
}

TEST_CASE("a hundred claims of one life win a hundred rising epochs though answers come twice") {
  ClaimBench bench;
  ToyReplica replica;
  std::optional<v1::RegisterState> late;
  std::uint64_t newest = 0;
  for (int round = 0; round < 100; ++round) {
    bench.asked();
    bench.begin();
    if (late) bench.hear(*late);
    while (bench.claim.phase == ClaimPhase::kRegister) {
      for (const v1::Letter& question : bench.asked()) {
        late = replica.answer(question)->register_state();
        bench.hear(*late);
      }
    }
    CHECK(bench.claim.epoch > newest);
    newest = bench.claim.epoch;
  }
}

TEST_CASE("DESIGN 7.1: sealing waits for R different replicas under this epoch") {
  ClaimBench bench(config_of(3, 2, 2));
  CHECK_FALSE(bench.hear(1, section_sealed(0)));
  bench.win(4);
  CHECK_FALSE(bench.hear(1, section_sealed(4)));
  CHECK_FALSE(bench.hear(1, section_sealed(4)));
  CHECK_FALSE(bench.hear(2, section_sealed(3)));
  CHECK_FALSE(bench.hear(2, section_sealed(5)));
  CHECK(bench.claim.phase == ClaimPhase::kSealing);
  bench.resend();
  const auto seals = bench.asked();
  REQUIRE(seals.size() == 2);
  CHECK(unpack(seals[0].target()).number == 2);
  CHECK(unpack(seals[1].target()).number == 3);
  CHECK(bench.hear(3, section_sealed(4)));
  CHECK(bench.claim.phase == ClaimPhase::kSealed);
  CHECK_FALSE(bench.hear(2, section_sealed(4, 9, 9, 9)));
  CHECK(bench.claim.sealed.size() == 2);
  bench.resend();
  CHECK(bench.asked().empty());
}

TEST_CASE("DESIGN 7.1: the tail that counts has the highest start epoch and then position") {
  struct Row {
    std::uint64_t start[3];
    std::uint64_t last[3];
    std::uint64_t best;
  };
  for (const Row& row : {Row{{1, 2, 1}, {9, 3, 8}, 2}, Row{{2, 2, 2}, {3, 4, 5}, 3},
                         Row{{3, 2, 3}, {4, 9, 2}, 1}, Row{{0, 0, 1}, {0, 0, 0}, 3}}) {
    ClaimBench bench(config_of(3, 3, 2));
    bench.win(6);
    for (std::uint64_t at = 0; at < 3; ++at)
      bench.hear(at + 1, section_sealed(6, row.start[at], row.last[at]));
    REQUIRE(bench.claim.phase == ClaimPhase::kSealed);
    CHECK(bench.claim.best_replica() == row.best);
  }
}

TEST_CASE("the settled position and the ceiling are the highest that any sealed replica knows") {
  ClaimBench bench(config_of(3, 3, 2));
  bench.win(2);
  const std::uint64_t settled[] = {4, 6, 5};
  const std::uint64_t ceiling[] = {300, 100, 200};
  for (std::uint64_t at = 0; at < 3; ++at) {
    v1::SectionSealed answer = section_sealed(2, 1, 9, settled[at]);
    answer.mutable_record()->set_ceiling(ceiling[at]);
    bench.hear(at + 1, answer);
  }
  CHECK(bench.claim.settled_max() == 6);
  CHECK(bench.claim.ceiling_max() == 300);
}

TEST_CASE("a saved claim goes on and remembers the epochs it has spent") {
  ClaimBench bench(config_of(3, 2, 2));
  bench.win(4);
  bench.hear(1, section_sealed(4, 2, 3, 1));
  Result<Claim> loaded = load_state<Claim>(save_state(bench.claim, 1), 1);
  REQUIRE(loaded);
  CHECK(hash_state(*loaded) == hash_state(bench.claim));
  bench.claim = *loaded;
  CHECK(bench.hear(2, section_sealed(4, 3, 1, 1)));
  CHECK(bench.claim.best_replica() == 2);
  bench.begin();
  CHECK(bench.claim.spent == 4);
  loaded = load_state<Claim>(save_state(bench.claim, 1), 1);
  REQUIRE(loaded);
  CHECK(loaded->spent == 4);
}

}  // namespace
}  // namespace glasspost::tests
