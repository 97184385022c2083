// The doors of the edge: who is let in, who has to wait, whose time is up. See edge_inside.hpp.
#include <algorithm>
#include <cassert>
#include <iterator>
#include <utility>

#include "engine/live/edge_inside.hpp"

namespace glasspost {
namespace {

constexpr int kAcceptsPerTurn = 64;  // so that a storm of newcomers does not starve the others
constexpr Duration kTickMax = std::chrono::milliseconds(100);
constexpr Duration kTickMin = std::chrono::milliseconds(5);

// Deadlines are kept to a quarter of the shortest of them, and to 0.1 s as a rule.
std::uint64_t tick_milliseconds(const EdgeOptions& options) {
  const Duration shortest =
      std::min({options.handshake_max, options.login_max, options.login_try_max,
                options.probe_after, options.probe_wait, 4 * options.penalty_first});
  const Duration tick = std::clamp(shortest / 4, kTickMin, kTickMax);
  return static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::milliseconds>(tick).count());
}

}  // namespace

Edge::Inside::Inside(uv_loop_t* loop, const EdgeOptions& options, EdgeEvents& events,
                     tcp::Socket listener)
    : loop_(loop),
      options_(options),
      events_(events),
      addresses_(options.half_open_per_address, options.penalty_first, options.penalty_max),
      listener_(std::move(listener)),
      port_(tcp::local_port(listener_)),
      readiness_(loop, on_ready, on_round, this) {
  assert(options.frames_per_turn > 0 && options.half_open_per_address > 0);
}

Edge::Inside::~Inside() {
  assert(depth_ == 0 && "an edge may not be destroyed inside one of its own events");
  take_apart();
}

Status Edge::Inside::start() {
  auto doorbell = std::make_unique<uv_poll_t>();
  const int error = uv_poll_init(loop_, doorbell.get(), listener_.get());
  if (error != 0) {
    return Error{Code::kIo, std::string("The event loop cannot listen: ") + uv_strerror(error)};
  }
  doorbell_.reset(doorbell.release());
  doorbell_->data = this;
  if (const Status started = readiness_.start(); !started) return started;
  listen_while(true);
  timer_ = make_handle<uv_timer_t>(loop_, uv_timer_init, this);
  const std::uint64_t tick_ms = tick_milliseconds(options_);
  uv_timer_start(
      timer_.get(), [](uv_timer_t* handle) { static_cast<Inside*>(handle->data)->tick(); }, tick_ms,
      tick_ms);
  prepare_ = make_handle<uv_prepare_t>(loop_, uv_prepare_init, this);
  uv_prepare_start(prepare_.get(),
                   [](uv_prepare_t* handle) { static_cast<Inside*>(handle->data)->flush(); });
  check_ = make_handle<uv_check_t>(loop_, uv_check_init, this);
  uv_check_start(check_.get(), [](uv_check_t* handle) {
    static_cast<Inside*>(handle->data)->deliver_backlogs();
  });
  idle_ = make_handle<uv_idle_t>(loop_, uv_idle_init, this);
  return ok();
}

void Edge::Inside::listen_while(bool wanted) {
  if (wanted == listening_) return;
  listening_ = wanted;
  if (!wanted) {
    uv_poll_stop(doorbell_.get());
    return;
  }
  uv_poll_start(doorbell_.get(), UV_READABLE, [](uv_poll_t* handle, int, int) {
    static_cast<Inside*>(handle->data)->accept_some();
  });
}

void Edge::Inside::accept_some() {
  const Turn turn(*this);
  for (int i = 0; i < kAcceptsPerTurn; ++i) {
    tcp::Accepted accepted = tcp::accept(listener_);
    if (accepted.socket) {
      admit(std::move(accepted));
      continue;
    }
    // Without descriptors the newcomers stay in the kernel's queue until the next tick.
    if (accepted.exhausted) listen_while(false);
    if (!accepted.retry) return;
  }
}

void Edge::Inside::admit(tcp::Accepted accepted) {
  ++counts_.accepted;
  const std::uint64_t address = tcp::household(accepted.address);
  if (connections_ >= options_.connections_max || !make_room(address, options_.place_kept)) {
    ++counts_.refused;
    return;
  }
  EdgeConnection::List& handshakes = list(Phase::kHandshake);
  EdgeConnection& connection = handshakes.emplace_back(std::move(accepted.socket), address,
                                                       options_.frame_bytes_max, readiness_, this);
  connection.place = std::prev(handshakes.end());
  ++connections_;
  take_place(connection);
  start_handshake(connection);
}

