// A replica whose disk was lost: silent until both others count on it as a new one, and in a
// section until its owner has all on others. And what the others tell those who do not know yet.
#include "engine/roles/store/rebirth.hpp"
#include "tests/roles/support/replica.hpp"

namespace glasspost::tests {
namespace {

constexpr Address kStore2{RoleKind::kStore, 2};
constexpr Address kStore3{RoleKind::kStore, 3};

Config three() {
  Config config = small_config();
  config.replicas = {kStore1, kStore2, kStore3};
  config.read_quorum = config.write_quorum = 2;
  return config;
}

// Starts on an empty disk on which its host has noted the loss.
struct LostReplica : Replica {
  LostReplica() {
    config = three();
    disk = {};
    const std::vector<Put> mark = mark_of_lost_disk();
    disk.apply(mark);
    reboot();
  }

  Rebirth rebirth() const { return role.as<Store>().state().rebirth; }

  void promise(Address replica, const v1::Ballot& ballot, std::uint64_t set = 0) {
    v1::Letter letter;
    v1::RegisterPromised& promised = *letter.mutable_register_promised();
    promised.set_section(kReplicaSetRegister.value);
    *promised.mutable_ballot() = ballot;
    promised.mutable_newest()->set_epoch(set);
    feed(from(replica, letter));
  }

  void accept_set(Address replica, const v1::Ballot& ballot) {
    v1::Letter letter;
    letter.mutable_register_accepted()->set_section(kReplicaSetRegister.value);
    *letter.mutable_register_accepted()->mutable_ballot() = ballot;
    feed(from(replica, letter));
  }

