// glasspost choices: every design choice with its present value, its options and what it trades.
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "engine/apps/glasspost/cluster.hpp"
#include "engine/apps/glasspost/commands.hpp"
#include "engine/base/text.hpp"
#include "engine/control/run_directory.hpp"
#include "engine/control/topology.hpp"
#include "engine/core/choices.hpp"
#include "engine/core/quorum.hpp"

namespace glasspost {
namespace {

// A cluster's values, or nothing where there is none: then the defaults are all there is to say.
using Present = std::optional<Topology>;

Result<Present> read_present(const RunDirectory& directory) {
  if (!directory.has_cluster()) return Present();
  const Result<std::string> file = directory.read(directory.topology_file());
  if (!file) return file.error();
  Result<Topology> topology = parse_topology(*file, directory.topology_file());
  if (!topology) return topology.error();
  return Present(topology.take());
}

// What a person meets of one choice: its present value, and whether that is the default.
struct Value {
  std::string present;  // empty without a cluster
  bool differs = false;
};

Value value_of(const Present& present, std::string_view key) {
  if (!present) return {};
  std::string value = get_choice(present->config.choices, key);
  const bool differs = value != get_choice(Choices(), key);
  return {std::move(value), differs};
}

// "seq.step = 1   CHANGED: the default is 10000".
std::string value_text(std::string_view key, const Value& value, std::string_view standard) {
  if (value.differs) {
    return fmt::format("{} = {}   CHANGED: the default is {}", key, value.present, standard);
  }
  return fmt::format("{} = {}{}", key, standard, value.present.empty() ? "" : "   (the default)");
}

void print_head(const Present& present, const RunDirectory& directory) {
  const std::string place = escape_controls(directory.path());
  if (present) {
    fmt::print("The values of the cluster in {}:\n\n", place);
  } else {
    fmt::print("There is no cluster in {}: these are the defaults.\n\n", place);
  }
}

// Those that are set when a cluster is made.
void print_made_with(const Present& present) {
  const TopologyRequest standard;
  const std::string usual = to_text(standard.quorum);
  Value placement;
  Value quorum;
  if (present) {
    placement = {present->placement, present->placement != standard.placement};
    quorum.present = to_text(present->quorum);
    quorum.differs = quorum.present != usual;
  }
  fmt::print(
      "{}\n  options   split, merged; set when a cluster is made: glasspost up --placement\n",
      value_text(kPlacementKey, placement, standard.placement));
  fmt::print("{}\n  options   ", value_text(kQuorumKey, quorum, usual));
  for (const QuorumOption& option : kQuorumOptions)
    fmt::print("{}{}", option.word == kQuorumOptions[0].word ? "" : ", ", option.word);
  fmt::print("; set when a cluster is made: glasspost up --set {}=3/2/2\n", kQuorumKey);
  for (const QuorumOption& option : kQuorumOptions) {
    if (!option.gives_up.empty()) fmt::print("  gives up  {}\n", option.gives_up);
  }
}

void print_text(const Present& present) {
  for (const ChoiceInfo& info : choice_registry()) {
    fmt::print("{}\n  options   {}\n  trades    {}\n  gains     {}; costs: {}\n",
               value_text(info.key, value_of(present, info.key), info.standard), info.options,
               info.trades, info.gains, info.costs);
    if (!info.gives_up.empty()) fmt::print("  gives up  {}\n", info.gives_up);
    fmt::print("  predicts  {}: {}\n  applies   {}\n  source    {}, in docs/sources.md\n\n",
               info.quantity, info.formula, info.applies, info.source);
  }
  print_made_with(present);
}

// A JSON array of strings.
std::string json_words(const std::vector<std::string_view>& words) {
  std::vector<std::string> quoted;
  quoted.reserve(words.size());
  for (std::string_view word : words)
    quoted.push_back(json_quote(word));
  return fmt::format("[{}]", fmt::join(quoted, ", "));
}

std::string json_of(const ChoiceInfo& info, const Value& value) {
  const std::pair<std::string_view, std::string_view> fields[] = {
      {"key", info.key},           {"default", info.standard},  {"options", info.options},
      {"trades", info.trades},     {"gives_up", info.gives_up}, {"formula", info.formula},
      {"quantity", info.quantity}, {"applies", info.applies},   {"gains", info.gains},
      {"costs", info.costs},       {"source", info.source}};
  std::string text;
  for (const auto& [name, words] : fields)
    text += fmt::format("{}: {}, ", json_quote(name), json_quote(words));
  return fmt::format("{{{}\"value\": {}, \"differs\": {}, \"offers\": {}, \"unsafe\": {}}}", text,
                     value.present.empty() ? "null" : json_quote(value.present), value.differs,
                     json_words(info.offers), json_words(info.unsafe));
}

// `value` is null without a cluster.
void print_json(const Present& present) {
  std::vector<std::string> choices;
  for (const ChoiceInfo& info : choice_registry())
    choices.push_back(json_of(info, value_of(present, info.key)));
  fmt::print("[{}]\n", fmt::join(choices, ",\n "));
}

int run_choices(const ClusterOptions& options) {
  const RunDirectory directory(options.directory);
  const Result<Present> present = read_present(directory);
  if (!present) return complain("choices", present.error());
  if (options.json) {
    print_json(*present);
    return kExitFine;
  }
  print_head(*present, directory);
  print_text(*present);
  return kExitFine;
}

}  // namespace

void add_choices_command(CLI::App& app, int& exit_code) {
  auto options = std::make_shared<ClusterOptions>();
  CLI::App* choices = app.add_subcommand(
      "choices", "List the design choices, the cluster's values and what each trades.");
  add_cluster_options(*choices, *options, true);
  choices->footer("Example:\n  glasspost choices --json");
  choices->callback([options, &exit_code] { exit_code = run_choices(*options); });
}

}  // namespace glasspost
