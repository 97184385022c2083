// glasspost sim: runs seeds of the virtual world and says whether the promises held.
#include <chrono>
#include <cstdio>
#include <memory>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <unistd.h>

#include "engine/apps/glasspost/commands.hpp"
#include "engine/apps/glasspost/not_empty.hpp"
#include "engine/base/counted.hpp"
#include "engine/base/error_line.hpp"
#include "engine/base/text.hpp"
#include "engine/telemetry/recorder.hpp"
#include "engine/virtual/run.hpp"

namespace glasspost {
namespace {

struct SimOptions {
  std::string seed;
  std::string seeds;
  std::string faults = "hostile";
  std::string length = "60s";
  std::vector<std::string> choices;
  std::string record;
  bool force = false;
  bool story = false;
  bool shrink = false;
  bool json = false;
};

// The seeds asked for, first and last.
struct SeedRange {
  std::uint64_t first = 1;
  std::uint64_t last = 1;
};

constexpr std::uint64_t kSeedsMax = 1'000'000;

Result<SeedRange> parse_seeds(const SimOptions& options) {
  if (!options.seed.empty()) {
    const Result<std::uint64_t> seed = parse_u64(options.seed);
    if (!seed) return seed.error();
    return SeedRange{*seed, *seed};
  }
  if (options.seeds.empty()) return SeedRange{};
  const std::size_t dots = options.seeds.find("..");
  if (dots == std::string::npos) {
    return Error{Code::kInvalidArgument, "--seeds wants two numbers, like 1..100"};
  }
  const Result<std::uint64_t> first = parse_u64(std::string_view(options.seeds).substr(0, dots));
  const Result<std::uint64_t> last = parse_u64(std::string_view(options.seeds).substr(dots + 2));
  if (!first) return first.error();
  if (!last) return last.error();
  if (*last < *first || *last - *first >= kSeedsMax) {
    return Error{Code::kInvalidArgument, "--seeds wants A..B with A <= B, at most a million seeds"};
  }
  return SeedRange{*first, *last};
}

Result<Duration> parse_length(const std::string& text) {
  const Result<Duration> length = parse_duration(text);
  if (!length) return length.error();
  if (*length < std::chrono::seconds(1) || *length > std::chrono::hours(1)) {
    return Error{Code::kInvalidArgument, "--seconds may be 1s to 60m"};
  }
  return *length;
}

// One line on a terminal that is written over, nothing elsewhere.
class Progress {
 public:
  explicit Progress(std::uint64_t total) : total_(total), shown_(isatty(STDERR_FILENO) == 1) {}
  ~Progress() {
    if (shown_) fmt::print(stderr, "\r\033[K");
  }
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void show(std::uint64_t done, std::size_t broken) const {
    if (!shown_ || total_ < 2) return;
    constexpr std::uint64_t kWidth = 40;
    const std::string bar(done * kWidth / total_, '#');
    fmt::print(stderr, "\r[{:<40}] {} of {} seeds, {} broken", bar, done, total_, broken);
    std::fflush(stderr);
  }
  void say(const std::string& line) const {
    if (!shown_) return;
    fmt::print(stderr, "\r\033[K{}", line);
    std::fflush(stderr);
  }