  // Both others take it into the set.
  void join(std::uint64_t set_before = 0) {
    const v1::Ballot ballot = take(v1::Letter::kPrepareRegister).at(0).prepare_register().ballot();
    promise(kStore2, ballot, set_before);
    promise(kStore3, ballot, set_before);
    REQUIRE(take(v1::Letter::kAcceptRegister).size() == 3);
    accept_set(kStore2, ballot);
    accept_set(kStore3, ballot);
  }
};

// An owner's question, under a set of replicas.
v1::Letter under(std::uint64_t set, v1::Letter letter) {
  letter.set_replica_set(set);
  return from(kHome1, std::move(letter));
}

v1::Letter seal_letter(std::uint64_t epoch, bool admits) {
  v1::Letter letter;
  letter.mutable_seal_section()->set_section(kLog.value);
  letter.mutable_seal_section()->set_epoch(epoch);
  letter.mutable_seal_section()->set_admits(admits);
  return letter;
}

// The set register of one that was there all the time.
void accept_set(Replica& replica, std::uint64_t set) {
  v1::Letter letter;
  v1::AcceptRegister& accept = *letter.mutable_accept_register();
  accept.set_section(kReplicaSetRegister.value);
  *accept.mutable_ballot() = to_wire({set, pack(kStore2), 1});
  accept.mutable_value()->set_epoch(set);
  CHECK(replica.ask(letter).has_register_accepted());
}

TEST_CASE("DESIGN 7.2: a replica that lost its disk promises, seals and takes nothing") {
  LostReplica lost;
  lost.take(v1::Letter::kPrepareRegister);
  v1::Letter prepared;
  prepared.mutable_prepare_register()->set_section(kLog.value);
  *prepared.mutable_prepare_register()->mutable_ballot() = to_wire(ballot_of(9));
  for (const v1::Letter& letter : {prepared, seal_letter(7, false), seal_letter(7, true),
                                   append_letter(batch(7, 1)), start_letter(7, 1, {})}) {
    lost.feed(under(0, letter));
    CHECK(lost.said.empty());
    CHECK(lost.out.puts.empty());
  }
}

TEST_CASE("both others have to take it into the set, and then its owners are told") {
  LostReplica lost;
  const v1::Ballot ballot =
      lost.take(v1::Letter::kPrepareRegister).at(0).prepare_register().ballot();
  lost.promise(kStore2, ballot);
  CHECK(lost.take(v1::Letter::kAcceptRegister).empty());
  lost.promise(kStore3, ballot);
  CHECK(lost.take(v1::Letter::kAcceptRegister).size() == 3);
  lost.accept_set(kStore2, ballot);
  CHECK(lost.rebirth().lost);
  lost.accept_set(kStore3, ballot);
  CHECK_FALSE(lost.rebirth().lost);
  CHECK(lost.rebirth().new_in == 1);
  CHECK(lost.take(v1::Letter::kReplicaSetChanged).size() == lost.config.sections().size());
}

TEST_CASE("each lost disk makes a newer set, and a restart asks no second time") {
  LostReplica lost;
  lost.join(4);
  CHECK(lost.rebirth().new_in == 5);
  lost.reboot();
  CHECK(lost.rebirth().new_in == 5);
  CHECK_FALSE(lost.rebirth().lost);
  CHECK(lost.take(v1::Letter::kPrepareRegister).empty());
}

TEST_CASE("a restart before the set is chosen begins again") {
  LostReplica lost;
  lost.reboot();
  CHECK(lost.rebirth().lost);
  lost.join();
  CHECK(lost.rebirth().new_in == 1);
}

TEST_CASE("DESIGN 7.2: reborn, it counts in a section when an owner that serves seals it") {
  LostReplica lost;
  lost.join();
  lost.take(v1::Letter::kReplicaSetChanged);
  lost.feed(under(1, seal_letter(7, false)));
  CHECK(lost.said.empty());
  lost.feed(under(1, seal_letter(7, true)));
  CHECK(lost.one(v1::Letter::kSectionSealed).section_sealed().last() == 0);
  lost.feed(under(1, copy_letter(7, 7, 0, {batch(7, 1, "one")})));
  CHECK(lost.one(v1::Letter::kLogCopied).log_copied().last() == 1);
  SUBCASE("and still after a restart") {
    lost.reboot();
  }
  lost.take(v1::Letter::kReplicaSetChanged);
  lost.feed(under(1, append_letter(batch(7, 2, "two"))));
  CHECK(lost.one(v1::Letter::kLogAppended).log_appended().last() == 2);
}

TEST_CASE("it goes on telling the owners of sections in which it does not count") {
  LostReplica lost;
  lost.join();
  lost.take(v1::Letter::kReplicaSetChanged);
  lost.feed(under(1, seal_letter(7, true)));
  lost.said.clear();
  lost.wait(std::chrono::seconds(1));
  const Letters told = lost.take(v1::Letter::kReplicaSetChanged);
  CHECK(told.size() >= lost.config.sections().size() - 1);
  for (const v1::Letter& letter : told)
    CHECK(letter.replica_set_changed().section() != kLog.value);
}

TEST_CASE("the others answer nobody who counts on an older set, or on one they do not know") {
  Replica other = started_replica(5);
  accept_set(other, 1);
  const v1::Letter old = other.ask(append_letter(batch(5, 1)));
  REQUIRE(old.has_replica_set_changed());
  CHECK(old.replica_set_changed().replica_set() == 1);
  CHECK(old.replica_set_changed().section() == kLog.value);
  CHECK(other.out.puts.empty());
  other.feed(under(2, append_letter(batch(5, 1))));
  CHECK(other.said.empty());
  other.feed(under(1, append_letter(batch(5, 1))));
  CHECK(other.one(v1::Letter::kLogAppended).log_appended().last() == 1);
}

TEST_CASE("a restart does not forget which set was accepted") {
  Replica other = started_replica(5);
  accept_set(other, 3);
  other.reboot();
  CHECK(other.ask(append_letter(batch(5, 1))).replica_set_changed().replica_set() == 3);
}

}  // namespace
}  // namespace glasspost::tests
