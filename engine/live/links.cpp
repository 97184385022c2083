// The links between the processes of one server, on libzmq's C interface; see links.hpp.
//
// A zmq socket's fd says "something changed", once, and any call on the socket may swallow that.
// So no decision rests on the fd: it only wakes the loop, and in each turn of the loop, after the
// polling, turn() asks every socket that matters for its ZMQ_EVENTS. What turn() leaves unread
// keeps the idle handle running, so that the next turn comes without sleep but timers and other
// sockets come first.
#include "engine/live/links.hpp"

#include <cerrno>
#include <cstring>
#include <optional>
#include <utility>

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>
#include <zmq.h>

#include "engine/live/speaker.hpp"

namespace glasspost {
namespace {

constexpr std::size_t kSocketPathBytesMax = sizeof(sockaddr_un::sun_path) - 1;
constexpr std::string_view kLongestName = "/65535.ipc";

std::string path_of(const std::string& directory, NodeId node) {
  return directory + "/" + std::to_string(node.value) + ".ipc";
}

Error zmq_error(const std::string& what) {
  return {Code::kIo, what + ": " + zmq_strerror(errno)};
}

// Measured with the longest name a node can have, so that a directory which is good for this
// process is good for all of its peers.
Status check_directory(const std::string& directory) {
  if (directory.starts_with('@')) {
    // libzmq would take it for the abstract namespace, which no directory mode protects.
    return Error{Code::kInvalidArgument, "the run directory " + directory + " starts with '@'"};
  }
  constexpr std::size_t kDirectoryBytesMax = kSocketPathBytesMax - kLongestName.size();
  if (directory.size() > kDirectoryBytesMax) {
    return Error{
        Code::kInvalidArgument,
        "the path of the run directory has " + std::to_string(directory.size()) +
            " bytes; a unix socket's path holds " + std::to_string(kSocketPathBytesMax) +
            ", which leaves " + std::to_string(kDirectoryBytesMax) +
            " for the directory. Choose a shorter one, for example below /tmp: " + directory};
  }
  struct stat info {};
  if (::stat(directory.c_str(), &info) != 0 || !S_ISDIR(info.st_mode)) {
    return Error{Code::kNotFound, "there is no run directory '" + directory + "'"};
  }
  if (info.st_uid != ::geteuid() || (info.st_mode & 077) != 0) {
    return Error{Code::kInvalidArgument, "the run directory " + directory +
                                             " must belong to this user alone (mode 0700), or "
                                             "others could speak as a server process"};
  }
  return ok();
}

// True if a process accepts connections on that unix socket. When in doubt: yes.
bool somebody_listens(const std::string& path) {
  const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) return true;
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, path.data(), path.size());
  const int outcome = ::connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address);
  const bool refused = outcome != 0 && (errno == ECONNREFUSED || errno == ENOENT);
  ::close(fd);
  return !refused;
}

// Removes the socket file of a dead process. Must come before zmq_bind, which removes whatever
// lies there without asking: a living process's socket would vanish under it. Two starts of one
// node at the same instant could both pass; the supervisor starts a node once.
Status make_room(const std::string& path) {
  struct stat info {};
  if (::lstat(path.c_str(), &info) != 0) return ok();
  if (!S_ISSOCK(info.st_mode)) {
    return Error{Code::kConflict, path + " is in the way and is no socket; remove it"};
  }
  if (somebody_listens(path)) {
    return Error{Code::kConflict, "another process listens on " + path +
                                      "; stop it first, or use another run directory"};
  }
  if (::unlink(path.c_str()) != 0) return zmq_error("cannot remove the dead socket " + path);
  return ok();
}

bool set(void* socket, int option, int value) {
  return zmq_setsockopt(socket, option, &value, sizeof value) == 0;
}

