// The traffic of the edge: bytes in, frames out and back. See edge.hpp for where it stands and
// edge_inside.hpp for how it is divided.
#include "engine/live/edge.hpp"

#include <algorithm>
#include <cassert>
#include <string>
#include <utility>

#include "engine/live/edge_inside.hpp"

namespace glasspost {
namespace {

// One read. It lies on the stack, so every connection shares it.
constexpr std::size_t kReadBytesMax = 65'536;

}  // namespace

// What the codec makes of one read. The connection is neither closed nor moved to another phase
// here unless the codec allows it: it is still at work.
class Edge::Inside::Delivery : public zmtp::Sink {
 public:
  Delivery(Inside& inside, EdgeConnection& connection)
      : inside_(inside), connection_(connection), frames_left_(inside.options_.frames_per_turn) {}

  void ready(std::string_view, std::string_view) override {
    zmtp::append_ready(connection_.out, zmtp::Role::kServer);
    inside_.open(connection_);
  }
  void frame(std::string_view body) override {
    if (connection_.is_ending || inside_.ended_) return;
    if (frames_left_ > 0 && !inside_.stopped_ && !connection_.backlog) {
      --frames_left_;
      inside_.hand_out(connection_, body);
      return;
    }
    if (!connection_.backlog) connection_.backlog = std::make_unique<FrameBacklog>();
    connection_.backlog->push(body);
  }
  void skipped() override {
    ++inside_.counts_.skipped;
    if (!connection_.is_ending && !inside_.ended_) inside_.events_.skipped(connection_.number);
  }
  void ping(std::string_view, std::uint16_t) override {}
  void pong(std::string_view) override {}
  void violation(zmtp::Violation, std::string_view sentence) override { violation_ = sentence; }
  std::string& output() override { return connection_.out; }

  const std::string& violation_sentence() const { return violation_; }  // empty: none

