// glasspost: one program, many commands. Each command has a file of its own here.
#include <CLI/CLI.hpp>

#include "engine/apps/glasspost/commands.hpp"

int main(int argc, char** argv) {
  CLI::App app{"Glasspost: a messaging backend with glass walls."};
  app.require_subcommand(1);
  app.footer(
      "Exit codes: 0 fine, 1 a promise or check failed, 2 wrong use or bad input, 3 cannot tell.");
  int exit_code = 0;
  glasspost::add_cluster_commands(app, exit_code);
  glasspost::add_person_commands(app, exit_code);
  glasspost::add_load_command(app, exit_code);
  glasspost::add_doctor_command(app, exit_code);
  glasspost::add_sim_command(app, exit_code);
  glasspost::add_choices_command(app, exit_code);
  glasspost::add_node_command(app, exit_code);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    // Asking for help is not an error; everything else is wrong use.
    return app.exit(error) == 0 ? 0 : 2;
  }
  return exit_code;
}
