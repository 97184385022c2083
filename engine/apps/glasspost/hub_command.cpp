// glasspost hub: the process that gathers facts. The supervisor starts it; a person does not.
#include <algorithm>
#include <chrono>
#include <filesystem>
#include <memory>
#include <system_error>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <uv.h>

#include "engine/apps/glasspost/commands.hpp"
#include "engine/apps/glasspost/supervised.hpp"
#include "engine/base/error_line.hpp"
#include "engine/control/identity.hpp"
#include "engine/control/topology.hpp"
#include "engine/live/hub_host.hpp"
#include "engine/telemetry/labels.hpp"

namespace glasspost {
namespace {

namespace fs = std::filesystem;

constexpr int kFirstRing = 4;

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

// The same, read again only when the run directory has changed: with ten thousand users it is a lot
// to read each second.
class LabelReader {
 public:
  explicit LabelReader(RunDirectory directory) : directory_(std::move(directory)) {}

  RunLabels read() {
    const fs::file_time_type changed = newest_change();
    // A change of this very moment may have a second one behind it with the same time.
    const bool settled = fs::file_time_type::clock::now() - changed > std::chrono::seconds(1);
    if (!settled || changed != read_at_) labels_ = labels_of(directory_);
    read_at_ = changed;
    return labels_;
  }

 private:
  fs::file_time_type newest_change() const {
    std::error_code ignored;  // what cannot be asked was never changed
    return std::max(fs::last_write_time(directory_.path() + "/tokens", ignored),
                    fs::last_write_time(directory_.topology_file(), ignored));
  }

  RunDirectory directory_;
  RunLabels labels_;
  fs::file_time_type read_at_ = fs::file_time_type::min();
};

// The hub and its line to the supervisor.
class HubProgram {
 public:
  HubProgram(uv_loop_t* loop, ProcessOptions options) : loop_(loop), options_(std::move(options)) {}

  Status begin() {
    const RunDirectory directory(options_.directory);
    HubHostOptions host;
    host.socket = directory.hub_socket();
    host.labels = [reader = LabelReader(directory)]() mutable { return reader.read(); };
    const std::size_t rings = host.labels().processes.size();
    for (std::size_t index = 0; index < rings; ++index) {
      const Result<FactRing> ring = FactRing::map(kFirstRing + static_cast<int>(index));
      if (!ring) return ring.error();
      host.rings.push_back(*ring);
    }
    host_ = std::make_unique<HubHost>(loop_, std::move(host));
    if (Status began = host_->begin(); !began) return began;
    line_.open(
        loop_, [this] { return host_->status(); },
        [this](const v1::ControlRequest& request) { on_request(request); });
    return ok();
  }

  void shut_down() {
    line_.shut();
    host_->shut_down();
  }

 private:
  void on_request(const v1::ControlRequest& request) {
    if (!request.has_deed()) return;
    std::vector<Fact> deeds;
    if (!read_facts(request.deed().fact(), deeds)) return;
    for (const Fact& deed : deeds)
      host_->add(deed);
  }

  uv_loop_t* loop_;
  ProcessOptions options_;
  std::unique_ptr<HubHost> host_;
  SupervisorLine line_;
};

int run_hub(const ProcessOptions& options) {
  end_with_supervisor();
  uv_loop_t* loop = uv_default_loop();
  HubProgram program(loop, options);
  if (const Status began = program.begin(); !began) {
    write_error_line("the hub cannot start: " + began.error().message);
    return kExitFailed;
  }
  run_until_told(loop, [&program] { program.shut_down(); });
  return kExitFine;
}

}  // namespace

void add_hub_command(CLI::App& app, int& exit_code) {
  auto options = std::make_shared<ProcessOptions>();
  add_process_command(app, "hub", *options)->callback([options, &exit_code] {
    exit_code = run_hub(*options);
  });
}

}  // namespace glasspost
