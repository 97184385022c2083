// One run, many runs.
#include "engine/virtual/run.hpp"

#include <fmt/format.h>

#include "engine/base/hash.hpp"
#include "engine/base/text.hpp"

namespace glasspost {
namespace {
constexpr Duration kPiece = std::chrono::seconds(1);
}  // namespace

std::vector<RunReport::Broken> RunReport::all_broken() const {
  std::vector<Broken> all;
  if (!trouble.empty()) all.push_back({0, trouble});
  for (const Verdict& verdict : verdicts) {
    if (verdict.outcome == Outcome::kBroken) all.push_back({verdict.promise, verdict.reason});
  }
  return all;
}

int RunReport::broken() const {
  const std::vector<Broken> all = all_broken();
  return all.empty() ? -1 : all.front().promise;
}

std::string RunReport::broken_sentence() const {
  const std::vector<Broken> all = all_broken();
  return all.empty() ? std::string() : all.front().sentence;
}

RunReport run_plan(const Scenario& scenario, const FaultPlan& plan, const FactListener& listener) {
  World world(scenario, plan);
  WorldWatch watch(scenario.choices.telemetry_watch, scenario.choices.telemetry_bodies);
  if (listener) {
    world.watch(&watch);
    for (Time piece = Time(kPiece); piece < Time(scenario.length); piece += kPiece) {
      world.run_until(piece);
      listener(watch.take(piece - WorldWatch::kLateness));
    }
  }
  world.run();
  if (listener) listener(watch.close(Time(scenario.length)));
  return {
      scenario,        plan,        world.promises().verdicts(), world.counts(), world.notables(),
      world.trouble(), world.hash()};
}

RunReport run_seed(std::uint64_t seed, FaultProfile profile, Duration length) {
  const Scenario scenario = make_scenario(seed, profile, length);
  return run_plan(scenario, make_plan(scenario));
}

void SimReport::add(const RunReport& report) {
  ++seeds;
  std::vector<RunReport::Broken> found = report.all_broken();
  if (!found.empty()) {
    Broken& one = broken.emplace_back();
    one.seed = report.scenario.seed;
    one.promise = found.front().promise;
    one.sentence = found.front().sentence;
    one.also.assign(found.begin() + 1, found.end());
  } else {
    bool told = true;
    for (const Verdict& verdict : report.verdicts) {
      if (verdict.outcome == Outcome::kCannotTell) told = false;
    }
    ++(told ? held : cannot_tell);
  }
  for (const Verdict& verdict : report.verdicts)
    judged[verdict.promise] += verdict.judged;
  const WorldCounts& counts = report.counts;
  for (std::size_t kind = 0; kind < kFaultKinds; ++kind) {
    faults[std::string(to_text(static_cast<FaultKind>(kind)))] += counts.faults[kind];
  }
  faults["lost_sync"] += counts.lost_syncs;
  faults["torn_tail"] += counts.torn_tails;
  faults["frame_lost"] += counts.frames_lost;
  faults["frame_doubled"] += counts.frames_doubled;
  faults["frame_late"] += counts.frames_late;
  virtual_seconds += static_cast<double>(report.scenario.length.count()) / 1e6;
  envelopes += counts.envelopes;
  Hash64 all(hash);
  all.add(report.hash);
  hash = all.value();
}

std::string SimReport::json() const {
  std::string broken_list;
  for (const Broken& one : broken) {
    std::string also;
    for (const RunReport::Broken& other : one.also) {
      also += fmt::format("{}{{\"promise\": {}, \"sentence\": {}}}", also.empty() ? "" : ", ",
                          other.promise, json_quote(other.sentence));
    }
    broken_list += fmt::format(
        "{}{{\"seed\": {}, \"promise\": {}, \"sentence\": {}, \"also\": [{}]}}",
        broken_list.empty() ? "" : ", ", one.seed, one.promise, json_quote(one.sentence), also);
  }
  std::string judged_list;
  for (const auto& [promise, count] : judged) {
    judged_list += fmt::format("{}\"{}\": {}", judged_list.empty() ? "" : ", ", promise, count);
  }
  std::string fault_list;
  for (const auto& [kind, count] : faults) {
    fault_list += fmt::format("{}\"{}\": {}", fault_list.empty() ? "" : ", ", kind, count);
  }
  return fmt::format(
      "{{\"seeds\": {}, \"held\": {}, \"broken\": [{}], \"cannot_tell\": {}, \"judged\": {{{}}}, "
      "\"faults\": {{{}}}, \"virtual_seconds\": {:.1f}, \"wall_seconds\": {:.3f}, "
      "\"envelopes\": {}, \"hash\": \"{:016x}\"}}",
      seeds, held, broken_list, cannot_tell, judged_list, fault_list, virtual_seconds, wall_seconds,
      envelopes, hash);
}

}  // namespace glasspost
