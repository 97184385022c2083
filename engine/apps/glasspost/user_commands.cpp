// glasspost user add, list, passwd, kick: what an administrator does with accounts.
#include <iostream>
#include <memory>
#include <string>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <termios.h>
#include <unistd.h>

#include "engine/apps/glasspost/cluster.hpp"
#include "engine/apps/glasspost/commands.hpp"
#include "engine/base/counted.hpp"
#include "engine/base/text.hpp"
#include "engine/core/name.hpp"

namespace glasspost {
namespace {

constexpr Address kAccountRole{RoleKind::kAccount, 1};

struct UserOptions : ClusterOptions {
  std::string name;
  std::uint32_t devices = 2;
  std::uint32_t device = 0;  // 0: all
  bool from_stdin = false;
};

int run_add(const UserOptions& options) {
  const RunDirectory directory(options.directory);
  const Result<v1::UserAdded> user = create_user(directory, options.name, options.devices);
  if (!user) return complain("user add", user.error());
  if (options.json) {
    fmt::print("{{\"user\": {}, \"name\": {}, \"devices\": {}}}\n", user->user(),
               json_quote(user->name()), user->tokens_size());
  } else {
    fmt::print("{} is user {} with {}; the tokens lie in {}/tokens.\n",
               escape_controls(user->name()), user->user(),
               counted(static_cast<std::uint64_t>(user->tokens_size()), "device"),
               escape_controls(directory.path()));
  }
  return kExitFine;
}

void print_line(const v1::UserLine& line, bool json) {
  if (json) {
    fmt::print("{{\"user\": {}, \"name\": {}, \"devices\": {}, \"password\": {}}}\n", line.user(),
               json_quote(line.name()), line.devices(), line.has_password());
    return;
  }
  fmt::print("{:>6}  {}  ({}{})\n", line.user(), escape_controls(line.name()),
             counted(line.devices(), "device"), line.has_password() ? ", password" : "");
}

int run_list(const UserOptions& options) {
  const RunDirectory directory(options.directory);
  v1::Letter question;
  question.mutable_list_users();
  while (true) {
    const Result<v1::Letter> answer = ask_role(directory, kAccountRole, question);
    if (!answer) return complain("user list", answer.error());
    const v1::UsersListed& page = answer->users_listed();
    for (const v1::UserLine& line : page.users())
      print_line(line, options.json);
    if (!page.more() || page.users().empty()) return kExitFine;
    question.mutable_list_users()->set_after(page.users(page.users_size() - 1).user());
  }
}

// One line of the terminal, not shown while it is typed.
std::string read_unseen(const char* prompt) {
  termios before{};
  const bool terminal = tcgetattr(STDIN_FILENO, &before) == 0;
  termios silent = before;
  silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
  fmt::print(stderr, "{}", prompt);
  std::fflush(stderr);
  if (terminal) tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent);
  std::string line;
  std::getline(std::cin, line);
  if (terminal) tcsetattr(STDIN_FILENO, TCSAFLUSH, &before);
  fmt::print(stderr, "\n");
  return line;
}

Result<std::string> read_password(bool from_stdin) {
  std::string password;
  if (from_stdin) {
    std::getline(std::cin, password);
  } else if (isatty(STDIN_FILENO) == 0) {
    return Error{Code::kInvalidArgument,
                 "a password is typed on a terminal; scripts give --stdin and one line"};
  } else {
    password = read_unseen("New password: ");
    if (read_unseen("The same again: ") != password) {
      return Error{Code::kInvalidArgument, "the two are not the same; nothing was changed"};
    }
  }
  if (!is_utf8(password)) return Error{Code::kInvalidArgument, "a password must be UTF-8"};
  return password;
}

int run_passwd(const UserOptions& options) {
  if (!is_utf8(options.name)) {
    return complain("user passwd", {Code::kInvalidArgument, "a name must be readable UTF-8"});
  }
  const Result<std::string> password = read_password(options.from_stdin);
  if (!password) return complain("user passwd", password.error());
  v1::Letter question;
  question.mutable_set_password()->set_name(options.name);
  question.mutable_set_password()->set_password(*password);
  const Result<v1::Letter> answer =
      ask_role(RunDirectory(options.directory), kAccountRole, question);
  if (!answer) return complain("user passwd", answer.error());
  const v1::PasswordSet& set = answer->password_set();
  if (!set.refusal().empty()) {
    return complain("user passwd", {Code::kInvalidArgument, set.refusal()});
  }
  fmt::print("{} (user {}) has a new password; tokens stay good.\n", escape_controls(options.name),
             set.user());
  return kExitFine;
}

int run_kick(const UserOptions& options) {
  if (!is_utf8(options.name)) {
    return complain("user kick", {Code::kInvalidArgument, "a name must be readable UTF-8"});
  }
  v1::Letter question;
  question.mutable_kick_user()->set_name(options.name);
  question.mutable_kick_user()->set_device_index(options.device);
  const Result<v1::Letter> answer =
      ask_role(RunDirectory(options.directory), kAccountRole, question);
  if (!answer) return complain("user kick", answer.error());
  const v1::UserKicked& kicked = answer->user_kicked();
  if (!kicked.refusal().empty()) {
    return complain("user kick", {Code::kInvalidArgument, kicked.refusal()});
  }
  fmt::print(
      "{} is logged out on {} of its devices, and their tokens are worthless. "
      "`glasspost user add` writes new ones.\n",
      escape_controls(options.name), kicked.devices());
  return kExitFine;
}

}  // namespace

void add_user_commands(CLI::App& app, int& exit_code) {
  CLI::App* user = app.add_subcommand("user", "Users of the cluster.");
  user->require_subcommand(1);
  user->footer("Example:\n  glasspost user list");
  auto options = std::make_shared<UserOptions>();

  CLI::App* add = user->add_subcommand(
      "add", "A new user, or new tokens for one; they go into the run directory.");
  add_cluster_options(*add, *options, true);
  add->add_option("name", options->name, "1 to 32 letters.")->required();
  add->add_option("--devices", options->devices, "1 to 10.")->capture_default_str();
  add->footer("Example:\n  glasspost user add ivan --devices 1");
  add->callback([options, &exit_code] { exit_code = run_add(*options); });

  CLI::App* list = user->add_subcommand("list", "Every user with its id.");
  add_cluster_options(*list, *options, true);
  list->footer("Example:\n  glasspost user list --json");
  list->callback([options, &exit_code] { exit_code = run_list(*options); });

  CLI::App* passwd = user->add_subcommand("passwd", "Give a user a password.");
  add_cluster_options(*passwd, *options, false);
  passwd->add_option("name", options->name, "Whose.")->required();
  passwd->add_flag("--stdin", options->from_stdin, "Read one line instead of asking.");
  passwd->footer("Example:\n  glasspost user passwd alice");
  passwd->callback([options, &exit_code] { exit_code = run_passwd(*options); });

  CLI::App* kick = user->add_subcommand("kick", "Log a user's devices out and end their tokens.");
  add_cluster_options(*kick, *options, false);
  kick->add_option("name", options->name, "Who.")->required();
  kick->add_option("--device", options->device, "Only this one, 1 to 10.")
      ->check(CLI::Range(1, 10));
  kick->footer("Example:\n  glasspost user kick alice --device 2");
  kick->callback([options, &exit_code] { exit_code = run_kick(*options); });
}

}  // namespace glasspost
