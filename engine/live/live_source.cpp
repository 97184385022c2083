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
#include "engine/telemetry/labels.hpp"

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
  batch.until = until_;
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
      batch.facts.push_back({.time_us = std::max(to_us(until_) + 1, to_us(station_now())),
                             .kind = FactKind::kLost,
                             .object = 1,
                             .number = static_cast<std::uint64_t>(LossPlace::kSubscriber)});
      break;
    }
    all += static_cast<std::size_t>(got);
    reader_.feed({buffer.data(), static_cast<std::size_t>(got)});
    while (const auto message = reader_.next())
      take(*message, batch);
    if (reader_.broken()) {
      disconnect("the hub speaks another language; is it of another version?");
      break;
    }
  }
  batch.until = until_;
  return batch;
}

// A socket holds little. While there is a backlog, the hub's next piece is waited for.
bool LiveSource::has_more(Time began) const {
  const Time now = station_now();
  if (until_ > now - kBehind || now > began + kTimeAPoll) return false;
  pollfd socket{handle_, POLLIN, 0};
  return ::poll(&socket, 1, kWaitMs) > 0;
}

void LiveSource::take(const std::string& bytes, FactBatch& batch) {
  v1::HubReply reply;
  if (!reply.ParseFromString(bytes)) return;
  if (reply.has_labels()) {
    labels_ = from_proto(reply.labels());
    ++labels_version_;
  }
  const std::size_t before = batch.facts.size();
  // What the hub forgets before its first word to us is no loss: we came too late for it anyway.
  if (reply.lost() > 0 && begins_ != Time(Duration(0))) {
    batch.facts.push_back({.time_us = to_us(until_) + 1,
                           .kind = FactKind::kLost,
                           .object = reply.lost(),
                           .number = static_cast<std::uint64_t>(LossPlace::kSubscriber)});
  }
  const std::size_t old = batch.facts.size();
  if (!read_facts(reply.facts(), batch.facts)) return;
  const auto fresh =
      std::remove_if(batch.facts.begin() + static_cast<std::ptrdiff_t>(old), batch.facts.end(),
                     [this](const Fact& fact) { return time_from_us(fact.time_us) <= until_; });
  batch.facts.erase(fresh, batch.facts.end());
  if (begins_ == Time(Duration(0)) && batch.facts.size() > before) {
    begins_ = time_from_us(batch.facts[before].time_us);
  }
  until_ = std::max(until_, time_from_us(reply.until_us()));
}

}  // namespace glasspost
