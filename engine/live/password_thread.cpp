// Hashing beside the loop.
#include "engine/live/password_thread.hpp"

#include <cassert>
#include <chrono>
#include <cstdint>
#include <optional>
#include <utility>

#include <sched.h>
#include <sys/resource.h>
#include <unistd.h>

#include "engine/base/password.hpp"
#include "engine/core/address.hpp"

namespace glasspost {
namespace {

// Anybody who can connect can ask for hashes without end. So they take half a processor at most:
// after each the thread rests as long as it took. And where processors are short, others go first:
// the thread is of the idle class, which gives way at once, where a nice thread keeps a processor
// for some milliseconds from a text. On a machine with no time to spare a password would wait for
// ever, so after a moment it is only nice. On Linux both are a thread's own and need no privilege.
constexpr int kNiceness = 10;
constexpr std::uint64_t kIdleMs = 500;

void set_class(pid_t tid, int policy) {
  const sched_param none{};
  sched_setscheduler(tid, policy, &none);  // refused: it stays as it was, which is only slower
}

}  // namespace

PasswordThread::PasswordThread(uv_loop_t* loop, std::function<void(v1::Letter&&)> done)
    : done_(std::move(done)), wake_loop_(new uv_async_t{}) {
  uv_async_init(loop, wake_loop_.get(),
                [](uv_async_t* handle) { static_cast<PasswordThread*>(handle->data)->finished(); });
  wake_loop_->data = this;
  timer_ = make_handle<uv_timer_t>(loop, uv_timer_init, this);
  thread_ = std::thread([this] { run(); });
}

PasswordThread::~PasswordThread() {
  {
    const std::lock_guard<std::mutex> hold(guard_);
    ending_ = true;
  }
  changed_.notify_one();
  thread_.join();
}

void PasswordThread::hash(const v1::Letter& letter) {
  assert(letter.has_hash_password());
  {
    const std::lock_guard<std::mutex> hold(guard_);
    wanted_.push_back(letter.hash_password());
  }
  changed_.notify_one();
  if (uv_is_active(reinterpret_cast<uv_handle_t*>(timer_.get())) != 0) return;
  uv_timer_start(
      timer_.get(), [](uv_timer_t* timer) { static_cast<PasswordThread*>(timer->data)->hurry(); },
      kIdleMs, kIdleMs);
}

// Looks whether a password waits for idle time in vain.
void PasswordThread::hurry() {
  const std::lock_guard<std::mutex> hold(guard_);
  if (!hashing_ && wanted_.empty()) {
    uv_timer_stop(timer_.get());
  } else if (hashing_ && Clock::now() - *hashing_ >= std::chrono::milliseconds(kIdleMs)) {
    set_class(tid_, SCHED_OTHER);
  }
}

void PasswordThread::run() {
  setpriority(PRIO_PROCESS, 0, kNiceness);
  std::unique_lock<std::mutex> hold(guard_);
  tid_ = gettid();
  while (true) {
    changed_.wait(hold, [this] { return !wanted_.empty() || ending_; });
    if (ending_) return;
    const v1::HashPassword wanted = std::move(wanted_.front());
    wanted_.pop_front();
    const Clock::time_point begun = Clock::now();
    hashing_ = begun;
    set_class(tid_, SCHED_IDLE);
    hold.unlock();
    const v1::PasswordCost& cost = wanted.cost();
    const std::optional<PasswordHash> hash =
        hash_password(wanted.password(), cost.salt(), cost.passes(), cost.memory_kib());
    v1::PasswordHashed hashed;
    hashed.set_ticket(wanted.ticket());
    if (hash) hashed.set_hash(std::string(hash->begin(), hash->end()));
    hold.lock();
    hashing_.reset();
    hashed_.push_back(std::move(hashed));
    uv_async_send(wake_loop_.get());
    const auto took = Clock::now() - begun;
    changed_.wait_for(hold, took, [this] { return ending_; });
  }
}

void PasswordThread::finished() {
  std::deque<v1::PasswordHashed> hashed;
  {
    const std::lock_guard<std::mutex> hold(guard_);
    hashed = std::exchange(hashed_, {});
  }
  for (v1::PasswordHashed& one : hashed) {
    v1::Letter letter;
    letter.set_source(pack({RoleKind::kHasher, 1}));
    *letter.mutable_password_hashed() = std::move(one);
    done_(std::move(letter));
  }
}

}  // namespace glasspost
