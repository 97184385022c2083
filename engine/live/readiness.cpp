// The table, level-triggered: what is not read is told again in the next turn of the loop, after
// timers and everybody else have had theirs.
#include "engine/live/readiness.hpp"

#include <cassert>
#include <cerrno>
#include <cstring>
#include <string>
#include <utility>

namespace glasspost {
namespace {

std::uint32_t bits(Interest interest) {
  return (interest.bytes ? static_cast<std::uint32_t>(EPOLLIN) : 0U) |
         (interest.room ? static_cast<std::uint32_t>(EPOLLOUT) : 0U);
}

}  // namespace

Readiness::Readiness(uv_loop_t* loop, OnReady on_ready, OnRound on_round, void* owner)
    : loop_(loop), on_ready_(on_ready), on_round_(on_round), owner_(owner) {}

Status Readiness::start() {
  table_ = tcp::Socket(epoll_create1(EPOLL_CLOEXEC));
  if (!table_) {
    return Error{Code::kIo,
                 std::string("No table of connections can be made: ") + std::strerror(errno)};
  }
  auto poll = std::make_unique<uv_poll_t>();
  const int error = uv_poll_init(loop_, poll.get(), table_.get());
  if (error != 0) {
    return Error{Code::kIo,
                 std::string("The event loop cannot watch connections: ") + uv_strerror(error)};
  }
  poll->data = this;
  poll_.reset(poll.release());
  uv_poll_start(poll_.get(), UV_READABLE, [](uv_poll_t* handle, int, int) {
    static_cast<Readiness*>(handle->data)->take_round();
  });
  return ok();
}

bool Readiness::watch(int descriptor, void* subject, Interest before, Interest wanted) {
  if (before == wanted) return true;
  const bool was_in = before != Interest{};
  // A socket that waits for nothing is taken out: the kernel would tell of its end for ever.
  const bool stays = wanted != Interest{};
  epoll_event event{};
  event.events = bits(wanted);
  event.data.ptr = subject;
  const int change = !was_in ? EPOLL_CTL_ADD : (stays ? EPOLL_CTL_MOD : EPOLL_CTL_DEL);
  return epoll_ctl(table_.get(), change, descriptor, &event) == 0;
}

void Readiness::forget(const void* subject) {
  for (std::size_t i = next_; i < end_; ++i) {
    if (events_[i].data.ptr == subject) events_[i].data.ptr = nullptr;
  }
}

void Readiness::take_round() {
  assert(next_ == end_);
  const int found = epoll_wait(table_.get(), events_.data(), static_cast<int>(events_.size()), 0);
  if (found <= 0) return;
  on_round_(owner_, true);
  next_ = 0;
  end_ = static_cast<std::size_t>(found);
  while (next_ < end_) {
    const epoll_event event = events_[next_++];
    if (event.data.ptr == nullptr) continue;  // it ended in this round
    // The end of both directions is told whether asked for or not; a read or a write meets it.
    const bool over = (event.events & EPOLLHUP) != 0;
    const Interest ready{over || (event.events & EPOLLIN) != 0,
                         over || (event.events & EPOLLOUT) != 0};
    on_ready_(event.data.ptr, ready, (event.events & EPOLLERR) != 0);
  }
  on_round_(owner_, false);
}

}  // namespace glasspost
