// The edge with peers that mean well, over real sockets on the loopback: our own client link, the
// real libzmq, and what the host may ask of it.
#include <algorithm>

#include <zmq.h>

#include "tests/live/edge_support.hpp"

using namespace edge_test;

namespace {

// A libzmq socket that is never waited for.
class ZmqDealer {
 public:
  explicit ZmqDealer(std::uint16_t port) : context_(zmq_ctx_new()) {
    socket_ = zmq_socket(context_, ZMQ_DEALER);
    const int no_linger = 0;
    zmq_setsockopt(socket_, ZMQ_LINGER, &no_linger, sizeof no_linger);
    const std::string endpoint = "tcp://127.0.0.1:" + std::to_string(port);
    REQUIRE(zmq_connect(socket_, endpoint.c_str()) == 0);
  }
  ZmqDealer(const ZmqDealer&) = delete;
  ZmqDealer& operator=(const ZmqDealer&) = delete;
  ~ZmqDealer() {
    zmq_close(socket_);
    zmq_ctx_term(context_);
  }
  bool send(const std::string& frame) {
    return zmq_send(socket_, frame.data(), frame.size(), ZMQ_DONTWAIT) >= 0;
  }
  bool receive(std::string& frame) {
    std::string bytes(100'000, '\0');
    const int n = zmq_recv(socket_, bytes.data(), bytes.size(), ZMQ_DONTWAIT);
    if (n < 0) return false;
    frame = bytes.substr(0, static_cast<std::size_t>(n));
    return true;
  }

 private:
  void* context_;
  void* socket_ = nullptr;
};

struct EchoClient {
  Device device;
  std::unique_ptr<ClientLink> link;
  std::vector<std::string> said;
};

}  // namespace

TEST_CASE("many clients get their frames of all sizes back, whole and in order") {
  constexpr std::size_t kClients = 60;
  constexpr std::size_t kFrames = 30;
  Loop loop;
  Host host;
  const auto edge = listen(loop, {}, host);
  echo(host, *edge);
  std::vector<std::unique_ptr<EchoClient>> clients;
  for (std::size_t i = 0; i < kClients; ++i) {
    clients.push_back(std::make_unique<EchoClient>());
    EchoClient& client = *clients.back();
    ClientLinkOptions options;
    options.port = edge->port();
    options.seed = i;
    client.link = open(loop, options, client.device);
    for (std::size_t k = 0; k < kFrames; ++k) {
      client.said.push_back(some_bytes(1 + (i * 7919 + k * 104'729) % 60'000, i * kFrames + k));
      client.link->send(client.said.back());
    }
  }
  CHECK(loop.until([&] {
    return std::all_of(clients.begin(), clients.end(),
                       [](const auto& c) { return c->device.frames.size() == kFrames; });
  }));
  for (const auto& client : clients)
    CHECK((client->device.frames == client->said));
  CHECK(host.opened_count == kClients);
  CHECK(edge->counts().open == kClients);
  CHECK(edge->counts().half_open == 0);
  CHECK(edge->counts().frames_in == kClients * kFrames);
  CHECK(edge->counts().frames_out == kClients * kFrames);
  CHECK(edge->counts().violations == 0);
  CHECK(edge->counts().bytes_out > edge->counts().frames_out);
}

TEST_CASE("a libzmq DEALER exchanges frames with the edge") {
  Loop loop;
  Host host;
  const auto edge = listen(loop, {}, host);
  echo(host, *edge);
  ZmqDealer dealer(edge->port());
  std::vector<std::string> said;
  std::vector<std::string> heard;
  for (std::size_t k = 0; k < 200; ++k) {
    said.push_back(some_bytes(k % 10 == 9 ? 60'000 : 1 + k * 3, k));
  }
  std::size_t sent = 0;
  CHECK(loop.until([&] {
    while (sent < said.size() && dealer.send(said[sent]))
      ++sent;
    for (std::string frame; dealer.receive(frame);)
      heard.push_back(frame);
    return heard.size() == said.size();
  }));
  CHECK((heard == said));
}

TEST_CASE("the host hears once that a client has gone") {
  Loop loop;
  Host host;
  const auto edge = listen(loop, {}, host);
  RawClient leaving(edge->port());
  RawClient staying(edge->port());
  leaving.introduce();
  REQUIRE(loop.until([&] { return leaving.is_up(); }));
  staying.introduce();
  REQUIRE(loop.until([&] { return staying.is_up(); }));
  CHECK(host.closed_why.empty());
  leaving.hang_up();
  CHECK(loop.until([&] { return host.closed_why.size() == 1; }));
  CHECK(host.closed_why.count(1) == 1);
  CHECK(edge->counts().open == 1);
  edge->send(1, "to nobody");
  edge->close(1, "twice");
  edge->send(99, "to one who never was");
  loop.run_for(milliseconds(20));
  CHECK(host.closed_why.size() == 1);
  CHECK_FALSE(staying.closed);
}

TEST_CASE("a connection closed by the host still gets what was sent before") {
  Loop loop;
  Host host;
  const auto edge = listen(loop, {}, host);
  RawClient client(edge->port());
  client.introduce();
  REQUIRE(loop.until([&] { return client.is_up(); }));
  for (int i = 0; i < 50; ++i)
    zmtp::append_frame(client.out, "still talking");
  host.on_frame = [&](std::uint64_t connection, std::string_view) {
    host.is_calling = true;
    edge->send(connection, "your last frame");
    edge->close(connection, "logged in elsewhere");
    edge->send(connection, "not sent any more");
    edge->flush();  // inside an event: nothing
    host.is_calling = false;
  };
  CHECK(loop.until([&] {
    client.pump();
    return client.closed;
  }));
  CHECK(host.frames == 1);  // the other 49 were already read
  CHECK(client.frames == std::vector<std::string>{"your last frame"});
  CHECK(host.closed_why.at(1) == "logged in elsewhere");
}

TEST_CASE("a connection closed by the host is told all, even what its socket did not take yet") {
  Loop loop;
  Host host;
  EdgeOptions options;
  options.penalty_first = seconds(20);  // how long it is kept; it must be gone long before
  const auto edge = listen(loop, options, host);
  RawClient client(edge->port());
  client.introduce();
  REQUIRE(loop.until([&] { return client.is_up(); }));
  const std::string frame = some_bytes(50'000, 5);
  std::size_t said = 0;
  while (said * frame.size() < edge->counts().bytes_out + 200'000 && said < 2000) {
    edge->send(1, frame);
    ++said;
    loop.turn();
  }
  edge->close(1, "enough");
  const auto start = Clock::now();
  CHECK(loop.until([&] {
    client.pump();
    return client.closed;
  }));
  CHECK(Clock::now() - start < seconds(10));
  CHECK(client.frames.size() == said);
  CHECK(host.closed_why.at(1) == "enough");
}

TEST_CASE("no connection gets more than its frames in one turn") {
  Loop loop;
  Host host;
  EdgeOptions options;
  options.frames_per_turn = 10;
  const auto edge = listen(loop, options, host);
  RawClient chatty(edge->port());
  chatty.introduce();
  RawClient modest(edge->port());
  modest.introduce();
  REQUIRE(loop.until([&] { return chatty.is_up() && modest.is_up(); }));

  constexpr int kFrames = 3000;
  int next = 0;
  int modest_came_after = -1;
  host.on_frame = [&](std::uint64_t, std::string_view bytes) {
    if (bytes == "modest") {
      modest_came_after = next;
    } else {
      CHECK(bytes == std::to_string(next++));
    }
  };
  for (int i = 0; i < kFrames; ++i)
    zmtp::append_frame(chatty.out, std::to_string(i));
  chatty.pump();
  zmtp::append_frame(modest.out, "modest");
  modest.pump();
  while (next < kFrames) {
    const int before = next;
    loop.turn();
    REQUIRE(next - before <= 10);
  }
  CHECK(modest_came_after >= 0);
  CHECK(modest_came_after < 100);
  modest.hang_up();  // and the loop sleeps again: one turn that waits comes back by the timer only
  CHECK(loop.until([&] { return host.closed_why.size() == 1; }));
}

TEST_CASE("while the host stops reading nothing reaches it, and nothing is lost") {
  Loop loop;
  Host host;
  EdgeOptions options;
  options.probe_after = milliseconds(60);  // stopping must not be held against the peers
  options.probe_wait = milliseconds(40);
  options.handshake_max = milliseconds(50);
  const auto edge = listen(loop, options, host);
  RawClient client(edge->port());
  client.introduce();
  REQUIRE(loop.until([&] { return client.is_up(); }));
  RawClient shy(edge->port());  // half open
  REQUIRE(loop.until([&] { return edge->counts().half_open == 1; }));
  std::vector<std::string> heard;
  host.on_frame = [&](std::uint64_t, std::string_view bytes) {
    heard.emplace_back(bytes);
    if (heard.size() % 7 == 0) edge->stop_reading(true);
  };
  constexpr std::size_t kFrames = 100;
  for (std::size_t i = 0; i < kFrames; ++i)
    zmtp::append_frame(client.out, std::to_string(i));
  client.pump();
  REQUIRE(loop.until([&] { return heard.size() == 7; }));

  RawClient late(edge->port());
  late.introduce();
  shy.introduce();
  const auto stopped_until = Clock::now() + milliseconds(250);
  loop.until([&] {
    client.pump();
    late.pump();
    shy.pump();
    return Clock::now() >= stopped_until;
  });
  CHECK(heard.size() == 7);
  CHECK(host.opened_count == 1);
  CHECK(host.closed_why.empty());
  CHECK(edge->counts().closed_silent == 0);

  CHECK(loop.until([&] {
    edge->stop_reading(false);
    client.pump();
    return heard.size() == kFrames && late.is_up() && shy.is_up();
  }));
  for (std::size_t i = 0; i < kFrames; ++i)
    CHECK(heard[i] == std::to_string(i));
}

TEST_CASE("a silent peer is asked, and closed only if it does not answer") {
  Loop loop;
  Host host;
  EdgeOptions options;
  options.probe_after = milliseconds(80);
  options.probe_wait = milliseconds(400);
  const auto edge = listen(loop, options, host);
  RawClient mute(edge->port());
  mute.answers_pings = false;
  mute.introduce();
  REQUIRE(loop.until([&] { return mute.is_up(); }));
  RawClient polite(edge->port());
  polite.introduce();
  REQUIRE(loop.until([&] { return polite.is_up(); }));
  ZmqDealer dealer(edge->port());  // libzmq answers in its own thread
  REQUIRE(loop.until([&] { return host.opened_count == 3; }));

  CHECK(loop.until([&] {
    polite.pump();
    mute.pump();
    return mute.closed && polite.pings >= 8;
  }));
  CHECK(mute.pings == 1);
  CHECK(host.closed_why.size() == 1);
  CHECK(host.closed_why.count(1) == 1);
  CHECK(edge->counts().closed_silent == 1);
  CHECK(edge->counts().open == 2);
}

TEST_CASE("an edge that cannot listen says why, and what to do") {
  Loop loop;
  Host host;
  const auto edge = listen(loop, {}, host);
  EdgeOptions options;
  options.port = edge->port();
  const auto second = Edge::listen(loop.get(), options, host);
  REQUIRE_FALSE(second);
  CHECK(second.error().code == glasspost::Code::kConflict);
  CHECK(second.error().message == "Port " + std::to_string(edge->port()) +
                                      " on 127.0.0.1 is in use: stop the program that listens "
                                      "there ('ss -ltnp' shows it) or choose another port.");
  options.host = "203.0.113.7";  // reserved for documentation, so nobody's
  const auto foreign = Edge::listen(loop.get(), options, host);
  REQUIRE_FALSE(foreign);
  CHECK(foreign.error().message.find("not an address of this machine") != std::string::npos);
  options.host = "not an address";
  CHECK_FALSE(Edge::listen(loop.get(), options, host));
}

TEST_CASE("an edge can be shut down from inside its own event, and the loop ends") {
  Loop loop;
  Host host;
  const auto edge = listen(loop, {}, host);
  RawClient client(edge->port());
  client.introduce();
  zmtp::append_frame(client.out, "first");
  zmtp::append_frame(client.out, "second");
  host.on_frame = [&](std::uint64_t connection, std::string_view) {
    edge->send(connection, "too late");
    edge->shut_down();
  };
  REQUIRE(loop.until([&] {
    client.pump();
    return client.closed;
  }));
  CHECK(host.frames == 1);
  CHECK(host.closed_why.empty());
  CHECK(uv_run(loop.get(), UV_RUN_DEFAULT) == 0);  // returns: no handle keeps the loop
  edge->send(1, "nobody");
  edge->flush();
  edge->stop_reading(true);
  edge->shut_down();
}
