// glasspost node: one process of a cluster. The supervisor starts it; a person does not.
#include <memory>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <google/protobuf/stubs/logging.h>
#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>
#include <uv.h>

#include "engine/apps/glasspost/cluster.hpp"
#include "engine/apps/glasspost/commands.hpp"
#include "engine/control/stream.hpp"
#include "engine/live/node_host.hpp"
#include "engine/roles/roster.hpp"
#include "engine/storage/memory_store.hpp"
#include "engine/storage/rocks_store.hpp"

namespace glasspost {
namespace {

constexpr int kSupervisorLine = 3;  // the file descriptor that the supervisor left us
constexpr int kFactRing = 4;        // ... and our ring of facts
constexpr std::uint64_t kStatusMs = 250;

struct NodeOptions {
  std::string directory;
  std::string name;
  std::uint64_t boot = 0;
};

// Everything that one process of a cluster holds.
class NodeProgram {
 public:
  NodeProgram(uv_loop_t* loop, NodeOptions options) : loop_(loop), options_(std::move(options)) {}

  Status begin() {
    const RunDirectory directory(options_.directory);
    const Result<std::string> text = directory.read(directory.topology_file());
    if (!text) return text.error();
    const Result<Topology> topology = parse_topology(*text, directory.topology_file());
    if (!topology) return topology.error();
    const Result<Process> process = make_process(directory, *topology);
    if (!process) return process.error();
    Result<ProcessDisk> disk = open_disk(directory, *process);
    if (!disk) return disk.error();
    host_ = std::make_unique<NodeHost>(
        loop_,
        NodeHostOptions{directory.path(), options_.name, topology->config, topology->directory(),
                        directory.port_of(options_.name), open_ring()},
        *process, std::move(*disk), [](const std::string& why) {
          // The disk failed: what memory says is not true any more. End at once, acknowledge
          // nothing.
          fmt::print(stderr, "this process ends: {}\n", why);
          std::fflush(stderr);
          _exit(1);
        });
    if (Status began = host_->begin(); !began) return began;
    if (host_->edge_port() != 0) {
      Status written = directory.write_port(options_.name, host_->edge_port());
      if (!written) return written;
    }
    listen_to_supervisor();
    return ok();
  }

  void shut_down() {
    if (line_ != nullptr) line_->shut();
    uv_close(reinterpret_cast<uv_handle_t*>(&report_), nullptr);
    host_->shut_down();
    uv_stop(loop_);
  }

 private:
  // Where our facts go. Without one we work as well, unwatched.
  static std::optional<FactRing> open_ring() {
    const Result<FactRing> ring = FactRing::map(kFactRing);
    if (ring) return *ring;
    fmt::print(stderr, "nobody can watch this process: {}\n", ring.error().message);
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
  Result<ProcessDisk> open_disk(const RunDirectory& directory, const Process& process) {
    bool keeps = false;
    for (Address role : process.station.roles) {
      keeps = keeps || role.kind == RoleKind::kStore || role.kind == RoleKind::kAccount;
    }
    if (!keeps) return ProcessDisk{memory_, memory_, {}, {}};
    Result<std::unique_ptr<RocksStore>> opened = RocksStore::open(directory.data_of(options_.name));
    if (!opened) return opened.error();
    rocks_ = std::move(*opened);
    RocksStore* store = rocks_.get();
    return ProcessDisk{*store, *store, [store] { return store->sync(); },
                       [store] { return store->status(); }};
  }

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
          auto* self = static_cast<NodeProgram*>(timer->data);
          v1::ControlReply reply;
          *reply.add_processes() = self->host_->status();
          self->line_->write(reply);
        },
        0, kStatusMs);
  }

  void on_request(const std::string& bytes) {
    v1::ControlRequest request;
    if (!request.ParseFromString(bytes)) return;
    if (request.has_change_choice()) {
      const v1::ChangeChoice& change = request.change_choice();
      if (const Status set = host_->change_choice(change.key(), change.value()); !set) {
        fmt::print(stderr, "a choice was not changed: {}\n", set.error().message);
      }
      return;
    }
    if (!request.has_ask_role()) return;
    const Status asked =
        host_->ask_role(request.ask_role(), [this, number = request.number()](v1::Letter&& letter) {
          v1::ControlReply reply;
          reply.set_number(number);
          *reply.mutable_letter() = std::move(letter);
          line_->write(reply);
        });
    if (asked) return;
    v1::ControlReply refusal;
    refusal.set_number(request.number());
    refusal.set_refusal(asked.error().message);
    line_->write(refusal);
  }

  uv_loop_t* loop_;
  NodeOptions options_;
  MemoryStore memory_;
  std::unique_ptr<RocksStore> rocks_;
  std::unique_ptr<NodeHost> host_;
  ControlStream* line_ = nullptr;
  uv_timer_t report_{};
};

int run_node(const NodeOptions& options) {
  signal(SIGPIPE, SIG_IGN);
  // Protobuf would write a line for every bad byte that a stranger sends; we answer instead.
  google::protobuf::SetLogHandler(nullptr);
  uv_loop_t* loop = uv_default_loop();
  NodeProgram program(loop, options);
  if (const Status began = program.begin(); !began) {
    fmt::print(stderr, "{} cannot start: {}\n", options.name, began.error().message);
    return kExitFailed;
  }
  uv_signal_t end_signal;
  uv_signal_init(loop, &end_signal);
  end_signal.data = &program;
  uv_signal_start(
      &end_signal,
      [](uv_signal_t* signal, int) { static_cast<NodeProgram*>(signal->data)->shut_down(); },
      SIGTERM);
  uv_run(loop, UV_RUN_DEFAULT);
  return kExitFine;
}

}  // namespace

void add_node_command(CLI::App& app, int& exit_code) {
  auto options = std::make_shared<NodeOptions>();
  CLI::App* node = app.add_subcommand("node", "");
  node->group("");  // for the supervisor, not for people
  node->add_option("--dir", options->directory)->required();
  node->add_option("--name", options->name)->required();
  node->add_option("--boot", options->boot)->required();
  node->callback([options, &exit_code] { exit_code = run_node(*options); });
}

}  // namespace glasspost
