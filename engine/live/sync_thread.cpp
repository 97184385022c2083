// Waiting for the disk.
#include "engine/live/sync_thread.hpp"

#include <cassert>
#include <utility>

namespace glasspost {

SyncThread::SyncThread(uv_loop_t* loop, std::function<Status()> sync,
                       std::function<void(const Status&)> done)
    : sync_(std::move(sync)), done_(std::move(done)), wake_loop_(new uv_async_t{}) {
  uv_async_init(loop, wake_loop_.get(),
                [](uv_async_t* handle) { static_cast<SyncThread*>(handle->data)->finished(); });
  wake_loop_->data = this;
  thread_ = std::thread([this] { run(); });
}

SyncThread::~SyncThread() {
  {
    const std::lock_guard<std::mutex> hold(guard_);
    ending_ = true;
  }
  changed_.notify_one();
  thread_.join();
}

void SyncThread::begin() {
  assert(!under_way_);
  under_way_ = true;
  {
    const std::lock_guard<std::mutex> hold(guard_);
    wanted_ = true;
  }
  changed_.notify_one();
}

void SyncThread::run() {
  std::unique_lock<std::mutex> hold(guard_);
  while (true) {
    changed_.wait(hold, [this] { return wanted_ || ending_; });
    if (ending_) return;
    wanted_ = false;
    hold.unlock();
    Status result = sync_();
    hold.lock();
    result_ = std::move(result);
    uv_async_send(wake_loop_.get());
  }
}

void SyncThread::finished() {
  Status result = ok();
  {
    const std::lock_guard<std::mutex> hold(guard_);
    result = result_;
  }
  under_way_ = false;
  done_(result);
}

}  // namespace glasspost
