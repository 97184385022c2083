// Tests of leases at a replica: who may go on, who was heard, and the routes that it keeps.
#include "engine/core/routes.hpp"
#include "tests/roles/support/replica.hpp"

namespace glasspost::tests {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

v1::Letter renewal(std::uint64_t epoch, std::uint64_t replica_set = 0, std::int64_t sent_us = 77) {
  v1::Letter letter;
  letter.mutable_renew_leases()->set_sent_us(sent_us);
  v1::HeldSection& held = *letter.mutable_renew_leases()->add_sections();
  held.set_section(kLog.value);
  held.set_epoch(epoch);
  held.set_replica_set(replica_set);
  return letter;
}

struct Leaser : Replica {
  Leaser() {
    config.owners = {kHome1};
    configure();
  }

  v1::OwnersRead owners() {
    v1::Letter letter;
    letter.mutable_read_owners();
    feed(from({RoleKind::kArbiter, 1}, letter));
    return one(v1::Letter::kOwnersRead).owners_read();
  }
};

TEST_CASE("a lease is renewed until a newer owner is accepted here, a promise ends nothing") {
  Leaser replica;
  accept(replica, ballot_of(1), 4);
  const v1::LeasesRenewed yes = replica.ask(renewal(4)).leases_renewed();
  CHECK(yes.sent_us() == 77);
  REQUIRE(yes.sections_size() == 1);
  CHECK(yes.sections(0).section() == kLog.value);
  CHECK(yes.sections(0).epoch() == 4);
  prepare(replica, ballot_of(2));
  CHECK(replica.ask(renewal(4)).leases_renewed().sections_size() == 1);
  accept(replica, ballot_of(2), 5);
  replica.feed(from(kHome1, renewal(4)));
  const v1::EpochRefused no = replica.one(v1::Letter::kEpochRefused).epoch_refused();
  CHECK(no.section() == kLog.value);
  CHECK(no.epoch() == 4);
  CHECK(no.sealed_epoch() == 5);
  CHECK(replica.one(v1::Letter::kLeasesRenewed).leases_renewed().sections_size() == 0);
}

TEST_CASE("nobody is told yes who counts on a set of replicas that this one is not of") {
  Leaser replica;
  replica.feed(from(kHome1, renewal(4, 9)));
  CHECK(replica.one(v1::Letter::kLeasesRenewed).leases_renewed().sections_size() == 0);
}

TEST_CASE("only owners are heard, each by its newest life") {
  Leaser replica;
  replica.feed(from({RoleKind::kAccess, 1}, renewal(4)));
  CHECK(replica.take(v1::Letter::kLeasesRenewed).empty());
  CHECK(replica.owners().owners_size() == 0);
  v1::Letter newer = from(kHome1, renewal(4));
  newer.set_source_boot(6);
  replica.feed(newer);
  replica.take(v1::Letter::kLeasesRenewed);
  v1::Letter older = newer;
  older.set_source_boot(5);
  replica.feed(older);
  CHECK(replica.take(v1::Letter::kLeasesRenewed).empty());
  CHECK(replica.owners().owners(0).owner_boot() == 6);
}

TEST_CASE("an arbiter is told who was silent for how long, and what a replica cannot know") {
  Leaser replica;
  replica.ask(renewal(4));
  replica.now += milliseconds(400);
  v1::OwnersRead read = replica.owners();
  REQUIRE(read.owners_size() == 1);
  CHECK(read.owners(0).owner() == pack(kHome1));
  CHECK(read.owners(0).silent_us() == 400'000);
  CHECK(read.up_us() == 400'000);
  replica.now += milliseconds(900);
  CHECK(replica.owners().owners(0).silent_us() == 1'300'000);
  // It stood still for a minute: what it did not hear then, nobody knows.
  replica.now += seconds(60);
  read = replica.owners();
  CHECK(read.owners(0).silent_us() == 0);
  CHECK(read.up_us() == 0);
}

TEST_CASE("the newest routes are kept, and told when a life begins") {
  Leaser replica;
  CHECK_FALSE(replica.out.routes.has_value());
  v1::RouteTable routes = routes_of(replica.config);
  routes.set_version(7);
  replica.config.owners = {kHome1};
  for (SectionId section : replica.config.sections()) {
    const Address owner = replica.config.owner_of(section);
    replica.config.owners.push_back(owner);
  }
  REQUIRE(adopt_routes(replica.config, routes));
  replica.configure();
  replica.config.route_version = 1;  // as a life is told that knows nothing
  replica.reboot();
  REQUIRE(replica.out.routes.has_value());
  CHECK(replica.out.routes->version() == 7);
}

}  // namespace
}  // namespace glasspost::tests