 private:
  std::uint64_t total_;
  bool shown_;
};

// The command that shows a broken seed again: what was asked for, for that seed alone.
std::string again(std::uint64_t seed, const SimOptions& options) {
  std::string words = fmt::format("glasspost sim --seed {}", seed);
  if (options.faults != SimOptions().faults) words += " --faults " + options.faults;
  if (options.length != SimOptions().length) words += " --seconds " + options.length;
  for (const std::string& choice : options.choices)
    words += " --set " + choice;
  return words + " --story --shrink";
}

void print_broken(std::uint64_t seed, int promise, const std::string& sentence) {
  const std::string what = promise == 0 ? "invariant" : fmt::format("promise {}", promise);
  fmt::print("BROKEN seed {}: {}: {}\n", seed, what, sentence);
}

void print_report(const SimReport& report, const SimOptions& options) {
  fmt::print("{}, {} virtual second{} in {:.1f} s: {} held, {} broken, {} cannot tell.\n",
             counted(report.seeds, "seed"), report.virtual_seconds,
             report.virtual_seconds == 1 ? "" : "s", report.wall_seconds, report.held,
             report.broken.size(), report.cannot_tell);
  fmt::print("Judged:");
  for (const auto& [promise, count] : report.judged)
    fmt::print("  promise {}: {}", promise, count);
  fmt::print("\nFaults:");
  for (const auto& [kind, count] : report.faults) {
    if (count > 0) fmt::print("  {} {}", kind, count);
  }
  fmt::print("\nEnvelopes: {}   hash: {:016x}\n", report.envelopes, report.hash);
  for (const SimReport::Broken& one : report.broken) {
    print_broken(one.seed, one.promise, one.sentence);
    for (const RunReport::Broken& other : one.also)
      print_broken(one.seed, other.promise, other.sentence);
  }
  if (!report.broken.empty()) {
    fmt::print("See it again with: {}\n", again(report.broken.front().seed, options));
  }
}

void print_stories(const RunReport& report, const SimOptions& options, const Progress& progress) {
  if (options.story && !options.json) {
    for (const std::string& sentence : tell_story(report))
      fmt::print("{}\n", sentence);
  }
  if (!options.shrink || report.broken() < 0) return;
  const RunReport smallest = shrink(report, [&progress](std::size_t left) {
    progress.say(fmt::format("shrinking: {} left", counted(left, "fault")));
  });
  progress.say("");
  std::FILE* const where = options.json ? stderr : stdout;
  fmt::print(where, "Of {}, {} {} enough to break promise {} of seed {}:\n{}",
             counted(report.plan.size(), "fault"), smallest.plan.size(),
             smallest.plan.size() == 1 ? "is" : "are", smallest.broken(), report.scenario.seed,
             describe_plan(smallest));
  fmt::print(where, "{}\n", smallest.broken_sentence());
}

Status apply_choices(Scenario& scenario, const std::vector<std::string>& choices) {
  for (const std::string& choice : choices) {
    const std::size_t equals = choice.find('=');
    if (equals == std::string::npos) {
      return Error{Code::kInvalidArgument, "--set wants KEY=VALUE, like seq.step=1"};
    }
    const std::string_view text(choice);
    if (text.substr(0, equals) == kQuorumKey) {
      const Result<Quorum> quorum = parse_quorum(text.substr(equals + 1));
      if (!quorum) return quorum.error();
      scenario.quorum = *quorum;
      continue;
    }
    Status set = set_choice(scenario.choices, text.substr(0, equals), text.substr(equals + 1));
    if (!set) return set;
  }
  return ok();
}

int wrong_use(const Error& error) {
  write_error_line("glasspost sim: " + error.message);
  return error.code == Code::kIo ? kExitFailed : kExitWrongUse;
}

// One run, and its facts into a file.
Result<RunReport> run_recorded(const Scenario& scenario, const SimOptions& options) {
  Result<std::unique_ptr<Recorder>> recorder =
      Recorder::create({.path = options.record, .force = options.force}, labels_of(scenario));
  if (!recorder) return recorder.error();
  Status written = ok();
  const RunReport report =
      run_plan(scenario, make_plan(scenario), [&](const std::vector<Fact>& facts) {
        if (written) written = (*recorder)->add(facts);
      });
  if (written) written = (*recorder)->finish();
  if (!written) return written.error();
  if (!options.json) {
    fmt::print("{}: {}, {:.1f} MB.\n", escape_controls(options.record),
               counted((*recorder)->facts(), "fact"),
               static_cast<double>((*recorder)->bytes()) / 1e6);
  }
  return report;
}

Result<RunReport> run_one(const Scenario& scenario, const SimOptions& options) {
  if (!options.record.empty()) return run_recorded(scenario, options);
  return run_plan(scenario, make_plan(scenario));
}

int run_sim(const SimOptions& options) {
  const Result<SeedRange> range = parse_seeds(options);
  if (!range) return wrong_use(range.error());
  const Result<FaultProfile> profile = parse_profile(options.faults);
  if (!profile) return wrong_use(profile.error());
  const Result<Duration> length = parse_length(options.length);
  if (!length) return wrong_use(length.error());

  if (!options.record.empty() && range->first != range->last) {
    return wrong_use({Code::kInvalidArgument, "--record wants one seed, like --seed 7"});
  }
  SimReport report;
  const auto began = std::chrono::steady_clock::now();
  const Progress progress(range->last - range->first + 1);
  for (std::uint64_t seed = range->first;; ++seed) {
    Scenario scenario = make_scenario(seed, *profile, *length);
    if (const Status set = apply_choices(scenario, options.choices); !set) {
      return wrong_use(set.error());
    }
    const Result<RunReport> run = run_one(scenario, options);
    if (!run) return wrong_use(run.error());
    report.add(*run);
    progress.show(report.seeds, report.broken.size());
    print_stories(*run, options, progress);
    if (seed == range->last) break;
  }
  progress.say("");
  report.wall_seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
  if (options.json) {
    fmt::print("{}\n", report.json());
  } else {
    print_report(report, options);
  }
  if (!report.broken.empty()) return kExitFailed;
  return report.cannot_tell > 0 ? kExitCannotTell : kExitFine;
}

}  // namespace

void add_sim_command(CLI::App& app, int& exit_code) {
  auto options = std::make_shared<SimOptions>();
  CLI::App* sim = app.add_subcommand(
      "sim", "Run whole clusters in virtual time, under faults, and judge the promises.");
  sim->add_option("--seed", options->seed, "One seed: the run is the same every time.")
      ->check(not_empty("a number"));
  sim->add_option("--seeds", options->seeds, "Many seeds, like 1..100.")
      ->excludes("--seed")
      ->check(not_empty("two numbers, like 1..100"));
  sim->add_option("--faults", options->faults, "none, mild or hostile.")->capture_default_str();
  sim->add_option("--seconds", options->length, "Virtual time of a run, like 60s.")
      ->capture_default_str();
  sim->add_option("--set", options->choices, "A design choice, like seq.step=1; may be repeated.");
  sim->add_option("--record", options->record, "Write the facts of the run into this file.")
      ->check(not_empty("a file name"));
  sim->add_flag("--force", options->force, "Replace that file if it is there.");
  sim->add_flag("--story", options->story, "Tell each run in at most ten sentences.");
  sim->add_flag("--shrink", options->shrink, "For a broken run: drop faults one by one.");
  sim->add_flag("--json", options->json, "Print one JSON object instead of text.");
  sim->footer(
      "Examples:\n"
      "  glasspost sim --seed 7 --story            one hostile run, told\n"
      "  glasspost sim --seeds 1..100 --json       a hundred runs, for a program\n"
      "  glasspost sim --seed 7 --record seven.gpr  to be looked at in the console\n"
      "  glasspost sim --seed 7 --set delivery.ack=after-memory --shrink\n"
      "Exit codes: 0 all promises held, 1 one was broken, 2 wrong use, 3 cannot tell.");
  sim->callback([options, &exit_code] { exit_code = run_sim(*options); });
}

}  // namespace glasspost
