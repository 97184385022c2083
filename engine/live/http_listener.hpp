// A small HTTP/1 server for one page on loopback: libmicrohttpd speaks HTTP, a libuv loop tells it
// when (docs/decisions/0019). Whoever connects is bounded in number, bytes and time, so that a
// stuck or hostile client costs little and keeps nobody out: when all places are taken a newcomer
// gets the place of who has asked nothing for longest.
//
//   accept --> whole request, answer taken --> again, as often as the client likes
//              within `patience`, later `kept`; or it is hung up on
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

struct MHD_Connection;
struct MHD_Daemon;

namespace glasspost {

struct HttpOptions {
  std::uint16_t port = 0;  // of 127.0.0.1; 0: the system picks one
  std::size_t connections_max = 64;
  Duration patience = std::chrono::seconds(5);  // from accept to the end of the first answer
  // From there to the end of the next one; longer than a scraper waits between two.
  Duration kept = std::chrono::minutes(2);
};

struct HttpAnswer {
  int status = 200;
  std::string type = "text/plain; charset=utf-8";
  std::string body;
};

class HttpListener {
 public:
  // What to say to GET or HEAD of a path, which is the client's own words, unescaped and without
  // what stood behind a question mark. On the loop's thread.
  using Answers = std::function<HttpAnswer(std::string_view path)>;

  HttpListener(uv_loop_t* loop, HttpOptions options, Answers answers);
  // Closes everything. Run the loop once more afterwards, so that libuv gives its handles back.
  ~HttpListener();
  HttpListener(const HttpListener&) = delete;
  HttpListener& operator=(const HttpListener&) = delete;

  // Errors: kConflict if the port is taken, kIo.
  Status begin();
  std::uint16_t port() const { return port_; }
  std::size_t connections() const;

 private:
  struct Guest {
    MHD_Connection* connection;
    std::uint64_t due;  // loop time, ms
  };
  struct Stopper {
    void operator()(MHD_Daemon* daemon) const;
  };

  MHD_Daemon* start();
  bool asked(MHD_Connection* connection, const char* path, std::string_view method);
  void came(MHD_Connection* connection);
  void answered(MHD_Connection* connection);
  void left(MHD_Connection* connection);
  void run();

  uv_loop_t* loop_;
  HttpOptions options_;
  Answers answers_;
  std::list<Guest> guests_;  // who has asked nothing for longest is the first
  std::unique_ptr<MHD_Daemon, Stopper> daemon_;
  OwnedHandle<uv_poll_t> poll_;
  OwnedHandle<uv_timer_t> timer_;
  std::uint16_t port_ = 0;
};

}  // namespace glasspost
