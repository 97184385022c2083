// See role_question.hpp.
#include "engine/control/role_question.hpp"

#include <utility>

#include "engine/core/routes.hpp"

namespace glasspost {

Result<v1::ControlReply> ask_status(const RunDirectory& directory) {
  v1::ControlRequest request;
  request.mutable_status();
  return ask_supervisor(directory, request);
}

Result<v1::Letter> ask_role(const RunDirectory& directory, Address role,
                            const v1::Letter& question) {
  v1::ControlRequest request;
  request.mutable_ask_role()->set_role(pack(role));
  *request.mutable_ask_role()->mutable_letter() = question;
  Result<v1::ControlReply> reply = ask_supervisor(directory, request);
  if (!reply) return reply.error();
  return std::move(*(*reply).mutable_letter());
}

Heard hear_role(const RunDirectory& directory, Address role, const v1::Letter& question) {
  Result<v1::Letter> answer = ask_role(directory, role, question);
  if (!answer) return {{}, answer.error().message};
  return {std::move(*answer), ""};
}

Result<Topology> running_topology(const RunDirectory& directory) {
  const Result<v1::ControlReply> status = ask_status(directory);
  if (!status) return status.error();
  const Result<std::string> file = directory.read(directory.topology_file());
  if (!file) return file.error();
  Result<Topology> topology = parse_topology(*file, directory.topology_file());
  if (topology) adopt_routes((*topology).config, status->routes());
  return topology;
}

NumberView look_at_numbers(const RunDirectory& directory, const Config& config, UserId user,
                           std::string name) {
  const SectionId section = config.seq_section(user);
  const Address owner = config.owner_of(section);
  v1::Letter question;
  question.mutable_show_numbers()->set_user(user.value);
  Heard heard = hear_role(directory, owner, question);
  NumberView view;
  view.user = std::move(name);
  view.owner = to_text(owner);
  view.silence = std::move(heard.silence);
  view.answer = std::move(*heard.letter.mutable_numbers_shown());
  view.answer.set_section(section.value);  // known without an answer
  return view;
}

}  // namespace glasspost
