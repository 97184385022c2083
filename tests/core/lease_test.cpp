// Tests of leases: from when one counts, for how long a successor waits and for whom it need not,
// and that nothing leaves after its end.
#include "engine/core/lease.hpp"

#include <doctest/doctest.h>

#include "engine/core/limits.hpp"
#include "tests/core/support/toy_owner.hpp"

namespace glasspost::tests {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr Duration kLease = seconds(5);
constexpr Duration kError = Duration(5'001);  // of clocks, over five seconds

// A record of an owner with a lease.
v1::RegisterRecord leased(Address owner, std::uint64_t boot, std::uint64_t epoch) {
  v1::RegisterRecord record = register_of(owner, boot, epoch);
  record.set_lease_us(kLease.count());
  record.set_route_version(1);
  return record;
}

// A claim by life 10 of conversation-1 on three replicas.
struct LeaseBench {
  Replicas replicas;
  OwnerBench owner{config_of(3, 2, 2), replicas, 10};
  Claim claim;

  LeaseBench() { owner.config.owners = {kOwner, kRival}; }

  // Takes the section over: a majority says that the register says this, accepts, and is sealed.
  v1::RegisterRecord take_over(const v1::RegisterRecord& found) {
    owner.step([&](OwnerStep& step) { claim.begin(kSection, kRetry, step); });
    owner.take_asked();
    for (std::uint64_t replica : {1, 2})
      hear(register_promised(replica, claim.change.ballot, found));
    const auto proposed = owner.take_asked();
    if (proposed.empty()) return {};
    v1::RegisterRecord value = proposed.front().accept_register().value();
    for (std::uint64_t replica : {1, 2})
      hear(register_accepted(replica, claim.change.ballot));
    for (std::uint64_t replica : {1, 2}) {
      owner.step([&](OwnerStep& step) {
        claim.on_sealed({RoleKind::kStore, replica}, section_sealed(claim.epoch), step);
      });
    }
    return value;
  }

  void hear(const v1::Letter& letter) {
    owner.step([&](OwnerStep& step) { claim.on_register(letter, step); });
  }

  // A replica says yes to what was asked then.
  void renewed(std::uint64_t replica, Time asked, std::uint64_t epoch) {
    v1::Letter letter = from_replica(replica);
    letter.mutable_leases_renewed()->set_sent_us(to_us(asked));
    v1::HeldSection& held = *letter.mutable_leases_renewed()->add_sections();
    held.set_section(kSection.value);
    held.set_epoch(epoch);
    owner.step([&](OwnerStep& step) { leases::on_renewed({&claim}, letter, step); });
  }

  bool must_wait() {
    bool waits = false;
    owner.step([&](OwnerStep& step) { waits = claim.must_wait(step); });
    return waits;
  }

  // The not_after of what is said now to an access process, and to a store.
  std::pair<Time, Time> latest() {
    std::pair<Time, Time> found;
    owner.step([&](OwnerStep& step) {
      step.out.send({RoleKind::kAccess, 1});
      step.out.send({RoleKind::kStore, 1});
      leases::bound({&claim}, step);
      found = {step.out.sends[0].not_after, step.out.sends[1].not_after};
    });
    return found;
  }
};

TEST_CASE("WF 3.6: a lease counts from the instant of asking, by the word of a majority") {
  LeaseBench bench;
  bench.take_over({});
  const Time claimed = bench.owner.now;
  CHECK(bench.claim.lease.until == claimed + kLease - kError);
  const Time asked = bench.owner.now += seconds(1);
  bench.owner.now += seconds(1);
  bench.renewed(1, asked, bench.claim.epoch);
  CHECK(bench.claim.lease.until == claimed + kLease - kError);  // one of three
  bench.renewed(3, asked, bench.claim.epoch);
  CHECK(bench.claim.lease.until == asked + kLease - kError);
  bench.renewed(2, asked - milliseconds(500), bench.claim.epoch);  // late news
  CHECK(bench.claim.lease.until == asked + kLease - kError);
  for (std::uint64_t replica : {1, 2, 3})
    bench.renewed(replica, bench.owner.now, bench.claim.epoch + 1);  // of another epoch
  CHECK(bench.claim.lease.until == asked + kLease - kError);
}

TEST_CASE("what an owner says may leave until its lease ends, what it writes has the seal") {
  LeaseBench bench;
  bench.take_over({});
  CHECK(bench.latest() == std::pair(bench.claim.lease.until, kNever));
  bench.owner.now += seconds(60);
  CHECK(bench.latest() == std::pair(bench.claim.lease.until, kNever));
  LeaseBench free;
  free.owner.config.choices.seq_lease = Duration(0);
  free.take_over({});
  CHECK(free.latest() == std::pair(kNever, kNever));
}

TEST_CASE("WF 3.6: a successor waits out the lease of the owner before, whatever its own is") {
  LeaseBench bench;
  bench.owner.config.choices.seq_lease = seconds(1);
  const v1::RegisterRecord written = bench.take_over(leased(kRival, 3, 7));
  CHECK(written.epoch() == 8);
  CHECK(written.lease_us() == 1'000'000);
  REQUIRE(written.former_size() == 1);
  CHECK(written.former(0).owner() == pack(kRival));
  CHECK(written.former(0).lease_us() == kLease.count());
  CHECK(bench.must_wait());
  bench.owner.now += kLease;
  CHECK(bench.must_wait());
  bench.owner.now += kError;
  CHECK_FALSE(bench.must_wait());
}

TEST_CASE("nobody waits for the dead, for itself, or for one without a lease") {
  LeaseBench certified;
  certified.owner.config.ended[kRival] = BootId{3};
  CHECK(certified.take_over(leased(kRival, 3, 7)).former_size() == 0);
  CHECK_FALSE(certified.must_wait());

  LeaseBench later;  // it dies while we wait
  later.take_over(leased(kRival, 3, 7));
  CHECK(later.must_wait());
  later.owner.config.ended[kRival] = BootId{2};
  CHECK(later.must_wait());
  later.owner.config.ended[kRival] = BootId{3};
  CHECK_FALSE(later.must_wait());

  LeaseBench again;
  CHECK(again.take_over(leased(kOwner, 10, 7)).epoch() == 7);  // ours, the answers were lost
  CHECK_FALSE(again.must_wait());

  LeaseBench unleased;
  CHECK(unleased.take_over(register_of(kRival, 3, 7)).former_size() == 0);
  CHECK_FALSE(unleased.must_wait());
}

TEST_CASE("an owner that never served passes on for whom it waited, until it has served") {
  v1::RegisterRecord found = leased(kRival, 3, 8);
  v1::FormerOwner& frozen = *found.add_former();
  frozen.set_owner(pack({RoleKind::kConversation, 3}));
  frozen.set_owner_boot(2);
  frozen.set_lease_us(Duration(seconds(9)).count());
  frozen.set_epoch(7);
  LeaseBench bench;
  bench.owner.config.ended[kRival] = BootId{3};
  const v1::RegisterRecord written = bench.take_over(found);
  REQUIRE(written.former_size() == 1);
  CHECK(written.former(0).epoch() == 7);
  bench.owner.now += seconds(9);
  CHECK(bench.must_wait());
  bench.owner.now += seconds(1);
  REQUIRE_FALSE(bench.must_wait());
  bench.owner.take_asked();
  bench.owner.step([&](OwnerStep& step) { bench.claim.on_serving(step); });
  CHECK(count_of(bench.owner.take_asked(), v1::Letter::kPrepareRegister) == 3);
  for (std::uint64_t replica : {1, 2})
    bench.hear(register_promised(replica, bench.claim.change.ballot, written));
  const auto proposed = bench.owner.take_asked();
  REQUIRE(proposed.size() == 3);
  const v1::RegisterRecord& cleared = proposed[0].accept_register().value();
  CHECK(cleared.epoch() == written.epoch());
  CHECK(cleared.former_size() == 0);
  for (std::uint64_t replica : {1, 2})
    bench.hear(register_accepted(replica, bench.claim.change.ballot));
  CHECK_FALSE(bench.claim.clearing);
}

TEST_CASE("a former owner that has let go says so, and then nobody waits for it") {
  LeaseBench bench;
  bench.take_over(leased(kRival, 3, 7));
  const auto asked = bench.owner.take_asked();
  REQUIRE(count_of(asked, v1::Letter::kAskRelease) == 1);
  v1::SectionReleased released;
  released.set_section(kSection.value);
  released.set_epoch(6);
  released.set_owner_boot(3);
  bench.claim.on_released(kRival, released);  // of another epoch
  CHECK(bench.must_wait());
  released.set_epoch(7);
  bench.claim.on_released(kOwner, released);  // somebody else's word
  CHECK(bench.must_wait());
  bench.claim.on_released(kRival, released);
  CHECK_FALSE(bench.must_wait());
}

TEST_CASE("a life speaks for itself alone, and only of what it does not hold") {
  LeaseBench bench;
  bench.take_over({});
  v1::Letter ask;
  ask.set_source(pack(kRival));
  ask.mutable_ask_release()->set_section(kSection.value);
  const auto answers = [&](std::uint64_t boot, std::uint64_t epoch) {
    ask.mutable_ask_release()->set_owner_boot(boot);
    ask.mutable_ask_release()->set_epoch(epoch);
    bench.owner.take_asked();
    bench.owner.step([&](OwnerStep& step) { leases::answer_release(&bench.claim, ask, step); });
    return count_of(bench.owner.take_asked(), v1::Letter::kSectionReleased) == 1;
  };
  CHECK_FALSE(answers(10, bench.claim.epoch));
  CHECK_FALSE(answers(9, 1'000));
  CHECK(answers(10, 1'000));
}

TEST_CASE("a section that comes back in the same life is won under a new epoch and a new ballot") {
  LeaseBench bench;
  const v1::RegisterRecord first = bench.take_over({});
  const Ballot ballot = bench.claim.change.ballot;
  const PastClaim past = bench.claim.past();
  bench.claim = Claim{};  // the routes gave it to somebody who never claimed it, and back
  bench.claim.remember(past);
  const v1::RegisterRecord second = bench.take_over(first);
  CHECK(second.epoch() == first.epoch() + 1);
  CHECK(bench.claim.change.ballot > ballot);
}

TEST_CASE("what was said in the step that lost the epoch is bounded by the lease, too") {
  LeaseBench bench;
  bench.take_over({});
  const Time until = bench.claim.lease.until;
  bench.owner.step([&](OwnerStep& step) {
    step.out.send({RoleKind::kAccess, 1});
    bench.claim.begin(kSection, kRetry, step);
    leases::bound({&bench.claim}, step);
    CHECK(step.out.sends.front().not_after == until);
  });
  CHECK(bench.latest() == std::pair(kNever, kNever));  // the next step serves nothing
}

TEST_CASE("a claim that may be winning an epoch does not say that it has let go of it") {
  LeaseBench bench;
  v1::Letter ask;
  ask.set_source(pack(kRival));
  ask.mutable_ask_release()->set_section(kSection.value);
  ask.mutable_ask_release()->set_owner_boot(10);
  ask.mutable_ask_release()->set_epoch(5);
  const auto answers = [&] {
    bench.owner.take_asked();
    bench.owner.step([&](OwnerStep& step) { leases::answer_release(&bench.claim, ask, step); });
    return count_of(bench.owner.take_asked(), v1::Letter::kSectionReleased) == 1;
  };
  bench.owner.step([&](OwnerStep& step) { bench.claim.begin(kSection, kRetry, step); });
  CHECK_FALSE(answers());
  bench.claim.spent = 5;  // had it, and gave it up
  CHECK(answers());
}

TEST_CASE("only a replica renews a lease, and not from the future") {
  LeaseBench bench;
  bench.take_over({});
  const Time until = bench.claim.lease.until;
  bench.renewed(8, bench.owner.now + seconds(1), bench.claim.epoch);
  for (std::uint64_t replica : {1, 2, 3})
    bench.renewed(replica, bench.owner.now + seconds(1), bench.claim.epoch);
  CHECK(bench.claim.lease.until == until);
}

TEST_CASE("nobody takes a section under older routes than its owner did") {
  LeaseBench bench;
  v1::RegisterRecord found = leased(kRival, 3, 7);
  found.set_route_version(2);
  CHECK(bench.take_over(found).epoch() == 0);  // nothing is proposed
  CHECK(bench.claim.phase == ClaimPhase::kRegister);
  CHECK(bench.owner.timers.at(kRetry) == bench.owner.now + limits::kStoreRetry);
  bench.owner.config.route_version = 2;
  CHECK(bench.take_over(found).epoch() == 8);
}

TEST_CASE("seq.clock and seq.lease-from: what the unsafe options count") {
  LeaseBench wall;
  wall.owner.config.choices.seq_clock = LeaseClock::kWall;
  wall.take_over({});
  CHECK(wall.claim.lease.until == Time(Duration(0)) + kLease - kError);  // the bench has no wall
  LeaseBench late;
  late.owner.config.choices.seq_lease_from = LeaseFrom::kReceive;
  late.take_over({});
  const Time asked = late.owner.now;
  late.owner.now += seconds(3);
  for (std::uint64_t replica : {1, 2})
    late.renewed(replica, asked, late.claim.epoch);
  CHECK(late.claim.lease.until == late.owner.now + kLease - kError);
}

}  // namespace
}  // namespace glasspost::tests
