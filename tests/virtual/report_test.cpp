// What is told of runs: a story of ten sentences, a plan, and JSON for programs.
#include <algorithm>
#include <set>

#include "tests/virtual/json_check.hpp"
#include "tests/virtual/seeds.hpp"

namespace glasspost::tests {
namespace {

constexpr Duration kHalfMinute = std::chrono::seconds(30);

TEST_CASE("a story has at most ten sentences, and each ends in a full stop") {
  for (const FaultProfile profile :
       {FaultProfile::kNone, FaultProfile::kMild, FaultProfile::kHostile}) {
    for (std::uint64_t seed = 1; seed <= 5; ++seed) {
      const std::vector<std::string> story = tell_story(run_seed(seed, profile, kHalfMinute));
      CHECK(story.size() >= 3);
      CHECK(story.size() <= 10);
      for (const std::string& sentence : story) {
        CHECK(sentence.size() > 10);
        CHECK_MESSAGE(sentence.back() == '.', sentence);
        CHECK_MESSAGE(sentence.find('\n') == std::string::npos, sentence);
      }
    }
  }
}

TEST_CASE("a story of a run without faults says that nothing struck and that the promises held") {
  const std::vector<std::string> story = tell_story(run_seed(1, FaultProfile::kNone, kHalfMinute));
  CHECK(std::count(story.begin(), story.end(), "Nothing struck.") == 1);
  CHECK(story.back().starts_with("Every promise held, by "));
}

TEST_CASE("a story ends with what was broken") {
  RunReport report = run_seed(1, FaultProfile::kNone, kHalfMinute);
  report.verdicts[0].outcome = Outcome::kBroken;
  report.verdicts[0].reason = "device 1.1 never showed number 1";
  CHECK(report.broken() == 1);
  CHECK(report.broken_sentence() == "device 1.1 never showed number 1");
  CHECK(tell_story(report).back() == "Promise 1 was broken: device 1.1 never showed number 1.");
  report.verdicts[5].outcome = Outcome::kBroken;
  report.verdicts[5].reason = "a text has two numbers";
  CHECK(tell_story(report).back() ==
        "Promise 1 was broken, and promise 6, too: device 1.1 never showed number 1.");
  report.trouble = "seq-1 broke its invariant I1";
  CHECK(report.broken() == 0);
  CHECK(tell_story(report).back() == "In the end seq-1 broke its invariant I1.");
}

TEST_CASE("a plan is described by one line a fault") {
  const RunReport report = run_seed(2, FaultProfile::kHostile, kHalfMinute);
  const std::string text = describe_plan(report);
  CHECK(std::count(text.begin(), text.end(), '\n') ==
        static_cast<std::ptrdiff_t>(report.plan.size()));
}

TEST_CASE("a report counts its runs and is JSON with the fields that programs rely on") {
  SimReport report;
  for (std::uint64_t seed = 1; seed <= 2; ++seed)
    report.add(run_seed(seed, FaultProfile::kHostile, kMinute));
  RunReport broken = run_seed(3, FaultProfile::kHostile, kMinute);
  broken.verdicts[1].outcome = Outcome::kBroken;
  broken.verdicts[1].reason = "a \"quoted\" reason\nof two lines";
  broken.verdicts[5].outcome = Outcome::kBroken;
  broken.verdicts[5].reason = "another one";
  report.add(broken);
  RunReport unknown = run_seed(4, FaultProfile::kHostile, kMinute);
  unknown.verdicts[2].outcome = Outcome::kCannotTell;
  report.add(unknown);

  CHECK(report.seeds == 4);
  CHECK(report.held == 2);
  CHECK(report.cannot_tell == 1);
  REQUIRE(report.broken.size() == 1);
  CHECK(report.broken[0].seed == 3);
  CHECK(report.broken[0].promise == 2);
  REQUIRE(report.broken[0].also.size() == 1);
  CHECK(report.broken[0].also[0].promise == 6);
  CHECK(report.broken[0].also[0].sentence == "another one");
  CHECK(report.virtual_seconds == doctest::Approx(240));

  const std::set<std::string> fields = json_fields(report.json());
  for (const char* field : {"seeds", "held", "broken", "cannot_tell", "judged", "faults",
                            "virtual_seconds", "wall_seconds", "envelopes", "hash"}) {
    CHECK_MESSAGE(fields.contains(field), field);
  }
  for (const char* field :
       {"broken.seed", "broken.promise", "broken.sentence", "broken.also.promise",
        "broken.also.sentence", "judged.1", "judged.8", "faults.crash", "faults.lost_sync"}) {
    CHECK_MESSAGE(fields.contains(field), field);
  }
}

TEST_CASE("an empty report is JSON too") {
  CHECK(json_fields(SimReport{}.json()).contains("hash"));
}

TEST_CASE("the hash of a report depends on every run and on their order") {
  const RunReport one = run_seed(1, FaultProfile::kMild, kHalfMinute);
  const RunReport other = run_seed(2, FaultProfile::kMild, kHalfMinute);
  std::set<std::uint64_t> hashes;
  for (const std::vector<const RunReport*>& runs : std::vector<std::vector<const RunReport*>>{
           {&one}, {&other}, {&one, &other}, {&other, &one}}) {
    SimReport report;
    for (const RunReport* run : runs)
      report.add(*run);
    hashes.insert(report.hash);
  }
  CHECK(hashes.size() == 4);
}

}  // namespace
}  // namespace glasspost::tests
