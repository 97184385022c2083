// Turns, syncs and timers of a live process.
#include "engine/live/process_loop.hpp"

#include <algorithm>
#include <utility>

#include "engine/live/clocks.hpp"

namespace glasspost {
namespace {
constexpr Duration kIntervalSync = std::chrono::seconds(1);  // store.fsync = interval
constexpr std::size_t kArrivedMax = 1'024;  // letters of one step, about; Links bounds their bytes
}  // namespace

// Takes what release lets go.
class ProcessLoop::Sink final : public FrameSink {
 public:
  explicit Sink(ProcessLoop& loop)
      : FrameSink(loop.process_.station, loop.home_.directory, loop.home_.config, station_now()),
        loop_(loop) {}

  void fact(const Fact& fact) override {
    const auto kind = static_cast<std::size_t>(fact.kind);
    if (kind < loop_.fact_counts_.size()) ++loop_.fact_counts_[kind];
    loop_.carrier_.fact(fact);
  }

 private:
  ProcessLoop& loop_;
};

ProcessLoop::ProcessLoop(uv_loop_t* loop, Process process, ProcessHome home, Carrier& carrier,
                         std::function<void(const Status&)> fail)
    : loop_(loop),
      process_(std::move(process)),
      home_(std::move(home)),
      carrier_(carrier),
      fail_(std::move(fail)),
      end_of_turn_(make_handle<uv_prepare_t>(loop, uv_prepare_init, this)),
      timer_(make_handle<uv_timer_t>(loop, uv_timer_init, this)) {
  if (home_.disk.sync) {
    sync_thread_ = std::make_unique<SyncThread>(
        loop, home_.disk.sync, [this](const Status& result) { on_synced(result); });
  }
  uv_prepare_start(end_of_turn_.get(), [](uv_prepare_t* handle) {
    static_cast<ProcessLoop*>(handle->data)->end_turn();
  });
}

Turn ProcessLoop::turn() {
  look_at_clocks();
  return turn_as_of_clocks();
}

void ProcessLoop::look_at_clocks() {
  now_ = station_now();
  wall_ms_ = wall_now_ms();
  if (!dirty_) turn_began_ = now_;
  dirty_ = true;
}

Turn ProcessLoop::turn_as_of_clocks() {
  return {.now = now_,
          .wall_ms = wall_ms_,
          .reads = home_.disk.reads,
          .writes = home_.disk.writes,
          .directory = home_.directory,
          .config = home_.config,
          .observer = observer_,
          .sample = {home_.config.choices.telemetry_watch}};
}

void ProcessLoop::begin() {
  Turn now = turn();
  start(process_, now);
}

void ProcessLoop::receive(v1::Frame& frame) {
  // Not for each of hundreds of frames; but no step is made by the time of a frame before.
  if (arrived_.empty() || !brings_letters_only(process_, frame)) look_at_clocks();
  Turn now = turn_as_of_clocks();
  gather(process_, frame, now, arrived_);
  if (arrived_.size() >= kArrivedMax) step_arrived();
}

// Before anything else happens to the roles: letters come first that arrived first.
void ProcessLoop::step_arrived() {
  if (arrived_.empty()) return;
  Turn now = turn();
  glasspost::deliver(process_, std::move(arrived_), now);
  arrived_.clear();
}

void ProcessLoop::deliver(std::vector<v1::Letter>&& letters) {
  step_arrived();
  Turn now = turn();
  glasspost::deliver(process_, std::move(letters), now);
}

void ProcessLoop::change_peer(Address role, const Peer& peer) {
  step_arrived();
  Turn now = turn();
  glasspost::change_peer(process_, role, peer, now);
}

void ProcessLoop::reconfigure(const std::function<void(Config&)>& change) {
  step_arrived();  // which may bring routes
  change(home_.config);
  Turn now = turn();
  glasspost::reconfigure(process_, now);
}

// Before the loop waits: everything that happened is settled; now it may become visible.
void ProcessLoop::end_turn() {
  step_arrived();
  if (!dirty_) return;
  dirty_ = false;
  Station& station = process_.station;
  if (home_.disk.status) {
    if (const Status healthy = home_.disk.status(); !healthy) return fail_(healthy);
  }
  start_sync();
  const bool waits = sync_thread_ && home_.config.choices.store_fsync == StoreFsync::kAlways;
  if (!waits) station.synced = station.puts;
  Sink sink(*this);
  release(station, station_now(), sink);
  for (auto& [to, bytes] : sink.take_frames())
    carrier_.frame(to, std::move(bytes));
  for (v1::Letter& letter : sink.take_edge())
    carrier_.edge_letter(std::move(letter));
  carrier_.turn_over();
  turn_times_.add(static_cast<std::uint64_t>((station_now() - turn_began_).count()));
  set_timer();
  if (station.must_stop_reading() != stopped_) {
    stopped_ = !stopped_;
    carrier_.stop_reading(stopped_);
  }
}

void ProcessLoop::start_sync() {
  const Station& station = process_.station;
  if (!sync_thread_ || sync_thread_->under_way() || covering_ == station.puts) return;
  const StoreFsync when = home_.config.choices.store_fsync;
  if (when == StoreFsync::kLeftToSystem) return;
  if (when == StoreFsync::kInterval && station_now() - last_sync_ < kIntervalSync) return;
  last_sync_ = station_now();
  covering_ = station.puts;  // read before the sync begins: a later put is not covered
  ++syncs_;
  sync_thread_->begin();
}

void ProcessLoop::on_synced(const Status& result) {
  if (!result) return fail_(result);
  process_.station.synced = std::max(process_.station.synced, covering_);
  const Time now = station_now();
  sync_times_.add(static_cast<std::uint64_t>((now - last_sync_).count()));
  if (!dirty_) turn_began_ = now;
  dirty_ = true;
}

void ProcessLoop::set_timer() {
  Time due = process_.station.next_timer();
  const bool interval = home_.config.choices.store_fsync == StoreFsync::kInterval;
  if (sync_thread_ && interval && covering_ != process_.station.puts) {
    due = std::min(due,
                   last_sync_ + kIntervalSync);  // the last puts are synced even if nothing follows
  }
  if (due == timer_at_) return;
  timer_at_ = due;
  if (due == kNever) {
    uv_timer_stop(timer_.get());
    return;
  }
  const Duration wait = std::max(Duration(0), due - station_now());
  uv_update_time(loop_);
  uv_timer_start(
      timer_.get(),
      [](uv_timer_t* handle) {
        auto* self = static_cast<ProcessLoop*>(handle->data);
        self->timer_at_ = kNever;
        self->step_arrived();
        Turn now = self->turn();
        run_timers(self->process_, now);
      },
      static_cast<std::uint64_t>((wait.count() + 999) / 1'000), 0);
}

void ProcessLoop::shut_down() {
  end_of_turn_.reset();
  timer_.reset();
  sync_thread_.reset();
}

std::uint64_t ProcessLoop::facts_of(FactKind kind) const {
  const auto index = static_cast<std::size_t>(kind);
  return index < fact_counts_.size() ? fact_counts_[index] : 0;
}

}  // namespace glasspost
