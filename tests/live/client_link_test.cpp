// The device's side: up, down and up again, against our own edge and the real libzmq.
#include <algorithm>

#include <zmq.h>

#include "tests/live/edge_support.hpp"

using namespace edge_test;

TEST_CASE("a link comes back when its server does, with what was queued meanwhile") {
  Loop loop;
  Host first_host;
  auto edge = listen(loop, {}, first_host);
  const std::uint16_t port = edge->port();
  Device device;
  ClientLinkOptions options;
  options.port = port;
  const auto link = open(loop, options, device);
  CHECK_FALSE(link->is_up());
  REQUIRE(loop.until([&] { return device.ups == 1; }));
  edge.reset();
  REQUIRE(loop.until([&] { return device.downs >= 1; }));
  CHECK_FALSE(link->is_up());
  link->send("said into the void");
  REQUIRE(loop.until([&] { return device.downs >= 4; }));  // still trying
  CHECK(device.last_why.find("refused") != std::string::npos);

  Host second_host;
  EdgeOptions same_port;
  same_port.port = port;
  edge = listen(loop, same_port, second_host);
  echo(second_host, *edge);
  link->send("and heard again");
  CHECK(loop.until([&] { return device.frames.size() == 2; }));
  CHECK(device.ups == 2);
  CHECK(device.frames == std::vector<std::string>{"said into the void", "and heard again"});
  CHECK(link->counts().frames_out == 2);
  CHECK(link->counts().dropped == 0);
}

TEST_CASE("attempts come slower and slower, by the same chance for the same seed") {
  Loop loop;
  std::uint16_t free_port = 0;
  {
    Host host;
    free_port = listen(loop, {}, host)->port();
  }
  Device device;
  ClientLinkOptions options;
  options.port = free_port;
  options.reconnect_first = milliseconds(40);
  options.reconnect_max = milliseconds(160);
  const auto link = open(loop, options, device);
  std::vector<Clock::time_point> tries;
  REQUIRE(loop.until([&] {
    while (tries.size() < static_cast<std::size_t>(device.downs))
      tries.push_back(Clock::now());
    return tries.size() >= 6;
  }));
  const milliseconds least[] = {milliseconds(20), milliseconds(40), milliseconds(80),
                                milliseconds(80), milliseconds(80)};
  for (std::size_t i = 0; i < 5; ++i)
    CHECK(tries[i + 1] - tries[i] >= least[i] - milliseconds(5));
  CHECK(link->counts().attempts >= 6);
}

TEST_CASE("too much for a server that is away drops the oldest, and counts") {
  Loop loop;
  Host host;
  std::uint16_t port = 0;
  port = listen(loop, {}, host)->port();
  Device device;
  ClientLinkOptions options;
  options.port = port;
  options.unsent_frames_max = 10;
  const auto link = open(loop, options, device);
  device.is_calling = true;
  for (int i = 0; i < 25; ++i)
    link->send(std::to_string(i));
  device.is_calling = false;
  CHECK(link->counts().dropped == 15);
  EdgeOptions same_port;
  same_port.port = port;
  const auto edge = listen(loop, same_port, host);
  echo(host, *edge);
  CHECK(loop.until([&] { return device.frames.size() == 10; }));
  CHECK(device.frames.front() == "15");
  CHECK(device.frames.back() == "24");
}

