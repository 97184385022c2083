// Tests of the arbiter: whom it gives up, to whom sections go, and that the register decides.
#include "engine/roles/arbiter/arbiter.hpp"

#include <algorithm>

#include "engine/core/limits.hpp"
#include "engine/core/routes.hpp"
#include "tests/roles/support/bench.hpp"

namespace glasspost::tests {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr Address kSelf{RoleKind::kArbiter, 1};
constexpr Address kBoxes[] = {
    {RoleKind::kMailbox, 1}, {RoleKind::kMailbox, 2}, {RoleKind::kMailbox, 3}};
constexpr Address kHome{RoleKind::kConversation, 1};
constexpr Address kNumbers{RoleKind::kSeq, 1};

// Four sections of inboxes: two of mailbox-1, one each of the others.
Config config_of_three() {
  Config config;
  config.conversation_owners = {kHome};
  config.mailbox_owners = {kBoxes[0], kBoxes[0], kBoxes[1], kBoxes[2]};
  config.seq_owners.assign(4, kNumbers);
  config.owners = {kBoxes[0], kBoxes[1], kBoxes[2], kHome, kNumbers};
  for (std::uint64_t number = 1; number <= 3; ++number)
    config.replicas.push_back({RoleKind::kStore, number});
  return config;
}

struct ArbiterBench : Bench {
  // It has read the register, and found nothing there.
  ArbiterBench() : Bench(kSelf, RoleBox::of(Arbiter(kSelf)), config_of_three()) {
    start();
    decide();
    said.clear();
  }

  // A replica says how long each owner was silent; others were heard just now.
  void hear(std::uint64_t replica, const std::map<Address, Duration>& silent) {
    feed(from({RoleKind::kStore, replica}, owners_letter(silent)));
  }

