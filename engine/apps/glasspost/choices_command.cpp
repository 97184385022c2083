// glasspost choices: every design choice with its options and what it trades.
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "engine/apps/glasspost/commands.hpp"
#include "engine/base/text.hpp"
#include "engine/core/choices.hpp"
#include "engine/core/quorum.hpp"

namespace glasspost {
namespace {

void print_text() {
  for (const ChoiceInfo& info : choice_registry()) {
    fmt::print("{} = {}\n  options   {}\n  trades    {}\n  gains     {}; costs: {}\n", info.key,
               info.standard, info.options, info.trades, info.gains, info.costs);
    if (!info.gives_up.empty()) fmt::print("  gives up  {}\n", info.gives_up);
    fmt::print("  predicts  {}: {}\n  applies   {}\n  source    {}, in docs/sources.md\n\n",
               info.quantity, info.formula, info.applies, info.source);
  }
  fmt::print("{} (split, merged) is set when a cluster is made: glasspost up --placement\n",
             kPlacementKey);
  fmt::print("{} (", kQuorumKey);
  for (const QuorumOption& option : kQuorumOptions)
    fmt::print("{}{}", option.word == kQuorumOptions[0].word ? "" : ", ", option.word);
  fmt::print(") is set when a cluster is made: glasspost up --set {}=3/2/2\n", kQuorumKey);
  for (const QuorumOption& option : kQuorumOptions) {
    if (!option.gives_up.empty()) fmt::print("  gives up  {}\n", option.gives_up);
  }
}

// A JSON array of strings.
std::string json_words(const std::vector<std::string_view>& words) {
  std::vector<std::string> quoted;
  quoted.reserve(words.size());
  for (std::string_view word : words)
    quoted.push_back(json_quote(word));
  return fmt::format("[{}]", fmt::join(quoted, ", "));
}

std::string json_of(const ChoiceInfo& info) {
  const std::pair<std::string_view, std::string_view> fields[] = {
      {"key", info.key},           {"default", info.standard},  {"options", info.options},
      {"trades", info.trades},     {"gives_up", info.gives_up}, {"formula", info.formula},
      {"quantity", info.quantity}, {"applies", info.applies},   {"gains", info.gains},
      {"costs", info.costs},       {"source", info.source}};
  std::string text;
  for (const auto& [name, value] : fields)
    text += fmt::format("{}: {}, ", json_quote(name), json_quote(value));
  return fmt::format("{{{}\"offers\": {}, \"unsafe\": {}}}", text, json_words(info.offers),
                     json_words(info.unsafe));
}

void print_json() {
  std::vector<std::string> choices;
  for (const ChoiceInfo& info : choice_registry())
    choices.push_back(json_of(info));
  fmt::print("[{}]\n", fmt::join(choices, ",\n "));
}

}  // namespace

void add_choices_command(CLI::App& app, int& exit_code) {
  auto json = std::make_shared<bool>(false);
  CLI::App* choices =
      app.add_subcommand("choices", "List the design choices and what each trades.");
  choices->add_flag("--json", *json, "Print JSON instead of text.");
  choices->footer("Example:\n  glasspost choices --json");
  choices->callback([json, &exit_code] {
    *json ? print_json() : print_text();
    exit_code = kExitFine;
  });
}

}  // namespace glasspost
