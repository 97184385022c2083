// glasspost record: what a running cluster tells, into a file.
#include <csignal>
#include <memory>
#include <string>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include "engine/apps/glasspost/cluster.hpp"
#include "engine/apps/glasspost/commands.hpp"
#include "engine/apps/glasspost/not_empty.hpp"
#include "engine/base/counted.hpp"
#include "engine/base/text.hpp"
#include "engine/live/clocks.hpp"
#include "engine/live/live_source.hpp"
#include "engine/telemetry/recorder.hpp"

namespace glasspost {
namespace {

constexpr Duration kFirstWordPatience = std::chrono::seconds(5);
constexpr Duration kHubPatience = std::chrono::seconds(10);  // its restart takes a second
constexpr Duration kFlushEvery = std::chrono::seconds(1);
constexpr int kPollMs = 20;
constexpr std::uint64_t kWholeBacklog = UINT64_MAX;
constexpr std::uint64_t kSecondsMax = 7 * 24 * 3'600;

struct RecordOptions : ClusterOptions {
  std::string file;
  std::uint64_t seconds = 0;  // 0: until it is told to end
  bool only_new = false;
  bool force = false;
};

volatile std::sig_atomic_t told_to_end = 0;

void end_on_signals() {
  struct sigaction action {};
  action.sa_handler = [](int) { told_to_end = 1; };
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
}

std::string lost_words(const Recorder& recorder) {
  return (recorder.lost_uncounted() ? "at least " : "") + std::to_string(recorder.lost());
}

// Facts from hub to file until the time is over, somebody ends it, or the cluster is gone.
class Recording {
 public:
  Recording(const RecordOptions& options, LiveSource& source, Recorder& recorder)
      : options_(options),
        source_(source),
        recorder_(recorder),
        shown_(isatty(STDERR_FILENO) == 1),
        labels_(source.labels_version()) {}

  // Errors: kIo if the file cannot be written.
  Status run(FactBatch first) {
    const Time began = station_now();
    const Time end =
        options_.seconds == 0 ? kNever : began + std::chrono::seconds(options_.seconds);
    Time heard = began;
    Time flushed = began;
    Status took = take(first);
    while (took && told_to_end == 0 && station_now() < end &&
           station_now() - heard < kHubPatience) {
      ::poll(nullptr, 0, kPollMs);
      took = take(source_.poll(kNever));
      if (source_.trouble().empty()) heard = station_now();
      if (!took || station_now() < flushed + kFlushEvery) continue;
      flushed = station_now();
      took = recorder_.flush();
      show(flushed - began);
    }
    if (shown_) fmt::print(stderr, "\r\033[K");
    return took ? recorder_.finish() : took;
  }

 private:
  Status take(const FactBatch& batch) {
    if (source_.labels_version() != labels_) {
      labels_ = source_.labels_version();
      if (Status labelled = recorder_.label(source_.labels()); !labelled) return labelled;
    }
    return recorder_.add(batch.facts);
  }

  // One line on a terminal that is written over, nothing elsewhere.
  void show(Duration passed) const {
    if (!shown_) return;
    const std::string trouble = source_.trouble();
    fmt::print(stderr, "\r\033[K{} s, {} facts, {:.1f} MB, {} lost{}{}  (Ctrl-C ends it)",
               to_us(passed) / 1'000'000, recorder_.facts(),
               static_cast<double>(recorder_.bytes()) / 1e6, lost_words(recorder_),
               trouble.empty() ? "" : "; ", escape_controls(trouble));
    std::fflush(stderr);
  }

  const RecordOptions& options_;
  LiveSource& source_;
  Recorder& recorder_;
  bool shown_;
  std::uint64_t labels_;
};

// The hub's first word says what the numbers in facts stand for.
Result<FactBatch> first_word(LiveSource& source) {
  FactBatch all;
  const Time patience = station_now() + kFirstWordPatience;
  while (source.labels_version() == 0) {
    if (station_now() > patience) return Error{Code::kUnavailable, source.trouble()};
    if (told_to_end != 0) return Error{Code::kUnavailable, "ended before the hub's first word"};
    const FactBatch batch = source.poll(kNever);
    all.facts.insert(all.facts.end(), batch.facts.begin(), batch.facts.end());
    ::poll(nullptr, 0, kPollMs);
  }
  return all;
}

void print_result(const RecordOptions& options, const Recorder& recorder) {
  if (options.json) {
    fmt::print("{{\"file\": {}, \"facts\": {}, \"lost\": {}, \"bytes\": {}}}\n",
               json_quote(options.file), recorder.facts(), recorder.lost(), recorder.bytes());
    return;
  }
  fmt::print("{}: {}, {:.1f} MB, {} lost.\nLook at it with: glasspost replay {}\n",
             escape_controls(options.file), counted(recorder.facts(), "fact"),
             static_cast<double>(recorder.bytes()) / 1e6, lost_words(recorder),
             escape_controls(options.file));
}

int run_record(const RecordOptions& options) {
  const RunDirectory directory(options.directory);
  if (const Result<v1::ControlReply> status = ask_status(directory); !status) {
    return complain("record", status.error());
  }
  end_on_signals();
  LiveSource source(directory.hub_socket(), options.only_new ? 0 : kWholeBacklog);
  const Result<FactBatch> first = first_word(source);
  if (!first) return complain("record", first.error());
  Result<std::unique_ptr<Recorder>> recorder =
      Recorder::create({.path = options.file, .force = options.force}, source.labels());
  if (!recorder) {
    complain("record", recorder.error());
    return recorder.error().code == Code::kIo ? kExitFailed : kExitWrongUse;
  }
  Recording recording(options, source, **recorder);
  if (const Status done = recording.run(*first); !done) return complain("record", done.error());
  print_result(options, **recorder);
  return kExitFine;
}

}  // namespace

void add_record_command(CLI::App& app, int& exit_code) {
  auto options = std::make_shared<RecordOptions>();
  CLI::App* record =
      app.add_subcommand("record", "Write what a running cluster tells into a file.");
  record->add_option("file", options->file, "A new file, like monday.gpr.")
      ->required()
      ->check(not_empty("a file name, like monday.gpr"));
  add_cluster_options(*record, *options, true);
  record->add_option("--seconds", options->seconds, "End after so long; else Ctrl-C ends it.")
      ->check(CLI::Range(std::uint64_t{1}, kSecondsMax));
  record->add_flag("--only-new", options->only_new,
                   "Leave out what the hub still remembers of the last minutes.");
  record->add_flag("--force", options->force, "Replace the file if it is there.");
  record->footer(
      "Examples:\n  glasspost record monday.gpr --seconds 60\n"
      "  glasspost replay monday.gpr\n  glasspost check monday.gpr");
  record->callback([options, &exit_code] { exit_code = run_record(*options); });
}

}  // namespace glasspost
