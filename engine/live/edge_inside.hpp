// The inside of the edge, apart from edge.hpp so that its users need not see it. Accepting, waiting
// and deadlines are in edge_doors.cpp, strangers and their places in edge_strangers.cpp, bytes and
// frames in edge.cpp.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include <uv.h>

#include "engine/live/edge.hpp"
#include "engine/live/edge_addresses.hpp"
#include "engine/live/edge_connection.hpp"
#include "engine/live/readiness.hpp"

namespace glasspost {

class Edge::Inside {
 public:
  Inside(uv_loop_t* loop, const EdgeOptions& options, EdgeEvents& events, tcp::Socket listener);
  ~Inside();
  Inside(const Inside&) = delete;
  Inside& operator=(const Inside&) = delete;
  Status start();

  std::uint16_t port() const { return port_; }
  const EdgeCounts& counts() const { return counts_; }
  void send(std::uint64_t connection, std::string_view frame);
  void flush();
  void close(std::uint64_t connection, std::string_view why);
  void login_asked(std::uint64_t connection);
  void login_refused(std::uint64_t connection);
  void trust(std::uint64_t connection);
  void distrust(std::uint64_t connection);
  void stop_reading(bool stop);
  void shut_down();

 private:
  class Delivery;
  // Held by every callback of libuv: an edge that is shut down from one of its own events is
  // taken apart only when the outermost callback is left.
  class Turn;
  enum class Parting : std::uint8_t { kHeld, kAtOnce };
  struct Closing {
    std::uint64_t number;
    std::string why;
    Parting parting;
  };

  // edge_doors.cpp
  void accept_some();
  void admit(tcp::Accepted accepted);
  void start_handshake(EdgeConnection& connection);
  void listen_while(bool wanted);
  void tick();
  void end_late_handshakes(Time now);
  void probe_silent(Time now);
  void let_go_of_held(Time now);
  void punish(EdgeConnection& connection, std::string_view sentence);
  void hold(EdgeConnection& connection, Time until);
  void move(EdgeConnection& connection, Phase phase, Time due);
  std::uint64_t take_from_host(EdgeConnection& connection);
  void erase(EdgeConnection& connection);
  void take_apart();

  // edge_strangers.cpp
  bool take_place(EdgeConnection& connection);
  void give_back_place(EdgeConnection& connection);
  EdgeConnection* least_worthy(std::uint64_t address, Duration kept) const;
  bool make_room(std::uint64_t address, Duration kept);
  void evict(EdgeConnection& connection);
  void estrange(EdgeConnection& connection);
  void end_strangers(Phase phase, Time now);
  void restart_deadlines();

  // edge.cpp
  static void on_ready(void* subject, Interest ready, bool broken);
  static void on_round(void* owner, bool begins);
  void leave();
  void read(EdgeConnection& connection);
  bool take_bytes(EdgeConnection& connection);
  void after_feed(EdgeConnection& connection, const Delivery& delivery);
  bool write(EdgeConnection& connection);
  void write_and_close();
  void part(const Closing& closing);
  void open(EdgeConnection& connection);
  void deliver_backlogs();
  void wake_for_backlogs();
  bool deliver_backlog(EdgeConnection& connection);
  void hand_out(EdgeConnection& connection, std::string_view frame);
  void finish(EdgeConnection& connection, std::string_view why);
  void tell_closed(std::uint64_t number, std::string_view why);
  void write_or_close_slow(EdgeConnection& connection);
  void mark_dirty(EdgeConnection& connection);
  void watch(EdgeConnection& connection);
  EdgeConnection* find(std::uint64_t number);

  EdgeConnection::List& list(Phase phase) { return lists_[static_cast<std::size_t>(phase)]; }
  Time now() const;

  uv_loop_t* loop_;
  EdgeOptions options_;
  EdgeEvents& events_;
  EdgeCounts counts_;
  EdgeAddresses addresses_;
  tcp::Socket listener_;
  std::uint16_t port_;
  std::uint64_t last_number_ = 0;
  std::size_t connections_ = 0;
  Readiness readiness_;  // before the connections that stand in it
  std::array<EdgeConnection::List, kPhases> lists_;
  std::unordered_map<std::uint64_t, EdgeConnection*> by_number_;
  // Work for the end of the turn, by number, because a connection may end before it.
  std::vector<std::uint64_t> dirty_;
  std::vector<std::uint64_t> backlogged_;
  std::vector<std::uint64_t> parked_;
  std::vector<Closing> closings_;
  int depth_ = 0;  // of callbacks
  bool listening_ = false;
  bool stopped_ = false;
  bool ended_ = false;
  OwnedHandle<uv_poll_t> doorbell_;
  OwnedHandle<uv_timer_t> timer_;      // one for all deadlines
  OwnedHandle<uv_prepare_t> prepare_;  // before the loop waits: write
  OwnedHandle<uv_check_t> check_;      // after all have been read: backlogs
  OwnedHandle<uv_idle_t> idle_;        // while there are backlogs the loop must not wait
};

class Edge::Inside::Turn {
 public:
  explicit Turn(Inside& inside) : inside_(inside) { ++inside_.depth_; }
  ~Turn() { inside_.leave(); }
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;

 private:
  Inside& inside_;
};

}  // namespace glasspost
