// The allocator: numbers rise, whatever dies, and none is above what is durable.
#include "engine/core/limits.hpp"
#include "tests/roles/support/allocator.hpp"

namespace glasspost::tests {
namespace {

TEST_CASE("WF 3: every user has a space of its own, and the numbers of each rise") {
  Allocator allocator = serving_allocator(100);
  CHECK(take(allocator, 3) == 1);
  CHECK(take(allocator, 3) == 2);
  CHECK(take(allocator, 7, 5) == 1);
  CHECK(take(allocator, 7) == 6);
  CHECK(take(allocator, 3, 2) == 3);
  CHECK(take(allocator, 3) == 5);
}

TEST_CASE("an answer names the ticket, the section and every user that was asked for") {
  Allocator allocator = serving_allocator(100);
  take(allocator, 7);
  ask(allocator, 42, {{3, 2}, {7, 1}, {100, 4}});
  const v1::Letter letter = allocator.one(v1::Letter::kNumbersTaken);
  CHECK(letter.target() == pack(kMailbox1));
  const v1::NumbersTaken& taken = letter.numbers_taken();
  CHECK(taken.ticket() == 42);
  CHECK(taken.section() == kNumbers.value);
  REQUIRE(taken.ranges_size() == 3);
  CHECK(taken.ranges(0).first() == 1);
  CHECK(taken.ranges(1).first() == 2);
  CHECK(taken.ranges(2).user() == 100);
  CHECK(taken.ranges(2).count() == 4);
}

TEST_CASE("promise 2: numbers never repeat over restarts, however often") {
  for (std::uint64_t step : {1, 2, 7, 100}) {
    Allocator allocator = serving_allocator(step);
    std::uint64_t highest = 0;
    for (int life = 0; life < 6; ++life) {
      for (int i = 0; i < 5; ++i) {
        const std::uint64_t first = take(allocator, 3, 2);
        CHECK(first > highest);
        highest = first + 1;
      }
      allocator.take_over(new_allocator());
    }
  }
}

TEST_CASE("WF 3.3: a new life starts above the ceiling of the store") {
  Allocator allocator = serving_allocator(100);
  CHECK(take(allocator, 3) == 1);
  const std::uint64_t ceiling = allocator.section().ceiling;
  CHECK(ceiling == 100);
  allocator.take_over(new_allocator());
  CHECK(take(allocator, 3) == ceiling + 1);
  CHECK(take(allocator, 7) == ceiling + 1);
}

TEST_CASE("a raise that the store took and the owner never heard of counts all the same") {
  Allocator allocator = serving_allocator(100);
  take(allocator, 3, 60);  // past the half: 200 is asked for and confirmed
  ask(allocator, 1, {{3, 100}});
  for (v1::Letter& letter : allocator.take(v1::Letter::kRaiseCeiling))
    allocator.stores.front().feed(letter);
  allocator.stores.front().said.clear();
  allocator.take_over(new_allocator());
  CHECK(take(allocator, 3) == 301);
}

TEST_CASE("nobody gets a number above the durable ceiling: the request waits for the raise") {
  Allocator allocator = serving_allocator(10);
  ask(allocator, 5, {{3, 25}});
  CHECK(allocator.take(v1::Letter::kNumbersTaken).empty());
  CHECK(allocator.section().ceiling == 10);
  allocator.commit();
  const v1::NumbersTaken taken = allocator.one(v1::Letter::kNumbersTaken).numbers_taken();
  CHECK(taken.ticket() == 5);
  CHECK(taken.ranges(0).first() == 1);
  const std::vector<Fact> out = allocator.facts_of(FactKind::kHandedOut);
  REQUIRE(out.size() == 1);
  CHECK(out.front().subject == 3);
  CHECK(out.front().number == 1);
  CHECK(out.front().value == 25);
  CHECK(out.front().extra >= 25);
}

TEST_CASE("a request is answered whole or not at all") {
  Allocator allocator = serving_allocator(10);
  ask(allocator, 5, {{3, 1}, {7, 11}});
  CHECK(allocator.take(v1::Letter::kNumbersTaken).empty());
  ask(allocator, 6, {{3, 1}});
  CHECK(allocator.one(v1::Letter::kNumbersTaken).numbers_taken().ranges(0).first() == 1);
  allocator.commit();
  const v1::NumbersTaken taken = allocator.one(v1::Letter::kNumbersTaken).numbers_taken();
  CHECK(taken.ticket() == 5);
  CHECK(taken.ranges(0).first() == 2);
  CHECK(taken.ranges(1).first() == 1);
}

TEST_CASE("a fresh owner hands out nothing before its first raise is durable") {
  Allocator allocator(config_with_step(10));
  allocator.start();
  while (allocator.section().claim.phase != ClaimPhase::kSealed)
    allocator.carry();
  ask(allocator, 1, {{3, 1}});
  CHECK(allocator.take(v1::Letter::kNumbersTaken).empty());
  allocator.commit();
  CHECK(allocator.take(v1::Letter::kNumbersTaken).size() == 1);
}

TEST_CASE("WF 3.11: the next step is asked for at half of this one, and nobody waits for it") {
  Allocator allocator = serving_allocator(10);
  ask(allocator, 1, {{3, 5}});
  CHECK(allocator.take(v1::Letter::kRaiseCeiling).empty());
  ask(allocator, 2, {{3, 1}});
  const v1::RaiseCeiling raise = allocator.one(v1::Letter::kRaiseCeiling).raise_ceiling();
  CHECK(raise.ceiling() == 20);
  CHECK(raise.section() == kNumbers.value);
  ask(allocator, 3, {{3, 4}});  // up to the ceiling, while the raise is under way
  CHECK(allocator.take(v1::Letter::kNumbersTaken).size() == 3);
  CHECK(allocator.take(v1::Letter::kRaiseCeiling).empty());
}

TEST_CASE("step 1 saves every number before it is handed out") {
  Allocator allocator = serving_allocator(1);
  for (std::uint64_t expected = 1; expected <= 5; ++expected) {
    CHECK(take(allocator, 3) == expected);
    CHECK(allocator.section().ceiling >= expected);
  }
  ask(allocator, 9, {{3, 4}});
  CHECK(allocator.take(v1::Letter::kNumbersTaken).empty());
  allocator.commit();
  CHECK(allocator.one(v1::Letter::kNumbersTaken).numbers_taken().ranges(0).first() == 6);
}

TEST_CASE("a raise that was lost is asked for again") {
  Allocator allocator = serving_allocator(10);
  ask(allocator, 1, {{3, 15}});
  allocator.lose();
  allocator.wait(limits::kStoreRetry);
  CHECK(allocator.take(v1::Letter::kNumbersTaken).empty());
  allocator.commit();
  CHECK(allocator.take(v1::Letter::kNumbersTaken).size() == 1);
  allocator.said.clear();
  allocator.wait(limits::kStoreRetry * 10);
  allocator.take(v1::Letter::kRenewLeases);
  CHECK(allocator.said.empty());
}

TEST_CASE("seq.prefetch: so much of the step is left when the next one is asked for") {
  struct Case {
    std::uint32_t prefetch;
    std::uint32_t quiet;  // the highest number for which nothing is asked ahead
  };
  for (const Case& one : {Case{0, 100}, Case{20, 80}, Case{50, 50}, Case{99, 1}, Case{100, 0}}) {
    CAPTURE(one.prefetch);
    Config config = config_with_step(100);
    config.choices.seq_prefetch = one.prefetch;
    Allocator allocator(config);
    allocator.serve();
    for (std::uint32_t number = 1; number <= 100; ++number) {
      ask(allocator, number, {{3, 1}});
      CHECK(allocator.take(v1::Letter::kNumbersTaken).size() == 1);  // no wait for the disk
      CHECK(allocator.take(v1::Letter::kRaiseCeiling).size() == (number == one.quiet + 1 ? 1 : 0));
    }
    ask(allocator, 101, {{3, 1}});  // the ceiling is reached, and no answer of the store was heard
    CHECK(allocator.take(v1::Letter::kNumbersTaken).empty());
    CHECK(allocator.take(v1::Letter::kRaiseCeiling).size() == (one.prefetch == 0 ? 1 : 0));
  }
}

TEST_CASE("seq.prefetch and seq.step count from the next number on, while numbers flow") {
  Allocator allocator = serving_allocator(100);
  CHECK(take(allocator, 3, 20) == 1);
  allocator.config.choices.seq_prefetch = 90;
  allocator.config.choices.seq_step = 1'000;
  allocator.configure();
  ask(allocator, 1, {{3, 1}});
  CHECK(allocator.one(v1::Letter::kNumbersTaken).numbers_taken().ranges(0).first() == 21);
  CHECK(allocator.one(v1::Letter::kRaiseCeiling).raise_ceiling().ceiling() == 1'100);
}

TEST_CASE("WF 3.11: the ceiling that the store returns counts, not the one that was asked for") {
  Allocator allocator = serving_allocator(10);
  ask(allocator, 1, {{3, 15}});
  v1::Letter letter;
  letter.mutable_ceiling_raised()->set_section(kNumbers.value);
  letter.mutable_ceiling_raised()->set_epoch(allocator.section().claim.epoch);
  letter.mutable_ceiling_raised()->set_ceiling(12);  // too low for the request
  allocator.feed(from(kStore1, letter));
  CHECK(allocator.section().ceiling == 12);
  CHECK(allocator.take(v1::Letter::kNumbersTaken).empty());
  letter.mutable_ceiling_raised()->set_ceiling(7'000);  // a ceiling of somebody before us
  allocator.feed(from(kStore1, letter));
  CHECK(allocator.section().ceiling == 7'000);
  CHECK(allocator.take(v1::Letter::kNumbersTaken).size() == 1);
}

TEST_CASE("WF 3.1: the current number is never below what was handed out, nor changed by reading") {
  Allocator allocator = serving_allocator(100);
  const auto read = [&allocator](const std::vector<std::uint32_t>& users) {
    v1::Letter letter;
    letter.mutable_read_numbers()->set_ticket(8);
    letter.mutable_read_numbers()->set_section(kNumbers.value);
    for (std::uint32_t user : users)
      letter.mutable_read_numbers()->add_users(user);
    const std::uint64_t before = allocator.role.hash();
    allocator.feed(from(kMailbox1, letter));
    CHECK(allocator.role.hash() == before);
    const v1::NumbersRead answer = allocator.one(v1::Letter::kNumbersRead).numbers_read();
    CHECK(answer.ticket() == 8);
    CHECK(answer.section() == kNumbers.value);
    return std::vector<std::uint64_t>(answer.last().begin(), answer.last().end());
  };
  using Numbers = std::vector<std::uint64_t>;
  CHECK(read({3, 7}) == Numbers{0, 0});
  take(allocator, 3, 5);
  CHECK(read({3, 7, 100}) == Numbers{5, 0, 0});
  allocator.take_over(new_allocator());
  CHECK(read({3, 7}) == Numbers{100, 100});  // WF 3.3: everybody looks dirty once
  take(allocator, 7);
  CHECK(read({3, 7}) == Numbers{100, 101});
}

TEST_CASE("a section that is being taken over answers neither question") {
  Allocator allocator(config_with_step(100));
  allocator.start();
  v1::Letter letter;
  letter.mutable_read_numbers()->set_section(kNumbers.value);
  letter.mutable_read_numbers()->add_users(3);
  allocator.feed(from(kMailbox1, letter));
  CHECK(allocator.take(v1::Letter::kNumbersRead).empty());
  CHECK(allocator.take(v1::Letter::kNumbersRefused).empty());
  CHECK(allocator.facts_of(FactKind::kDropped).size() == 1);
}

TEST_CASE("DESIGN 7.1: an owner whose claim is not sealed hands out nothing") {
  Allocator allocator(config_with_step(100));
  allocator.start();
  ask(allocator, 1, {{3, 1}});
  CHECK(allocator.take(v1::Letter::kNumbersTaken).empty());
  CHECK(allocator.facts_of(FactKind::kDropped).size() == 1);
  allocator.commit();
  CHECK(allocator.take(v1::Letter::kNumbersTaken).empty());  // dropped, not kept
  CHECK(take(allocator, 3) == 1);
}

TEST_CASE("an owner that is refused claims again and starts above the ceiling") {
  Allocator allocator = serving_allocator(10);
  CHECK(take(allocator, 3) == 1);
  v1::Letter letter;
  letter.mutable_epoch_refused()->set_section(kNumbers.value);
  letter.mutable_epoch_refused()->set_epoch(allocator.section().claim.epoch);
  letter.mutable_epoch_refused()->set_sealed_epoch(99);
  const std::uint64_t epoch = allocator.section().claim.epoch;
  allocator.feed(from(kStore1, letter));
  CHECK(allocator.facts_of(FactKind::kFenced).size() == 1);
  ask(allocator, 1, {{3, 1}});
  CHECK(allocator.take(v1::Letter::kNumbersTaken).empty());
  allocator.commit();
  CHECK(allocator.section().claim.epoch > epoch);
  CHECK(take(allocator, 3) == 11);
}

TEST_CASE("a claim whose letters were lost is asked for again") {
  Allocator allocator(config_with_step(10));
  allocator.start();
  allocator.lose();
  allocator.wait(limits::kStoreRetry);
  allocator.commit();
  CHECK(take(allocator, 3) == 1);
}

TEST_CASE("the ceiling that counts is on W replicas") {
  Config config = config_with_step(10);
  config.replicas = {{RoleKind::kStore, 1}, {RoleKind::kStore, 2}, {RoleKind::kStore, 3}};
  config.read_quorum = config.write_quorum = 2;
  Allocator allocator(config);
  allocator.serve();
  CHECK(allocator.section().ceiling == 10);
  ask(allocator, 1, {{3, 15}});
  const Letters raises = allocator.take(v1::Letter::kRaiseCeiling);
  REQUIRE(raises.size() == 3);
  for (std::size_t i = 0; i < 2; ++i) {
    CHECK(allocator.take(v1::Letter::kNumbersTaken).empty());
    allocator.stores[i].feed(raises[i]);
    allocator.feed(allocator.stores[i].one(v1::Letter::kCeilingRaised));
  }
  CHECK(allocator.take(v1::Letter::kNumbersTaken).size() == 1);
}

TEST_CASE("a replica that missed its seal is sealed with the next ceiling, and the epoch goes on") {
  Config config = config_with_step(10);
  config.replicas = {{RoleKind::kStore, 1}, {RoleKind::kStore, 2}, {RoleKind::kStore, 3}};
  config.read_quorum = config.write_quorum = 2;
  Allocator allocator(config);
  allocator.start();
  const auto to_third = [](const v1::Letter& letter) {
    return letter.target() == pack({RoleKind::kStore, 3});
  };
  do {
    std::erase_if(allocator.said, to_third);
  } while (allocator.carry());
  const Claim& claim = allocator.section().claim;
  REQUIRE(claim.phase == ClaimPhase::kSealed);
  const std::uint64_t epoch = claim.epoch;
  CHECK(claim.said_by(3) == nullptr);
  // It knows no epoch, and says so when an older word reaches it; that ends nothing.
  v1::Letter refused;
  refused.mutable_epoch_refused()->set_section(kNumbers.value);
  refused.mutable_epoch_refused()->set_epoch(epoch);
  allocator.feed(from({RoleKind::kStore, 3}, refused));
  CHECK(allocator.take(v1::Letter::kSealSection).size() == 1);
  ask(allocator, 1, {{3, 15}});
  CHECK(allocator.take(v1::Letter::kNumbersTaken).empty());
  allocator.commit();
  CHECK(allocator.take(v1::Letter::kNumbersTaken).size() == 1);
  CHECK(allocator.facts_of(FactKind::kFenced).empty());
  CHECK(allocator.section().claim.epoch == epoch);
  const auto& third = allocator.stores[2].role.as<Store>().state().sections.at(kNumbers.value);
  CHECK(third.record.value.sealed_epoch() == epoch);
  // W others had the ceiling before it was sealed; it takes the next one.
  ask(allocator, 2, {{3, 15}});
  allocator.commit();
  CHECK(third.record.value.ceiling() == allocator.section().ceiling);
}

TEST_CASE("an answer of the store to another epoch raises nothing") {
  Allocator allocator = serving_allocator(10);
  ask(allocator, 1, {{3, 15}});
  v1::Letter letter;
  letter.mutable_ceiling_raised()->set_section(kNumbers.value);
  letter.mutable_ceiling_raised()->set_epoch(allocator.section().claim.epoch + 1);
  letter.mutable_ceiling_raised()->set_ceiling(1'000);
  allocator.feed(from(kStore1, letter));
  CHECK(allocator.section().ceiling == 10);
  CHECK(allocator.take(v1::Letter::kNumbersTaken).empty());
}

}  // namespace
}  // namespace glasspost::tests
