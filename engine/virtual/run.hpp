// Running seeds and saying what came of it: one run, many runs, a smaller plan that still breaks,
// and the run as ten sentences.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "engine/virtual/plan.hpp"
#include "engine/virtual/world.hpp"

namespace glasspost {

// What came of one run.
struct RunReport {
  Scenario scenario;
  FaultPlan plan;
  std::vector<Verdict> verdicts;
  WorldCounts counts;
  std::vector<Notable> notables;
  std::string trouble;  // a role's invariant that broke; empty if none
  std::uint64_t hash = 0;

  // One that broke: its number, or 0 for a role's invariant, and why, as a sentence.
  struct Broken {
    int promise = 0;
    std::string sentence;
  };
  // All that broke, an invariant first, then promises by number.
  std::vector<Broken> all_broken() const;

  // Of the first of them; -1 and nothing if all is well.
  int broken() const;
  std::string broken_sentence() const;
};

// Hears the facts of a run piece by piece, in order of time.
using FactListener = std::function<void(const std::vector<Fact>&)>;

// Runs a scenario with a plan to its end. What is heard of a run changes nothing in it.
RunReport run_plan(const Scenario& scenario, const FaultPlan& plan,
                   const FactListener& listener = nullptr);

// Runs a seed as its profile says.
RunReport run_seed(std::uint64_t seed, FaultProfile profile, Duration length);

// Takes faults away one by one as long as the same promise still breaks; `progress` hears how many
// are left. REQUIRES: broken was made by run_plan and is broken.
RunReport shrink(const RunReport& broken, const std::function<void(std::size_t)>& progress);

// At most ten plain sentences: who took part, what struck, what came of it.
std::vector<std::string> tell_story(const RunReport& report);

// The plan of a run, one line a fault.
std::string describe_plan(const RunReport& report);

// Many runs together.
struct SimReport {
  std::uint64_t seeds = 0;
  std::uint64_t held = 0;
  std::uint64_t cannot_tell = 0;  // seeds in which a promise could not be judged
  struct Broken {
    std::uint64_t seed = 0;
    int promise = 0;
    std::string sentence;
    std::vector<RunReport::Broken> also;  // what else broke in this seed
  };
  std::vector<Broken> broken;                   // a line a seed
  std::map<int, std::uint64_t> judged;          // by promise
  std::map<std::string, std::uint64_t> faults;  // by kind, and what they did
  double virtual_seconds = 0;
  double wall_seconds = 0;
  std::uint64_t envelopes = 0;
  std::uint64_t hash = 0;  // over the hashes of all seeds, in order

  void add(const RunReport& report);
  std::string json() const;
};

}  // namespace glasspost
