// What an idle connection costs the edge, measured: resident memory before and after ten thousand
// of them, made in this process by bare sockets that cost no memory of their own.
#include <cstdio>
#include <fstream>

#include <malloc.h>
#include <sys/resource.h>

#include "tests/live/edge_support.hpp"
#include "tests/support/sanitized.hpp"

using namespace edge_test;

namespace {

constexpr bool kMemoryIsReal = !glasspost::tests::kSanitized;

std::size_t resident_bytes() {
  malloc_trim(0);
  std::ifstream statm("/proc/self/statm");
  std::size_t total_pages = 0;
  std::size_t resident_pages = 0;
  statm >> total_pages >> resident_pages;
  return resident_pages * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
}

// Both ends need a descriptor, and some are taken.
std::size_t connections_possible() {
  rlimit limit{};
  REQUIRE(::getrlimit(RLIMIT_NOFILE, &limit) == 0);
  limit.rlim_cur = limit.rlim_max;
  (void)::setrlimit(RLIMIT_NOFILE, &limit);
  const std::size_t most = kMemoryIsReal ? 10'000 : 1'000;
  return std::min<std::size_t>(most, (limit.rlim_cur - 60) / 2);
}

class Sockets {
 public:
  explicit Sockets(std::size_t count) { fds_.reserve(count); }
  ~Sockets() {
    for (const int fd : fds_)
      ::close(fd);
  }
  // 127.0.x.y in turn: one address has too few ports, and too few half-open places.
  void add(std::uint16_t port) {
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    REQUIRE(fd >= 0);
    fds_.push_back(fd);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr =
        htonl(INADDR_LOOPBACK + static_cast<std::uint32_t>(fds_.size() % 500));
    REQUIRE(::bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port);
    REQUIRE(::connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
    std::string bytes;
    zmtp::append_greeting(bytes);
    zmtp::append_ready(bytes, zmtp::Role::kClient);
    zmtp::append_frame(bytes, "logging in, as everybody does");
    REQUIRE(::send(fd, bytes.data(), bytes.size(), 0) == static_cast<ssize_t>(bytes.size()));
  }

 private:
  std::vector<int> fds_;
};

}  // namespace

TEST_CASE("an idle connection costs about a kilobyte") {
  const std::size_t count = connections_possible();
  Loop loop;
  Host host;
  const auto edge = listen(loop, {}, host);
  echo(host, *edge);
  Sockets sockets(count);
  loop.turn();
  const std::size_t before = resident_bytes();
  for (std::size_t i = 0; i < count; ++i) {
    sockets.add(edge->port());
    if (i % 32 == 0) loop.turn();
  }
  REQUIRE(loop.until([&] { return edge->counts().frames_in == count; }));
  loop.turn();
  CHECK(edge->counts().open == count);
  CHECK(edge->counts().frames_out == count);
  const std::size_t bytes = (resident_bytes() - before) / count;
  std::printf("%zu idle connections: %zu resident bytes each\n", count, bytes);
  if (kMemoryIsReal) CHECK(bytes < 1024);
}
