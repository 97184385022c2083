// The device's side of a connection; see client_link.hpp for where it stands.
#include "engine/live/client_link.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <memory>
#include <utility>

#include "engine/live/client_link_inside.hpp"

namespace glasspost {
namespace {

constexpr std::size_t kReadBytesMax = 65'536;
// What is handed to the socket at once. More would be lost unseen when the connection breaks.
constexpr std::size_t kGatherBytes = 65'536;
// More than is ever gathered: only PONGs to a server that does not read can come to this.
constexpr std::size_t kUnsentBytesMax = 1'048'576;
// A server that vanished without a word is found out by the kernel.
constexpr int kKeepAliveAfterSeconds = 30;
constexpr int kKeepAliveWaitSeconds = 10;

}  // namespace

ClientLink::Inside::Inside(uv_loop_t* loop, const ClientLinkOptions& options,
                           ClientLinkEvents& events, const tcp::Address& address)
    : loop_(loop),
      options_(options),
      events_(events),
      address_(address),
      jitter_(derive_seed(options.seed, "client link")),
      backoff_(options.reconnect_first),
      codec_(zmtp::Role::kClient, options.frame_bytes_max),
      timer_(make_handle<uv_timer_t>(loop, uv_timer_init, this)) {
  start_timer(Duration(0));  // so that no event comes before open() has returned
}

ClientLink::Inside::~Inside() {
  assert(depth_ == 0 && "a link may not be destroyed inside one of its own events");
  take_apart();
}

void ClientLink::Inside::start_timer(Duration wait) {
  const auto callback = [](uv_timer_t* handle) { static_cast<Inside*>(handle->data)->on_timer(); };
  const auto wait_ms = std::chrono::ceil<std::chrono::milliseconds>(wait).count();
  uv_timer_start(timer_.get(), callback, static_cast<std::uint64_t>(wait_ms), 0);
}

void ClientLink::Inside::on_timer() {
  const Turn turn(*this);
  if (stage_ == Stage::kResting) return attempt();
  fail("No connection in time: nothing that speaks ZMTP answered.");
}

void ClientLink::Inside::attempt() {
  ++counts_.attempts;
  auto socket = tcp::connect(address_);
  if (!socket) return fail(socket.error().message);
  auto poll = std::make_unique<uv_poll_t>();
  if (uv_poll_init(loop_, poll.get(), socket->get()) != 0) {
    return fail("The event loop takes no further connection.");
  }
  poll->data = this;
  socket_ = socket.take();
  poll_.reset(poll.release());
  stage_ = Stage::kConnecting;
  codec_ = zmtp::Codec(zmtp::Role::kClient, options_.frame_bytes_max);
  zmtp::append_greeting(out_);
  zmtp::append_ready(out_, zmtp::Role::kClient, options_.identity);
  start_timer(options_.handshake_max);
  watch();
}

void ClientLink::Inside::on_event(int status, int events) {
  const Turn turn(*this);
  if (stage_ == Stage::kConnecting || status < 0) {
    const std::string error = tcp::connect_error(socket_);
    if (!error.empty() || status < 0) {
      return fail(error.empty() ? "The connection broke." : error);
    }
    stage_ = Stage::kHandshake;
    tcp::keep_alive(socket_, kKeepAliveAfterSeconds, kKeepAliveWaitSeconds);
  }
  if ((events & UV_WRITABLE) != 0) write();
  if ((events & UV_READABLE) != 0) read();
}

void ClientLink::Inside::read() {
  std::array<char, kReadBytesMax> bytes;  // not filled: only what is read is looked at
  const tcp::Transfer transfer = tcp::receive(socket_, bytes.data(), bytes.size());
  if (transfer.ended) return fail(transfer.why);
  codec_.feed({bytes.data(), transfer.bytes}, *this);
  if (ended_) return;
  if (!violation_.empty()) return fail(std::exchange(violation_, {}));
  if (unsent() > kUnsentBytesMax) return fail("The server sends but does not read.");
  write();  // PONGs, and at `ready` what was queued
}

void ClientLink::Inside::ready(std::string_view, std::string_view) {
  stage_ = Stage::kUp;
  backoff_ = options_.reconnect_first;
  uv_timer_stop(timer_.get());
  if (!ended_) events_.up();
}

void ClientLink::Inside::frame(std::string_view body) {
  if (ended_) return;
  ++counts_.frames_in;
  events_.frame(body);
}

void ClientLink::Inside::violation(zmtp::Violation, std::string_view sentence) {
  violation_ = sentence;
}

void ClientLink::Inside::send(std::string_view frame) {
  if (ended_) return;
  queue_.emplace_back(frame);
  if (is_up() && (watched_ & UV_WRITABLE) == 0) write();
  if (queue_.size() <= options_.unsent_frames_max) return;
  queue_.pop_front();
  ++counts_.dropped;
}

// If the socket says that the connection is over, nothing is done here: the loop will say so too,
// and then no event comes out of send().
void ClientLink::Inside::write() {
  for (gather(); unsent() > 0; gather()) {
    const tcp::Transfer transfer = tcp::send(socket_, std::string_view(out_).substr(sent_));
    if (transfer.ended) return;
    sent_ += transfer.bytes;
    if (unsent() > 0) break;
    std::string().swap(out_);
    sent_ = 0;
  }
  watch();
}

void ClientLink::Inside::gather() {
  while (is_up() && !queue_.empty() && unsent() < kGatherBytes) {
    zmtp::append_frame(out_, queue_.front());
    queue_.pop_front();
    ++counts_.frames_out;
  }
}

void ClientLink::Inside::watch() {
  const bool wants_room = stage_ == Stage::kConnecting || unsent() > 0;
  const int wanted = UV_READABLE | (wants_room ? UV_WRITABLE : 0);
  if (wanted == watched_) return;
  watched_ = wanted;
  uv_poll_start(poll_.get(), wanted, [](uv_poll_t* handle, int status, int events) {
    static_cast<Inside*>(handle->data)->on_event(status, events);
  });
}

// Half of each wait is by chance, so that all devices of a server that went away do not come back
// in the same instant.
void ClientLink::Inside::fail(std::string_view why) {
  poll_.reset();
  socket_ = tcp::Socket();
  stage_ = Stage::kResting;
  watched_ = 0;
  std::string().swap(out_);
  sent_ = 0;
  start_timer(jitter_.uniform(backoff_ / 2, backoff_));
  backoff_ = std::min(backoff_ * 2, options_.reconnect_max);
  if (!ended_) events_.down(why);
}

void ClientLink::Inside::shut_down() {
  ended_ = true;
  if (depth_ == 0) take_apart();
}

void ClientLink::Inside::take_apart() {
  poll_.reset();
  timer_.reset();
  socket_ = tcp::Socket();
  stage_ = Stage::kResting;
  queue_.clear();
}

Result<std::unique_ptr<ClientLink>> ClientLink::open(uv_loop_t* loop,
                                                     const ClientLinkOptions& options,
                                                     ClientLinkEvents& events) {
  const std::string& identity = options.identity;
  if (identity.size() > zmtp::kIdentityBytesMax || identity.starts_with('\0')) {
    return Error{Code::kInvalidArgument,
                 "An identity has at most 255 bytes and does not start with a zero byte."};
  }
  const auto address = tcp::resolve(options.host, options.port);
  if (!address) return address.error();
  auto inside = std::make_unique<Inside>(loop, options, events, *address);
  return std::unique_ptr<ClientLink>(new ClientLink(std::move(inside)));
}

ClientLink::ClientLink(std::unique_ptr<Inside> inside) : inside_(std::move(inside)) {}
ClientLink::~ClientLink() = default;

void ClientLink::send(std::string_view frame) {
  inside_->send(frame);
}
bool ClientLink::is_up() const {
  return inside_->is_up();
}
const ClientLinkCounts& ClientLink::counts() const {
  return inside_->counts();
}
void ClientLink::shut_down() {
  inside_->shut_down();
}

}  // namespace glasspost
