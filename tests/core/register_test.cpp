// Tests of a register that a majority keeps: two who want it, answers that are lost,
// and lives that end between the two questions.
#include "engine/core/register.hpp"

#include <set>
#include <vector>

#include <doctest/doctest.h>

#include "engine/core/limits.hpp"
#include "tests/core/support/toy_owner.hpp"

namespace glasspost::tests {
namespace {

// Somebody who wants to be written into the register.
struct Proposer {
  Address self;
  std::uint64_t boot;
  RegisterChange change;
  std::vector<v1::Letter> asked;
  std::vector<v1::RegisterRecord> chosen;  // what this one knows to be the register's value, once
  Time now = at_ms(1'000);
  std::uint64_t steps = 0;
  ToyStore store;
  Config config = config_of(3, 2, 2);

  Proposer(Address address, std::uint64_t life) : self(address), boot(life) {}

  void step(const std::function<void(OwnerStep&)>& act) {
    const Seen seen{.now = now,
                    .boot = BootId{boot},
                    .store = store,
                    .random_seed = pack(self) + boot,
                    .step = ++steps};
    Outbox out;
    OwnerStep owner{self, config, seen, out};
    act(owner);
    for (Send& send : out.sends) {
      send.letter.set_source(pack(self));
      asked.push_back(std::move(send.letter));
    }
  }

  void begin() {
    step([&](OwnerStep& owner) { change.begin(kSection, owner); });
  }
  void resend() {
    step([&](OwnerStep& owner) { change.resend(owner); });
  }

  // Adds one to the epoch, whatever it is.
  void hear(const v1::Letter& letter) {
    const Address replica = unpack(letter.source());
    step([&](OwnerStep& owner) {
      if (letter.has_register_refused()) change.on_refused(letter.register_refused(), owner);
      if (letter.has_register_promised() &&
          change.on_promised(replica, letter.register_promised(), config)) {
        change.propose(register_of(self, boot, change.value.value.epoch() + 1), owner);
      }
      if (letter.has_register_accepted() &&
          change.on_accepted(replica, letter.register_accepted(), config)) {
        chosen.push_back(change.value.value);
      }
    });
  }

  // What it asks reaches these replicas, and their answers it.
  void carry(Replicas& replicas, const std::set<std::uint64_t>& reached) {
    for (const v1::Letter& question : std::exchange(asked, {})) {
      const std::uint64_t number = unpack(question.target()).number;
      if (reached.contains(number)) hear(*replicas[number].answer(question));
    }
  }
};

TEST_CASE("DESIGN 7.2: a register's value is what a majority of N accepts, whatever R and W are") {
  Replicas replicas;
  Proposer one(kOwner, 1);
  one.config = config_of(3, 1, 1);
  one.begin();
  one.carry(replicas, {2});
  CHECK(one.asked.empty());  // one promise of three says nothing
  one.resend();
  CHECK(one.asked.size() == 2);
  one.carry(replicas, {3});
  CHECK(one.asked.size() == 3);
  one.carry(replicas, {1});
  CHECK(one.chosen.empty());
  one.resend();
  one.carry(replicas, {2});
  REQUIRE(one.chosen.size() == 1);
  CHECK(one.chosen[0].epoch() == 1);
}

TEST_CASE("the next proposer follows what a majority accepted, whom it asks or not") {
  for (std::uint64_t away : {1, 2, 3}) {
    Replicas replicas;
    Proposer one(kOwner, 1);
    one.begin();
    one.carry(replicas, {1, 2});
    one.carry(replicas, {1, 2});
    REQUIRE(one.chosen.size() == 1);
    Proposer other(kRival, 1);
    std::set<std::uint64_t> reached{1, 2, 3};
    reached.erase(away);
    other.begin();
    while (other.chosen.empty())
      other.carry(replicas, reached);
    CHECK(other.chosen[0].epoch() == 2);
  }
}

TEST_CASE("a value that one replica accepted is followed, or never was: no epoch has two owners") {
  for (bool met : {false, true}) {
    Replicas replicas;
    Proposer one(kOwner, 1);
    one.begin();
    one.carry(replicas, {1, 2});
    one.carry(replicas, {1});  // the others never hear of it, and the answer is not enough
    CHECK(one.chosen.empty());
    Proposer other(kRival, 1);
    other.begin();
    const std::set<std::uint64_t> reached =
        met ? std::set<std::uint64_t>{1, 3} : std::set<std::uint64_t>{2, 3};
    while (other.chosen.empty())
      other.carry(replicas, reached);
    CHECK(other.chosen[0].epoch() == (met ? 2 : 1));
    // The first one asks again.
    one.resend();
    while (one.chosen.empty()) {
      one.carry(replicas, {1, 2, 3});
      one.now += limits::kBallotBackoff * 10;
      one.resend();
    }
    // Whom the other one followed had won before it, and may hear of it now.
    CHECK(one.chosen[0].epoch() == (met ? 1 : 2));
  }
}

TEST_CASE("a life that ends between promise and accept leaves nothing behind but a higher ballot") {
  Replicas replicas;
  {
    Proposer dead(kOwner, 1);
    dead.begin();
    dead.carry(replicas, {1, 2, 3});
  }
  Proposer next(kOwner, 2);
  next.begin();
  while (next.chosen.empty())
    next.carry(replicas, {1, 2, 3});
  CHECK(next.chosen[0].epoch() == 1);
  CHECK(next.chosen[0].owner_boot() == 2);
}

TEST_CASE("answers to an older ballot and doubled answers count for nothing") {
  Replicas replicas;
  Proposer one(kOwner, 1);
  one.begin();
  const Ballot old = one.change.ballot;
  one.begin();
  one.asked.clear();
  one.hear(register_promised(1, old, {}));
  one.hear(register_promised(2, old, {}));
  CHECK(one.asked.empty());
  one.hear(register_promised(1, one.change.ballot, {}));
  one.hear(register_promised(1, one.change.ballot, {}));
  CHECK(one.asked.empty());
  one.hear(register_refused(1, old, {9, pack(kRival), 1}));
  CHECK(one.change.phase == RegisterPhase::kPreparing);
}

TEST_CASE("the first refusal only tells the ballot, and whoever is refused again waits by chance") {
  Proposer one(kOwner, 1);
  one.begin();
  one.asked.clear();
  one.hear(register_refused(2, one.change.ballot, {5, pack(kRival), 1}));
  CHECK(one.change.ballot == Ballot{6, pack(kOwner), 1});
  CHECK(count_of(std::exchange(one.asked, {}), v1::Letter::kPrepareRegister) == 3);
  std::set<Time> waits;
  for (std::uint64_t round = 7; round < 27; round += 2) {
    one.hear(register_refused(2, one.change.ballot, {round, pack(kRival), 1}));
    CHECK(one.change.phase == RegisterPhase::kRefused);
    CHECK(one.change.again_at >= one.now + limits::kBallotBackoff);
    CHECK(one.change.again_at <= one.now + limits::kBallotBackoff * 8);
    one.resend();  // too early
    CHECK(one.asked.empty());
    waits.insert(Time(one.change.again_at - one.now));
    one.now = one.change.again_at;
    one.resend();
    CHECK(one.change.ballot.round == round + 1);
    CHECK(one.asked.size() == 3);
    one.asked.clear();
  }
  CHECK(waits.size() > 5);
}

TEST_CASE("two who want the register at the same time both come to it, one epoch each") {
  Replicas replicas;
  Proposer one(kOwner, 1);
  Proposer other(kRival, 1);
  one.begin();
  other.begin();
  int rounds = 0;
  while ((one.chosen.empty() || other.chosen.empty()) && rounds++ < 1'000) {
    for (Proposer* who : {&one, &other}) {
      who->carry(replicas, {1, 2, 3});
      who->now += std::chrono::milliseconds(1);
      if (who->change.phase == RegisterPhase::kRefused) who->resend();
    }
  }
  REQUIRE(one.chosen.size() == 1);
  REQUIRE(other.chosen.size() == 1);
  CHECK(one.chosen[0].epoch() != other.chosen[0].epoch());
  CHECK(one.chosen[0].epoch() + other.chosen[0].epoch() == 3);
}

TEST_CASE("a change of a register saved at any moment goes on as if it had not been") {
  Replicas replicas;
  Proposer one(kOwner, 1);
  one.begin();
  while (one.chosen.empty()) {
    const std::uint64_t before = hash_state(one.change);
    Result<RegisterChange> loaded = load_state<RegisterChange>(save_state(one.change, 1), 1);
    REQUIRE(loaded);
    one.change = *loaded;
    CHECK(hash_state(one.change) == before);
    one.carry(replicas, {1, 3});
  }
  CHECK(one.chosen[0].epoch() == 1);
}

}  // namespace
}  // namespace glasspost::tests
