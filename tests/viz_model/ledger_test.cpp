// Who owns what, by facts: lanes of numbers, moves, leases; back with the film.
#include "viz/model/ledger.hpp"

#include <doctest/doctest.h>

#include "viz/model/film.hpp"

namespace glasspost::viz {
namespace {

constexpr std::uint32_t kSection = 3U << 24 | 5;
constexpr std::uint32_t kSeq1 = 6U << 24 | 1;
constexpr std::uint32_t kSeq2 = 6U << 24 | 2;
constexpr std::uint32_t kArbiter = 8U << 24 | 1;

Fact fact(double seconds, FactKind kind, std::uint32_t role) {
  Fact made;
  made.time_us = static_cast<std::int64_t>(seconds * 1e6);
  made.kind = kind;
  made.role = role;
  made.node = static_cast<std::uint16_t>(role & 0xFF);
  return made;
}

Fact about_section(double seconds, FactKind kind, std::uint32_t role, std::uint64_t object,
                   std::uint64_t number = 0) {
  Fact made = fact(seconds, kind, role);
  made.subject = kSection;
  made.object = object;
  made.number = number;
  return made;
}

Fact handed(double seconds, std::uint32_t role, std::uint64_t user, std::uint64_t first,
            std::uint64_t count, std::uint64_t ceiling) {
  Fact made = fact(seconds, FactKind::kHandedOut, role);
  made.subject = user;
  made.object = kSection;
  made.number = first;
  made.value = count;
  made.extra = ceiling;
  return made;
}

Fact routed(double seconds, Address to, Address from, std::uint64_t version) {
  Fact made = about_section(seconds, FactKind::kRouted, kArbiter, pack(to), version);
  made.value = pack(from);
  return made;
}

Fact leased(double seconds, std::uint32_t role, double until, double length) {
  Fact made = fact(seconds, FactKind::kLeased, role);
  made.subject = 3;
  made.object = static_cast<std::uint64_t>(until * 1e6);
  made.number = static_cast<std::uint64_t>(length * 1e6);
  return made;
}

constexpr Address kFirst{RoleKind::kSeq, 1};
constexpr Address kSecond{RoleKind::kSeq, 2};

// seq-1 hands out up to 41 under a ceiling of 100, then seq-2 takes over above 100.
std::vector<Fact> a_take_over() {
  return {about_section(10, FactKind::kClaimed, kSeq1, 1),
          about_section(10, FactKind::kServing, kSeq1, 1, 0),
          about_section(10.1, FactKind::kCeiling, kSeq1, 100),
          handed(11, kSeq1, 7, 1, 40, 100),
          handed(11.5, kSeq1, 8, 41, 1, 100),
          routed(20, kSecond, kFirst, 2),
          about_section(20.2, FactKind::kClaimed, kSeq2, 2),
          about_section(25, FactKind::kServing, kSeq2, 2, 100),
          about_section(25.1, FactKind::kCeiling, kSeq2, 200),
          handed(26, kSeq2, 8, 101, 3, 200)};
}

Ledger after(const std::vector<Fact>& facts, std::size_t count) {
  Ledger ledger;
  for (std::size_t index = 0; index < count; ++index)
    ledger.apply(facts[index]);
  return ledger;
}

TEST_CASE("what lies between the highest number before and the floor after is skipped") {
  const std::vector<Fact> facts = a_take_over();
  const Ledger ledger = after(facts, facts.size());
  const NumberLane& lane = ledger.lanes().at(SectionId{kSection});
  REQUIRE(lane.stretches.size() == 2);
  CHECK(lane.stretches[0].highest == 41);
  CHECK(lane.stretches[1].floor == 100);
  CHECK(lane.skipped() == 59);
  CHECK(lane.highest() == 103);
  CHECK(lane.ceiling == 200);
  CHECK(lane.raises == 2);
  CHECK(lane.handed == 44);
}

TEST_CASE("a section belongs to whom the routes give it, and is served when its owner says so") {
  const std::vector<Fact> facts = a_take_over();
  const SectionId section{kSection};
  CHECK(after(facts, 5).sections().at(section).owner == kFirst);
  CHECK(after(facts, 5).sections().at(section).serves);
  const Ownership moved = after(facts, 6).sections().at(section);
  CHECK(moved.owner == kSecond);
  CHECK(moved.before == kFirst);
  CHECK_FALSE(moved.serves);
  const Ownership served = after(facts, 8).sections().at(section);
  CHECK(served.serves);
  CHECK(served.epoch == 2);
}

TEST_CASE("what an owner says that is none any more changes nothing") {
  std::vector<Fact> facts = a_take_over();
  facts.push_back(about_section(27, FactKind::kServes, kSeq1, 1));
  facts.push_back(handed(27, kSeq1, 7, 42, 1, 100));
  const Ledger ledger = after(facts, facts.size());
  CHECK(ledger.sections().at(SectionId{kSection}).owner == kSecond);
  const NumberLane& lane = ledger.lanes().at(SectionId{kSection});
  CHECK(lane.stretches[0].highest == 42);
  CHECK(lane.highest() == 103);
}

TEST_CASE("of a run that is seen from its middle on, the lane begins with the first number") {
  Ledger ledger;
  ledger.apply(handed(100, kSeq1, 7, 5'001, 2, 9'000));
  const NumberLane& lane = ledger.lanes().at(SectionId{kSection});
  CHECK(lane.stretches.front().floor == 5'000);
  CHECK(lane.highest() == 5'002);
  CHECK(lane.skipped() == 0);
  CHECK(ledger.sections().at(SectionId{kSection}).owner == kFirst);
}

TEST_CASE("a lease runs down with the clock and is over at its end") {
  Ledger ledger;
  ledger.apply(leased(10, kSeq1, 15, 5));
  const LeaseTold& lease = ledger.leases().at(kFirst);
  CHECK(lease.left(time_from_us(10'000'000)) == doctest::Approx(1));
  CHECK(lease.left(time_from_us(12'500'000)) == doctest::Approx(0.5));
  CHECK_FALSE(lease.ran_out(time_from_us(14'999'999)));
  CHECK(lease.ran_out(time_from_us(15'000'000)));
  ledger.apply(leased(11, kSeq1, 0, 0));  // seq.lease is off
  CHECK_FALSE(ledger.leases().at(kFirst).ran_out(time_from_us(99'000'000)));
}

TEST_CASE("an owner that begins to serve has a lease again, of which it has not told yet") {
  Ledger ledger;
  ledger.apply(leased(10, kSeq1, 15, 5));
  ledger.apply(about_section(20, FactKind::kServing, kSeq1, 3, 0));
  CHECK_FALSE(ledger.leases().contains(kFirst));
  ledger.apply(leased(20.5, kSeq1, 25.4, 5));
  ledger.apply(about_section(21, FactKind::kServing, kSeq1, 4, 0));
  CHECK(ledger.leases().contains(kFirst));
}

TEST_CASE("the rate is that of the last whole second") {
  Ledger ledger;
  for (int part = 0; part < 10; ++part)
    ledger.apply(
        handed(10 + part * 0.1, kSeq1, 7, static_cast<std::uint64_t>(part * 5 + 1), 5, 900));
  const NumberLane& lane = ledger.lanes().at(SectionId{kSection});
  CHECK(lane.rate(time_from_us(11'500'000)) == 50);
  CHECK(lane.rate(time_from_us(12'500'000)) == 0);
}

TEST_CASE("the ledger goes back with the film") {
  Film film;
  FactBatch batch;
  batch.facts = a_take_over();
  batch.until = time_from_us(30'000'000);
  film.append(batch);
  Player player(film);
  player.advance(0.1);
  CHECK(player.model().ledger().lanes().at(SectionId{kSection}).skipped() == 59);
  player.seek(time_from_us(15'000'000));
  CHECK(player.model().ledger().lanes().at(SectionId{kSection}).skipped() == 0);
  CHECK(player.model().ledger().sections().at(SectionId{kSection}).owner == kFirst);
  CHECK(player.model().failovers().all().empty());
}

}  // namespace
}  // namespace glasspost::viz
