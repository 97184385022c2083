// The inside of the client link, apart from client_link.hpp so that its users need not see it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <string>
#include <string_view>

#include <uv.h>

#include "engine/base/random.hpp"
#include "engine/live/client_link.hpp"
#include "engine/live/handles.hpp"
#include "engine/live/tcp.hpp"
#include "engine/live/zmtp.hpp"

namespace glasspost {

class ClientLink::Inside : public zmtp::Sink {
 public:
  Inside(uv_loop_t* loop, const ClientLinkOptions& options, ClientLinkEvents& events,
         const tcp::Address& address);
  ~Inside() override;
  Inside(const Inside&) = delete;
  Inside& operator=(const Inside&) = delete;

  void send(std::string_view frame);
  bool is_up() const { return stage_ == Stage::kUp; }
  const ClientLinkCounts& counts() const { return counts_; }
  void shut_down();

 private:
  enum class Stage : std::uint8_t { kResting, kConnecting, kHandshake, kUp };
  // Held by every callback of libuv, see Edge::Inside::Turn: the same for a link.
  class Turn;

  void ready(std::string_view identity, std::string_view socket_type) override;
  void frame(std::string_view body) override;
  void ping(std::string_view, std::uint16_t) override {}
  void pong(std::string_view) override {}
  void violation(zmtp::Violation code, std::string_view sentence) override;
  std::string& output() override { return out_; }

  void on_timer();
  void on_event(int status, int events);
  void attempt();
  void read();
  void write();
  void gather();
  void watch();
  void fail(std::string_view why);
  void start_timer(Duration wait);
  void take_apart();
  std::size_t unsent() const { return out_.size() - sent_; }

  uv_loop_t* loop_;
  ClientLinkOptions options_;
  ClientLinkEvents& events_;
  ClientLinkCounts counts_;
  tcp::Address address_;
  Random jitter_;
  Duration backoff_;
  Stage stage_ = Stage::kResting;
  zmtp::Codec codec_;
  std::list<std::string> queue_;  // a list, because unlike a deque it holds nothing when empty
  std::string out_;               // whole units on their way; the codec writes here too
  std::size_t sent_ = 0;          // of out_
  std::string violation_;
  int watched_ = 0;
  int depth_ = 0;
  bool ended_ = false;
  tcp::Socket socket_;  // before its handle, so that libuv lets go of it first
  OwnedHandle<uv_poll_t> poll_;
  OwnedHandle<uv_timer_t> timer_;  // the next attempt, or the end of this one
};

class ClientLink::Inside::Turn {
 public:
  explicit Turn(Inside& inside) : inside_(inside) { ++inside_.depth_; }
  ~Turn() {
    if (--inside_.depth_ == 0 && inside_.ended_) inside_.take_apart();
  }
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;

 private:
  Inside& inside_;
};

}  // namespace glasspost