bool set_common(void* socket, const LinksOptions& options) {
  const auto bytes_max = static_cast<std::int64_t>(options.frame_bytes_max);
  return set(socket, ZMQ_LINGER, 0) &&
         set(socket, ZMQ_SNDHWM, 1'000) &&  // fuses; the roles' credits keep queues short
         set(socket, ZMQ_RCVHWM, 1'000) &&
         zmq_setsockopt(socket, ZMQ_MAXMSGSIZE, &bytes_max, sizeof bytes_max) == 0;
}

bool set_dealer(void* socket, const LinksOptions& options) {
  const std::string id = routing_id_of({options.self, options.boot});
  return zmq_setsockopt(socket, ZMQ_ROUTING_ID, id.data(), id.size()) == 0 &&
         // Frames for a dead peer wait here, where they are bounded and counted, not in libzmq.
         set(socket, ZMQ_IMMEDIATE, 1) &&
         set(socket, ZMQ_RECONNECT_IVL, 20) &&         // a restarted peer is found fast,
         set(socket, ZMQ_RECONNECT_IVL_MAX, 1'000) &&  // one that stays away costs little
         // A frozen peer keeps its connection open. Affordable only because peers are few.
         set(socket, ZMQ_HEARTBEAT_IVL, 1'000) &&
         set(socket, ZMQ_HEARTBEAT_TIMEOUT, kHeartbeatTimeoutMs) &&
         set(socket, ZMQ_HEARTBEAT_TTL, kHeartbeatTimeoutMs);
}

// ZMQ_POLLIN and ZMQ_POLLOUT as they are now. Also lets the socket work off what happened to it,
// without which its fd would stay readable and the loop would spin.
int events_of(void* socket) {
  int events = 0;
  std::size_t bytes = sizeof events;
  if (zmq_getsockopt(socket, ZMQ_EVENTS, &events, &bytes) != 0) return 0;
  return events;
}

// A poll handle that calls `on_change` whenever the socket's fd says so, or null.
OwnedHandle<uv_poll_t> watch(uv_loop_t* loop, void* socket, uv_poll_cb on_change) {
  int fd = -1;
  std::size_t bytes = sizeof fd;
  if (zmq_getsockopt(socket, ZMQ_FD, &fd, &bytes) != 0) return nullptr;
  auto poll = std::make_unique<uv_poll_t>();
  if (uv_poll_init(loop, poll.get(), fd) != 0) return nullptr;
  poll->data = socket;
  uv_poll_start(poll.get(), UV_READABLE, on_change);
  return OwnedHandle<uv_poll_t>(poll.release());
}

// The fd must leave the loop before libzmq closes it.
void close_socket(OwnedHandle<uv_poll_t>& poll, void*& socket) {
  poll.reset();
  if (socket != nullptr) zmq_close(socket);
  socket = nullptr;
}

// One part of a received message.
class Part {
 public:
  Part() { zmq_msg_init(&message_); }
  Part(const Part&) = delete;
  Part& operator=(const Part&) = delete;
  ~Part() { zmq_msg_close(&message_); }

  // False: nothing there.
  bool receive(void* socket) { return zmq_msg_recv(&message_, socket, ZMQ_DONTWAIT) >= 0; }
  bool more() const { return zmq_msg_more(&message_) != 0; }
  std::string_view bytes() {
    return {static_cast<const char*>(zmq_msg_data(&message_)), zmq_msg_size(&message_)};
  }

 private:
  zmq_msg_t message_;
};

}  // namespace

Result<void*> make_link_socket(void* context, int type, const LinksOptions& options) {
  void* socket = zmq_socket(context, type);
  if (socket == nullptr) return zmq_error("cannot make a socket");
  bool good = set_common(socket, options);
  if (type == ZMQ_DEALER) good = good && set_dealer(socket, options);
  // A life of a peer that connects again, while its old connection is not known to be dead, wins.
  if (type == ZMQ_ROUTER) good = good && set(socket, ZMQ_ROUTER_HANDOVER, 1);
  if (good) return socket;
  Error error = zmq_error("cannot set a socket's options");
  zmq_close(socket);
  return error;
}

Links::Links(uv_loop_t* loop, const LinksOptions& options, LinksEvents& events)
    : loop_(loop), options_(options), events_(events) {}

Links::~Links() {
  shut_down();
}

Result<std::unique_ptr<Links>> Links::open(uv_loop_t* loop, const LinksOptions& options,
                                           LinksEvents& events) {
  Status usable = check_directory(options.directory);
  if (!usable) return usable.error();
  Status free = make_room(path_of(options.directory, options.self));
  if (!free) return free.error();
  std::unique_ptr<Links> links(new Links(loop, options, events));
  Status bound = links->bind();
  if (!bound) return bound.error();
  links->start_turns();
  return links;
}

Status Links::bind() {
  context_ = zmq_ctx_new();
  if (context_ == nullptr) return zmq_error("cannot start libzmq");
  zmq_ctx_set(context_, ZMQ_IO_THREADS, 1);
  Result<void*> router = make_link_socket(context_, ZMQ_ROUTER, options_);
  if (!router) return router.error();
  router_ = *router;
  const std::string endpoint = "ipc://" + path_of(options_.directory, options_.self);
  if (zmq_bind(router_, endpoint.c_str()) != 0) return zmq_error("cannot listen on " + endpoint);
  // Nothing to do in the callback: the loop is awake, and turn() comes next.
  router_poll_ = watch(loop_, router_, [](uv_poll_t*, int, int) {});
  if (router_poll_ == nullptr) return Error{Code::kIo, "cannot watch " + endpoint};
  return ok();
}

void Links::start_turns() {
  check_ = make_handle<uv_check_t>(loop_, uv_check_init, this);
  uv_check_start(check_.get(), [](uv_check_t* check) { static_cast<Links*>(check->data)->turn(); });
  idle_ = make_handle<uv_idle_t>(loop_, uv_idle_init, this);
  run_again();  // the bind may have swallowed the first change
}

void Links::run_again() {
  uv_idle_start(idle_.get(), [](uv_idle_t*) {});
}

void Links::connect(NodeId to, Peer& peer) {
  Result<void*> made = make_link_socket(context_, ZMQ_DEALER, options_);
  if (!made) return;
  peer.socket = *made;
  const std::string endpoint = "ipc://" + path_of(options_.directory, to);
  if (zmq_connect(peer.socket, endpoint.c_str()) == 0) {
    // A DEALER has much to work off that concerns no frame (connecting, dying); turn() looks only
    // at those with waiting frames.
    peer.poll = watch(loop_, peer.socket, [](uv_poll_t* poll, int, int) { events_of(poll->data); });
  }
  if (peer.poll == nullptr) close_socket(peer.poll, peer.socket);
}

void Links::send(NodeId to, std::string&& bytes) {
  if (router_ == nullptr) return;
  if (bytes.size() > options_.frame_bytes_max) {
    // The peer's libzmq would answer with a broken link, which loses other frames too.
    ++counts_.dropped_too_long;
    return;
  }
  Peer& peer = peers_[to];
  if (peer.socket == nullptr) connect(to, peer);
  if (peer.waiting.empty() && hand_over(peer, bytes)) return;
  hold(peer, std::move(bytes));
  flush(peer);  // the failed attempt may have swallowed the news that the peer takes more
}

void Links::hold(Peer& peer, std::string&& bytes) {
  ++counts_.waited;
  peer.waiting.push_back(std::move(bytes));
  if (peer.waiting.size() <= options_.waiting_frames_max) return;
  peer.waiting.pop_front();
  ++counts_.dropped_full;
}

// False: not now. EAGAIN is the rule, and an interrupted call is no different.
bool Links::hand_over(Peer& peer, const std::string& bytes) {
  if (peer.socket == nullptr) return false;
  if (zmq_send(peer.socket, bytes.data(), bytes.size(), ZMQ_DONTWAIT) < 0) return false;
  ++counts_.frames_out;
  counts_.bytes_out += bytes.size();
  return true;
}

// Asks before each frame, because a failing zmq_send has copied the frame first.
void Links::flush(Peer& peer) {
  while (!peer.waiting.empty() && peer.socket != nullptr) {
    if ((events_of(peer.socket) & ZMQ_POLLOUT) == 0) return;
    if (!hand_over(peer, peer.waiting.front())) return;
    peer.waiting.pop_front();
  }
}

void Links::turn() {
  for (auto& [node, peer] : peers_)
    flush(peer);
  const bool more = read_frames();
  if (router_ == nullptr) return;  // an event shut us down
  if (more) {
    run_again();
  } else {
    uv_idle_stop(idle_.get());
  }
}

// At most frames_per_turn. True if there is more to read in the next turn.
bool Links::read_frames() {
  // Receiving is asked for its news only when it gives nothing: each look at ZMQ_EVENTS is a system
  // call, and there may be hundreds of frames.
  const std::uint64_t bytes_before = counts_.bytes_in;
  for (unsigned i = 0; i < options_.frames_per_turn && !stopped_; ++i) {
    if (!read_frame()) break;
    if (router_ == nullptr) return false;
    if (counts_.bytes_in - bytes_before >= options_.bytes_per_turn) break;
  }
  const bool some = (events_of(router_) & ZMQ_POLLIN) != 0;  // also while stopped: see events_of
  return some && !stopped_;
}

// False: there is none, or the call was interrupted.
bool Links::read_frame() {
  Part routing_id;
  if (!routing_id.receive(router_)) return false;
  Part body;
  bool readable = routing_id.more() && body.receive(router_);
  while (body.more()) {  // our DEALERs send one part; the rest of others' must not be left behind
    readable = false;
    if (!body.receive(router_)) break;
  }
  const std::optional<Speaker> speaker = speaker_of(routing_id.bytes());
  if (!readable || !speaker) {
    // Also what is left of a connection that a newer one took over: libzmq renames it.
    ++counts_.dropped_unreadable;
    return true;
  }
  ++counts_.frames_in;
  counts_.bytes_in += body.bytes().size();
  events_.frame(speaker->node, speaker->boot, body.bytes());
  return true;
}

void Links::stop_reading(bool stop) {
  stopped_ = stop;
  if (!stop && router_ != nullptr) run_again();  // what came meanwhile raises no new change
}

void Links::shut_down() {
  check_.reset();
  idle_.reset();
  for (auto& [node, peer] : peers_)
    close_socket(peer.poll, peer.socket);
  peers_.clear();
  if (router_poll_ != nullptr) {
    // libzmq leaves the file. While we still listen it is surely ours, not a successor's.
    ::unlink(path_of(options_.directory, options_.self).c_str());
  }
  close_socket(router_poll_, router_);
  if (context_ == nullptr) return;
  // Waits for libzmq's thread; LINGER 0 makes it short.
  while (zmq_ctx_term(context_) != 0 && errno == EINTR) {
  }
  context_ = nullptr;
}

}  // namespace glasspost
