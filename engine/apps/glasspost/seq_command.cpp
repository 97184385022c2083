// glasspost seq show: asks the allocator of a user's section what it decides by, and says why the
// user's next number will be what it will be.
#include <memory>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "engine/apps/glasspost/cluster.hpp"
#include "engine/apps/glasspost/commands.hpp"
#include "engine/base/text.hpp"
#include "engine/control/identity.hpp"
#include "engine/core/numbers.hpp"

namespace glasspost {
namespace {

struct ShowOptions : ClusterOptions {
  std::string user;
};

struct Shown {
  UserId user;
  NumberView view;
};

Result<Shown> look(const ShowOptions& options) {
  const RunDirectory directory(options.directory);
  const Result<Topology> topology = running_topology(directory);
  if (!topology) return topology.error();
  const Config& config = topology->config;
  const std::map<UserId, std::string> names = known_names(directory);
  const Result<UserId> user = find_user(options.user, names);
  if (!user) return user.error();
  if (user->value > config.users_max()) {
    return Error{Code::kNotFound, to_text(*user) + " does not exist"};
  }
  const auto name = names.find(*user);
  Shown shown;
  shown.user = *user;
  shown.view =
      look_at_numbers(directory, config, *user,
                      name == names.end() ? to_text(*user) : escape_controls(name->second));
  return shown;
}

void print_json(const Shown& shown) {
  const NumberView& view = shown.view;
  const v1::NumbersShown& answer = view.answer;
  fmt::print(
      "{{\"user\": {}, \"name\": {}, \"section\": {}, \"cut\": {}, \"owner\": {}, \"silence\": {}, "
      "\"serves\": "
      "{}, \"case\": {}, \"next\": {}, \"epoch\": {}, \"floor\": {}, \"last\": {}, \"highest\": "
      "{}, \"ceiling\": {}, \"raises\": {}, \"asked\": {}, \"step\": {}, \"prefetch\": {}, "
      "\"waiting\": {},\n "
      "\"sentence\": {}}}\n",
      shown.user.value, json_quote(view.user), index_of(SectionId{answer.section()}),
      json_quote(to_text(cut_of(SectionId{answer.section()}))), json_quote(view.owner),
      json_quote(view.silence), answer.serves(), json_quote(word_of(case_of(view))),
      next_number(view), answer.epoch(), answer.floor(), answer.last(), answer.highest(),
      answer.ceiling(), answer.raises(), answer.asked(), answer.step(), answer.prefetch(),
      answer.waiting(), json_quote(why_next(view)));
}

int run_show(const ShowOptions& options) {
  const Result<Shown> shown = look(options);
  if (!shown) return complain("seq", shown.error());
  if (options.json) {
    print_json(*shown);
  } else {
    fmt::print("{}\n", why_next(shown->view));
  }
  return case_of(shown->view) == NumberCase::kNoOwner ? kExitCannotTell : kExitFine;
}

}  // namespace

void add_seq_command(CLI::App& app, int& exit_code) {
  CLI::App* seq = app.add_subcommand("seq", "The numbers of inboxes, and who hands them out.");
  seq->require_subcommand(1);
  auto options = std::make_shared<ShowOptions>();
  CLI::App* show =
      seq->add_subcommand("show", "Why will this user's next number be what it will be?");
  add_cluster_options(*show, *options, true);
  show->add_option("user", options->user, "A name or a user id.")->required();
  show->footer(
      "Exit code 3: nobody hands out this user's numbers just now.\n"
      "Example:\n  glasspost seq show alice\n  glasspost seq show 1 --json");
  show->callback([options, &exit_code] { exit_code = run_show(*options); });
}

}  // namespace glasspost
