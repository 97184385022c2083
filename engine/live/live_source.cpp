// A non-blocking unix socket.
#include "engine/live/live_source.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "engine/live/clocks.hpp"

namespace glasspost {
namespace {
constexpr Duration kTryAgain = std::chrono::milliseconds(300);
// A window must not stand still for a backlog, nor take minutes for it.
constexpr std::size_t kBytesAPoll = 8 << 20;
constexpr Duration kTimeAPoll = std::chrono::milliseconds(40);
constexpr Duration kBehind = std::chrono::seconds(2);
constexpr int kWaitMs = 5;
}  // namespace

LiveSource::LiveSource(std::string socket, std::uint64_t backlog)
    : socket_(std::move(socket)), backlog_(backlog) {}

LiveSource::~LiveSource() {
  if (handle_ >= 0) ::close(handle_);
}

bool LiveSource::connect() {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (socket_.size() >= sizeof(address.sun_path)) {
    trouble_ = "the path " + socket_ + " is too long for a unix socket; choose a shorter folder";
    return false;
  }
  std::memcpy(address.sun_path, socket_.c_str(), socket_.size());
  handle_ = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (handle_ < 0 ||
      ::connect(handle_, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0) {
    disconnect("the hub does not answer; is a cluster running? (glasspost status)");
    return false;
  }
  v1::HubRequest request;
  // After a break: all that the hub kept, of which what we have heard already is left out.
  request.mutable_subscribe()->set_backlog(connected_before_ ? UINT64_MAX : backlog_);
  std::string bytes;
  append_message(bytes, request);
  const ssize_t sent = ::send(handle_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
  if (sent != static_cast<ssize_t>(bytes.size())) {
    disconnect("the hub does not listen");
    return false;
  }
  reader_ = MessageReader();
  connected_before_ = true;
  trouble_.clear();
  return true;
}

void LiveSource::disconnect(const std::string& why) {
  if (handle_ >= 0) ::close(handle_);
  handle_ = -1;
  trouble_ = why;
  next_try_ = station_now() + kTryAgain;
}

FactBatch LiveSource::poll(Time) {
  FactBatch batch;
  batch.until = heard_.until();
  if (handle_ < 0 && (station_now() < next_try_ || !connect())) return batch;
  static thread_local std::array<char, 262'144> buffer;
  std::size_t all = 0;
  const Time began = station_now();
  while (all < kBytesAPoll) {
    const ssize_t got = ::recv(handle_, buffer.data(), buffer.size(), MSG_DONTWAIT);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
      if (all == 0 || !has_more(began)) break;
      continue;
    }
    if (got <= 0) {
      disconnect("the hub is gone; waiting for it to come back");
      // What was said meanwhile is lost to us, and nobody counted it.
      batch.facts.push_back({.time_us = std::max(to_us(heard_.until()) + 1, to_us(station_now())),
                             .kind = FactKind::kLost,
                             .object = 1,
                             .number = static_cast<std::uint64_t>(LossPlace::kSubscriber),
                             .value = 1});
      break;
    }
    all += static_cast<std::size_t>(got);
    reader_.feed({buffer.data(), static_cast<std::size_t>(got)});
    while (const auto message = reader_.next())
      heard_.hear(*message, batch);
    if (reader_.broken()) {
      disconnect("the hub speaks another language; is it of another version?");
      break;
    }
  }
  batch.until = heard_.until();
  return batch;
}

// A socket holds little. While there is a backlog, the hub's next piece is waited for.
bool LiveSource::has_more(Time began) const {
  const Time now = station_now();
  if (heard_.until() > now - kBehind || now > began + kTimeAPoll) return false;
  pollfd socket{handle_, POLLIN, 0};
  return ::poll(&socket, 1, kWaitMs) > 0;
}

}  // namespace glasspost
