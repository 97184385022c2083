// What the tests of the edge and the client link share: a loop that is driven until something is
// true or a deadline has passed, hosts and devices that note what happens to them, and a raw
// client that can misbehave.
#pragma once

#include <cerrno>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>
#include <uv.h>

#include "engine/live/client_link.hpp"
#include "engine/live/edge.hpp"
#include "engine/live/zmtp.hpp"

namespace edge_test {

using glasspost::ClientLink;
using glasspost::ClientLinkEvents;
using glasspost::ClientLinkOptions;
using glasspost::Edge;
using glasspost::EdgeEvents;
using glasspost::EdgeOptions;
using std::chrono::milliseconds;
using std::chrono::seconds;
namespace zmtp = glasspost::zmtp;
using Clock = std::chrono::steady_clock;

// A loop that must be left empty: a handle nobody closed fails the test.
class Loop {
 public:
  Loop() {
    REQUIRE(uv_loop_init(&loop_) == 0);
    // Other sides than libuv's take part, so the loop looks up every millisecond.
    uv_timer_init(&loop_, &metronome_);
    uv_timer_start(
        &metronome_, [](uv_timer_t*) {}, 1, 1);
    uv_unref(reinterpret_cast<uv_handle_t*>(&metronome_));
  }
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;
  ~Loop() {
    uv_close(reinterpret_cast<uv_handle_t*>(&metronome_), nullptr);
    uv_run(&loop_, UV_RUN_NOWAIT);
    CHECK(uv_loop_close(&loop_) == 0);
  }

  uv_loop_t* get() { return &loop_; }
  void turn() { uv_run(&loop_, UV_RUN_NOWAIT); }
  bool until(const std::function<bool()>& is_true, Clock::duration patience = seconds(30)) {
    const auto deadline = Clock::now() + patience;
    while (!is_true()) {
      if (Clock::now() > deadline) return false;
      uv_run(&loop_, UV_RUN_ONCE);
    }
    return true;
  }
  void run_for(Clock::duration time) {
    const auto end = Clock::now() + time;
    until([&] { return Clock::now() >= end; });
  }

 private:
  uv_loop_t loop_;
  uv_timer_t metronome_;
};

// The host of an edge: notes everything, and echoes if asked.
class Host : public EdgeEvents {
 public:
  void opened(std::uint64_t connection) override {
    CHECK(connection > last_opened);
    last_opened = connection;
    ++opened_count;
    if (trusts != nullptr) trusts->trust(connection);
  }
  void frame(std::uint64_t connection, std::string_view bytes) override {
    CHECK(closed_why.count(connection) == 0);
    ++frames;
    if (on_frame) on_frame(connection, bytes);
  }
  void skipped(std::uint64_t connection) override {
    CHECK(closed_why.count(connection) == 0);
    ++frames_skipped;
  }
  void closed(std::uint64_t connection, std::string_view why) override {
    CHECK(!is_calling);
    CHECK(closed_why.emplace(connection, std::string(why)).second);
  }

  std::function<void(std::uint64_t, std::string_view)> on_frame;
  std::map<std::uint64_t, std::string> closed_why;
  std::uint64_t last_opened = 0;
  std::size_t opened_count = 0;
  std::size_t frames = 0;
  std::size_t frames_skipped = 0;
  Edge* trusts = nullptr;   // whoever is ready counts as logged in
  bool is_calling = false;  // set while the test is inside send() or close()
};

inline std::unique_ptr<Edge> listen_to_strangers(Loop& loop, const EdgeOptions& options,
                                                 Host& host) {
  auto edge = Edge::listen(loop.get(), options, host);
  REQUIRE_MESSAGE(static_cast<bool>(edge), (edge ? "" : edge.error().message));
  return edge.take();
}

// An edge on which everybody is logged in as soon as they are ready.
inline std::unique_ptr<Edge> listen(Loop& loop, const EdgeOptions& options, Host& host) {
  auto edge = listen_to_strangers(loop, options, host);
  host.trusts = edge.get();
  return edge;
}

inline void echo(Host& host, Edge& edge) {
  host.on_frame = [&edge](std::uint64_t connection, std::string_view bytes) {
    edge.send(connection, bytes);
  };
}

class Device : public ClientLinkEvents {
 public:
  void up() override { ++ups; }
  void down(std::string_view why) override {
    CHECK(!is_calling);
    ++downs;
    last_why = why;
  }
  void frame(std::string_view bytes) override { frames.emplace_back(bytes); }

  int ups = 0;
  int downs = 0;
  std::string last_why;
  std::vector<std::string> frames;
  bool is_calling = false;  // set while the test is inside send()
};

inline std::unique_ptr<ClientLink> open(Loop& loop, const ClientLinkOptions& options,
                                        Device& device) {
  auto link = ClientLink::open(loop.get(), options, device);
  REQUIRE(static_cast<bool>(link));
  return link.take();
}

// A tcp client without manners: it sends what it is told and answers only what it is told to.
class RawClient : public zmtp::Sink {
 public:
  // Comes from 127.0.0.<from>: every one of these is an address of its own to the edge.
  explicit RawClient(std::uint16_t port, std::uint8_t from = 1)
      : codec_(zmtp::Role::kClient, 1'000'000) {
    fd_ = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    REQUIRE(fd_ >= 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK - 1 + from);
    REQUIRE(::bind(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port);
    const int error = ::connect(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address);
    REQUIRE((error == 0 || errno == EINPROGRESS));
  }
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;
  ~RawClient() override { hang_up(); }

  void introduce() {
    zmtp::append_greeting(out);
    zmtp::append_ready(out, zmtp::Role::kClient);
  }
  void hang_up() {
    if (fd_ >= 0) ::close(fd_);
    fd_ = -1;
  }
  // Writes what the socket takes, then reads what is there, if it may.
  void pump(bool may_read = true) {
    while (fd_ >= 0 && !out.empty()) {
      const ssize_t n = ::send(fd_, out.data(), out.size(), MSG_NOSIGNAL);
      if (n < 0) break;
      out.erase(0, static_cast<std::size_t>(n));
    }
    char bytes[65'536];
    while (fd_ >= 0 && may_read && !closed) {
      const ssize_t n = ::recv(fd_, bytes, sizeof bytes, 0);
      if (n < 0 && (errno == EAGAIN || errno == EINTR || errno == ENOTCONN)) break;
      closed = n <= 0;
      if (n > 0) codec_.feed({bytes, static_cast<std::size_t>(n)}, *this);
    }
  }
  bool is_up() {
    pump();
    return codec_.is_ready();
  }

  void ready(std::string_view, std::string_view) override {}
  void frame(std::string_view body) override { frames.emplace_back(body); }
  void ping(std::string_view, std::uint16_t) override { ++pings; }
  void pong(std::string_view) override { ++pongs; }
  void violation(zmtp::Violation, std::string_view sentence) override { refused = sentence; }
  std::string& output() override { return answers_pings ? out : ignored_; }

  std::string out;
  std::vector<std::string> frames;
  std::string refused;
  int pings = 0;
  int pongs = 0;
  bool closed = false;
  bool answers_pings = true;

 private:
  int fd_ = -1;
  zmtp::Codec codec_;
  std::string ignored_;
};

// `count` bytes that differ from seed to seed and along the way.
inline std::string some_bytes(std::size_t count, std::uint64_t seed) {
  std::string bytes(count, '\0');
  for (char& byte : bytes) {
    seed = seed * 6'364'136'223'846'793'005U + 1'442'695'040'888'963'407U;
    byte = static_cast<char>(seed >> 56);
  }
  return bytes;
}

}  // namespace edge_test
