// The live host's heart: one Process on one event loop. It gives the process its turns, its clock
// and its disk, and hands what settle releases to whoever carries it. Servers (NodeHost) and
// devices (DeviceHost) differ only in what carries it.
//
//   events of a turn -> steps -> settle -> [end of turn] -> sync? -> release -> Carrier
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <uv.h>

#include "engine/base/histogram.hpp"
#include "engine/core/process.hpp"
#include "engine/live/handles.hpp"
#include "engine/live/sync_thread.hpp"

namespace glasspost {

// The disk of a process. `sync` empty: nothing is kept, and nothing waits.
struct ProcessDisk {
  ReadView& reads;
  WriteStore& writes;
  std::function<Status()> sync;    // runs on the sync thread
  std::function<Status()> status;  // the first failure, if any
};

// Where what leaves a process goes. Called at the end of a turn.
class Carrier {
 public:
  virtual ~Carrier() = default;
  virtual void frame(NodeId to, std::string&& bytes) = 0;  // of a v1::Frame
  virtual void edge_letter(v1::Letter&& letter) = 0;       // to or from a device, or to a person
  virtual void fact(const Fact& fact) = 0;
  virtual void turn_over() = 0;              // everything of this turn was handed over
  virtual void stop_reading(bool stop) = 0;  // too much is held: take no more in
};

// What a process lives by and keeps.
struct ProcessHome {
  Config config;
  Directory directory;
  ProcessDisk disk;
};

class ProcessLoop {
 public:
  // `fail` is called when the disk failed; the host must end the process: a failed sync is not
  // retried.
  ProcessLoop(uv_loop_t* loop, Process process, ProcessHome home, Carrier& carrier,
              std::function<void(const Status&)> fail);
  ~ProcessLoop() = default;
  ProcessLoop(const ProcessLoop&) = delete;
  ProcessLoop& operator=(const ProcessLoop&) = delete;

  // The first inputs of this life.
  void begin();

  // Inputs. Each is a step or more; what they send leaves at the end of the turn. The letters of
  // all frames of a turn are one step of each role that they are for.
  void receive(v1::Frame& frame);
  void deliver(std::vector<v1::Letter>&& letters);
  void change_peer(Address role, const Peer& peer);
  void reconfigure(const std::function<void(Config&)>& change);

  // Told of every step from now on. It must outlive this loop.
  void watch(StepObserver* observer) { observer_ = observer; }

  // How long syncs and turns took since the last call, microseconds.
  Histogram take_sync_times() { return std::exchange(sync_times_, {}); }
  Histogram take_turn_times() { return std::exchange(turn_times_, {}); }

  // Frees the handles; nothing is called any more.
  void shut_down();

  const Process& process() const { return process_; }
  const Config& config() const { return home_.config; }
  std::uint64_t syncs() const { return syncs_; }
  std::uint64_t facts_of(FactKind kind) const;

 private:
  class Sink;
  Turn turn();
  void look_at_clocks();
  Turn turn_as_of_clocks();
  void step_arrived();
  void end_turn();
  void start_sync();
  void on_synced(const Status& result);
  void set_timer();

  uv_loop_t* loop_;
  Process process_;
  std::vector<v1::Letter> arrived_;  // of this turn's frames, not stepped yet
  Time now_;                         // as the clocks were last looked at
  std::int64_t wall_ms_ = 0;
  ProcessHome home_;
  Carrier& carrier_;
  std::function<void(const Status&)> fail_;
  std::unique_ptr<SyncThread> sync_thread_;
  OwnedHandle<uv_prepare_t> end_of_turn_;
  OwnedHandle<uv_timer_t> timer_;
  Time timer_at_ = kNever;
  std::uint64_t covering_ = 0;  // puts that the sync under way covers
  Time last_sync_ = Time(Duration(0));
  std::uint64_t syncs_ = 0;
  std::array<std::uint64_t, 128> fact_counts_{};
  StepObserver* observer_ = nullptr;
  Histogram sync_times_;
  Histogram turn_times_;
  Time turn_began_ = Time(Duration(0));
  bool dirty_ = false;    // something happened in this turn
  bool stopped_ = false;  // reading is stopped
};

}  // namespace glasspost
