// glasspost: one program, many commands. Each command has a file of its own here.
#include <cstdio>
#include <exception>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "engine/apps/glasspost/commands.hpp"
#include "engine/base/error_line.hpp"
#include "engine/base/text.hpp"
#include "engine/base/version.hpp"

namespace {

// CLI11 only says that a command is missing; a typing error deserves more. Empty: it is one.
std::string why_no_command(const CLI::App& app, const std::string& word) {
  std::vector<std::string> known;
  for (const CLI::App* command : app.get_subcommands({})) {
    if (command->get_name() == word) return "";
    known.push_back(command->get_name());
  }
  const std::string near = glasspost::near_match(word, known);
  return fmt::format("'{}' is not a command{} `glasspost --help` lists them.",
                     glasspost::escape_controls(word),
                     near.empty() ? "." : "; did you mean " + near + "?");
}

int run(int argc, char** argv) {
  CLI::App app{"Glasspost: a messaging backend with glass walls."};
  app.require_subcommand(1);
  app.set_version_flag("--version", "glasspost " + std::string(glasspost::version()));
  app.footer(
      "Exit codes: 0 fine, 1 a promise or check failed, 2 wrong use or bad input, 3 cannot tell, "
      "130 ended by Ctrl-C before it was done.");
  int exit_code = 0;
  glasspost::add_up_command(app, exit_code);
  glasspost::add_cluster_commands(app, exit_code);
  glasspost::add_user_commands(app, exit_code);
  glasspost::add_person_commands(app, exit_code);
  glasspost::add_where_command(app, exit_code);
  glasspost::add_seq_command(app, exit_code);
  glasspost::add_load_command(app, exit_code);
  glasspost::add_bench_command(app, exit_code);
  glasspost::add_router_command(app, exit_code);
  glasspost::add_seq_server_command(app, exit_code);
  glasspost::add_doctor_command(app, exit_code);
  glasspost::add_sim_command(app, exit_code);
  glasspost::add_metrics_command(app, exit_code);
  glasspost::add_record_command(app, exit_code);
  glasspost::add_recording_commands(app, exit_code);
  glasspost::add_choices_command(app, exit_code);
  glasspost::add_node_command(app, exit_code);
  glasspost::add_hub_command(app, exit_code);
  if (argc == 1) {
    fmt::print(stderr, "{}", app.help());
    return glasspost::kExitWrongUse;
  }
  const std::string word = argv[1];
  const std::string refusal = word.starts_with('-') ? "" : why_no_command(app, word);
  if (!refusal.empty()) {
    glasspost::write_error_line("glasspost: " + refusal);
    return glasspost::kExitWrongUse;
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) return app.exit(error);  // asking for help is no error
    glasspost::write_error_line(std::string("glasspost: ") + error.what());
    glasspost::write_error_line("Run it with --help for more.");
    return glasspost::kExitWrongUse;
  }
  return exit_code;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run(argc, argv);
  } catch (const std::exception& error) {  // a full disk, no memory: nothing that we expected
    glasspost::write_error_line(std::string("glasspost: ") + error.what());
    return glasspost::kExitFailed;
  }
}
