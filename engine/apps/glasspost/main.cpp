// glasspost: one program, many commands. Each command has a file of its own here.
#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "engine/apps/glasspost/commands.hpp"
#include "engine/base/text.hpp"

int main(int argc, char** argv) {
  CLI::App app{"Glasspost: a messaging backend with glass walls."};
  app.require_subcommand(1);
  app.footer(
      "Exit codes: 0 fine, 1 a promise or check failed, 2 wrong use or bad input, 3 cannot tell.");
  int exit_code = 0;
  glasspost::add_cluster_commands(app, exit_code);
  glasspost::add_user_commands(app, exit_code);
  glasspost::add_person_commands(app, exit_code);
  glasspost::add_load_command(app, exit_code);
  glasspost::add_doctor_command(app, exit_code);
  glasspost::add_sim_command(app, exit_code);
  glasspost::add_record_command(app, exit_code);
  glasspost::add_recording_commands(app, exit_code);
  glasspost::add_choices_command(app, exit_code);
  glasspost::add_node_command(app, exit_code);
  glasspost::add_hub_command(app, exit_code);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) return app.exit(error);  // asking for help is no error
    fmt::print(stderr, "glasspost: {}\nRun it with --help for more.\n",
               glasspost::escape_controls(error.what()));
    return glasspost::kExitWrongUse;
  }
  return exit_code;
}