// The greeting goes out unasked: libzmq holds back most of its own until it has seen ours. A client
// may have said all of its half already, up to the login. Then greeting, READY and the answer leave
// together: one system call in place of three, and the client waits once.
void Edge::Inside::start_handshake(EdgeConnection& connection) {
  connection.since = now();
  connection.due = now() + options_.handshake_max;
  zmtp::append_greeting(connection.out);
  if (stopped_ || !take_bytes(connection)) write(connection);
}

// While the host stops reading, silence is our own doing and is not held against anyone.
void Edge::Inside::tick() {
  const Turn turn(*this);
  const Time time = now();
  listen_while(!stopped_);
  if (!stopped_) {
    end_late_handshakes(time);
    end_strangers(Phase::kStranger, time);
    end_strangers(Phase::kLoggingIn, time);
    probe_silent(time);
  }
  let_go_of_held(time);
}

void Edge::Inside::end_late_handshakes(Time time) {
  EdgeConnection::List& handshakes = list(Phase::kHandshake);
  while (!handshakes.empty() && handshakes.front().due <= time) {
    ++counts_.closed_silent;
    erase(handshakes.front());
  }
}

void Edge::Inside::probe_silent(Time time) {
  EdgeConnection::List& probed = list(Phase::kProbed);
  while (!probed.empty() && probed.front().due <= time) {
    ++counts_.closed_silent;
    finish(probed.front(), "No answer to a PING: the peer is gone or unreachable.");
  }
  EdgeConnection::List& quiet = list(Phase::kQuiet);
  while (!quiet.empty() && quiet.front().due <= time) {
    EdgeConnection& connection = quiet.front();
    if (!connection.codec.peer_speaks_3_1()) {  // need not answer; the kernel looks after it
      move(connection, Phase::kQuiet, time + options_.probe_after);
      continue;
    }
    // No time to live: with one, the peer would have to hear from us just as often.
    zmtp::append_ping(connection.out, 0, {});
    mark_dirty(connection);
    move(connection, Phase::kProbed, time + options_.probe_wait);
  }
}

// This list is in no order of time, but it is short: it holds half-open places, and what the host
// closed within the last moment.
void Edge::Inside::let_go_of_held(Time time) {
  EdgeConnection::List& held = list(Phase::kHeld);
  for (auto next = held.begin(); next != held.end();) {
    EdgeConnection& connection = *next++;
    if (connection.due <= time) erase(connection);
  }
}

// A ZeroMQ library comes back 0.1 s after it was closed, for ever and without its application
// knowing. So a violator is kept on the line, unread, the longer the more often its address has
// sent violations; if the address has no place left for that it is closed at once. Newcomers of the
// address do not wait: they may be others behind the same address, and one who wants to be a burden
// is no lighter for keeping to the protocol.
void Edge::Inside::punish(EdgeConnection& connection, std::string_view sentence) {
  ++counts_.violations;
  const Time until = addresses_.violation(connection.address, now());
  const std::uint64_t number = take_from_host(connection);
  if (number != 0) {
    connection.drop_unsent();
  } else {  // an ERROR is only allowed before READY
    zmtp::append_error(connection.out, sentence);
  }
  if (take_place(connection)) {
    hold(connection, until);
    if (connection.unsent() > 0) write(connection);
  } else {
    erase(connection);
  }
  tell_closed(number, sentence);
}

void Edge::Inside::hold(EdgeConnection& connection, Time until) {
  connection.backlog.reset();
  move(connection, Phase::kHeld, until);
  watch(connection);
}

void Edge::Inside::move(EdgeConnection& connection, Phase phase, Time due) {
  EdgeConnection::List& to = list(phase);
  to.splice(to.end(), list(connection.phase), connection.place);
  connection.phase = phase;
  connection.due = due;
}

// Returns the number it had, 0 if the host never knew it.
std::uint64_t Edge::Inside::take_from_host(EdgeConnection& connection) {
  const std::uint64_t number = std::exchange(connection.number, 0);
  if (number == 0) return 0;
  by_number_.erase(number);
  --counts_.open;
  return number;
}

void Edge::Inside::erase(EdgeConnection& connection) {
  assert(connection.number == 0);
  give_back_place(connection);
  --connections_;
  list(connection.phase).erase(connection.place);
}

void Edge::Inside::take_apart() {
  doorbell_.reset();
  readiness_.stop();
  timer_.reset();
  prepare_.reset();
  check_.reset();
  idle_.reset();
  listener_ = tcp::Socket();
  by_number_.clear();
  for (auto& connections : lists_)
    connections.clear();
  dirty_.clear();
  backlogged_.clear();
  parked_.clear();
  closings_.clear();
  connections_ = 0;
  counts_.open = 0;
  counts_.half_open = 0;
}

}  // namespace glasspost