  v1::Letter owners_letter(const std::map<Address, Duration>& silent) const {
    v1::Letter letter;
    v1::OwnersRead& read = *letter.mutable_owners_read();
    read.set_up_us(Duration(seconds(100)).count());
    for (Address owner : config.owners) {
      const auto found = silent.find(owner);
      v1::OwnerHeard& one = *read.add_owners();
      one.set_owner(pack(owner));
      one.set_owner_boot(3);
      one.set_silent_us(found == silent.end() ? 1'000 : found->second.count());
    }
    return letter;
  }

  // The next poll.
  void poll() { wait(milliseconds(500)); }

  Ballot ballot() const { return role.as<Arbiter>().state().change.ballot; }

  // A majority promises, having accepted this before; then it accepts.
  v1::RegisterRecord decide(const v1::RegisterRecord& found = {}) {
    said.clear();
    for (std::uint64_t replica : {1, 2}) {
      v1::Letter letter;
      v1::RegisterPromised& promised = *letter.mutable_register_promised();
      promised.set_section(kRoutesRegister.value);
      *promised.mutable_ballot() = to_wire(ballot());
      *promised.mutable_newest() = found;
      feed(from({RoleKind::kStore, replica}, letter));
    }
    const Letters proposed = take(v1::Letter::kAcceptRegister);
    if (proposed.empty()) return {};
    CHECK(proposed.size() == 3);
    for (std::uint64_t replica : {1, 2}) {
      CHECK_FALSE(out.routes.has_value());
      v1::Letter letter;
      letter.mutable_register_accepted()->set_section(kRoutesRegister.value);
      *letter.mutable_register_accepted()->mutable_ballot() = to_wire(ballot());
      feed(from({RoleKind::kStore, replica}, letter));
    }
    return proposed.front().accept_register().value();
  }
};

constexpr SectionId inbox_section(std::uint32_t index) {
  return SectionId{std::uint32_t{2} << 24 | index};
}

TEST_CASE("WF 3.4: an owner that a majority has not heard for seq.detect loses its sections") {
  ArbiterBench bench;
  for (std::uint64_t replica : {1, 2})
    bench.hear(replica, {{kBoxes[0], milliseconds(1'001)}});
  bench.hear(3, {});
  bench.poll();
  CHECK(bench.take(v1::Letter::kPrepareRegister).size() == 3);
  REQUIRE(bench.facts_of(FactKind::kSuspected).size() == 1);
  CHECK(bench.facts_of(FactKind::kSuspected)[0].subject == pack(kBoxes[0]));
  CHECK(bench.facts_of(FactKind::kSuspected)[0].value == 2);
  const v1::RegisterRecord record = bench.decide();
  REQUIRE(bench.out.routes.has_value());
  CHECK(bench.out.routes->version() == 2);
  CHECK(record.epoch() == 2);
  // Spread: one to each of those who had one.
  CHECK(owner_of(*bench.out.routes, inbox_section(0)) == kBoxes[1]);
  CHECK(owner_of(*bench.out.routes, inbox_section(1)) == kBoxes[2]);
  CHECK(owner_of(*bench.out.routes, inbox_section(2)) == kBoxes[1]);
  CHECK(owner_of(*bench.out.routes, section_of(SectionKind::kConversation, 0)) == kHome);
  CHECK(bench.facts_of(FactKind::kRouted).size() == 2);
}

TEST_CASE(
    "one replica of three that hears nobody changes nothing, nor does a silence of seq.detect") {
  ArbiterBench bench;
  bench.hear(1, {{kBoxes[0], seconds(30)}, {kHome, seconds(30)}});
  for (std::uint64_t replica : {2, 3})
    bench.hear(replica, {{kBoxes[0], seconds(1)}});
  bench.poll();
  CHECK(bench.take(v1::Letter::kPrepareRegister).empty());
}

TEST_CASE("WF 3.10: with seq.routing pair a section of numbers stays within its two allocators") {
  const Address allocators[] = {{RoleKind::kSeq, 1}, {RoleKind::kSeq, 2}, {RoleKind::kSeq, 3}};
  const SectionId section = section_of(SectionKind::kSeq, 0);
  const auto routes_after = [&](SeqRouting routing, const std::map<Address, Duration>& silent) {
    ArbiterBench bench;
    bench.config.owners.insert(bench.config.owners.end(), {allocators[1], allocators[2]});
    bench.config.seq_owners = {allocators[0], allocators[1], allocators[0], allocators[1]};
    bench.config.choices.seq_routing = routing;
    bench.configure();
    for (std::uint64_t replica : {1, 2})
      bench.hear(replica, silent);
    bench.poll();
    bench.decide();
    return bench.out.routes.value_or(routes_of(bench.config));
  };
  const std::map<Address, Duration> one = {{allocators[0], seconds(2)}};
  // The third one has less to do, but is not of this pair.
  CHECK(owner_of(routes_after(SeqRouting::kTable, one), section) == allocators[2]);
  CHECK(owner_of(routes_after(SeqRouting::kPair, one), section) == allocators[1]);
  const std::map<Address, Duration> both = {{allocators[0], seconds(2)},
                                            {allocators[1], seconds(2)}};
  CHECK(owner_of(routes_after(SeqRouting::kTable, both), section) == allocators[2]);
  CHECK(owner_of(routes_after(SeqRouting::kPair, both), section) == allocators[0]);
  // Section 1 is for allocators 2 and 3.
  CHECK(owner_of(routes_after(SeqRouting::kPair, both), section_of(SectionKind::kSeq, 1)) ==
        allocators[2]);
}

TEST_CASE("old news is no news") {
  ArbiterBench bench;
  for (std::uint64_t replica : {1, 2})
    bench.hear(replica, {{kBoxes[0], milliseconds(900)}});
  bench.wait(seconds(20));
  CHECK(bench.take(v1::Letter::kPrepareRegister).empty());
}

TEST_CASE("nobody to give a section to: it stays, and is moved when there is") {
  ArbiterBench bench;
  for (std::uint64_t replica : {1, 2})
    bench.hear(replica, {{kHome, seconds(3)},
                         {kBoxes[0], seconds(3)},
                         {kBoxes[1], seconds(3)},
                         {kBoxes[2], seconds(3)}});
  bench.poll();
  CHECK(bench.take(v1::Letter::kPrepareRegister).empty());
  for (std::uint64_t replica : {1, 2})
    bench.hear(replica, {{kHome, seconds(3)}, {kBoxes[0], seconds(3)}, {kBoxes[1], seconds(3)}});
  bench.poll();
  CHECK(bench.take(v1::Letter::kPrepareRegister).size() == 3);
  bench.decide();
  REQUIRE(bench.out.routes.has_value());
  for (std::uint32_t index = 0; index < 4; ++index)
    CHECK(owner_of(*bench.out.routes, inbox_section(index)) == kBoxes[2]);
}

TEST_CASE("an owner that was never heard may still be starting") {
  ArbiterBench bench;
  const auto say = [&](Duration up) {
    for (std::uint64_t replica : {1, 2}) {
      v1::Letter letter;
      letter.mutable_owners_read()->set_up_us(up.count());
      for (Address owner : {kBoxes[1], kBoxes[2]}) {
        v1::OwnerHeard& one = *letter.mutable_owners_read()->add_owners();
        one.set_owner(pack(owner));
        one.set_silent_us(10);
      }
      bench.feed(from({RoleKind::kStore, replica}, letter));
    }
    bench.poll();
    return bench.take(v1::Letter::kPrepareRegister).size();
  };
  CHECK(say(seconds(1) + limits::kFirstHeard) == 0);
  CHECK(say(seconds(1) + limits::kFirstHeard + milliseconds(1)) == 3);
}

TEST_CASE("what another arbiter has chosen is found, and changed no more than it needs") {
  ArbiterBench bench;
  for (std::uint64_t replica : {1, 2})
    bench.hear(replica, {{kBoxes[0], seconds(2)}});
  bench.poll();
  v1::RegisterRecord found;
  *found.mutable_routes() = routes_of(bench.config);
  found.mutable_routes()->set_version(5);
  for (std::uint32_t index : {0, 1})
    set_owner(*found.mutable_routes(), inbox_section(index), kBoxes[2]);
  found.set_epoch(5);
  bench.decide(found);
  REQUIRE(bench.out.routes.has_value());
  CHECK(bench.out.routes->SerializeAsString() == found.routes().SerializeAsString());
}

TEST_CASE("a table that is none for this cluster is not gone on from") {
  ArbiterBench bench;
  for (std::uint64_t replica : {1, 2})
    bench.hear(replica, {{kBoxes[0], seconds(2)}});
  bench.poll();
  v1::RegisterRecord found;
  found.mutable_routes()->set_version(5);
  found.mutable_routes()->add_mailbox_owners(pack(kHome));
  found.set_epoch(5);
  const v1::RegisterRecord next = bench.decide(found);
  CHECK(next.routes().mailbox_owners_size() == 4);
  CHECK(bench.out.routes.has_value());
}

TEST_CASE("a new set of replicas: the register is written under it, then the new one counts") {
  ArbiterBench bench;
  v1::Letter letter;
  letter.mutable_owners_read()->set_up_us(1);
  letter.mutable_owners_read()->set_replica_set(4);
  bench.feed(from({RoleKind::kStore, 1}, letter));
  const Letters prepared = bench.take(v1::Letter::kPrepareRegister);
  REQUIRE(prepared.size() == 3);
  CHECK(prepared[0].replica_set() == 4);
  bench.decide();
  bench.poll();
  const Letters seals = bench.take(v1::Letter::kSealSection);
  REQUIRE(seals.size() == 3);
  CHECK(seals[0].seal_section().admits());
  CHECK(seals[0].replica_set() == 4);
  for (std::uint64_t replica : {1, 2, 3}) {
    v1::Letter sealed;
    sealed.mutable_section_sealed()->set_section(kRoutesRegister.value);
    bench.feed(from({RoleKind::kStore, replica}, sealed));
  }
  bench.poll();
  CHECK(bench.take(v1::Letter::kSealSection).empty());
}

TEST_CASE("WF 3.2: seq.section cuts the users anew, by the table, to each allocator in turn") {
  ArbiterBench bench;
  const Address other{RoleKind::kSeq, 2};
  bench.config.owners.push_back(other);
  bench.config.choices.seq_section = SeqCut::kHalf;
  bench.configure();
  bench.poll();
  CHECK(bench.take(v1::Letter::kPrepareRegister).empty());  // nobody was heard yet
  for (std::uint64_t replica : {1, 2})
    bench.hear(replica, {});
  bench.poll();
  bench.decide();
  REQUIRE(bench.out.routes.has_value());
  Config by = bench.config;
  REQUIRE(adopt_routes(by, *bench.out.routes));
  CHECK(by.seq_cut == SeqCut::kHalf);
  CHECK(by.seq_cut_before == SeqCut::kWhole);
  CHECK(by.seq_cut_version == 2);
  CHECK(by.seq_owners.size() == 8);
  CHECK(std::count(by.seq_owners.begin(), by.seq_owners.end(), other) == 4);
  CHECK(bench.facts_of(FactKind::kRouted).size() == 8);
}

TEST_CASE("the users are not cut again before W replicas have a ceiling of every section") {
  ArbiterBench bench;
  bench.config.write_quorum = 2;
  bench.config.seq_cut_version = bench.config.route_version = 4;
  bench.config.choices.seq_section = SeqCut::kDouble;
  bench.configure();
  const auto hear = [&bench](std::uint64_t replica, std::uint64_t version,
                             const std::vector<std::uint32_t>& lacking) {
    v1::Letter letter = bench.owners_letter({});
    letter.mutable_owners_read()->set_cut_version(version);
    for (std::uint32_t index : lacking) {
      letter.mutable_owners_read()->add_cut_unserved(section_of(SeqCut::kWhole, index).value);
    }
    bench.feed(from({RoleKind::kStore, replica}, letter));
  };
  hear(1, 4, {});
  hear(2, 4, {0, 2});
  hear(3, 2, {});  // of an older cut
  bench.poll();
  CHECK(bench.take(v1::Letter::kPrepareRegister).empty());
  // Each section has two: they need not be the same.
  hear(1, 4, {1});
  hear(2, 4, {0});
  hear(3, 4, {2, 3});
  bench.poll();
  bench.decide();
  REQUIRE(bench.out.routes.has_value());
  CHECK(bench.out.routes->seq_cut() == static_cast<std::uint32_t>(SeqCut::kDouble));
  CHECK(bench.out.routes->seq_cut_version() == bench.out.routes->version());
}

}  // namespace
}  // namespace glasspost::tests
