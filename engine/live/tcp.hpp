// The socket calls behind the edge and the client link, and nothing else: everything that knows
// errno or sockaddr stands here. All sockets are non-blocking, send at once (TCP_NODELAY), never
// raise SIGPIPE and are not inherited by child processes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include <sys/socket.h>

#include "engine/base/result.hpp"

namespace glasspost::tcp {

// Owns a descriptor.
class Socket {
 public:
  Socket() = default;
  explicit Socket(int descriptor) : descriptor_(descriptor) {}
  Socket(Socket&& other) noexcept;
  Socket& operator=(Socket&& other) noexcept;
  ~Socket();

  int get() const { return descriptor_; }
  explicit operator bool() const { return descriptor_ >= 0; }

 private:
  int descriptor_ = -1;
};

struct Address {
  sockaddr_storage storage{};
  socklen_t bytes = 0;
};

// Blocks while a name is looked up; a number is not.
Result<Address> resolve(const std::string& host, std::uint16_t port);

// The address of one household, for limits: an IPv4 address, or the /64 network of an IPv6 one,
// because whoever has one address of it has them all.
std::uint64_t household(const Address& address);

// Errors name host and port and say what to do.
Result<Socket> listen(const std::string& host, std::uint16_t port);
std::uint16_t local_port(const Socket& socket);

struct Accepted {
  Socket socket;  // none: see the flags
  Address address;
  bool exhausted = false;  // no descriptors or memory left; trying again at once is no use
  bool retry = false;      // this one has gone, there may be others
};
Accepted accept(const Socket& listener);

// Starts to connect; done when the socket turns writable, see connect_error.
Result<Socket> connect(const Address& address);
// Empty if the connection stands, else why not.
std::string connect_error(const Socket& socket);

// Lets the kernel find out a dead peer: for those that need not answer PING.
void keep_alive(const Socket& socket, int after_seconds, int wait_seconds);

// Says that nothing more will be sent.
void end_sending(const Socket& socket);

// What one call moved. Nothing moved and not `ended`: the socket would have waited.
struct Transfer {
  std::size_t bytes = 0;
  bool ended = false;
  std::string why;  // if ended
};
Transfer receive(const Socket& socket, char* to, std::size_t bytes_max);
Transfer send(const Socket& socket, std::string_view bytes);

}  // namespace glasspost::tcp