 private:
  Inside& inside_;
  EdgeConnection& connection_;
  std::size_t frames_left_;
  std::string violation_;
};

void Edge::Inside::on_ready(void* subject, Interest ready, bool broken) {
  auto& connection = *static_cast<EdgeConnection*>(subject);
  auto& inside = *static_cast<Inside*>(connection.owner);
  if (inside.ended_) return;  // from an event of this round; taken apart at its end
  if (broken) return inside.finish(connection, "The connection broke.");
  const Interest asked = connection.watched();  // it may have changed within this round
  if (ready.room && asked.room && !inside.write(connection)) return;
  if (ready.bytes && asked.bytes && !inside.ended_) inside.read(connection);
}

void Edge::Inside::on_round(void* owner, bool begins) {
  auto& inside = *static_cast<Inside*>(owner);
  if (begins) {
    ++inside.depth_;
  } else {
    inside.leave();
  }
}

void Edge::Inside::leave() {
  if (--depth_ == 0 && ended_) take_apart();
}

void Edge::Inside::read(EdgeConnection& connection) {
  if (connection.is_ending) return;  // until the end of the turn
  if (stopped_) {                    // noticed one by one: stopping is free for silent connections
    connection.is_parked = true;
    if (connection.number != 0) parked_.push_back(connection.number);
    return watch(connection);
  }
  take_bytes(connection);
}

// False if there were none. Otherwise the connection may be gone.
bool Edge::Inside::take_bytes(EdgeConnection& connection) {
  std::array<char, kReadBytesMax> bytes;  // not filled: only what is read is looked at
  const std::size_t bytes_max =
      connection.is_trusted() ? bytes.size() : std::min(bytes.size(), options_.stranger_bytes_max);
  const tcp::Transfer transfer = tcp::receive(connection.socket, bytes.data(), bytes_max);
  if (transfer.ended) {
    finish(connection, transfer.why);
    return true;
  }
  if (transfer.bytes == 0) return false;
  counts_.bytes_in += transfer.bytes;
  if (connection.is_trusted()) move(connection, Phase::kQuiet, now() + options_.probe_after);
  Delivery delivery(*this, connection);
  connection.codec.feed({bytes.data(), transfer.bytes}, delivery);
  if (!ended_) after_feed(connection, delivery);
  return true;
}

void Edge::Inside::after_feed(EdgeConnection& connection, const Delivery& delivery) {
  if (!delivery.violation_sentence().empty()) {
    return punish(connection, delivery.violation_sentence());
  }
  if (connection.number == 0) {  // in the middle of its half of the handshake
    if (!connection.waits_to_write()) write(connection);
    return;
  }
  if (connection.unsent() > 0) mark_dirty(connection);  // READY or PONG
  if (connection.unsent() > connection.unsent_max) write_or_close_slow(connection);
  if (!connection.backlog) return;
  backlogged_.push_back(connection.number);
  if (!stopped_) wake_for_backlogs();
  watch(connection);
}

void Edge::Inside::open(EdgeConnection& connection) {
  connection.number = ++last_number_;
  by_number_[connection.number] = &connection;
  ++counts_.open;
  estrange(connection);
  if (!connection.codec.peer_speaks_3_1()) {
    const auto seconds = [](Duration d) {
      return static_cast<int>(std::chrono::duration_cast<std::chrono::seconds>(d).count());
    };
    tcp::keep_alive(connection.socket, seconds(options_.probe_after), seconds(options_.probe_wait));
  }
  if (!ended_) events_.opened(connection.number);
}

void Edge::Inside::hand_out(EdgeConnection& connection, std::string_view frame) {
  ++counts_.frames_in;
  events_.frame(connection.number, frame);
}

void Edge::Inside::deliver_backlogs() {
  if (stopped_ || backlogged_.empty()) return;
  const Turn turn(*this);
  std::vector<std::uint64_t> numbers;
  numbers.swap(backlogged_);
  for (const std::uint64_t number : numbers) {
    EdgeConnection* const connection = find(number);
    if (connection != nullptr && deliver_backlog(*connection)) backlogged_.push_back(number);
  }
  // The host may have stopped and resumed in between, so both ways.
  if (backlogged_.empty() || stopped_) {
    uv_idle_stop(idle_.get());
  } else {
    wake_for_backlogs();
  }
}

// True if frames are left for the next turn.
bool Edge::Inside::deliver_backlog(EdgeConnection& connection) {
  FrameBacklog& backlog = *connection.backlog;
  if (std::exchange(backlog.is_fresh, false)) return true;
  for (std::size_t i = 0; i < options_.frames_per_turn && !backlog.empty(); ++i) {
    if (stopped_ || ended_ || connection.is_ending) break;
    hand_out(connection, backlog.pop());
  }
  if (!backlog.empty() && !connection.is_ending) return true;
  connection.backlog.reset();
  watch(connection);
  return false;
}

void Edge::Inside::wake_for_backlogs() {
  uv_idle_start(idle_.get(), [](uv_idle_t*) {});
}

void Edge::Inside::send(std::uint64_t number, std::string_view frame) {
  EdgeConnection* const connection = find(number);
  if (connection == nullptr || connection->is_ending || ended_) return;
  zmtp::append_frame(connection->out, frame);
  ++counts_.frames_out;
  mark_dirty(*connection);
  if (connection->unsent() > connection->unsent_max) write_or_close_slow(*connection);
}

// Much may be said in one turn to a peer who reads well, so the socket is asked before the verdict.
void Edge::Inside::write_or_close_slow(EdgeConnection& connection) {
  const tcp::Transfer transfer = connection.write();
  counts_.bytes_out += transfer.bytes;
  const bool is_slow = connection.unsent() > connection.unsent_max;
  if (!transfer.ended && !is_slow) return;
  connection.drop_unsent();
  connection.is_ending = true;
  std::string why = transfer.why;
  if (!transfer.ended) {
    ++counts_.closed_slow;
    why = "The peer does not read: more than " + std::to_string(connection.unsent_max) +
          " bytes wait to be sent to it.";
  }
  closings_.push_back({connection.number, std::move(why), Parting::kAtOnce});
}

void Edge::Inside::close(std::uint64_t number, std::string_view why) {
  EdgeConnection* const connection = find(number);
  if (connection == nullptr || connection->is_ending) return;
  connection->is_ending = true;
  closings_.push_back({number, std::string(why), Parting::kHeld});
}

void Edge::Inside::flush() {
  if (depth_ > 0) return;
  const Turn turn(*this);
  write_and_close();
}

// Closing may make the host send and close more, so until nothing is left.
void Edge::Inside::write_and_close() {
  while (!ended_ && (!dirty_.empty() || !closings_.empty())) {
    std::vector<std::uint64_t> numbers;
    numbers.swap(dirty_);
    for (const std::uint64_t number : numbers) {
      EdgeConnection* const connection = find(number);
      if (connection == nullptr) continue;
      connection->is_dirty = false;
      if (!connection->waits_to_write()) write(*connection);
    }
    std::vector<Closing> closings;
    closings.swap(closings_);
    for (const Closing& closing : closings)
      part(closing);
  }
}

// A connection that the host ends is kept a moment after its last bytes, unread: closing a socket
// with unread bytes would make the kernel throw away what we have just written.
void Edge::Inside::part(const Closing& closing) {
  EdgeConnection* const connection = find(closing.number);
  if (connection == nullptr) return;
  take_from_host(*connection);
  if (closing.parting == Parting::kAtOnce) {
    erase(*connection);
  } else {
    connection->says_goodbye = true;
    hold(*connection, now() + options_.penalty_first);
    write(*connection);
  }
  tell_closed(closing.number, closing.why);
}

// False if the connection broke and is gone.
bool Edge::Inside::write(EdgeConnection& connection) {
  if (connection.unsent() > 0) {
    const tcp::Transfer transfer = connection.write();
    counts_.bytes_out += transfer.bytes;
    if (transfer.ended) {
      finish(connection, transfer.why);
      return false;
    }
  }
  if (connection.says_goodbye && connection.unsent() == 0) tcp::end_sending(connection.socket);
  watch(connection);
  return true;
}

void Edge::Inside::finish(EdgeConnection& connection, std::string_view why) {
  const std::uint64_t number = take_from_host(connection);
  erase(connection);
  tell_closed(number, why);
}

void Edge::Inside::tell_closed(std::uint64_t number, std::string_view why) {
  if (number != 0 && !ended_) events_.closed(number, why);
}

void Edge::Inside::stop_reading(bool stop) {
  if (ended_ || stop == stopped_) return;
  stopped_ = stop;
  listen_while(!stop);
  if (stop) {
    uv_idle_stop(idle_.get());
    return;
  }
  restart_deadlines();
  for (const std::uint64_t number : std::exchange(parked_, {})) {
    EdgeConnection* const connection = find(number);
    if (connection == nullptr) continue;
    connection->is_parked = false;
    watch(*connection);
  }
  if (!backlogged_.empty()) wake_for_backlogs();
}

void Edge::Inside::shut_down() {
  ended_ = true;
  if (depth_ == 0) take_apart();
}

void Edge::Inside::mark_dirty(EdgeConnection& connection) {
  if (connection.is_dirty) return;
  connection.is_dirty = true;
  dirty_.push_back(connection.number);
}

void Edge::Inside::watch(EdgeConnection& connection) {
  const bool is_read = connection.phase != Phase::kHeld;
  const bool waits = connection.backlog != nullptr || connection.is_parked;
  connection.watch(is_read && !waits);
}

EdgeConnection* Edge::Inside::find(std::uint64_t number) {
  const auto found = by_number_.find(number);
  return found == by_number_.end() ? nullptr : found->second;
}

Time Edge::Inside::now() const {
  return time_from_us(static_cast<std::int64_t>(uv_now(loop_)) * 1000);
}

Result<std::unique_ptr<Edge>> Edge::listen(uv_loop_t* loop, const EdgeOptions& options,
                                           EdgeEvents& events) {
  auto listener = tcp::listen(options.host, options.port);
  if (!listener) return listener.error();
  auto inside = std::make_unique<Inside>(loop, options, events, listener.take());
  if (const Status started = inside->start(); !started) return started.error();
  return std::unique_ptr<Edge>(new Edge(std::move(inside)));
}

Edge::Edge(std::unique_ptr<Inside> inside) : inside_(std::move(inside)) {}
Edge::~Edge() = default;

std::uint16_t Edge::port() const {
  return inside_->port();
}
void Edge::send(std::uint64_t connection, std::string_view frame) {
  inside_->send(connection, frame);
}
void Edge::flush() {
  inside_->flush();
}
void Edge::close(std::uint64_t connection, std::string_view why) {
  inside_->close(connection, why);
}
void Edge::login_asked(std::uint64_t connection) {
  inside_->login_asked(connection);
}
void Edge::login_refused(std::uint64_t connection) {
  inside_->login_refused(connection);
}
void Edge::trust(std::uint64_t connection) {
  inside_->trust(connection);
}
void Edge::distrust(std::uint64_t connection) {
  inside_->distrust(connection);
}
void Edge::stop_reading(bool stop) {
  inside_->stop_reading(stop);
}
const EdgeCounts& Edge::counts() const {
  return inside_->counts();
}
void Edge::shut_down() {
  inside_->shut_down();
}

}  // namespace glasspost
