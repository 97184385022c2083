// The helper thread that hashes passwords, so that the loop never does: one at a time, so that the
// memory of one hash is all that they ever take together. The account role bounds how many wait.
//
//   account --HashPassword--> host -> [thread] -> host --PasswordHashed--> account
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

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
  void run();
  void finished();

  std::function<void(v1::Letter&&)> done_;
  OwnedHandle<uv_async_t> wake_loop_;

  std::mutex guard_;  // over the members below
  std::condition_variable changed_;
  std::deque<v1::HashPassword> wanted_;
  std::deque<v1::PasswordHashed> hashed_;
  bool ending_ = false;

  std::thread thread_;
};

}  // namespace glasspost
