// One connection after the other; see http_listener.hpp.
#include "engine/live/http_listener.hpp"

#include <array>
#include <cassert>
#include <utility>

#include <arpa/inet.h>
#include <fmt/format.h>

#include "engine/live/http_head.hpp"

namespace glasspost {
namespace {

constexpr int kQueueMax = 128;  // connections that the kernel keeps for us
constexpr std::uint64_t kTickMs = 100;

const char* reason_of(int status) {
  switch (status) {
    case 200:
      return "OK";
    case 400:
      return "Bad Request";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 431:
      return "Request Header Fields Too Large";
    default:
      return "Internal Server Error";
  }
}

std::uint64_t milliseconds(Duration duration) {
  return static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::milliseconds>(duration).count());
}

}  // namespace

// Lives until libuv has closed its socket, which may be later than the listener.
struct HttpListener::Connection {
  HttpListener* listener = nullptr;
  uv_tcp_t socket{};
  uv_write_t write{};
  uv_shutdown_t goodbye{};
  Connections::iterator place;
  std::uint64_t due = 0;  // loop time, ms
  std::string head;
  std::string answer;
  bool is_answered = false;

  uv_stream_t* stream() { return reinterpret_cast<uv_stream_t*>(&socket); }
};

HttpListener::HttpListener(uv_loop_t* loop, HttpOptions options, Answers answers)
    : loop_(loop), options_(options), answers_(std::move(answers)) {
  assert(options.connections_max > 0);
}

HttpListener::~HttpListener() {
  while (!connections_.empty())
    close(*connections_.front());
}

Status HttpListener::begin() {
  listener_ = make_handle<uv_tcp_t>(loop_, uv_tcp_init, this);
  sockaddr_in address{};
  uv_ip4_addr("127.0.0.1", options_.port, &address);
  auto* const stream = reinterpret_cast<uv_stream_t*>(listener_.get());
  int error = uv_tcp_bind(listener_.get(), reinterpret_cast<const sockaddr*>(&address), 0);
  if (error == 0) {
    error = uv_listen(stream, kQueueMax, [](uv_stream_t* listener, int status) {
      if (status == 0) static_cast<HttpListener*>(listener->data)->accept();
    });
  }
  if (error == UV_EADDRINUSE || error == UV_EACCES) {
    return Error{Code::kConflict,
                 fmt::format("port {} cannot be listened on ({}); choose another one, or 0 for any "
                             "that is free",
                             options_.port, uv_strerror(error))};
  }
  int bytes = sizeof(address);
  if (error == 0) {
    error = uv_tcp_getsockname(listener_.get(), reinterpret_cast<sockaddr*>(&address), &bytes);
  }
  if (error != 0) return Error{Code::kIo, std::string("cannot listen: ") + uv_strerror(error)};
  port_ = ntohs(address.sin_port);
  timer_ = make_handle<uv_timer_t>(loop_, uv_timer_init, this);
  uv_timer_start(
      timer_.get(), [](uv_timer_t* timer) { static_cast<HttpListener*>(timer->data)->tick(); },
      kTickMs, kTickMs);
  return ok();
}

void HttpListener::accept() {
  if (connections_.size() >= options_.connections_max) close(*connections_.front());
  auto* const connection = new Connection;
  connection->listener = this;
  connection->due = uv_now(loop_) + milliseconds(options_.patience);
  connection->place = connections_.insert(connections_.end(), connection);
  uv_tcp_init(loop_, &connection->socket);
  connection->socket.data = connection;
  if (uv_accept(reinterpret_cast<uv_stream_t*>(listener_.get()), connection->stream()) != 0) {
    return close(*connection);
  }
  // One buffer for all: what was read is looked at before the next read.
  static thread_local std::array<char, kHttpHeadBytesMax> buffer;
  uv_read_start(
      connection->stream(),
      [](uv_handle_t*, std::size_t, uv_buf_t* to) {
        *to = uv_buf_init(buffer.data(), static_cast<unsigned>(buffer.size()));
      },
      [](uv_stream_t* stream, ssize_t bytes, const uv_buf_t* from) {
        auto& self = *static_cast<Connection*>(stream->data);
        if (bytes < 0) return self.listener->close(self);
        self.listener->heard(self, {from->base, static_cast<std::size_t>(bytes)});
      });
}

// What comes after the head, a body for example, is read and forgotten: a socket that is closed
// with unread bytes would take the answer with it.
void HttpListener::heard(Connection& connection, std::string_view bytes) {
  if (connection.is_answered) return;
  connection.head += bytes.substr(0, kHttpHeadBytesMax - connection.head.size());
  const HttpHead head = read_http_head(connection.head);
  switch (head.state) {
    case HttpHead::State::kMore:
      return;
    case HttpHead::State::kBad:
      return answer(connection, {400, {}, "this is no HTTP/1 request\n"}, true);
    case HttpHead::State::kTooLong:
      return answer(connection, {431, {}, "the headers are too long\n"}, true);
    case HttpHead::State::kWhole:
      break;
  }
  if (head.method != "GET" && head.method != "HEAD") {
    return answer(connection, {405, {}, "only GET and HEAD are answered here\n"}, true);
  }
  answer(connection, answers_(head.target), head.method == "GET");
}

void HttpListener::answer(Connection& connection, const HttpAnswer& answer, bool with_body) {
  connection.is_answered = true;
  connection.head = {};
  connection.answer = fmt::format(
      "HTTP/1.1 {} {}\r\nContent-Type: {}\r\nContent-Length: {}\r\n{}Connection: close\r\n\r\n{}",
      answer.status, reason_of(answer.status),
      answer.type.empty() ? "text/plain; charset=utf-8" : answer.type, answer.body.size(),
      answer.status == 405 ? "Allow: GET, HEAD\r\n" : "", with_body ? answer.body : "");
  const uv_buf_t bytes =
      uv_buf_init(connection.answer.data(), static_cast<unsigned>(connection.answer.size()));
  connection.write.data = &connection;
  const int error = uv_write(
      &connection.write, connection.stream(), &bytes, 1, [](uv_write_t* written, int status) {
        auto& self = *static_cast<Connection*>(written->data);
        if (status != 0) return;  // closed, or soon: the read hears of it
        self.answer = {};
        uv_shutdown(&self.goodbye, self.stream(), [](uv_shutdown_t*, int) {});
      });
  if (error != 0) close(connection);
}

void HttpListener::close(Connection& connection) {
  connections_.erase(connection.place);
  uv_close(reinterpret_cast<uv_handle_t*>(&connection.socket),
           [](uv_handle_t* handle) { delete static_cast<Connection*>(handle->data); });
}

// All have the same patience, so the oldest is due first.
void HttpListener::tick() {
  while (!connections_.empty() && connections_.front()->due <= uv_now(loop_))
    close(*connections_.front());
}

}  // namespace glasspost
