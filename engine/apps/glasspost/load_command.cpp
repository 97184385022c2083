// glasspost load: many people at once (load.hpp), and a check of what became of every text.
//
// With --journal somebody else checks, with what --dump prints.
#include <memory>

#include <CLI/CLI.hpp>
#include <uv.h>

#include "engine/apps/glasspost/commands.hpp"
#include "engine/apps/glasspost/load.hpp"
#include "engine/apps/glasspost/not_empty.hpp"

namespace glasspost {
namespace {

int dump_journal(const LoadOptions& options) {
  const Status printed = options.journal.empty()
                             ? Error{Code::kInvalidArgument, "--dump needs --journal DIR"}
                             : print_journal(options.journal);
  return printed ? kExitFine : complain("load", printed.error());
}

int run_load(const LoadOptions& options) {
  if (options.dump) return dump_journal(options);
  if (options.users < 2 || options.devices < 1 || options.devices > 10) {
    return complain("load",
                    {Code::kInvalidArgument, "it takes 2 users or more, with 1 to 10 devices"});
  }
  const bool possible = options.rate >= 0.1 && options.rate <= 100'000;  // false for "nan", too
  const bool writes = options.seconds > 0 || !options.journal.empty();
  if (!possible || !writes || options.seconds > 86'400 || options.users > 10'000) {
    return complain("load", {Code::kInvalidArgument,
                             "--rate may be 0.1 to 100000, --users 2 to 10000, --seconds 1 to "
                             "86400 (a day), or 0 with --journal, to wait for its last texts"});
  }
  uv_loop_t* loop = uv_default_loop();
  Load load(loop, options);
  if (const Status began = load.begin(); !began) return complain("load", began.error());
  uv_run(loop, UV_RUN_DEFAULT);
  return load.finish();
}

}  // namespace

void add_load_command(CLI::App& app, int& exit_code) {
  auto options = std::make_shared<LoadOptions>();
  CLI::App* load =
      app.add_subcommand("load", "Many people at once; checks what became of every text.");
  add_cluster_options(*load, *options, true);
  load->add_option("--users", options->users, "People.")->capture_default_str();
  load->add_option("--devices", options->devices, "Devices of each.")->capture_default_str();
  load->add_option("--rate", options->rate, "Texts a second, of all together.")
      ->capture_default_str();
  load->add_option("--seconds", options->seconds, "How long they write.")->capture_default_str();
  load->add_option("--patience", options->patience, "Seconds to wait for the last ones.")
      ->capture_default_str();
  load->add_option("--journal", options->journal,
                   "A directory for the devices' disks and the journal of what they showed: a load "
                   "that was killed goes on with it.")
      ->check(not_empty("a directory"));
  load->add_flag("--dump", options->dump, "Print the journal as JSON lines, and do nothing else.");
  load->footer(
      "Example:\n  glasspost load --users 20 --rate 500 --seconds 10\n"
      "Exit codes: 0 all was well, 1 a text was lost, doubled or out of order, 2 wrong use, "
      "3 cannot tell: devices had no connection at the end, 130 ended by Ctrl-C: what is printed "
      "is what was seen so far.");
  load->callback([options, &exit_code] { exit_code = run_load(*options); });
}

}  // namespace glasspost
