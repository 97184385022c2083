// The socket calls behind the edge and the client link; see tcp.hpp.
#include "engine/live/tcp.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <unistd.h>

namespace glasspost::tcp {
namespace {

constexpr int kWaitingToBeAccepted = 4096;  // the kernel's own bound is the same by default

std::string text_of(int error) {
  return std::generic_category().message(error);
}

void set_option(int descriptor, int level, int option, int value) {
  // None of our options decides about correctness, so a kernel without one is no error.
  (void)::setsockopt(descriptor, level, option, &value, sizeof value);
}

Socket open_socket(const Address& address) {
  return Socket(::socket(address.storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
}

const sockaddr* generic(const Address& address) {
  return reinterpret_cast<const sockaddr*>(&address.storage);
}

Error listen_error(int error, const std::string& host, std::uint16_t port) {
  const std::string number = std::to_string(port);
  if (error == EADDRINUSE) {
    return {Code::kConflict, "Port " + number + " on " + host +
                                 " is in use: stop the program that listens there ('ss -ltnp' "
                                 "shows it) or choose another port."};
  }
  if (error == EADDRNOTAVAIL) {
    return {Code::kInvalidArgument, host +
                                        " is not an address of this machine: choose one that 'ip "
                                        "addr' shows, or 127.0.0.1."};
  }
  if (error == EACCES) {
    return {Code::kInvalidArgument, "Port " + number +
                                        " is reserved for the administrator: choose one from 1024 "
                                        "up."};
  }
  return {Code::kIo, "Cannot listen on " + host + ", port " + number + ": " + text_of(error) + "."};
}

Transfer outcome(ssize_t moved) {
  if (moved >= 0) return {static_cast<std::size_t>(moved), false, {}};
  if (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR) return {};
  return {0, true, "The connection broke: " + text_of(errno) + "."};
}

}  // namespace

Socket::Socket(Socket&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}

Socket& Socket::operator=(Socket&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  return *this;
}

Socket::~Socket() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

Result<Address> resolve(const std::string& host, std::uint16_t port) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const int error = ::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found);
  if (error != 0) {
    return Error{Code::kInvalidArgument, "The host '" + host + "' cannot be found (" +
                                             ::gai_strerror(error) +
                                             "): check its spelling, or write its number."};
  }
  Address address;
  address.bytes = found->ai_addrlen;
  std::memcpy(&address.storage, found->ai_addr, found->ai_addrlen);
  ::freeaddrinfo(found);
  return address;
}

std::uint64_t household(const Address& address) {
  // No one is routed 0:ffff:..., so IPv4 addresses cannot meet an IPv6 network there.
  constexpr std::uint64_t kIpv4 = 0x0000'ffff'0000'0000;
  const auto big_endian = [](const std::uint8_t* bytes, std::size_t count) {
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < count; ++i)
      value = value << 8 | bytes[i];
    return value;
  };
  if (address.storage.ss_family == AF_INET6) {
    const auto& in6 = reinterpret_cast<const sockaddr_in6&>(address.storage).sin6_addr;
    if (IN6_IS_ADDR_V4MAPPED(&in6)) return kIpv4 | big_endian(in6.s6_addr + 12, 4);
    return big_endian(in6.s6_addr, 8);
  }
  const auto& in4 = reinterpret_cast<const sockaddr_in&>(address.storage).sin_addr;
  return kIpv4 | big_endian(reinterpret_cast<const std::uint8_t*>(&in4.s_addr), 4);
}

Result<Socket> listen(const std::string& host, std::uint16_t port) {
  const auto address = resolve(host, port);
  if (!address) return address.error();
  Socket socket = open_socket(*address);
  if (!socket) return listen_error(errno, host, port);
  // A restarted server may take its port back while old connections are still being forgotten.
  set_option(socket.get(), SOL_SOCKET, SO_REUSEADDR, 1);
  if (::bind(socket.get(), generic(*address), address->bytes) != 0 ||
      ::listen(socket.get(), kWaitingToBeAccepted) != 0) {
    return listen_error(errno, host, port);
  }
  return socket;
}

std::uint16_t local_port(const Socket& socket) {
  Address address;
  address.bytes = sizeof address.storage;
  if (::getsockname(socket.get(), reinterpret_cast<sockaddr*>(&address.storage), &address.bytes) !=
      0) {
    return 0;
  }
  if (address.storage.ss_family == AF_INET6) {
    return ntohs(reinterpret_cast<const sockaddr_in6&>(address.storage).sin6_port);
  }
  return ntohs(reinterpret_cast<const sockaddr_in&>(address.storage).sin_port);
}

Accepted accept(const Socket& listener) {
  Accepted accepted;
  accepted.address.bytes = sizeof accepted.address.storage;
  accepted.socket =
      Socket(::accept4(listener.get(), reinterpret_cast<sockaddr*>(&accepted.address.storage),
                       &accepted.address.bytes, SOCK_NONBLOCK | SOCK_CLOEXEC));
  if (accepted.socket) {
    set_option(accepted.socket.get(), IPPROTO_TCP, TCP_NODELAY, 1);
    return accepted;
  }
  accepted.exhausted = errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM;
  // accept(2) also hands out network errors of the connection it would have returned.
  accepted.retry = !accepted.exhausted && errno != EAGAIN && errno != EWOULDBLOCK;
  return accepted;
}

Result<Socket> connect(const Address& address) {
  Socket socket = open_socket(address);
  if (!socket) return Error{Code::kIo, "No socket to connect with: " + text_of(errno) + "."};
  set_option(socket.get(), IPPROTO_TCP, TCP_NODELAY, 1);
  if (::connect(socket.get(), generic(address), address.bytes) != 0 && errno != EINPROGRESS) {
    return Error{Code::kUnavailable, "Cannot connect: " + text_of(errno) + "."};
  }
  return socket;
}

std::string connect_error(const Socket& socket) {
  int error = 0;
  socklen_t bytes = sizeof error;
  if (::getsockopt(socket.get(), SOL_SOCKET, SO_ERROR, &error, &bytes) != 0) error = errno;
  return error == 0 ? "" : "Cannot connect: " + text_of(error) + ".";
}

void keep_alive(const Socket& socket, int after_seconds, int wait_seconds) {
  constexpr int kProbes = 3;
  set_option(socket.get(), SOL_SOCKET, SO_KEEPALIVE, 1);
  set_option(socket.get(), IPPROTO_TCP, TCP_KEEPIDLE, std::max(1, after_seconds));
  set_option(socket.get(), IPPROTO_TCP, TCP_KEEPINTVL, std::max(1, wait_seconds / kProbes));
  set_option(socket.get(), IPPROTO_TCP, TCP_KEEPCNT, kProbes);
}

void end_sending(const Socket& socket) {
  (void)::shutdown(socket.get(), SHUT_WR);
}

Transfer receive(const Socket& socket, char* to, std::size_t bytes_max) {
  const ssize_t moved = ::recv(socket.get(), to, bytes_max, 0);
  if (moved == 0) return {0, true, "The peer closed the connection."};
  return outcome(moved);
}

Transfer send(const Socket& socket, std::string_view bytes) {
  return outcome(::send(socket.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL));
}

}  // namespace glasspost::tcp
