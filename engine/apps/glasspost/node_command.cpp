// glasspost node: one process of a cluster. The supervisor starts it; a person does not.
#include <memory>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <unistd.h>
#include <uv.h>

#include "engine/apps/glasspost/cluster.hpp"
#include "engine/apps/glasspost/commands.hpp"
#include "engine/apps/glasspost/process_disk.hpp"
#include "engine/apps/glasspost/supervised.hpp"
#include "engine/base/error_line.hpp"
#include "engine/live/node_host.hpp"
#include "engine/roles/roster.hpp"
#include "engine/storage/memory_store.hpp"
#include "engine/storage/rocks_store.hpp"

namespace glasspost {
namespace {

constexpr int kFactRing = 4;  // the descriptor of our ring of facts

// Everything that one process of a cluster holds.
class NodeProgram {
 public:
  NodeProgram(uv_loop_t* loop, ProcessOptions options)
      : loop_(loop), options_(std::move(options)) {}

  Status begin() {
    const RunDirectory directory(options_.directory);
    const Result<std::string> text = directory.read(directory.topology_file());
    if (!text) return text.error();
    const Result<Topology> topology = parse_topology(*text, directory.topology_file());
    if (!topology) return topology.error();
    const Result<Process> process = make_process(directory, *topology);
    if (!process) return process.error();
    Result<ProcessDisk> disk = open_disk(directory, *process, topology->quorum);
    if (!disk) return disk.error();
    host_ = std::make_unique<NodeHost>(
        loop_,
        NodeHostOptions{directory.path(), options_.name, topology->config, topology->directory(),
                        directory.port_of(options_.name), open_ring(*topology)},
        *process, std::move(*disk), [](const std::string& why) {
          // The disk failed: what memory says is not true any more. End at once, acknowledge
          // nothing.
          write_error_line("this process ends: " + why);
          _exit(1);
        });
    if (Status began = host_->begin(); !began) return began;
    if (host_->edge_port() != 0) {
      Status written = directory.write_port(options_.name, host_->edge_port());
      if (!written) return written;
    }
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
  // Where our facts go. Without one we work as well, unwatched.
  static std::optional<FactRing> open_ring(const Topology& topology) {
    if (!topology.is_watched()) return std::nullopt;
    const Result<FactRing> ring = FactRing::map(kFactRing);
    if (ring) return *ring;
    write_error_line("nobody can watch this process: " + ring.error().message);
    return std::nullopt;
  }

  Result<Process> make_process(const RunDirectory& directory, const Topology& topology) {
    const std::uint16_t node = topology.node_of(options_.name);
    if (node == 0) {
      return Error{Code::kInvalidArgument,
                   "there is no process " + options_.name + " in " + directory.topology_file()};
    }
    const Result<MacKey> key = directory.token_key();
    if (!key) return key.error();
    RosterOptions roster;
    roster.account.token_key = *key;
    Process process;
    process.station.node = NodeId{node};
    process.station.boot = BootId{options_.boot};
    process.station.random_seed = keyed_hash(*key, options_.name + std::to_string(options_.boot));
    for (Address role : topology.processes[node - 1U].roles) {
      add_role(process, role, make_role(role, roster));
    }
    return process;
  }

  // Stores and accounts keep something; the others have nothing on disk.
  Result<ProcessDisk> open_disk(const RunDirectory& directory, const Process& process,
                                const Quorum& quorum) {
    bool keeps = false;
    for (Address role : process.station.roles) {
      keeps = keeps || role.kind == RoleKind::kStore || role.kind == RoleKind::kAccount;
    }
    if (!keeps) return ProcessDisk{memory_, memory_, {}, {}};
    Result<std::unique_ptr<RocksStore>> opened =
        open_process_disk(directory, options_.name, process, quorum);
    if (!opened) return opened.error();
    rocks_ = std::move(*opened);
    RocksStore* store = rocks_.get();
    return ProcessDisk{*store, *store, [store] { return store->sync(); },
                       [store] { return store->status(); }};
  }

  void on_request(const v1::ControlRequest& request) {
    if (request.has_change_choice()) {
      const v1::ChangeChoice& change = request.change_choice();
      if (const Status set = host_->change_choice(change.key(), change.value()); !set) {
        write_error_line("a choice was not changed: " + set.error().message);
      }
      return;
    }
    if (request.has_ended()) return host_->learn_ended(request.ended());
    if (!request.has_ask_role()) return;
    const Status asked =
        host_->ask_role(request.ask_role(), [this, number = request.number()](v1::Letter&& letter) {
          v1::ControlReply reply;
          reply.set_number(number);
          *reply.mutable_letter() = std::move(letter);
          line_.write(reply);
        });
    if (asked) return;
    v1::ControlReply refusal;
    refusal.set_number(request.number());
    refusal.set_refusal(asked.error().message);
    line_.write(refusal);
  }

  uv_loop_t* loop_;
  ProcessOptions options_;
  MemoryStore memory_;
  std::unique_ptr<RocksStore> rocks_;
  std::unique_ptr<NodeHost> host_;
  SupervisorLine line_;
};

int run_node(const ProcessOptions& options) {
  end_with_supervisor();
  uv_loop_t* loop = uv_default_loop();
  NodeProgram program(loop, options);
  if (const Status began = program.begin(); !began) {
    write_error_line(options.name + " cannot start: " + began.error().message);
    return kExitFailed;
  }
  run_until_told(loop, [&program] { program.shut_down(); });
  return kExitFine;
}

}  // namespace

void add_node_command(CLI::App& app, int& exit_code) {
  auto options = std::make_shared<ProcessOptions>();
  add_process_command(app, "node", *options)->callback([options, &exit_code] {
    exit_code = run_node(*options);
  });
}

}  // namespace glasspost
