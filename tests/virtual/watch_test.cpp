// Watching a world changes nothing in it, and what is heard is whole and in order.
#include <algorithm>
#include <map>

#include "engine/promises/recovery_stream.hpp"
#include "engine/promises/stream_judge.hpp"
#include "tests/virtual/seeds.hpp"

namespace glasspost::tests {
namespace {

constexpr Duration kHalf = std::chrono::seconds(40);

struct Heard {
  RunReport report;
  std::vector<Fact> facts;
};

Heard listen(const Scenario& scenario) {
  std::vector<Fact> facts;
  RunReport report =
      run_plan(scenario, make_plan(scenario), [&facts](const std::vector<Fact>& more) {
        facts.insert(facts.end(), more.begin(), more.end());
      });
  return {std::move(report), std::move(facts)};
}

std::uint64_t count(const std::vector<Fact>& facts, FactKind kind) {
  return static_cast<std::uint64_t>(std::count_if(
      facts.begin(), facts.end(), [kind](const Fact& fact) { return fact.kind == kind; }));
}

TEST_CASE("a world that is watched is the same world") {
  for (std::uint64_t seed = 1; seed <= seeds(6); ++seed) {
    const Scenario scenario = make_scenario(seed, FaultProfile::kHostile, kHalf);
    const Heard heard = listen(scenario);
    CHECK(heard.report.hash == run_plan(scenario, make_plan(scenario)).hash);
    CHECK(std::is_sorted(
        heard.facts.begin(), heard.facts.end(),
        [](const Fact& one, const Fact& other) { return one.time_us < other.time_us; }));
    CHECK(count(heard.facts, FactKind::kAcked) == heard.report.counts.acked);
    CHECK(count(heard.facts, FactKind::kShown) == heard.report.counts.shown);
  }
}

// Deeds and what the judge in the world was told come to the same.
TEST_CASE("whoever hears the facts of a world comes to the verdicts of the world") {
  for (std::uint64_t seed = 1; seed <= seeds(6); ++seed) {
    INFO("seed " << seed);
    const Scenario scenario = make_scenario(seed, FaultProfile::kHostile, kMinute);
    const Heard heard = listen(scenario);
    StreamJudge judge;
    for (const Fact& fact : heard.facts)
      judge.observe(fact);
    judge.finish(Time(scenario.length + std::chrono::milliseconds(10)));
    for (const Verdict& verdict : judge.verdicts()) {
      INFO("promise " << verdict.promise << ": " << verdict.reason);
      CHECK(verdict.outcome == verdict_of(heard.report.verdicts, verdict.promise).outcome);
      CHECK(verdict.judged > 0);
    }
  }
}

RecoveryStream judge_as_it_comes(const Heard& heard, Duration length) {
  RecoveryStream judge;
  for (const Fact& fact : heard.facts)
    judge.observe(fact);
  judge.look(Time(length + RecoveryStream::kLateness));
  return judge;
}

TEST_CASE("promise 8 is judged while the facts come, too, and holds") {
  for (std::uint64_t seed = 1; seed <= seeds(12); ++seed) {
    INFO("seed " << seed);
    const auto profile = seed % 2 == 0 ? FaultProfile::kHostile : FaultProfile::kNone;
    const Scenario scenario = make_scenario(seed, profile, kMinute);
    const RecoveryStream judge = judge_as_it_comes(listen(scenario), kMinute);
    INFO(judge.verdict().reason);
    CHECK(judge.verdict().outcome == Outcome::kHolds);
    CHECK(judge.verdict().judged > 100);
  }
}

// It may see less than who knows the end, but nothing that is not there.
TEST_CASE("what the running judge of promise 8 finds broken is broken, and it finds some") {
  int found = 0;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    Scenario scenario = make_scenario(seed, FaultProfile::kHostile, kMinute);
    scenario.choices.delivery_ack = DeliveryAck::kAfterMemory;
    const Heard heard = listen(scenario);
    const RecoveryStream judge = judge_as_it_comes(heard, kMinute);
    if (!judge.broken()) continue;
    ++found;
    INFO("seed " << seed << ": " << judge.verdict().reason);
    CHECK(verdict_of(heard.report.verdicts, 8).outcome == Outcome::kBroken);
  }
  CHECK(found > 0);
}

TEST_CASE("faults, ends and starts are told as deeds") {
  const Scenario scenario = make_scenario(2, FaultProfile::kHostile, kMinute);
  const Heard heard = listen(scenario);
  std::uint64_t fired_all = 0;
  for (const std::uint64_t one : heard.report.counts.faults)
    fired_all += one;
  fired_all -= fired(heard.report.counts, FaultKind::kRecut);  // no fault: a choice
  CHECK(count(heard.facts, FactKind::kFault) == fired_all);
  CHECK(count(heard.facts, FactKind::kHealed) == fired_all);
  const std::size_t servers = server_nodes(scenario).size();
  CHECK(count(heard.facts, FactKind::kStarted) == servers + count(heard.facts, FactKind::kEnded));
}

// One text alone in a quiet world: its letters reach each role once, in the order of its way.
TEST_CASE("the letters of one text are told in the order of its way") {
  Scenario scenario = make_scenario(1, FaultProfile::kNone, kHalf);
  const Heard heard = listen(scenario);
  const auto acked = std::find_if(heard.facts.begin(), heard.facts.end(),
                                  [](const Fact& fact) { return fact.kind == FactKind::kAcked; });
  REQUIRE(acked != heard.facts.end());
  std::map<RoleKind, std::int64_t> first;
  for (const Fact& fact : heard.facts) {
    if (fact.kind != FactKind::kArrived || fact.trace != acked->trace) continue;
    first.emplace(static_cast<RoleKind>(fact.role >> 24), fact.time_us);
  }
  CHECK(first.at(RoleKind::kAccess) < first.at(RoleKind::kLogic));
  CHECK(first.at(RoleKind::kLogic) < first.at(RoleKind::kConversation));
  CHECK(first.at(RoleKind::kConversation) < first.at(RoleKind::kStore));
  CHECK(first.at(RoleKind::kStore) < first.at(RoleKind::kMailbox));
  CHECK(count(heard.facts, FactKind::kCell) > 0);
  CHECK(count(heard.facts, FactKind::kBytes) > 0);
}

}  // namespace
}  // namespace glasspost::tests
