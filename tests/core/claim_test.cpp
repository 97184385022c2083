// Tests of the first two steps of a take-over: an epoch is won in the register and never again, and
// R replicas are sealed (DESIGN 7.1). How a register works is told in register_test.cpp.
#include "engine/core/claim.hpp"

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
    owner.step([&](OwnerStep& step) { claim.begin(kSection, kRetry, step); });
  }
  void resend() {
    owner.step([&](OwnerStep& step) { claim.resend(step); });
  }
  void tick() {
    owner.step([&](OwnerStep& step) { claim.on_timer(step); });
  }
  void hear(const v1::Letter& letter) {
    owner.step([&](OwnerStep& step) { claim.on_register(letter, step); });
  }
  bool hear(std::uint64_t replica, const v1::SectionSealed& answer) {
    bool sealed = false;
    owner.step([&](OwnerStep& step) {
      sealed = claim.on_sealed({RoleKind::kStore, replica}, answer, step);
    });
    return sealed;
  }
  std::vector<v1::Letter> asked() { return owner.take_asked(); }
  Ballot ballot() const { return claim.change.ballot; }

  // A majority of the replicas says that the register says this; what is proposed then.
  v1::RegisterRecord find(const v1::RegisterRecord& value) {
    asked();
    const std::uint64_t majority = owner.config.replicas.size() / 2 + 1;
    for (std::uint64_t replica = 1; replica <= majority; ++replica)
      hear(register_promised(replica, ballot(), value));
    const auto proposed = asked();
    if (proposed.empty()) return {};
    CHECK(proposed.size() == owner.config.replicas.size());
    CHECK(proposed.front().has_accept_register());
    return proposed.front().accept_register().value();
  }
  void accept() {
    const std::uint64_t majority = owner.config.replicas.size() / 2 + 1;
    for (std::uint64_t replica = 1; replica <= majority; ++replica)
      hear(register_accepted(replica, ballot()));
  }

  // Up to the moment in which the epoch is ours.
  void win(std::uint64_t epoch) {
    begin();
    find(register_of(kRival, 1, epoch - 1));
    accept();
    asked();
  }
};

void check_ours(const v1::RegisterRecord& proposed, std::uint64_t epoch) {
  CHECK(proposed.owner() == pack(kOwner));
  CHECK(proposed.owner_boot() == 10);
  CHECK(proposed.epoch() == epoch);
}

