// The replica's registers, seals and ceilings: small values that never go back.
#include "tests/roles/support/replica.hpp"

namespace glasspost::tests {
namespace {

TEST_CASE("a register that was never written has version 0") {
  Replica replica;
  CHECK(read_register(replica).version() == 0);
  CHECK(read_register(replica).epoch() == 0);
  CHECK(replica.out.puts.empty());
}

TEST_CASE("DESIGN 7.1: a register changes from the version that was read, and from no other") {
  Replica replica;
  CHECK(swap_register(replica, 0, 1, 11).version() == 1);
  const v1::RegisterRecord lost = swap_register(replica, 0, 2, 12);
  CHECK(lost.version() == 1);
  CHECK(lost.owner_boot() == 11);
  CHECK(replica.out.puts.empty());
  CHECK(swap_register(replica, 2, 2, 12).owner_boot() == 11);
  const v1::RegisterRecord won = swap_register(replica, 1, 2, 12);
  CHECK(won.version() == 2);
  CHECK(won.epoch() == 2);
  CHECK(won.owner_boot() == 12);
  CHECK(won.owner() == pack(kHome1));
}

TEST_CASE("of two who read the same version one wins") {
  Replica replica;
  v1::Letter one;
  one.mutable_swap_register()->set_section(kLog.value);
  one.mutable_swap_register()->mutable_value()->set_epoch(1);
  v1::Letter other = one;
  one.mutable_swap_register()->mutable_value()->set_owner_boot(11);
  other.mutable_swap_register()->mutable_value()->set_owner_boot(12);
  replica.feed({from(kHome1, one), from({RoleKind::kConversation, 2}, other)});
  const Letters answers = replica.take(v1::Letter::kRegisterState);
  REQUIRE(answers.size() == 2);
  CHECK(answers[0].register_state().value().owner_boot() == 11);
  CHECK(answers[1].register_state().value().owner_boot() == 11);
  CHECK(answers[1].target() == pack({RoleKind::kConversation, 2}));
}

TEST_CASE("an epoch in a register only rises") {
  Replica replica;
  swap_register(replica, 0, 4, 11);
  CHECK(swap_register(replica, 1, 4, 12).owner_boot() == 11);
  CHECK(swap_register(replica, 1, 3, 12).owner_boot() == 11);
  CHECK(swap_register(replica, 1, 5, 12).owner_boot() == 12);
}

TEST_CASE("a register is on disk, and every section has its own") {
  Replica replica;
  swap_register(replica, 0, 1, 11);
  CHECK(read_register(replica, section_of(SectionKind::kConversation, 1)).version() == 0);
  replica.reboot();
  CHECK(read_register(replica).version() == 1);
  CHECK(swap_register(replica, 0, 2, 12).owner_boot() == 11);
  CHECK(swap_register(replica, 1, 2, 12).owner_boot() == 12);
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
  CHECK(seal(replica, 1, section_of(SectionKind::kConversation, 1)).has_section_sealed());
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
  letter.mutable_read_register()->set_section(kLog.value);
  CHECK(replica.ask(letter).trace() == 88);
}

}  // namespace
}  // namespace glasspost::tests
