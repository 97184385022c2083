// The helper thread that waits for the disk, so that the loop never does. One sync covers every put
// since the last one: while it runs the loop goes on, and what it makes meanwhile waits for the
// next.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

#include <uv.h>

#include "engine/base/result.hpp"
#include "engine/live/handles.hpp"

namespace glasspost {

class SyncThread {
 public:
  // `sync` runs on the thread; `done` is called on the loop with what it returned.
  SyncThread(uv_loop_t* loop, std::function<Status()> sync,
             std::function<void(const Status&)> done);

  // Waits for a sync under way, then ends the thread. `done` is not called any more.
  ~SyncThread();
  SyncThread(const SyncThread&) = delete;
  SyncThread& operator=(const SyncThread&) = delete;

  // Begins a sync. REQUIRES: none is under way.
  void begin();

  bool under_way() const { return under_way_; }

 private:
  void run();
  void finished();

  std::function<Status()> sync_;
  std::function<void(const Status&)> done_;
  OwnedHandle<uv_async_t> wake_loop_;
  bool under_way_ = false;  // the loop's view

  std::mutex guard_;  // over the members below
  std::condition_variable changed_;
  bool wanted_ = false;
  bool ending_ = false;
  Status result_ = ok();

  std::thread thread_;
};

}  // namespace glasspost
