// glasspost choices: every design choice with its options and what it trades.
#include <memory>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "engine/apps/glasspost/commands.hpp"
#include "engine/base/text.hpp"
#include "engine/core/choices.hpp"

namespace glasspost {
namespace {

void print_text() {
  for (const ChoiceInfo& info : choice_registry()) {
    fmt::print("{} = {}\n  options   {}\n  trades    {}\n", info.key, info.standard, info.options,
               info.trades);
    if (!info.gives_up.empty()) fmt::print("  gives up  {}\n", info.gives_up);
    fmt::print("  predicts  {}\n  source    {}\n\n", info.formula, info.source);
  }
}

void print_json() {
  fmt::print("[");
  bool first = true;
  for (const ChoiceInfo& info : choice_registry()) {
    fmt::print("{}{{\"key\": {}, \"default\": {}, \"options\": {}, \"trades\": {}, ",
               first ? "" : ",\n ", json_quote(info.key), json_quote(info.standard),
               json_quote(info.options), json_quote(info.trades));
    fmt::print("\"gives_up\": {}, \"formula\": {}, \"source\": {}}}", json_quote(info.gives_up),
               json_quote(info.formula), json_quote(info.source));
    first = false;
  }
  fmt::print("]\n");
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
