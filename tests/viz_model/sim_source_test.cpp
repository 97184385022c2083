// A virtual world as a source of facts, and what the design board measures in it: each choice moves
// its own quantity as its formula says.
#include "viz/model/sim_source.hpp"

#include <algorithm>

#include <doctest/doctest.h>

#include "viz/model/film.hpp"
#include "viz/model/formulas.hpp"

namespace glasspost::viz {
namespace {

Time seconds(int value) {
  return Time(std::chrono::seconds(value));
}

// Plays a world until `until`, in pieces as a window would.
void play(SimSource& source, Film& film, Time until) {
  film.name(source.labels());
  while (source.ends() < until) {
    const Time before = source.ends();
    film.append(source.poll(std::min(until, before + Duration(std::chrono::milliseconds(100)))));
    REQUIRE(source.ends() > before);
  }
}

Quantity quantity(const Model& model, const std::string& key) {
  for (const BoardCard& card : board_cards(model)) {
    if (card.key == key && card.quantity) return *card.quantity;
  }
  return {};
}

// The quantity of a choice after half a minute of a world in which it has this value.
Quantity measured_with(const std::string& key, const std::string& value,
                       const std::string& placement = "split", std::uint64_t seed = 5) {
  SimWish wish;
  wish.seed = seed;
  wish.placement = placement;
  SimSource source(wish);
  Film film;
  if (!key.empty()) REQUIRE(source.choose(key, value));
  play(source, film, seconds(30));
  return quantity(film.newest(), key.empty() ? "topology.placement" : key);
}

TEST_CASE("facts of a world come in order of time, and none is before what was told already") {
  SimSource source(SimWish{});
  std::int64_t last = 0;
  Time until = seconds(-1);  // nothing was told yet
  for (int piece = 1; piece <= 50; ++piece) {
    const FactBatch batch = source.poll(Time(std::chrono::milliseconds(200 * piece)));
    for (const Fact& fact : batch.facts) {
      CHECK(fact.time_us >= last);
      CHECK(fact.time_us > to_us(until));
      CHECK(fact.time_us <= to_us(batch.until));
      last = fact.time_us;
    }
    until = batch.until;
  }
  CHECK(until == seconds(10));
}

TEST_CASE("the same wish gives the same facts") {
  SimSource one(SimWish{});
  SimSource other(SimWish{});
  for (int second = 1; second <= 8; ++second)
    CHECK(one.poll(seconds(second)).facts == other.poll(seconds(second)).facts);
}

TEST_CASE("the allocator of a world can be asked why, and who is down does not answer") {
  SimSource source({});
  source.poll(Time(seconds(2)));
  const SectionId first = section_of(SectionKind::kSeq, 0);
  const std::vector<Numbered> users = source.users_of(first, 2);
  REQUIRE(users.size() == 2);
  CHECK(users[0].name == "user 1");
  CHECK(source.why_next_number(UserId{1}).find("The next number of user 1 is ") == 0);
  CHECK(source.strike(FaultTool::kKill, "seq-1").empty());
  source.poll(Time(seconds(2) + std::chrono::milliseconds(300)));
  const std::string silent = source.why_next_number(UserId{1});
  CHECK_MESSAGE(silent.find("seq-1 does not answer") != std::string::npos, silent);
  CHECK(source.why_next_number(UserId{1'000'000}).empty());
}

TEST_CASE("a strike is a mark, and the process is down until it comes back") {
  SimSource source(SimWish{});
  Film film;
  play(source, film, seconds(5));
  CHECK(source.strike(FaultTool::kKill, "mailbox-1").empty());
  play(source, film, seconds(6));
  const auto& marks = film.newest().deeds().marks();
  CHECK(std::any_of(marks.begin(), marks.end(), [](const Mark& mark) {
    return mark.text.find("mailbox-1") != std::string::npos;
  }));
  CHECK(film.newest().processes().find("mailbox-1")->health == Health::kDown);
  play(source, film, seconds(10));
  CHECK(film.newest().processes().find("mailbox-1")->health != Health::kDown);
  CHECK_FALSE(source.strike(FaultTool::kKill, "nobody").empty());
}

TEST_CASE("a hostile world is struck in each minute, recovers, and promise 8 says so") {
  SimWish wish;
  wish.seed = 7;
  wish.hostile = true;
  SimSource source(wish);
  Film film;
  std::size_t before = 0;
  for (int minute = 1; minute <= 3; ++minute) {
    play(source, film, seconds(60 * minute));
    const std::size_t marks = film.newest().deeds().marks().size();
    CHECK(marks > before + 5);
    before = marks;
    const PromiseView& recovery = film.promises().all()[7];
    INFO("minute " << minute << ": " << recovery.reason);
    CHECK(recovery.judged > 100);
    CHECK(recovery.standing == Standing::kHolds);
  }
}

TEST_CASE("a lease ends by the clock of whoever watches, though each process has its own") {
  SimSource source(SimWish{});
  std::size_t leases = 0;
  for (int piece = 1; piece <= 10; ++piece) {
    for (const Fact& fact : source.poll(Time(std::chrono::seconds(piece))).facts) {
      if (fact.kind != FactKind::kLeased) continue;
      ++leases;
      const std::int64_t left = static_cast<std::int64_t>(fact.object) - fact.time_us;
      CHECK(left > 0);
      CHECK(left <= static_cast<std::int64_t>(fact.number) + 1'000);  // clocks run a little apart
    }
  }
  CHECK(leases > 20);
}

TEST_CASE("promises hold in a world that is struck and goes on") {
  SimSource source(SimWish{});
  Film film;
  play(source, film, seconds(4));
  for (const FaultTool tool : {FaultTool::kKill, FaultTool::kFreeze, FaultTool::kSlowDisk,
                               FaultTool::kDelay, FaultTool::kCut, FaultTool::kDrop}) {
    CHECK(source.strike(tool, "store-1").empty());
    play(source, film, source.ends() + Duration(std::chrono::seconds(4)));
  }
  for (const PromiseView& promise : film.promises().all())
    CHECK(promise.standing != Standing::kBroken);
}

TEST_CASE("after-memory acknowledges sooner, by the append and the sync") {
  const Quantity durable = measured_with("delivery.ack", "after-durable");
  const Quantity memory = measured_with("delivery.ack", "after-memory");
  REQUIRE(durable.measured);
  REQUIRE(memory.measured);
  CHECK(*memory.measured < *durable.measured);
  CHECK(*memory.predicted < *durable.predicted);
}

// A text of which one step is slow must move the formula with it: nothing is left out.
TEST_CASE("the formula of the acknowledgement is within a tenth of what is measured") {
  for (std::uint64_t seed = 1; seed <= 6; ++seed) {
    for (const char* value : {"after-durable", "after-memory"}) {
      const Quantity quantity = measured_with("delivery.ack", value, "split", seed);
      INFO("seed " << seed << ", " << value);
      REQUIRE(quantity.predicted);
      REQUIRE(quantity.measured);
      INFO("formula " << *quantity.predicted << " ms, measured " << *quantity.measured << " ms");
      CHECK_FALSE(off_formula(quantity));
    }
  }
}

TEST_CASE("a slow disk is in the formula of the acknowledgement, too") {
  SimSource source(SimWish{});
  Film film;
  play(source, film, seconds(20));
  CHECK(source.strike(FaultTool::kSlowDisk, "store-1").empty());
  play(source, film, seconds(30));
  const Quantity slow = quantity(film.newest(), "delivery.ack");
  REQUIRE(slow.measured);
  INFO("formula " << *slow.predicted << " ms, measured " << *slow.measured << " ms");
  CHECK(*slow.measured > 50);
  CHECK(*slow.predicted > 50);
}

TEST_CASE("a store syncs for each put, once a second, or never, and never more than its bound") {
  const Quantity always = measured_with("store.fsync", "always");
  const Quantity interval = measured_with("store.fsync", "interval");
  const Quantity never = measured_with("store.fsync", "never");
  REQUIRE(never.measured);
  CHECK(*always.measured > 10);
  CHECK(*interval.measured > 0);
  CHECK(*interval.measured <= 1);
  CHECK(*never.measured == 0);
  CHECK(*always.predicted < 1.5 * *always.measured);  // the bound is near
  for (const Quantity& quantity : {always, interval, never}) {
    CHECK(quantity.bound);
    CHECK_FALSE(off_formula(quantity));
  }
}

TEST_CASE("a notice window makes fewer notices, within the bound") {
  const Quantity at_once = measured_with("delivery.notice-window", "0");
  const Quantity window = measured_with("delivery.notice-window", "2s");
  CHECK_FALSE(off_formula(at_once));
  CHECK(*window.measured < *at_once.measured);
  CHECK(window.bound);
  CHECK_FALSE(off_formula(window));
}

TEST_CASE("a small step makes a durable write of nearly every number") {
  const Quantity large = measured_with("seq.step", "10000");
  const Quantity small = measured_with("seq.step", "1");
  CHECK(*small.measured > 10 * *large.measured + 1);
  CHECK_FALSE(off_formula(small));
}

TEST_CASE("merged roles send no letter between processes") {
  const Quantity split = measured_with("", "", "split");
  const Quantity merged = measured_with("", "", "merged");
  CHECK(*split.measured > 10);
  CHECK_FALSE(off_formula(split));
  REQUIRE(merged.measured);
  CHECK(*merged.measured == 0);
}

}  // namespace
}  // namespace glasspost::viz
