// Blocking calls on a unix socket: a command has nothing else to do.
#include "engine/control/control_client.hpp"

#include <cerrno>
#include <chrono>
#include <cstring>

#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include "engine/control/message_stream.hpp"

namespace glasspost {
namespace {

// Closes the socket when the question is over.
struct Socket {
  int handle = -1;
  explicit Socket(int opened) : handle(opened) {}
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;
  ~Socket() {
    if (handle >= 0) ::close(handle);
  }
};

Status connect_to(int handle, const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof(address.sun_path)) {
    return Error{Code::kInvalidArgument, "the path " + path + " is too long for a unix socket"};
  }
  std::memcpy(address.sun_path, path.c_str(), path.size());
  if (::connect(handle, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0) {
    return ok();
  }
  if (errno == EAGAIN) {  // the queue of its socket is full
    return Error{Code::kUnavailable, "the supervisor did not answer in time; see `glasspost logs`"};
  }
  return Error{Code::kNotFound, "no cluster runs in " + path.substr(0, path.rfind('/')) +
                                    "; start one with `glasspost up`"};
}

Result<v1::ControlReply> read_reply(int handle, std::chrono::steady_clock::time_point deadline) {
  MessageReader reader;
  while (true) {
    if (const auto bytes = reader.next()) {
      v1::ControlReply reply;
      if (reply.ParseFromString(*bytes)) return reply;
      return Error{Code::kCorruption, "the supervisor's answer cannot be read"};
    }
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
        deadline - std::chrono::steady_clock::now());
    pollfd waiting{handle, POLLIN, 0};
    if (left.count() <= 0 || ::poll(&waiting, 1, static_cast<int>(left.count())) == 0) {
      return Error{Code::kUnavailable,
                   "the supervisor did not answer in time; see `glasspost logs`"};
    }
    char buffer[16'384];
    const ssize_t got = ::read(handle, buffer, sizeof(buffer));
    if (got == 0 || (got < 0 && errno != EINTR)) {
      return Error{Code::kUnavailable, "the supervisor hung up; see `glasspost logs supervisor`"};
    }
    if (got > 0) reader.feed({buffer, static_cast<std::size_t>(got)});
  }
}

}  // namespace

Result<v1::ControlReply> ask_supervisor(const RunDirectory& directory,
                                        const v1::ControlRequest& request, Duration patience) {
  const Socket socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (socket.handle < 0) return Error{Code::kIo, "cannot make a socket"};
  // Also for the connect: it waits while the queue of a supervisor that stands still is full.
  const auto us = std::chrono::duration_cast<std::chrono::microseconds>(patience).count();
  const timeval sending{us / 1'000'000, us % 1'000'000};
  ::setsockopt(socket.handle, SOL_SOCKET, SO_SNDTIMEO, &sending, sizeof(sending));
  if (const Status connected = connect_to(socket.handle, directory.control_socket()); !connected) {
    return connected.error();
  }
  std::string bytes;
  append_message(bytes, request);
  if (::send(socket.handle, bytes.data(), bytes.size(), MSG_NOSIGNAL) !=
      static_cast<ssize_t>(bytes.size())) {
    return Error{Code::kUnavailable, "the supervisor hung up; see `glasspost logs supervisor`"};
  }
  Result<v1::ControlReply> reply =
      read_reply(socket.handle, std::chrono::steady_clock::now() + patience);
  if (reply && !(*reply).refusal().empty()) {
    return Error{Code::kInvalidArgument, (*reply).refusal()};
  }
  return reply;
}

}  // namespace glasspost
