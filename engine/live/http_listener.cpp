// libmicrohttpd without threads of its own, on a libuv loop; see http_listener.hpp.
#include "engine/live/http_listener.hpp"

#include <algorithm>
#include <cassert>
#include <cerrno>
#include <utility>

#include <fmt/format.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <sys/socket.h>

namespace glasspost {
namespace {

constexpr std::size_t kConnectionBytesMax = 16'384;  // request and headers of the answer
constexpr std::uint64_t kTickMs = 100;

std::uint64_t milliseconds(Duration duration) {
  return static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::milliseconds>(duration).count());
}

// The library's own timeout counts from the last byte, so who sends one byte now and then would
// stay for ever. It closes the connection when it hears of this, and then tells `left`.
void hang_up(MHD_Connection* connection) {
  ::shutdown(MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd,
             SHUT_RDWR);
}

}  // namespace

void HttpListener::Stopper::operator()(MHD_Daemon* daemon) const {
  MHD_stop_daemon(daemon);
}

HttpListener::HttpListener(uv_loop_t* loop, HttpOptions options, Answers answers)
    : loop_(loop), options_(options), answers_(std::move(answers)) {
  assert(options.connections_max > 0);
}

HttpListener::~HttpListener() = default;

// Who was hung up on still counts for a moment; so the library may have more than we have places.
MHD_Daemon* HttpListener::start() {
  sockaddr_in address{};
  uv_ip4_addr("127.0.0.1", options_.port, &address);
  const auto heard = [](void* self, MHD_Connection* connection, const char* path,
                        const char* method, const char*, const char*, std::size_t* body_bytes,
                        void** seen) {
    auto& listener = *static_cast<HttpListener*>(self);
    const std::string_view verb = method;
    const bool is_first = std::exchange(*seen, self) == nullptr;
    const bool has_body = std::exchange(*body_bytes, 0) > 0;
    // An answer before the end of the request would be the connection's last.
    if ((verb == "GET" || verb == "HEAD") && (is_first || has_body)) return MHD_YES;
    return listener.asked(connection, path, verb) ? MHD_YES : MHD_NO;
  };
  const auto came_or_left = [](void* self, MHD_Connection* connection, void**,
                               MHD_ConnectionNotificationCode what) {
    auto& listener = *static_cast<HttpListener*>(self);
    what == MHD_CONNECTION_NOTIFY_STARTED ? listener.came(connection) : listener.left(connection);
  };
  const auto completed = [](void* self, MHD_Connection* connection, void**,
                            MHD_RequestTerminationCode how) {
    auto& listener = *static_cast<HttpListener*>(self);
    if (how == MHD_REQUEST_TERMINATED_COMPLETED_OK) listener.answered(connection);
  };
  return MHD_start_daemon(MHD_USE_EPOLL, options_.port, nullptr, nullptr, heard, this,  //
                          MHD_OPTION_SOCK_ADDR, reinterpret_cast<const sockaddr*>(&address),
                          MHD_OPTION_CONNECTION_LIMIT,
                          static_cast<unsigned>(2 * options_.connections_max),
                          MHD_OPTION_CONNECTION_MEMORY_LIMIT, kConnectionBytesMax,  //
                          MHD_OPTION_NOTIFY_CONNECTION, +came_or_left, this,        //
                          MHD_OPTION_NOTIFY_COMPLETED, +completed, this, MHD_OPTION_END);
}

Status HttpListener::begin() {
  errno = 0;
  daemon_.reset(start());
  const int error = uv_translate_sys_error(errno);
  if (!daemon_ && (error == UV_EADDRINUSE || error == UV_EACCES)) {
    return Error{Code::kConflict,
                 fmt::format("port {} cannot be listened on ({}); choose another one, or 0 for any "
                             "that is free",
                             options_.port, uv_strerror(error))};
  }
  if (!daemon_) return Error{Code::kIo, std::string("cannot listen: ") + uv_strerror(error)};
  port_ = MHD_get_daemon_info(daemon_.get(), MHD_DAEMON_INFO_BIND_PORT)->port;
  timer_ = make_handle<uv_timer_t>(loop_, uv_timer_init, this);
  auto watch = std::make_unique<uv_poll_t>();
  const int watched = MHD_get_daemon_info(daemon_.get(), MHD_DAEMON_INFO_EPOLL_FD)->epoll_fd;
  if (const int failed = uv_poll_init(loop_, watch.get(), watched); failed != 0) {
    return Error{Code::kIo, std::string("cannot listen: ") + uv_strerror(failed)};
  }
  poll_.reset(watch.release());
  poll_->data = this;
  uv_poll_start(poll_.get(), UV_READABLE,
                [](uv_poll_t* poll, int, int) { static_cast<HttpListener*>(poll->data)->run(); });
  run();
  return ok();
}

std::size_t HttpListener::connections() const {
  return MHD_get_daemon_info(daemon_.get(), MHD_DAEMON_INFO_CURRENT_CONNECTIONS)->num_connections;
}

void HttpListener::run() {
  guests_.remove_if([now = uv_now(loop_)](const Guest& guest) {
    if (guest.due <= now) hang_up(guest.connection);
    return guest.due <= now;
  });
  MHD_run(daemon_.get());
  MHD_UNSIGNED_LONG_LONG wait = kTickMs;
  MHD_get_timeout(daemon_.get(), &wait);  // 0: there is more to do
  // Never 0, with which libuv would not look at anything else before it.
  uv_timer_start(
      timer_.get(), [](uv_timer_t* timer) { static_cast<HttpListener*>(timer->data)->run(); },
      std::clamp<std::uint64_t>(wait, 1, kTickMs), 0);
}

bool HttpListener::asked(MHD_Connection* connection, const char* path, std::string_view method) {
  const bool is_known = method == "GET" || method == "HEAD";
  HttpAnswer answer =
      is_known ? answers_(path) : HttpAnswer{405, {}, "only GET and HEAD are answered here\n"};
  if (answer.type.empty()) answer.type = HttpAnswer().type;
  MHD_Response* const response = MHD_create_response_from_buffer(
      answer.body.size(), answer.body.data(), MHD_RESPMEM_MUST_COPY);
  if (response == nullptr) return false;
  MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, answer.type.c_str());
  if (!is_known) MHD_add_response_header(response, MHD_HTTP_HEADER_ALLOW, "GET, HEAD");
  const MHD_Result queued =
      MHD_queue_response(connection, static_cast<unsigned>(answer.status), response);
  MHD_destroy_response(response);
  return queued == MHD_YES;
}

void HttpListener::came(MHD_Connection* connection) {
  if (guests_.size() >= options_.connections_max) {
    hang_up(guests_.front().connection);
    guests_.pop_front();
  }
  guests_.push_back({connection, uv_now(loop_) + milliseconds(options_.patience)});
}

void HttpListener::answered(MHD_Connection* connection) {
  const auto is_it = [&](const Guest& guest) { return guest.connection == connection; };
  const auto guest = std::find_if(guests_.begin(), guests_.end(), is_it);
  if (guest == guests_.end()) return;
  guest->due = uv_now(loop_) + milliseconds(options_.kept);
  guests_.splice(guests_.end(), guests_, guest);
}

void HttpListener::left(MHD_Connection* connection) {
  guests_.remove_if([&](const Guest& guest) { return guest.connection == connection; });
}

}  // namespace glasspost
