// glasspost hub: the process that gathers facts. The supervisor starts it; a person does not.
#include <memory>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <google/protobuf/stubs/logging.h>
#include <signal.h>
#include <unistd.h>
#include <uv.h>

#include "engine/apps/glasspost/commands.hpp"
#include "engine/control/identity.hpp"
#include "engine/control/stream.hpp"
#include "engine/control/topology.hpp"
#include "engine/live/hub_host.hpp"
#include "engine/telemetry/labels.hpp"

namespace glasspost {
namespace {

constexpr int kSupervisorLine = 3;
constexpr int kFirstRing = 4;
constexpr std::uint64_t kStatusMs = 250;

struct HubOptions {
  std::string directory;
  std::string name;
  std::uint64_t boot = 0;
};

// What the numbers in this cluster's facts stand for, as the run directory tells it now.
RunLabels labels_of(const RunDirectory& directory) {
  RunLabels labels;
  labels.run = directory.path().substr(directory.path().rfind('/') + 1);
  const Result<std::string> text = directory.read(directory.topology_file());
  if (!text) return labels;
  const Result<Topology> topology = parse_topology(*text, directory.topology_file());
  if (!topology) return labels;
  labels.preset = topology->preset;
  labels.placement = topology->placement;
  for (std::size_t index = 0; index < topology->processes.size(); ++index) {
    const ProcessSpec& spec = topology->processes[index];
    labels.processes.push_back(
        {NodeId{static_cast<std::uint16_t>(index + 1)}, spec.name, spec.roles});
  }
  for (const ChoiceInfo& info : choice_registry())
    labels.choices[std::string(info.key)] = get_choice(topology->config.choices, info.key);
  labels.choices["topology.placement"] = topology->placement;
  labels.users = known_names(directory);
  return labels;
}

// The hub and its line to the supervisor.
class HubProgram {
 public:
  HubProgram(uv_loop_t* loop, HubOptions options) : loop_(loop), options_(std::move(options)) {}

  Status begin() {
    const RunDirectory directory(options_.directory);
    HubHostOptions host;
    host.socket = directory.hub_socket();
    host.labels = [directory] { return labels_of(directory); };
    const std::size_t rings = host.labels().processes.size();
    for (std::size_t index = 0; index < rings; ++index) {
      const Result<FactRing> ring = FactRing::map(kFirstRing + static_cast<int>(index));
      if (!ring) return ring.error();
      host.rings.push_back(*ring);
    }
    host_ = std::make_unique<HubHost>(loop_, std::move(host));
    if (Status began = host_->begin(); !began) return began;
    listen_to_supervisor();
    return ok();
  }

  void shut_down() {
    line_->shut();
    uv_close(reinterpret_cast<uv_handle_t*>(&report_), nullptr);
    host_->shut_down();
    uv_stop(loop_);
  }

 private:
  void listen_to_supervisor() {
    line_ = ControlStream::make(
        loop_, [this](ControlStream&, const std::string& bytes) { on_request(bytes); },
        [](ControlStream&) { _exit(0); });  // the supervisor is gone, and so are we
    uv_pipe_open(line_->pipe(), kSupervisorLine);
    line_->read();
    uv_timer_init(loop_, &report_);
    report_.data = this;
    uv_timer_start(
        &report_,
        [](uv_timer_t* timer) {
          auto* self = static_cast<HubProgram*>(timer->data);
          v1::ControlReply reply;
          *reply.add_processes() = self->host_->status();
          self->line_->write(reply);
        },
        0, kStatusMs);
  }

  void on_request(const std::string& bytes) {
    v1::ControlRequest request;
    if (!request.ParseFromString(bytes) || !request.has_deed()) return;
    std::vector<Fact> deeds;
    if (!read_facts(request.deed().fact(), deeds)) return;
    for (const Fact& deed : deeds)
      host_->add(deed);
  }

  uv_loop_t* loop_;
  HubOptions options_;
  std::unique_ptr<HubHost> host_;
  ControlStream* line_ = nullptr;
  uv_timer_t report_{};
};

int run_hub(const HubOptions& options) {
  signal(SIGPIPE, SIG_IGN);
  google::protobuf::SetLogHandler(nullptr);
  uv_loop_t* loop = uv_default_loop();
  HubProgram program(loop, options);
  if (const Status began = program.begin(); !began) {
    fmt::print(stderr, "the hub cannot start: {}\n", began.error().message);
    return kExitFailed;
  }
  uv_signal_t end_signal;
  uv_signal_init(loop, &end_signal);
  end_signal.data = &program;
  uv_signal_start(
      &end_signal,
      [](uv_signal_t* signal, int) { static_cast<HubProgram*>(signal->data)->shut_down(); },
      SIGTERM);
  uv_run(loop, UV_RUN_DEFAULT);
  return kExitFine;
}

}  // namespace

void add_hub_command(CLI::App& app, int& exit_code) {
  auto options = std::make_shared<HubOptions>();
  CLI::App* hub = app.add_subcommand("hub", "");
  hub->group("");  // for the supervisor, not for people
  hub->add_option("--dir", options->directory)->required();
  hub->add_option("--name", options->name)->required();
  hub->add_option("--boot", options->boot)->required();
  hub->callback([options, &exit_code] { exit_code = run_hub(*options); });
}

}  // namespace glasspost
