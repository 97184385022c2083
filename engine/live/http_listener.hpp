// A small HTTP/1 server for one page on loopback: GET and HEAD, one request a connection. Whoever
// connects is bounded in number, bytes and time, so that a stuck or hostile client costs little and
// keeps nobody out: when all places are taken a newcomer gets the oldest one's.
//
//   accept --> head of the request --> answer --> goodbye, until the peer has closed
//        everything within `patience`, or closed
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <string>
#include <string_view>

#include <uv.h>

#include "engine/base/result.hpp"
#include "engine/base/time.hpp"
#include "engine/live/handles.hpp"

namespace glasspost {

struct HttpOptions {
  std::uint16_t port = 0;  // of 127.0.0.1; 0: the system picks one
  std::size_t connections_max = 64;
  Duration patience = std::chrono::seconds(5);  // from accept to the end
};

struct HttpAnswer {
  int status = 200;
  std::string type = "text/plain; charset=utf-8";
  std::string body;
};

class HttpListener {
 public:
  // What to say to GET or HEAD of a target, which is the client's own words. On the loop's thread.
  using Answers = std::function<HttpAnswer(std::string_view target)>;

  HttpListener(uv_loop_t* loop, HttpOptions options, Answers answers);
  // Closes everything. Run the loop once more afterwards, so that libuv gives its handles back.
  ~HttpListener();
  HttpListener(const HttpListener&) = delete;
  HttpListener& operator=(const HttpListener&) = delete;

  // Errors: kConflict if the port is taken, kIo.
  Status begin();
  std::uint16_t port() const { return port_; }
  std::size_t connections() const { return connections_.size(); }

 private:
  struct Connection;
  using Connections = std::list<Connection*>;

  void accept();
  void heard(Connection& connection, std::string_view bytes);
  void answer(Connection& connection, const HttpAnswer& answer, bool with_body);
  void close(Connection& connection);
  void tick();

  uv_loop_t* loop_;
  HttpOptions options_;
  Answers answers_;
  OwnedHandle<uv_tcp_t> listener_;
  OwnedHandle<uv_timer_t> timer_;
  Connections connections_;  // the oldest first
  std::uint16_t port_ = 0;
};

}  // namespace glasspost
