// Processes: started, watched, started again.
#include "engine/control/supervisor.hpp"

#include <algorithm>
#include <cassert>
#include <ctime>

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine/base/error_line.hpp"
#include "engine/base/text.hpp"
#include "engine/control/control_client.hpp"
#include "engine/core/limits.hpp"

namespace glasspost {
namespace {

constexpr std::uint64_t kQuickEndMs = 3'000;    // a life shorter than this counts as a quick end
constexpr std::uint64_t kRestartPauseMs = 100;  // doubles with every quick end ...
constexpr std::uint64_t kRestartPauseMaxMs = 5'000;  // ... up to this
constexpr const char* kHub = "hub";
constexpr std::size_t kUntoldMax = 1'000;
constexpr int kLivesFile = 100;  // above what children get at places of their own
constexpr int kLockTries = 50;
constexpr unsigned kLockPauseUs = 20'000;
constexpr std::uint64_t kGraceMs = 2'000;  // between asking a process to end and killing it

void say(const std::string& sentence) {
  const std::time_t now = std::time(nullptr);
  char clock[32];
  std::tm parts{};
  localtime_r(&now, &parts);
  std::strftime(clock, sizeof(clock), "%H:%M:%S", &parts);
  write_error_line(fmt::format("{} {}", clock, sentence));
}

// Microseconds of the clock that facts are stamped with.
std::int64_t now_us() {
  timespec now{};
  clock_gettime(CLOCK_BOOTTIME, &now);
  return now.tv_sec * 1'000'000 + now.tv_nsec / 1'000;
}

template <class Handle>
void close_handle(Handle& handle) {
  auto* base = reinterpret_cast<uv_handle_t*>(&handle);
  if (uv_is_closing(base) == 0) uv_close(base, nullptr);
}

}  // namespace

Supervisor::Supervisor(uv_loop_t* loop, RunDirectory directory, Topology topology,
                       std::string program)
    : loop_(loop),
      directory_(std::move(directory)),
      topology_(std::move(topology)),
      program_(std::move(program)) {}

Status Supervisor::begin() {
  if (Status listening = listen(); !listening) return listening;
  if (find_nobody_alive()) {
    const Result<std::uint64_t> boot = directory_.next_boot();
    if (!boot) return boot.error();
    for (const ProcessSpec& spec : topology_.processes)
      ended_[topology_.node_of(spec.name)] = *boot;
  } else {
    say("processes of an earlier supervisor may still run; their leases are waited out");
  }
  uv_timer_init(loop_, &last_resort_);
  last_resort_.data = this;
  for (const ProcessSpec& spec : topology_.processes) {
    if (Status added = add_child(spec.name, topology_.is_watched()); !added) return added;
  }
  Status hub = topology_.is_watched() ? add_child(kHub, false) : ok();
  if (!hub) return hub;
  for (const auto& child : children_)
    start(*child);
  return ok();
}

// Every process inherits a lock that its supervisor holds. So whoever gets it alone knows that no
// process of an earlier supervisor runs any more, although it has reaped none of them.
bool Supervisor::find_nobody_alive() {
  const int opened = ::open(directory_.lives_file().c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  const int file = ::fcntl(opened, F_DUPFD, kLivesFile);  // this one every child inherits
  ::close(opened);
  if (file < 0) return false;
  for (int tries = 0; tries < kLockTries; ++tries) {
    if (::flock(file, LOCK_EX | LOCK_NB) == 0) {
      ::flock(file, LOCK_SH);  // a later supervisor that does not get it alone keeps it, too
      return true;
    }
    ::usleep(kLockPauseUs);  // what a killed supervisor leaves behind is about to end
  }
  ::flock(file, LOCK_SH | LOCK_NB);
  return false;
}

v1::ControlRequest Supervisor::certificates() const {
  v1::ControlRequest request;
  for (const auto& [node, boot] : ended_) {
    v1::EndedProcess& process = *request.mutable_ended()->add_processes();
    process.set_node(node);
    process.set_boot(boot);
  }
  return request;
}

// This life was reaped. A certificate covers all older lives, too: none is given where one of an
// earlier supervisor may still run.
void Supervisor::certify(Child& child) {
  const std::uint16_t node = node_of(child);
  if (node == 0 || ended_.empty()) return;
  ended_[node] = std::max(ended_[node], child.boot);
  const v1::ControlRequest told = certificates();
  for (const auto& other : children_) {
    if (other->name != kHub && other->line != nullptr) other->line->write(told);
  }
}

Status Supervisor::add_child(const std::string& name, bool has_ring) {
  Child& child = *children_.emplace_back(std::make_unique<Child>());
  child.supervisor = this;
  child.name = name;
  child.process.data = &child;
  uv_timer_init(loop_, &child.restart);
  child.restart.data = &child;
  if (!has_ring) return ok();
  // Our memory, not the child's: what it wrote last is still there when it was killed.
  child.ring = ::memfd_create("glasspost-facts", MFD_CLOEXEC);
  if (child.ring < 0 || ::ftruncate(child.ring, limits::kFactRingBytes) != 0) {
    return Error{Code::kIo, "there is no shared memory for the facts of " + name};
  }
  return ok();
}

Status Supervisor::listen() {
  const std::string path = directory_.control_socket();
  v1::ControlRequest hello;
  hello.mutable_status();
  if (ask_supervisor(directory_, hello, std::chrono::milliseconds(500))) {
    return Error{Code::kConflict, "a cluster already runs in " + directory_.path() +
                                      "; end it with `glasspost down`"};
  }
  ::unlink(path.c_str());  // what a killed supervisor left behind
  uv_pipe_init(loop_, &listener_, 0);
  listener_.data = this;
  const int bound = uv_pipe_bind(&listener_, path.c_str());
  if (bound != 0) return Error{Code::kIo, "cannot listen on " + path + ": " + uv_strerror(bound)};
  ::chmod(path.c_str(), 0600);
  const int listening = uv_listen(reinterpret_cast<uv_stream_t*>(&listener_), 64,
                                  [](uv_stream_t* server, int status) {
                                    if (status == 0)
                                      static_cast<Supervisor*>(server->data)->on_connection();
                                  });
  if (listening != 0)
    return Error{Code::kIo, std::string("cannot listen: ") + uv_strerror(listening)};
  return ok();
}

void Supervisor::start(Child& child) {
  const Result<std::uint64_t> boot = directory_.next_boot();
  if (!boot) {
    say(child.name + " cannot be started: " + boot.error().message);
    uv_timer_start(
        &child.restart,
        [](uv_timer_t* timer) {
          auto* late = static_cast<Child*>(timer->data);
          late->supervisor->start(*late);
        },
        kRestartPauseMaxMs, 0);
    return;
  }
  const std::string log = directory_.log_of(child.name);
  const int log_file = ::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  child.line = ControlStream::make(
      loop_,
      [this, &child](ControlStream&, const std::string& bytes) { on_child_message(child, bytes); },
      [&child](ControlStream&) { child.line = nullptr; });
  const int spawned = spawn(child, *boot, log_file);
  if (log_file >= 0) ::close(log_file);
  if (spawned != 0) {
    say(fmt::format("{} cannot be started: {}", child.name, uv_strerror(spawned)));
    return on_exit(child, 127, 0);
  }
  child.alive = true;
  child.paused = false;
  child.boot = *boot;
  child.started_ms = uv_now(loop_);
  ++child.starts;
  child.said.Clear();
  child.line->read();
  if (child.name != kHub && !ended_.empty()) child.line->write(certificates());
  tell({.kind = FactKind::kStarted,
        .subject = node_of(child),
        .object = *boot,
        .number = static_cast<std::uint64_t>(child.process.pid),
        .value = child.starts});
  if (child.name == kHub) {
    for (const Fact& deed : std::exchange(untold_, {}))
      tell(deed);
  }
}

// fd 3 is the line to us; a process finds its ring at fd 4, the hub all rings from there on.
int Supervisor::spawn(Child& child, std::uint64_t boot, int log_file) {
  std::vector<uv_stdio_container_t> stdio(4);
  stdio[0].flags = UV_IGNORE;
  stdio[1].flags = stdio[2].flags = log_file < 0 ? UV_IGNORE : UV_INHERIT_FD;
  stdio[1].data.fd = stdio[2].data.fd = log_file;
  stdio[3].flags =
      static_cast<uv_stdio_flags>(UV_CREATE_PIPE | UV_READABLE_PIPE | UV_WRITABLE_PIPE);
  stdio[3].data.stream = reinterpret_cast<uv_stream_t*>(child.line->pipe());
  const bool is_hub = child.name == kHub;
  for (const auto& other : children_) {
    if (other->ring < 0 || (!is_hub && other.get() != &child)) continue;
    uv_stdio_container_t& ring = stdio.emplace_back();
    ring.flags = UV_INHERIT_FD;
    ring.data.fd = other->ring;
  }
  const std::string boot_text = std::to_string(boot);
  const char* arguments[] = {
      program_.c_str(), is_hub ? "hub" : "node", "--dir",  directory_.path().c_str(),
      "--name",         child.name.c_str(),      "--boot", boot_text.c_str(),
      nullptr};
  uv_process_options_t options{};
  options.file = program_.c_str();
  options.args = const_cast<char**>(arguments);  // libuv copies them
  options.stdio = stdio.data();
  options.stdio_count = static_cast<int>(stdio.size());
  options.exit_cb = [](uv_process_t* process, std::int64_t status, int signal) {
    auto* ended = static_cast<Child*>(process->data);
    ended->supervisor->on_exit(*ended, status, signal);
  };
  child.process = uv_process_t{};
  child.process.data = &child;
  return uv_spawn(loop_, &child.process, &options);
}

// Node numbers are places in the topology; the hub has none.
std::uint16_t Supervisor::node_of(const Child& child) const {
  return topology_.node_of(child.name);
}

// A deed goes to the hub, or waits until there is one. Old ones go first when nobody listens.
void Supervisor::tell(Fact deed) {
  if (deed.time_us == 0) deed.time_us = now_us();
  const Child* hub = child_named(kHub);
  if (hub == nullptr || !hub->alive || hub->line == nullptr) {
    untold_.push_back(deed);
    if (untold_.size() > kUntoldMax) untold_.pop_front();
    return;
  }
  v1::ControlRequest request;
  request.mutable_deed()->set_fact(&deed, sizeof(deed));
  hub->line->write(request);
}

void Supervisor::on_exit(Child& child, std::int64_t status, int signal) {
  child.alive = false;
  if (child.line != nullptr) child.line->shut();
  child.line = nullptr;
  auto* handle = reinterpret_cast<uv_handle_t*>(&child.process);
  if (ending_) {
    uv_close(handle, nullptr);
    const bool anyone = std::any_of(children_.begin(), children_.end(),
                                    [](const auto& other) { return other->alive; });
    if (!anyone) close_handle(last_resort_);
    return;
  }
  certify(child);
  tell({.kind = FactKind::kEnded,
        .subject = node_of(child),
        .object = child.boot,
        .number = static_cast<std::uint64_t>(status),
        .value = static_cast<std::uint64_t>(signal)});
  say(signal != 0 ? fmt::format("{} was ended by signal {}", child.name, signal)
                  : fmt::format("{} ended with code {}", child.name, status));
  const bool quick = uv_now(loop_) - child.started_ms < kQuickEndMs;
  child.quick_ends = quick ? child.quick_ends + 1 : 0;
  const std::uint64_t pause =
      std::min(kRestartPauseMaxMs, kRestartPauseMs << std::min(child.quick_ends, 6U));
  uv_close(handle, [](uv_handle_t* closed) {
    // The handle may be used again only now.
    auto* again = static_cast<Child*>(closed->data);
    again->process.data = again;
  });
  uv_timer_start(
      &child.restart,
      [](uv_timer_t* timer) {
        auto* again = static_cast<Child*>(timer->data);
        again->supervisor->start(*again);
      },
      pause, 0);
}

void Supervisor::shut_down() {
  if (ending_) return;
  ending_ = true;
  close_handle(listener_);
  ::unlink(directory_.control_socket().c_str());
  bool anyone = false;
  for (const auto& child : children_) {
    close_handle(child->restart);
    if (!child->alive) continue;
    anyone = true;
    uv_process_kill(&child->process, SIGCONT);
    uv_process_kill(&child->process, SIGTERM);
  }
  for (ControlStream* asker : askers_)
    asker->shut();
  askers_.clear();
  passed_.clear();  // a process may still answer, and nobody listens
  if (!anyone) return close_handle(last_resort_);
  uv_timer_start(
      &last_resort_,
      [](uv_timer_t* timer) { static_cast<Supervisor*>(timer->data)->end_all_the_hard_way(); },
      kGraceMs, 0);
}

void Supervisor::end_all_the_hard_way() {
  for (const auto& child : children_) {
    if (child->alive) uv_process_kill(&child->process, SIGKILL);
  }
}

Supervisor::Child* Supervisor::child_named(const std::string& name) {
  for (const auto& child : children_) {
    if (child->name == name) return child.get();
  }
  return nullptr;
}

}  // namespace glasspost
