// The helper thread that hashes passwords, so that the loop never does: one at a time, so that the
// memory of one hash is all that they ever take together. The account role bounds how many wait.
//
//   account --HashPassword--> host -> [thread] -> host --PasswordHashed--> account
#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>

#include <sys/types.h>
#include <uv.h>

#include "glasspost/v1/letter.pb.h"

#include "engine/live/handles.hpp"

namespace glasspost {

class PasswordThread {
 public:
  // `done` is called on the loop with a PasswordHashed from the hasher's address.
  PasswordThread(uv_loop_t* loop, std::function<void(v1::Letter&&)> done);

  // Waits for a hash under way, then ends the thread. `done` is not called any more.
  ~PasswordThread();
  PasswordThread(const PasswordThread&) = delete;
  PasswordThread& operator=(const PasswordThread&) = delete;

  // REQUIRES: the letter is a HashPassword.
  void hash(const v1::Letter& letter);

 private:
  using Clock = std::chrono::steady_clock;

  void run();
  void finished();
  void hurry();

  std::function<void(v1::Letter&&)> done_;
  OwnedHandle<uv_async_t> wake_loop_;
  OwnedHandle<uv_timer_t> timer_;  // while passwords wait or are hashed

  std::mutex guard_;  // over the members below
  std::condition_variable changed_;
  std::deque<v1::HashPassword> wanted_;
  std::deque<v1::PasswordHashed> hashed_;
  bool ending_ = false;
  pid_t tid_ = 0;                             // the thread's, once it runs
  std::optional<Clock::time_point> hashing_;  // since when; nothing is hashed: none

  std::thread thread_;
};

}  // namespace glasspost
