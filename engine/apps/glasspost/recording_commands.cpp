// glasspost replay, check: what a recording holds, and whether the promises held in it.
#include <map>
#include <memory>
#include <set>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "engine/apps/glasspost/commands.hpp"
#include "engine/base/counted.hpp"
#include "engine/base/error_line.hpp"
#include "engine/base/text.hpp"
#include "engine/promises/stream_judge.hpp"
#include "engine/telemetry/fact_name.hpp"
#include "engine/telemetry/recording_source.hpp"

namespace glasspost {
namespace {

struct FileOptions {
  std::string file;
  bool json = false;
};

// Every fact of a recording, piece by piece.
template <class Hear>
void hear_all(RecordingSource& source, const Hear& hear) {
  for (bool ended = false; !ended;) {
    const FactBatch batch = source.poll(kNever);
    for (const Fact& fact : batch.facts)
      hear(fact);
    ended = batch.ended;
  }
}

int wrong_file(const std::string& command, const Error& error) {
  write_error_line(fmt::format("glasspost {}: {}", command, error.message));
  return kExitWrongUse;
}

// What is in a recording, counted.
struct Summary {
  std::uint64_t facts = 0;
  std::map<FactKind, std::uint64_t> by_kind;
  std::map<LossPlace, std::uint64_t> lost;
  std::set<LossPlace> uncounted;  // where more may be lost than that

