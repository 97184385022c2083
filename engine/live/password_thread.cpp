// Hashing beside the loop.
#include "engine/live/password_thread.hpp"

#include <cassert>
#include <chrono>
#include <optional>
#include <utility>

#include <sys/resource.h>

#include "engine/base/password.hpp"
#include "engine/core/address.hpp"

namespace glasspost {
namespace {

// Anybody who can connect can ask for hashes without end. So they take half a processor at most:
// after each the thread rests as long as it took. And where processors are short, others go first.
// On Linux a niceness is a thread's own, and no privilege is needed to raise it.
constexpr int kNiceness = 10;

}  // namespace

PasswordThread::PasswordThread(uv_loop_t* loop, std::function<void(v1::Letter&&)> done)
    : done_(std::move(done)), wake_loop_(new uv_async_t{}) {
  uv_async_init(loop, wake_loop_.get(),
                [](uv_async_t* handle) { static_cast<PasswordThread*>(handle->data)->finished(); });
  wake_loop_->data = this;
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
}

void PasswordThread::run() {
  setpriority(PRIO_PROCESS, 0, kNiceness);
  std::unique_lock<std::mutex> hold(guard_);
  while (true) {
    changed_.wait(hold, [this] { return !wanted_.empty() || ending_; });
    if (ending_) return;
    const v1::HashPassword wanted = std::move(wanted_.front());
    wanted_.pop_front();
    hold.unlock();
    const auto begun = std::chrono::steady_clock::now();
    const v1::PasswordCost& cost = wanted.cost();
    const std::optional<PasswordHash> hash =
        hash_password(wanted.password(), cost.salt(), cost.passes(), cost.memory_kib());
    v1::PasswordHashed hashed;
    hashed.set_ticket(wanted.ticket());
    if (hash) hashed.set_hash(std::string(hash->begin(), hash->end()));
    hold.lock();
    hashed_.push_back(std::move(hashed));
    uv_async_send(wake_loop_.get());
    const auto took = std::chrono::steady_clock::now() - begun;
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