TEST_CASE("DESIGN 7.1: a claim changes the register at a majority and then seals every replica") {
  ClaimBench bench(config_of(3, 2, 2));
  bench.begin();
  CHECK(count_of(bench.owner.asked, v1::Letter::kPrepareRegister) == 3);
  check_ours(bench.find({}), 1);
  CHECK(bench.owner.facts.empty());
  bench.hear(register_accepted(3, bench.ballot()));
  CHECK(bench.claim.phase == ClaimPhase::kRegister);
  bench.accept();
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

TEST_CASE("DESIGN 7.1: an epoch is above that of whoever owned the section before") {
  ClaimBench bench;
  bench.begin();
  check_ours(bench.find(register_of(kRival, 50, 4)), 5);
}

TEST_CASE("DESIGN 7.1: the same process restarted wins a new epoch too") {
  ClaimBench bench;
  bench.begin();
  check_ours(bench.find(register_of(kOwner, 9, 3)), 4);
  CHECK(bench.claim.phase == ClaimPhase::kRegister);
}

TEST_CASE("a later life of the same owner ends this one for good") {
  for (const bool by_ballot : {false, true}) {
    ClaimBench bench;
    bench.begin();
    if (by_ballot) {
      bench.asked();
      bench.hear(register_refused(1, bench.ballot(), {1, pack(kOwner), 11}));
    } else {
      bench.find(register_of(kOwner, 11, 2));
    }
    CHECK(bench.claim.phase == ClaimPhase::kFenced);
    bench.resend();
    bench.begin();
    bench.tick();
    bench.hear(register_promised(1, bench.ballot(), {}));
    CHECK_FALSE(bench.hear(1, section_sealed(0)));
    CHECK(bench.claim.phase == ClaimPhase::kFenced);
    CHECK(bench.asked().empty());
    CHECK(bench.owner.facts.empty());
  }
}

TEST_CASE("a win whose answers were lost is not won twice") {
  ClaimBench bench;
  bench.begin();
  check_ours(bench.find({}), 1);
  // Another ballot came between, and finds what we had proposed.
  bench.hear(register_refused(1, bench.ballot(), {7, pack(kRival), 3}));
  CHECK(bench.ballot().round == 8);
  v1::RegisterRecord ours = register_of(kOwner, 10, 1);
  ours.set_lease_us(to_us(bench.owner.config.choices.seq_lease));
  check_ours(bench.find(ours), 1);
  bench.accept();
  CHECK(bench.claim.epoch == 1);
}

TEST_CASE("what was won to close a section has no lease: to serve it another epoch is won") {
  ClaimBench bench;
  bench.claim.closing = true;
  bench.begin();
  const v1::RegisterRecord closed = bench.find({});
  CHECK(closed.epoch() == 1);
  CHECK(closed.lease_us() == 0);
  ClaimBench serving;
  serving.begin();
  check_ours(serving.find(closed), 2);
  CHECK(serving.claim.lease.length == serving.owner.config.choices.seq_lease);
}

TEST_CASE("doubled answers of the register win one epoch and change nothing afterwards") {
  ClaimBench bench;
  bench.begin();
  const Ballot ballot = bench.ballot();
  check_ours(bench.find({}), 1);
  bench.hear(register_promised(1, ballot, {}));
  CHECK(bench.asked().empty());
  bench.accept();
  bench.asked();
  const std::uint64_t before = hash_state(bench.claim);
  bench.hear(register_promised(1, ballot, {}));
  bench.hear(register_accepted(1, ballot));
  bench.hear(register_refused(1, ballot, {7, pack(kRival), 3}));
  CHECK(hash_state(bench.claim) == before);
  CHECK(bench.asked().empty());
  CHECK(bench.owner.facts.size() == 1);
}

TEST_CASE("an epoch is won once in a life and a late answer cannot bring it back") {
  ClaimBench bench;
  bench.win(4);
  const Ballot old = bench.ballot();
  bench.begin();
  CHECK(bench.claim.phase == ClaimPhase::kRegister);
  bench.hear(register_accepted(1, old));
  CHECK(bench.claim.phase == ClaimPhase::kRegister);
  check_ours(bench.find(register_of(kOwner, 10, 4)), 5);
  bench.accept();
  CHECK(bench.claim.epoch == 5);
  bench.begin();
  bench.begin();
  check_ours(bench.find(register_of(kOwner, 10, 5)), 6);
}

TEST_CASE("a hundred claims of one life win a hundred rising epochs though answers come twice") {
  ClaimBench bench;
  ToyReplica replica;
  std::optional<v1::Letter> late;
  std::uint64_t newest = 0;
  for (int round = 0; round < 100; ++round) {
    bench.asked();
    bench.begin();
    if (late) bench.hear(*late);
    while (bench.claim.phase == ClaimPhase::kRegister) {
      for (const v1::Letter& question : bench.asked()) {
        late = replica.answer(question);
        bench.hear(*late);
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
  bench.resend();
  CHECK(bench.asked().empty());
}

TEST_CASE("what a replica says that is sealed late is known and changes nothing that was decided") {
  ClaimBench bench(config_of(3, 2, 2));
  bench.win(4);
  bench.hear(1, section_sealed(4, 2, 5, 3));
  bench.hear(3, section_sealed(4, 2, 4, 2));
  REQUIRE(bench.claim.phase == ClaimPhase::kSealed);
  CHECK(bench.claim.said_by(2) == nullptr);
  CHECK_FALSE(bench.hear(2, section_sealed(4, 9, 9, 9)));
  REQUIRE(bench.claim.said_by(2) != nullptr);
  CHECK(bench.claim.said_by(2)->last == 9);
  CHECK(bench.claim.best_replica() == 1);
  CHECK(bench.claim.settled_max() == 3);
  CHECK_FALSE(bench.hear(2, section_sealed(4, 9, 12, 9)));  // late: it was sealed before
  CHECK(bench.claim.said_by(2)->last == 9);
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
