// Carrying frames and client envelopes.
#include "engine/live/node_host.hpp"

#include <utility>

#include <fmt/format.h>
#include <sys/resource.h>

#include "engine/core/administrator.hpp"
#include "engine/core/arrival.hpp"
#include "engine/core/failure.hpp"
#include "engine/core/limits.hpp"
#include "engine/core/routes.hpp"
#include "engine/live/clocks.hpp"

namespace glasspost {
namespace {

constexpr std::uint64_t kTapFlushMs = 10;
constexpr std::uint64_t kTicksAGauge = 10;

std::uint64_t processor_time_us() {
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  const auto us = [](const timeval& time) {
    return static_cast<std::uint64_t>(time.tv_sec) * 1'000'000 +
           static_cast<std::uint64_t>(time.tv_usec);
  };
  return us(used.ru_utime) + us(used.ru_stime);
}

std::uint64_t resident_bytes() {
  std::size_t bytes = 0;
  return uv_resident_set_memory(&bytes) == 0 ? bytes : 0;
}

// Lives that have a death certificate, with all roles of their process.
void note_ended(const v1::TellEnded& told, const Directory& roles, Config& config) {
  for (const auto& [role, node] : roles) {
    for (const v1::EndedProcess& process : told.processes()) {
      if (process.node() != node.value) continue;
      config.ended[role] = std::max(config.ended[role], BootId{process.boot()});
    }
  }
}

}  // namespace

NodeHost::NodeHost(uv_loop_t* loop, NodeHostOptions options, Process process, ProcessDisk disk,
                   std::function<void(const std::string&)> ended)
    : loop_(loop), options_(std::move(options)), ended_(std::move(ended)) {
  for (Address role : process.station.roles) {
    if (role.kind == RoleKind::kAccess) access_ = role;
    if (role.kind != RoleKind::kAccount) continue;
    passwords_ = std::make_unique<PasswordThread>(
        loop, [this, role](v1::Letter&& letter) { hear(role, std::move(letter)); });
  }
  process_ = std::make_unique<ProcessLoop>(
      loop, std::move(process), ProcessHome{options_.config, options_.roles, std::move(disk)},
      *this, [this](const Status& failed) { ended_(failed.error().message); });
}

Status NodeHost::begin() {
  const Station& station = process_->process().station;
  LinksOptions links;
  links.self = station.node;
  links.boot = station.boot;
  links.directory = options_.directory;
  links.frame_bytes_max = limits::kFrameBytesMax;
  Result<std::unique_ptr<Links>> opened = Links::open(loop_, links, *this);
  if (!opened) return opened.error();
  links_ = std::move(*opened);
  if (access_.kind == RoleKind::kAccess) {
    if (Status edge = open_edge(); !edge) return edge;
  }
  if (options_.facts) {
    const Choices& choices = options_.config.choices;
    tap_.emplace(Tap::Options{station.node, choices.telemetry_watch, choices.telemetry_bodies},
                 [this](const Fact& fact) { options_.facts->push(fact); });
    process_->watch(this);
    gauges_ = make_handle<uv_timer_t>(loop_, uv_timer_init, this);
    uv_timer_start(
        gauges_.get(), [](uv_timer_t* timer) { static_cast<NodeHost*>(timer->data)->gauge(); },
        kTapFlushMs, kTapFlushMs);
    tell(FactKind::kBooted, station.node.value, station.boot.value, 0);
  }
  process_->begin();
  return ok();
}

Status NodeHost::open_edge() {
  EdgeOptions options;
  options.port = options_.edge_port;
  Result<std::unique_ptr<Edge>> edge = Edge::listen(loop_, options, *this);
  if (!edge && options.port != 0) {
    options.port = 0;  // somebody took the port meanwhile
    edge = Edge::listen(loop_, options, *this);
  }
  if (!edge) return edge.error();
  edge_ = std::move(*edge);
  // What the devices of one poll sent is one step of the access role.
  after_poll_ = make_handle<uv_check_t>(loop_, uv_check_init, this);
  uv_check_start(after_poll_.get(), [](uv_check_t* handle) {
    static_cast<NodeHost*>(handle->data)->take_edge_letters();
  });
  return ok();
}

void NodeHost::shut_down() {
  after_poll_.reset();
  gauges_.reset();
  if (edge_) edge_->shut_down();
  if (links_) links_->shut_down();
  passwords_.reset();
  process_->shut_down();
}

void NodeHost::frame(NodeId to, std::string&& bytes) {
  links_->send(to, std::move(bytes));
}

void NodeHost::edge_letter(v1::Letter&& letter) {
  const Address target = unpack(letter.target());
  if (target.kind == RoleKind::kAdministrator) {
    const auto found = administrators_.find(target.number);
    if (found == administrators_.end()) return;
    const auto answer = std::move(found->second);
    administrators_.erase(found);
    return answer(std::move(letter));
  }
  if (target.kind == RoleKind::kHasher && passwords_) return passwords_->hash(letter);
  if (target.kind != RoleKind::kDevice || !edge_) return;
  if (letter.client().has_text_sent()) ++acknowledged_;
  if (tap_) tap_->to_edge(station_now(), unpack(letter.source()), letter);
  say_to_device(target.number, letter.client());
}

// The edge is told here who is logged in: what access says to a device is the one place where both
// know it, and in the right order.
void NodeHost::say_to_device(std::uint64_t connection, const v1::ClientEnvelope& envelope) {
  if (envelope.has_login_done()) edge_->trust(connection);
  const bool is_refused =
      envelope.has_failure() && envelope.failure().code() != v1::FAILURE_CODE_LOGIN_REQUIRED;
  if (is_refused) edge_->login_refused(connection);
  std::string bytes;
  if (envelope.SerializeToString(&bytes)) edge_->send(connection, bytes);
  if (envelope.has_login_ended()) edge_->distrust(connection);
}

// An answer of the host itself, to a request whose number it does not know.
void NodeHost::refuse(std::uint64_t connection, v1::FailureCode code) {
  v1::ClientEnvelope refusal;
  set_failure(*refusal.mutable_failure(), code);
  edge_->send(connection, refusal.SerializeAsString());
}

void NodeHost::fact(const Fact& fact) {
  if (options_.facts) options_.facts->push(fact);
}

void NodeHost::stepped(const Process&, Address role, const Input& input, const Seen& seen,
                       const Outbox& out) {
  if (!input.letters.empty()) tap_->stepped(seen.now, role, input.letters, out);
}

// A fact of the host itself.
void NodeHost::tell(FactKind kind, std::uint64_t subject, std::uint64_t object,
                    std::uint64_t number) {
  if (!options_.facts) return;
  options_.facts->push({.time_us = to_us(station_now()),
                        .kind = kind,
                        .node = process_->process().station.node.value,
                        .subject = subject,
                        .object = object,
                        .number = number});
}

// Every 10 ms the cells, every tenth time the gauges.
void NodeHost::gauge() {
  tap_->flush(station_now());
  if (++gauge_ticks_ % kTicksAGauge != 0) return;
  const auto say = [this](GaugeKind kind, std::uint64_t value) {
    tell(FactKind::kGauge, static_cast<std::uint64_t>(kind), 0, value);
  };
  const Station& station = process_->process().station;
  say(GaugeKind::kCpuUs, processor_time_us());
  say(GaugeKind::kMemoryBytes, resident_bytes());
  say(GaugeKind::kHeld, station.held.size());
  say(GaugeKind::kSteps, station.steps);
  say(GaugeKind::kPuts, station.puts);
  say(GaugeKind::kSyncs, process_->syncs());
  if (edge_) say(GaugeKind::kConnections, edge_->counts().open);
  const Histogram syncs = process_->take_sync_times();
  if (syncs.count() > 0) {
    say(GaugeKind::kSyncP50Us, syncs.quantile(0.5));
    say(GaugeKind::kSyncP99Us, syncs.quantile(0.99));
  }
  const Histogram turns = process_->take_turn_times();
  if (turns.count() > 0) say(GaugeKind::kStepP99Us, turns.quantile(0.99));
}

void NodeHost::turn_over() {
  if (edge_) edge_->flush();
}

void NodeHost::stop_reading(bool stop) {
  links_->stop_reading(stop);
  if (edge_) edge_->stop_reading(stop);
}

void NodeHost::frame(NodeId from, BootId boot, std::string_view bytes) {
  if (!read_frame(from, boot, bytes, arrived_)) {
    ++unreadable_;
    arrived_ = v1::Frame();  // it may have been made to be large
    return;
  }
  process_->receive(arrived_);
}

void NodeHost::opened(std::uint64_t connection) {
  tell(FactKind::kOpened, connection, 0, 0);
  process_->change_peer(access_, {{RoleKind::kDevice, connection}, BootId{1}, true});
}

void NodeHost::closed(std::uint64_t connection, std::string_view) {
  take_edge_letters();  // what came before the end is heard before the end
  tell(FactKind::kClosed, connection, 0, 0);
  process_->change_peer(access_, {{RoleKind::kDevice, connection}, BootId{1}, false});
}

void NodeHost::frame(std::uint64_t connection, std::string_view bytes) {
  std::optional<v1::Letter> letter = read_envelope(access_, connection, bytes);
  if (!letter) return refuse(connection, v1::FAILURE_CODE_BAD_REQUEST);
  if (letter->client().has_login()) edge_->login_asked(connection);
  from_edge_.push_back(std::move(*letter));
}

void NodeHost::skipped(std::uint64_t connection) {
  refuse(connection, v1::FAILURE_CODE_LOGIN_REQUIRED);
}

void NodeHost::take_edge_letters() {
  if (!from_edge_.empty()) process_->deliver(std::exchange(from_edge_, {}));
}

Status NodeHost::ask_role(const v1::AskRole& asked, OnAnswer answer) {
  const Address role = unpack(asked.role());
  if (!is_administrators_question(asked.letter()) || !process_->process().roles.contains(role)) {
    return Error{Code::kInvalidArgument, "this process does not answer that"};
  }
  if (administrators_.size() >= limits::kAdministratorsMax) {
    return Error{Code::kOverloaded, "too many questions wait for an answer; try again in a moment"};
  }
  administrators_[++administrator_count_] = std::move(answer);
  v1::Letter letter = asked.letter();
  letter.set_source(pack({RoleKind::kAdministrator, administrator_count_}));
  hear(role, std::move(letter));
  return ok();
}

void NodeHost::hear(Address role, v1::Letter&& letter) {
  letter.set_target(pack(role));
  std::vector<v1::Letter> letters;
  letters.push_back(std::move(letter));
  process_->deliver(std::move(letters));
}

Status NodeHost::change_choice(const std::string& key, const std::string& value) {
  Choices choices = process_->config().choices;
  if (Status set = set_choice(choices, key, value); !set) return set;
  if (tap_) tap_->change(choices.telemetry_watch, choices.telemetry_bodies);
  process_->reconfigure([&choices](Config& config) {
    config.choices = choices;
    ++config.epoch;
  });
  return ok();
}

void NodeHost::learn_ended(const v1::TellEnded& told) {
  process_->reconfigure([&](Config& config) { note_ended(told, options_.roles, config); });
}

v1::ProcessStatus NodeHost::status() const {
  v1::ProcessStatus status;
  status.set_name(options_.name);
  std::size_t sections = 0;
  for (Address role : process_->process().station.roles) {
    sections += process_->config().sections_of(role).size();
  }
  const bool serving = process_->facts_of(FactKind::kServing) >= sections;
  status.set_state(serving ? "running" : "starting");
  const Config& config = process_->config();
  if (config.route_version > 1) *status.mutable_routes() = routes_of(config);
  const auto add = [&status](const char* name, std::uint64_t value) {
    v1::Counter& counter = *status.add_counters();
    counter.set_name(name);
    counter.set_value(value);
  };
  const Station& station = process_->process().station;
  add("sections", sections);
  add("steps", station.steps);
  add("puts", station.puts);
  add("syncs", process_->syncs());
  add("held", station.held.size());
  add("frames_in", links_->counts().frames_in);
  add("frames_out", links_->counts().frames_out);
  add("frames_dropped", links_->counts().dropped_full + links_->counts().dropped_unreadable +
                            links_->counts().dropped_too_long + unreadable_);
  add("letters_dropped", process_->facts_of(FactKind::kDropped));
  if (edge_) {
    status.set_port(edge_->port());
    add("connections", edge_->counts().open);
    add("acknowledged", acknowledged_);
    add("violations", edge_->counts().violations);
    add("refused", edge_->counts().refused);
    add("half_open", edge_->counts().half_open);
    add("evicted", edge_->counts().evicted);
    add("closed_no_login", edge_->counts().closed_no_login);
  }
  return status;
}

}  // namespace glasspost
