// The load of every benchmark of sends: many tcp connections, each of which keeps a number of texts
// in flight to its partner. The same loop drives us and every peer; what is said on a line is the
// business of its Talk (talks.hpp), so that only the servers differ.
//
// A text counts when it was acknowledged to its sender and shown to its receiver.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <uv.h>

#include "engine/base/histogram.hpp"
#include "engine/base/result.hpp"
#include "engine/base/time.hpp"
#include "engine/live/handles.hpp"
#include "engine/live/tcp.hpp"

namespace glasspost::bench {

struct LoadShape {
  std::size_t senders = 128;  // an even number: 0 and 1 write to each other, 2 and 3, ...
  std::size_t helpers = 0;    // further lines a peer needs to hear on; numbered after the senders
  std::size_t window = 16;    // texts in flight of one sender
  std::size_t body_bytes = 128;
  std::size_t greetings = 48;  // connections that are made at a time
  bool asks_first = false;     // a device of ours logs in after READY, as a ZeroMQ library would
  double rate = 0;  // texts a second, all together, at even distances; 0: as fast as answered
  Duration warm_up = std::chrono::seconds(1);
  Duration measured = std::chrono::seconds(3);
};

// What one run gave.
struct Measured {
  std::uint64_t texts = 0;
  double seconds = 0;
  double cpu_us = 0;       // of the server's processes, for each text
  double load_us = 0;      // of ourselves
  std::uint64_t busy = 0;  // texts that were refused for now, and said again
  Histogram acked_us;      // from the send, or from when it was due
  Histogram shown_us;
  std::string broken;  // why the run is worth nothing; empty if it is not

  double rate() const { return seconds > 0 ? static_cast<double>(texts) / seconds : 0; }
};

class LineLoad;
class Line;

// One end of a conversation with a server, on one line.
class Talk {
 public:
  virtual ~Talk() = default;
  // The line stands: say hello. line.ready() when texts may come.
  virtual void begin(Line& line) = 0;
  virtual void bytes(Line& line, std::string_view bytes) = 0;
  // Say this text to the partner.
  virtual void text(Line& line, std::uint64_t id, std::string_view body) = 0;
};

// One connection.
class Line {
 public:
  Line(LineLoad& load, std::size_t index) : load_(load), index_(index) {}

  std::size_t index() const { return index_; }
  std::size_t partner() const { return index_ ^ 1; }
  std::string& out() { return out_; }  // written at the end of the turn

  void ready();
  // The server asks to have a text said again later.
  void again(std::uint64_t id, Duration later);
  // The server has answered for a text of this line.
  void acknowledged(std::uint64_t id);
  // A text has arrived here, or on a helper; its body says whose it is.
  void shown(std::string_view body);
  // The server spoke out of turn: the whole run is worth nothing.
  void broken(const std::string& why);

 private:
  friend class LineLoad;

  struct InFlight {
    std::uint64_t id = 0;
    Time due;
    bool acked = true;
    bool shown = true;
  };
  static constexpr std::size_t kRemembered = 4'096;  // above every window

  LineLoad& load_;
  std::size_t index_;
  tcp::Socket socket_;
  OwnedHandle<uv_poll_t> poll_;
  std::unique_ptr<Talk> talk_;
  std::string out_;
  std::size_t sent_ = 0;
  int watched_ = 0;
  bool dirty_ = false;
  std::uint64_t last_id_ = 0;
  std::size_t in_flight_ = 0;
  std::vector<InFlight> texts_;
};

using TalkFactory = std::function<std::unique_ptr<Talk>(std::size_t line)>;

class LineLoad {
 public:
  // Lines go to the ports in turn.
  LineLoad(LoadShape shape, std::vector<std::uint16_t> ports, TalkFactory new_talk);
  ~LineLoad();
  LineLoad(const LineLoad&) = delete;
  LineLoad& operator=(const LineLoad&) = delete;

  // Connects, warms up, measures. `cpu` says how much the server has used so far.
  Measured run(const std::function<Duration()>& cpu);

  // Connects and logs in, and says nothing more; the lines stay until this dies. A text of the
  // answer is a login.
  Measured connect_all(const std::function<Duration()>& cpu);

 private:
  friend class Line;
  enum class Phase { kConnecting, kWarming, kMeasuring, kOver };

  Measured go(const std::function<Duration()>& cpu);
  void connect(Line& line);
  void connect_next();
  void all_ready();
  void on_event(Line& line, int status, int events);
  void flush(Line& line);
  void mark_dirty(Line& line);
  void tick();
  void begin_texts();
  void fill(Line& line);
  void send_text(Line& line, Time due);
  void say(Line& line, std::uint64_t id);
  void settle(Line& line, Line::InFlight& text, bool shown);
  void enter(Phase phase);

  LoadShape shape_;
  std::vector<std::uint16_t> ports_;
  TalkFactory new_talk_;
  uv_loop_t loop_{};
  OwnedHandle<uv_timer_t> timer_;
  OwnedHandle<uv_prepare_t> prepare_;
  std::vector<std::unique_ptr<Line>> lines_;
  std::vector<Line*> dirty_;
  std::size_t connected_ = 0;  // lines that were begun, in order
  std::size_t ready_ = 0;
  bool talks_ = true;  // or only connects
  Phase phase_ = Phase::kConnecting;
  Time phase_end_;
  Time began_;
  std::multimap<Time, std::pair<Line*, std::uint64_t>> again_;  // refused for now, by when
  std::uint64_t scheduled_ = 0;                                 // texts of an open loop so far
  std::function<Duration()> cpu_;
  Duration cpu_before_{};
  Duration own_before_{};
  std::string body_;
  Measured measured_;
};

}  // namespace glasspost::bench
