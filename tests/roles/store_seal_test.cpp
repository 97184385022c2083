// The replica's registers, seals and ceilings: small values that never go back.
#include "engine/core/limits.hpp"
#include "tests/roles/support/replica.hpp"

namespace glasspost::tests {
namespace {

TEST_CASE("a register that was never written tells no epoch, and what was promised is on disk") {
  Replica replica;
  const v1::Letter answer = prepare(replica, ballot_of(1));
  REQUIRE(answer.has_register_promised());
  CHECK(answer.register_promised().newest().epoch() == 0);
  CHECK(from_wire(answer.register_promised().ballot()) == ballot_of(1));
  CHECK(replica.out.puts.size() == 1);
  CHECK(prepare(replica, ballot_of(1)).has_register_promised());  // doubled
  CHECK(replica.out.puts.empty());
}

TEST_CASE("a replica that has promised a ballot refuses lower ones for ever") {
  Replica replica;
  prepare(replica, ballot_of(5, 2));
  for (bool rebooted : {false, true}) {
    if (rebooted) replica.reboot();
    for (const Ballot lower : {ballot_of(4, 9), ballot_of(5, 1)}) {
      for (const v1::Letter& answer : {prepare(replica, lower), accept(replica, lower, 3)}) {
        REQUIRE(answer.has_register_refused());
        CHECK(from_wire(answer.register_refused().ballot()) == lower);
        CHECK(from_wire(answer.register_refused().promised()) == ballot_of(5, 2));
        CHECK(replica.out.puts.empty());
      }
    }
  }
  CHECK(prepare(replica, ballot_of(6)).register_promised().newest().epoch() == 0);
}

TEST_CASE("an accepted value is told with its ballot until another is accepted") {
  Replica replica;
  prepare(replica, ballot_of(1));
  CHECK(from_wire(accept(replica, ballot_of(1), 4).register_accepted().ballot()) == ballot_of(1));
  accept(replica, ballot_of(1), 9);  // doubled on its way: one ballot has one value
  replica.reboot();
  v1::RegisterRecord newest = prepare(replica, ballot_of(3)).register_promised().newest();
  CHECK(newest.epoch() == 4);
  CHECK(newest.owner() == pack(kHome1));
  CHECK(newest.owner_boot() == 1);
  CHECK(from_wire(newest.accepted()) == ballot_of(1));
  CHECK_FALSE(newest.has_promised());
  // A majority of others has promised a higher ballot: this one need not have.
  CHECK(accept(replica, ballot_of(7, 2), 5).has_register_accepted());
  CHECK(accept(replica, ballot_of(6), 6).has_register_refused());
  newest = prepare(replica, ballot_of(8)).register_promised().newest();
  CHECK(newest.epoch() == 5);
  CHECK(from_wire(newest.accepted()) == ballot_of(7, 2));
}

TEST_CASE("every section has a register of its own") {
  Replica replica;
  accept(replica, ballot_of(4), 1);
  const SectionId other = section_of(SectionKind::kMailbox, 1);
  CHECK(prepare(replica, ballot_of(1), other).register_promised().newest().epoch() == 0);
}

TEST_CASE("DESIGN 7.1: a sealed replica refuses older epochs for ever, also after a restart") {
  Replica replica;
  CHECK(seal(replica, 7).section_sealed().epoch() == 7);
  for (bool rebooted : {false, true}) {
    if (rebooted) replica.reboot();
    for (std::uint64_t older : {1, 6}) {
      const v1::Letter answer = seal(replica, older);
      REQUIRE(answer.has_epoch_refused());
      CHECK(answer.epoch_refused().epoch() == older);
      CHECK(answer.epoch_refused().sealed_epoch() == 7);
      CHECK(start_log(replica, older, 1).has_epoch_refused());
      CHECK(append(replica, older, 1).has_epoch_refused());
      CHECK(read_log(replica, older, 1, 1).has_epoch_refused());
      CHECK(raise_ceiling(replica, older, 50).has_epoch_refused());
    }
    CHECK(seal(replica, 7).section_sealed().record().sealed_epoch() == 7);
  }
}

TEST_CASE("an owner that was overtaken can write no more") {
  Replica replica = started_replica(5);
  append(replica, 5, 1);
  seal(replica, 6);
  const v1::Letter answer = append(replica, 5, 2);
  REQUIRE(answer.has_epoch_refused());
  CHECK(answer.epoch_refused().sealed_epoch() == 6);
  CHECK(seal(replica, 6).section_sealed().last() == 1);
}

TEST_CASE("sealing the same epoch again answers again and writes nothing") {
  Replica replica;
  seal(replica, 7);
  CHECK(replica.out.puts.size() == 1);
  CHECK(replica.facts_of(FactKind::kSealed).size() == 1);
  CHECK(seal(replica, 7).has_section_sealed());
  CHECK(replica.out.puts.empty());
  CHECK(replica.facts_of(FactKind::kSealed).size() == 1);
}

TEST_CASE("the answer to a seal says what a new owner must know") {
  Replica replica = started_replica(5);
  for (std::uint64_t position = 1; position <= 3; ++position)
    append(replica, 5, position);
  raise_ceiling(replica, 5, 900);
  for (bool rebooted : {false, true}) {
    if (rebooted) replica.reboot();
    const v1::SectionSealed sealed = seal(replica, 6).section_sealed();
    CHECK(sealed.section() == kLog.value);
    CHECK(sealed.record().sealed_epoch() == 6);
    CHECK(sealed.record().start_epoch() == 5);
    CHECK(sealed.record().start_first() == 1);
    CHECK(sealed.record().ceiling() == 900);
    CHECK(sealed.last() == 3);
    CHECK(sealed.settled() == 2);  // as batch 3 said
  }
}

TEST_CASE("a seal of one section is none of another") {
  Replica replica;
  seal(replica, 7);
  CHECK(seal(replica, 1, section_of(SectionKind::kMailbox, 1)).has_section_sealed());
  CHECK(seal(replica, 1, section_of(SectionKind::kSeq, 0)).has_section_sealed());
}

TEST_CASE("WF 3.3: a ceiling never falls") {
  Replica replica;
  seal(replica, 2);
  CHECK(raise_ceiling(replica, 2, 100).ceiling_raised().ceiling() == 100);
  CHECK(raise_ceiling(replica, 2, 60).ceiling_raised().ceiling() == 100);
  CHECK(replica.out.puts.empty());
  replica.reboot();
  CHECK(raise_ceiling(replica, 2, 99).ceiling_raised().ceiling() == 100);
  seal(replica, 3);
  const v1::CeilingRaised raised = raise_ceiling(replica, 3, 1).ceiling_raised();
  CHECK(raised.ceiling() == 100);
  CHECK(raised.epoch() == 3);
  CHECK(raise_ceiling(replica, 3, 101).ceiling_raised().ceiling() == 101);
}

TEST_CASE("a ceiling is raised under the sealed epoch only") {
  Replica replica;
  CHECK(raise_ceiling(replica, 1, 100).has_epoch_refused());
  seal(replica, 2);
  CHECK(raise_ceiling(replica, 3, 100).has_epoch_refused());
  CHECK(raise_ceiling(replica, 1, 100).has_epoch_refused());
  CHECK(seal(replica, 2).section_sealed().record().ceiling() == 0);
}

TEST_CASE("answers carry the trace of their question") {
  Replica replica;
  v1::Letter letter;
  letter.set_trace(88);
  letter.mutable_seal_section()->set_section(kLog.value);
  CHECK(replica.ask(letter).trace() == 88);
}

TEST_CASE("epochs and rounds that nobody can have counted to are dropped, and change nothing") {
  Replica replica;
  seal(replica, 1);
  const std::uint64_t before = replica.role.hash();
  for (std::uint64_t count : {limits::kCountMax + 1, ~std::uint64_t{0}}) {
    v1::Letter sealing;
    sealing.mutable_seal_section()->set_section(kLog.value);
    sealing.mutable_seal_section()->set_epoch(count);
    v1::Letter preparing;
    preparing.mutable_prepare_register()->set_section(kLog.value);
    *preparing.mutable_prepare_register()->mutable_ballot() = to_wire(ballot_of(count));
    v1::Letter accepting;
    accepting.mutable_accept_register()->set_section(kLog.value);
    *accepting.mutable_accept_register()->mutable_ballot() = to_wire(ballot_of(2));
    accepting.mutable_accept_register()->mutable_value()->set_epoch(count);
    for (const v1::Letter& letter : {sealing, preparing, accepting}) {
      replica.feed(from(kHome1, letter));
      CHECK(replica.said.empty());
      CHECK(replica.out.puts.empty());
      CHECK(replica.facts_of(FactKind::kDropped).size() == 1);
      replica.facts.clear();
    }
  }
  CHECK(replica.role.hash() == before);
  CHECK(seal(replica, limits::kCountMax).has_section_sealed());
}

}  // namespace
}  // namespace glasspost::tests
