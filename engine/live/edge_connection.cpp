// One connection of the edge; see edge_connection.hpp.
#include "engine/live/edge_connection.hpp"

#include <cassert>
#include <cstring>
#include <utility>

namespace glasspost {

void FrameBacklog::push(std::string_view frame) {
  const auto length = static_cast<std::uint32_t>(frame.size());
  bytes_.append(reinterpret_cast<const char*>(&length), sizeof length);
  bytes_.append(frame);
}

std::string_view FrameBacklog::pop() {
  std::uint32_t length = 0;
  assert(bytes_.size() - taken_ >= sizeof length);
  std::memcpy(&length, bytes_.data() + taken_, sizeof length);
  const std::string_view frame(bytes_.data() + taken_ + sizeof length, length);
  taken_ += sizeof length + length;
  return frame;
}

EdgeConnection::EdgeConnection(tcp::Socket its_socket, std::uint64_t its_address,
                               std::size_t frame_bytes_max)
    : socket(std::move(its_socket)),
      codec(zmtp::Role::kServer, frame_bytes_max),
      address(its_address) {}

bool EdgeConnection::start(uv_loop_t* loop, void* its_owner) {
  auto handle = std::make_unique<uv_poll_t>();
  if (uv_poll_init(loop, handle.get(), socket.get()) != 0) return false;
  handle->data = this;
  poll_.reset(handle.release());
  owner = its_owner;
  return true;
}

void EdgeConnection::watch(uv_poll_cb callback, bool wants_bytes) {
  const int events = (wants_bytes ? UV_READABLE : 0) | (unsent() > 0 ? UV_WRITABLE : 0);
  if (events == watched_) return;  // each change costs two system calls
  watched_ = events;
  if (events == 0) {
    uv_poll_stop(poll_.get());
  } else {
    uv_poll_start(poll_.get(), events, callback);
  }
}

tcp::Transfer EdgeConnection::write() {
  tcp::Transfer transfer = tcp::send(socket, std::string_view(out).substr(sent_));
  sent_ += transfer.bytes;
  if (unsent() == 0) {
    drop_unsent();
  } else if (sent_ >= out.size() / 2) {  // so that a slow reader costs at most twice its bytes
    out.erase(0, sent_);
    sent_ = 0;
  }
  return transfer;
}

void EdgeConnection::drop_unsent() {
  std::string().swap(out);
  sent_ = 0;
}

}  // namespace glasspost