TEST_CASE("a link to a server that stops reading keeps its memory bounded") {
  Loop loop;
  Host host;
  const auto edge = listen(loop, {}, host);
  Device device;
  ClientLinkOptions options;
  options.port = edge->port();
  options.unsent_frames_max = 100;
  const auto link = open(loop, options, device);
  REQUIRE(loop.until([&] { return device.ups == 1; }));
  edge->stop_reading(true);
  const std::string frame = some_bytes(60'000, 3);
  std::uint64_t said = 0;
  for (; link->counts().dropped == 0 && said < 2000; ++said) {
    link->send(frame);
    loop.turn();
  }
  CHECK(link->counts().dropped == 1);
  edge->stop_reading(false);
  CHECK(loop.until([&] { return host.frames == said - 1; }));
  CHECK(device.downs == 0);
}

TEST_CASE("a link talks to a libzmq ROUTER, under its own identity") {
  Loop loop;
  void* const context = zmq_ctx_new();
  void* const router = zmq_socket(context, ZMQ_ROUTER);
  const int no_linger = 0;
  zmq_setsockopt(router, ZMQ_LINGER, &no_linger, sizeof no_linger);
  const int heartbeat_ms = 50;  // libzmq asks us, and hangs up if no answer comes
  zmq_setsockopt(router, ZMQ_HEARTBEAT_IVL, &heartbeat_ms, sizeof heartbeat_ms);
  REQUIRE(zmq_bind(router, "tcp://127.0.0.1:*") == 0);
  char endpoint[64];
  std::size_t endpoint_bytes = sizeof endpoint;
  REQUIRE(zmq_getsockopt(router, ZMQ_LAST_ENDPOINT, endpoint, &endpoint_bytes) == 0);
  const std::string name(endpoint);

  {
    Device device;
    ClientLinkOptions options;
    options.port = static_cast<std::uint16_t>(std::stoi(name.substr(name.rfind(':') + 1)));
    options.identity = "phone-7";
    const auto link = open(loop, options, device);
    std::vector<std::string> said;
    for (std::size_t k = 0; k < 100; ++k) {
      said.push_back(some_bytes(k % 10 == 9 ? 60'000 : 1 + k * 5, k));
      link->send(said.back());
    }
    std::vector<char> bytes(100'000);
    CHECK(loop.until([&] {  // echo, as long as there is something
      for (;;) {
        const int id = zmq_recv(router, bytes.data(), bytes.size(), ZMQ_DONTWAIT);
        if (id < 0) break;
        CHECK(std::string(bytes.data(), static_cast<std::size_t>(id)) == "phone-7");
        const int body = zmq_recv(router, bytes.data(), bytes.size(), 0);
        zmq_send(router, "phone-7", 7, ZMQ_SNDMORE);
        zmq_send(router, bytes.data(), static_cast<std::size_t>(body), 0);
      }
      return device.frames.size() == said.size();
    }));
    CHECK((device.frames == said));
    loop.run_for(milliseconds(300));  // several heartbeats
    CHECK(device.downs == 0);
  }
  zmq_close(router);
  zmq_ctx_term(context);
}

TEST_CASE("a server that is no ZMTP server is left and tried again") {
  Loop loop;
  Host host;
  EdgeOptions edge_options;
  const auto edge = listen(loop, edge_options, host);
  edge->stop_reading(true);  // the kernel accepts, nobody greets
  Device device;
  ClientLinkOptions options;
  options.port = edge->port();
  options.handshake_max = milliseconds(50);
  const auto link = open(loop, options, device);
  CHECK(loop.until([&] { return device.downs == 2; }));
  CHECK(device.last_why.find("No connection in time") != std::string::npos);
  CHECK(device.ups == 0);
  edge->stop_reading(false);
  CHECK(loop.until([&] { return device.ups == 1; }));
}

TEST_CASE("what trying again cannot mend is said at once") {
  Loop loop;
  Device device;
  ClientLinkOptions options;
  options.identity = std::string(256, 'x');
  CHECK_FALSE(ClientLink::open(loop.get(), options, device));
  options.identity = std::string(1, '\0');
  CHECK_FALSE(ClientLink::open(loop.get(), options, device));
  options.identity.clear();
  options.host = "no such host";
  const auto link = ClientLink::open(loop.get(), options, device);
  REQUIRE_FALSE(link);
  CHECK(link.error().message.find("'no such host' cannot be found") != std::string::npos);
}

TEST_CASE("a link can be shut down from inside its own event, and the loop ends") {
  struct Quitting : Device {
    void up() override { link->shut_down(); }
    ClientLink* link = nullptr;
  };
  Loop loop;
  Host host;
  const auto edge = listen(loop, {}, host);
  Quitting device;
  ClientLinkOptions options;
  options.port = edge->port();
  const auto link = open(loop, options, device);
  device.link = link.get();
  CHECK(loop.until([&] { return host.closed_why.size() == 1; }));
  link->send("nobody");
  CHECK_FALSE(link->is_up());
  CHECK(device.downs == 0);
  edge->shut_down();
  CHECK(uv_run(loop.get(), UV_RUN_DEFAULT) == 0);
}
