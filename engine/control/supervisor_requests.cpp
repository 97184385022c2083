// What the command line asks of the supervisor.
#include <algorithm>

#include <fmt/format.h>
#include <signal.h>

#include "engine/base/text.hpp"
#include "engine/control/supervisor.hpp"
#include "engine/core/routes.hpp"

namespace glasspost {

Result<v1::ControlRequest> Supervisor::read_request(const std::string& bytes) {
  v1::ControlRequest request;
  if (bytes.size() <= kRequestBytesMax && request.ParseFromString(bytes)) return request;
  return Error{Code::kInvalidArgument,
               "the request cannot be read; is this program of another version?"};
}

void Supervisor::on_connection() {
  ControlStream* asker = ControlStream::make(
      loop_, [this](ControlStream& from, const std::string& bytes) { on_request(from, bytes); },
      [this](ControlStream& gone) { forget(gone); });
  const int accepted = uv_accept(reinterpret_cast<uv_stream_t*>(&listener_),
                                 reinterpret_cast<uv_stream_t*>(asker->pipe()));
  if (accepted != 0) return asker->shut();
  askers_.push_back(asker);
  asker->read();
}

void Supervisor::forget(const ControlStream& asker) {
  std::erase(askers_, &asker);
  std::erase_if(passed_, [&asker](const auto& entry) { return entry.second.asker == &asker; });
}

void Supervisor::on_request(ControlStream& asker, const std::string& bytes) {
  const Result<v1::ControlRequest> request = read_request(bytes);
  if (!request) {
    v1::ControlReply reply;
    reply.set_refusal(request.error().message);
    return asker.write(reply);
  }
  if (request->has_ask_role()) return pass_on(asker, *request);
  asker.write(answer(*request));
  if (request->has_shut_down()) shut_down();
}

v1::ControlReply Supervisor::answer(const v1::ControlRequest& request) {
  v1::ControlReply reply;
  switch (request.body_case()) {
    case v1::ControlRequest::kStatus:
      reply = status_reply();
      break;
    case v1::ControlRequest::kSignal:
      reply.set_refusal(strike(request.signal()));
      break;
    case v1::ControlRequest::kChangeChoice:
      reply = change_choice(request.change_choice());
      break;
    case v1::ControlRequest::kChoices:
      for (const ChoiceInfo& info : choice_registry()) {
        v1::ChoiceValue& value = *reply.add_choices();
        value.set_key(std::string(info.key));
        value.set_value(get_choice(topology_.config.choices, info.key));
      }
      break;
    case v1::ControlRequest::kShutDown:
      break;  // the answer leaves before the end
    case v1::ControlRequest::kAskRole:
      reply.set_refusal(why_silent(nullptr));
      break;
    case v1::ControlRequest::kDeed:   // only we tell of deeds ...
    case v1::ControlRequest::kEnded:  // ... and of deaths
    case v1::ControlRequest::BODY_NOT_SET:
      reply.set_refusal("nothing was asked");
      break;
  }
  reply.set_number(request.number());
  return reply;
}

v1::ControlReply Supervisor::status_reply() const {
  v1::ControlReply reply;
  if (topology_.config.route_version > 1) *reply.mutable_routes() = routes_of(topology_.config);
  for (const auto& child : children_) {
    v1::ProcessStatus& status = *reply.add_processes();
    status = child->said;
    status.set_name(child->name);
    status.set_boot(child->boot);
    status.set_starts(child->starts);
    status.set_pid(child->alive ? static_cast<std::uint32_t>(child->process.pid) : 0);
    const std::string& said = child->said.state();
    status.set_state(!child->alive   ? "down"
                     : child->paused ? "paused"
                     : said.empty()  ? "starting"
                                     : said);
  }
  return reply;
}

// Returns why not, or nothing.
std::string Supervisor::strike(const v1::SignalProcess& wanted) {
  Child* child = child_named(wanted.process());
  if (child == nullptr) {
    std::vector<std::string_view> names;
    for (const auto& known : children_)
      names.push_back(known->name);
    const std::string near = near_match(wanted.process(), names);
    return "there is no process '" + escape_controls(wanted.process()) + "'" +
           (near.empty() ? "; `glasspost status` lists them" : "; did you mean '" + near + "'?");
  }
  if (!child->alive) return child->name + " is down; it is being started again";
  switch (wanted.signal()) {
    case v1::PROCESS_SIGNAL_KILL:
      uv_process_kill(&child->process, SIGKILL);
      return {};
    case v1::PROCESS_SIGNAL_PAUSE:
      uv_process_kill(&child->process, SIGSTOP);
      child->paused = true;
      tell({.kind = FactKind::kPaused, .subject = node_of(*child)});
      return {};
    case v1::PROCESS_SIGNAL_RESUME:
      uv_process_kill(&child->process, SIGCONT);
      child->paused = false;
      tell({.kind = FactKind::kResumed, .subject = node_of(*child)});
      return {};
    case v1::PROCESS_SIGNAL_RESTART:
      uv_process_kill(&child->process, SIGCONT);
      uv_process_kill(&child->process, SIGTERM);
      return {};
    default:
      return "this signal is not known here";
  }
}

// The new value is written down before any process hears of it.
v1::ControlReply Supervisor::change_choice(const v1::ChangeChoice& wanted) {
  v1::ControlReply reply;
  Topology changed = topology_;
  const Status set = set_choice(changed.config.choices, wanted.key(), wanted.value());
  if (!set) {
    reply.set_refusal(set.error().message);
    return reply;
  }
  const Status written = directory_.write(directory_.topology_file(), topology_text(changed));
  if (!written) {
    reply.set_refusal(written.error().message);
    return reply;
  }
  v1::ChoiceValue& value = *reply.add_choices();
  value.set_key(wanted.key());
  value.set_value(get_choice(changed.config.choices, wanted.key()));
  value.set_former(get_choice(topology_.config.choices, wanted.key()));
  topology_ = std::move(changed);
  v1::ControlRequest request;
  *request.mutable_change_choice() = wanted;
  for (const auto& child : children_) {
    if (child->line != nullptr) child->line->write(request);
  }
  tell(choice_fact(wanted.key(), get_choice(topology_.config.choices, wanted.key()),
                   ++choices_set_));
  return reply;
}

// Why a question cannot be passed on, with the way out.
std::string Supervisor::why_silent(const Child* child) {
  if (child == nullptr) return "there is no such role in this cluster";
  if (child->paused) return child->name + " is paused; `glasspost resume " + child->name + "`";
  return child->name + " is not ready; try again in a moment";
}

// An administrator's question goes to the process that has the role.
void Supervisor::pass_on(ControlStream& asker, const v1::ControlRequest& request) {
  const Address role = unpack(request.ask_role().role());
  const ProcessSpec* spec = topology_.process_with(role);
  Child* child = spec == nullptr ? nullptr : child_named(spec->name);
  if (child == nullptr || child->line == nullptr || child->paused || child->said.state().empty()) {
    v1::ControlReply reply;
    reply.set_number(request.number());
    reply.set_refusal(why_silent(child));
    return asker.write(reply);
  }
  v1::ControlRequest passed = request;
  passed.set_number(++passed_count_);
  passed_[passed.number()] = {&asker, request.number()};
  child->line->write(passed);
}

// A process says how it is (number 0), or answers what was passed to it.
void Supervisor::on_child_message(Child& child, const std::string& bytes) {
  v1::ControlReply reply;
  if (!reply.ParseFromString(bytes)) return;
  if (reply.number() == 0) {
    if (reply.processes_size() != 1) return;
    child.said = reply.processes(0);
    adopt_routes(topology_.config, child.said.routes());
    child.said.clear_routes();
    return;
  }
  const auto found = passed_.find(reply.number());
  if (found == passed_.end()) return;
  reply.set_number(found->second.number);
  found->second.asker->write(reply);
  passed_.erase(found);
}

}  // namespace glasspost