  void hear(const Fact& fact) {
    ++facts;
    ++by_kind[fact.kind];
    if (fact.kind != FactKind::kLost) return;
    lost[static_cast<LossPlace>(fact.number)] += fact.object;
    if (is_uncounted_loss(fact)) uncounted.insert(static_cast<LossPlace>(fact.number));
  }
};

double span_seconds(const RecordingSource& source) {
  return static_cast<double>(to_us(source.ends() - source.begins())) / 1e6;
}

void print_summary(const RecordingSource& source, const Summary& summary, const std::string& file) {
  const RunLabels& labels = source.labels();
  fmt::print("{}: {} over {:.3f} s{}\n", escape_controls(file), counted(summary.facts, "fact"),
             span_seconds(source), source.finished() ? "" : "; it was never closed");
  fmt::print("of {}{}{}{}\n", escape_controls(labels.run.empty() ? "an unnamed run" : labels.run),
             labels.preset.empty() ? "" : ", preset " + escape_controls(labels.preset),
             labels.placement.empty() ? "" : ", " + escape_controls(labels.placement),
             labels.seed == 0 ? "" : fmt::format(", seed {}", labels.seed));
  fmt::print("processes: {}   users: {}\n", labels.processes.size(), labels.users.size());
  for (const auto& [kind, count] : summary.by_kind)
    fmt::print("  {:<14} {:>10}\n", name_of(kind), count);
  for (const auto& [place, count] : summary.lost)
    fmt::print("LOST {} at the {}{}\n", count, name_of(place),
               summary.uncounted.contains(place) ? ", or more: nobody counted all" : "");
  for (const std::string& damage : source.damages())
    fmt::print("DAMAGED {}\n", damage);
}

void print_summary_json(const RecordingSource& source, const Summary& summary,
                        const std::string& file) {
  const auto add = [](std::string& list, const std::string& entry) {
    list += (list.empty() ? "" : ", ") + entry;
  };
  std::string kinds;
  for (const auto& [kind, count] : summary.by_kind)
    add(kinds, fmt::format("{}: {}", json_quote(name_of(kind)), count));
  std::string lost;
  for (const auto& [place, count] : summary.lost)
    add(lost, fmt::format("{}: {}", json_quote(name_of(place)), count));
  std::string damages;
  for (const std::string& damage : source.damages())
    add(damages, json_quote(damage));
  const RunLabels& labels = source.labels();
  std::string processes;
  for (const RunLabels::Process& process : labels.processes)
    add(processes, json_quote(process.name));
  std::string users;
  for (const auto& [user, name] : labels.users)
    add(users, fmt::format("\"{}\": {}", user.value, json_quote(name)));
  std::string choices;
  for (const auto& [key, value] : labels.choices)
    add(choices, fmt::format("{}: {}", json_quote(key), json_quote(value)));
  fmt::print(
      "{{\"file\": {}, \"facts\": {}, \"begins_us\": {}, \"ends_us\": {}, \"closed\": {}, "
      "\"run\": {}, \"preset\": {}, \"placement\": {}, \"seed\": {}, \"processes\": [{}], "
      "\"users\": {{{}}}, \"choices\": {{{}}}, \"kinds\": {{{}}}, \"lost\": {{{}}}, "
      "\"damages\": [{}]}}\n",
      json_quote(file), summary.facts, to_us(source.begins()), to_us(source.ends()),
      source.finished(), json_quote(labels.run), json_quote(labels.preset),
      json_quote(labels.placement), labels.seed, processes, users, choices, kinds, lost, damages);
}

// One fact a line, as numbers; for programs that want them all.
void print_facts(RecordingSource& source) {
  hear_all(source, [](const Fact& fact) {
    fmt::print(
        "{{\"time_us\": {}, \"kind\": {}, \"trace\": {}, \"node\": {}, \"role\": {}, "
        "\"subject\": {}, \"object\": {}, \"number\": {}, \"value\": {}, \"extra\": {}}}\n",
        fact.time_us, json_quote(name_of(fact.kind)), fact.trace, fact.node, fact.role,
        fact.subject, fact.object, fact.number, fact.value, fact.extra);
  });
}

// What was printed is not all that was recorded if the file is damaged.
int whole_or_damaged(const RecordingSource& source) {
  if (source.damages().empty()) return kExitFine;
  write_error_line("glasspost replay: " + source.trouble() + "; all else in it was read");
  return kExitFailed;
}

int run_replay(const FileOptions& options, bool facts) {
  const Result<std::unique_ptr<RecordingSource>> source = RecordingSource::open(options.file);
  if (!source) return wrong_file("replay", source.error());
  if (facts) {
    print_facts(**source);
    return whole_or_damaged(**source);
  }
  Summary summary;
  hear_all(**source, [&summary](const Fact& fact) { summary.hear(fact); });
  if (options.json) {
    print_summary_json(**source, summary, options.file);
  } else {
    print_summary(**source, summary, options.file);
  }
  return whole_or_damaged(**source);
}

std::string_view word_for(Outcome outcome) {
  switch (outcome) {
    case Outcome::kHolds:
      return "holds";
    case Outcome::kBroken:
      return "broken";
    case Outcome::kCannotTell:
      return "cannot tell";
  }
  return "";
}

void print_verdicts(const std::vector<Verdict>& verdicts) {
  for (const Verdict& verdict : verdicts) {
    fmt::print("promise {} {:<12} {:>8} judged{}{}\n", verdict.promise, word_for(verdict.outcome),
               verdict.judged, verdict.reason.empty() ? "" : ": ", verdict.reason);
    if (verdict.outcome != Outcome::kHolds) fmt::print("          {}\n", verdict.sentence);
  }
}

void print_verdicts_json(const std::vector<Verdict>& verdicts, std::uint64_t lost) {
  std::string list;
  for (const Verdict& verdict : verdicts) {
    std::string times;
    for (const Fact& fact : verdict.evidence)
      times += fmt::format("{}{}", times.empty() ? "" : ", ", fact.time_us);
    list += fmt::format(
        "{}{{\"promise\": {}, \"verdict\": {}, \"judged\": {}, \"reason\": {}, "
        "\"evidence_us\": [{}]}}",
        list.empty() ? "" : ", ", verdict.promise, json_quote(word_for(verdict.outcome)),
        verdict.judged, json_quote(verdict.reason), times);
  }
  fmt::print("{{\"promises\": [{}], \"lost\": {}}}\n", list, lost);
}

int run_check(const FileOptions& options) {
  const Result<std::unique_ptr<RecordingSource>> source = RecordingSource::open(options.file);
  if (!source) return wrong_file("check", source.error());
  StreamJudge judge;
  hear_all(**source, [&judge](const Fact& fact) { judge.observe(fact); });
  judge.finish((*source)->ends());
  const std::vector<Verdict> verdicts = judge.verdicts();
  if (options.json) {
    print_verdicts_json(verdicts, judge.lost());
  } else {
    print_verdicts(verdicts);
    const std::string trouble = (*source)->trouble();
    if (!trouble.empty()) fmt::print("{}\n", trouble);
  }
  int worst = kExitFine;
  for (const Verdict& verdict : verdicts) {
    if (verdict.outcome == Outcome::kBroken) return kExitFailed;
    if (verdict.outcome == Outcome::kCannotTell) worst = kExitCannotTell;
  }
  return worst;
}

}  // namespace

void add_recording_commands(CLI::App& app, int& exit_code) {
  auto replayed = std::make_shared<FileOptions>();
  auto facts = std::make_shared<bool>(false);
  CLI::App* replay = app.add_subcommand("replay", "Say what a recording holds.");
  replay->add_option("file", replayed->file, "A recording.")->required();
  replay->add_flag("--json", replayed->json, "Print one JSON object instead of text.");
  replay->add_flag("--facts", *facts, "Print every fact, one JSON object a line.");
  replay->footer(
      "Exit codes: 0 fine, 1 the file is damaged, 2 wrong use.\n"
      "Watch it in the console with: glasspost-viz --replay FILE");
  replay->callback([replayed, facts, &exit_code] { exit_code = run_replay(*replayed, *facts); });

  auto checked = std::make_shared<FileOptions>();
  CLI::App* check = app.add_subcommand("check", "Judge the promises over a recording.");
  check->add_option("file", checked->file, "A recording.")->required();
  check->add_flag("--json", checked->json, "Print one JSON object instead of text.");
  check->footer("Exit codes: 0 all promises held, 1 one was broken, 2 wrong use, 3 cannot tell.");
  check->callback([checked, &exit_code] { exit_code = run_check(*checked); });
}

}  // namespace glasspost
