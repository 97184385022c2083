// One connection of the edge; see edge_connection.hpp.
#include "engine/live/edge_connection.hpp"

#include <cassert>
#include <cstring>
#include <utility>

namespace glasspost {
namespace {
constexpr unsigned kLongFrame = 255;  // in place of a length: four bytes of it follow
}  // namespace

void FrameBacklog::push(std::string_view frame) {
  if (frame.size() < kLongFrame) {
    bytes_.push_back(static_cast<char>(frame.size()));
  } else {
    const auto length = static_cast<std::uint32_t>(frame.size());
    bytes_.push_back(static_cast<char>(kLongFrame));
    bytes_.append(reinterpret_cast<const char*>(&length), sizeof length);
  }
  bytes_.append(frame);
}

std::string_view FrameBacklog::pop() {
  assert(!empty());
  std::uint32_t length = static_cast<unsigned char>(bytes_[taken_++]);
  if (length == kLongFrame) {
    assert(bytes_.size() - taken_ >= sizeof length);
    std::memcpy(&length, bytes_.data() + taken_, sizeof length);
    taken_ += sizeof length;
  }
  const std::string_view frame(bytes_.data() + taken_, length);
  taken_ += length;
  return frame;
}

EdgeConnection::EdgeConnection(tcp::Socket its_socket, std::uint64_t its_address,
                               std::size_t frame_bytes_max, Readiness& readiness, void* its_owner)
    : socket(std::move(its_socket)),
      codec(zmtp::Role::kServer, frame_bytes_max),
      owner(its_owner),
      address(its_address),
      readiness_(readiness) {}

void EdgeConnection::watch(bool wants_bytes) {
  const Interest wanted{wants_bytes, unsent() > 0};
  if (readiness_.watch(socket.get(), this, watched_, wanted)) watched_ = wanted;
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
