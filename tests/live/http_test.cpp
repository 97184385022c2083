// The HTTP listener: plain errors, bounded patience, and nobody keeps the others out.
#include "engine/base/random.hpp"
#include "engine/live/http_head.hpp"
#include "engine/live/http_listener.hpp"
#include "tests/live/edge_support.hpp"

using namespace edge_test;
using glasspost::HttpAnswer;
using glasspost::HttpHead;
using glasspost::HttpListener;
using glasspost::HttpOptions;

namespace {

using State = HttpHead::State;

// A client that says what it is told and keeps what it hears.
class Caller {
 public:
  explicit Caller(std::uint16_t port, std::string_view words = {}) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    REQUIRE(::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0);
    say(words);
  }
  Caller(const Caller&) = delete;
  Caller& operator=(const Caller&) = delete;
  ~Caller() { ::close(socket_); }

  void say(std::string_view words) { ::send(socket_, words.data(), words.size(), MSG_NOSIGNAL); }
  // True when the server has closed.
  bool listen() {
    char bytes[4096];
    ssize_t got = 0;
    while ((got = ::recv(socket_, bytes, sizeof(bytes), MSG_DONTWAIT)) > 0)
      heard.append(bytes, static_cast<std::size_t>(got));
    return got == 0 || (got < 0 && errno != EAGAIN);
  }

  std::string heard;

 private:
  int socket_ = ::socket(AF_INET, SOCK_STREAM, 0);
};

struct Server {
  Loop loop;
  HttpListener listener;

  explicit Server(HttpOptions options = {})
      : listener(loop.get(), options, [](std::string_view target) {
          return HttpAnswer{200, "text/plain", "you asked for " + std::string(target)};
        }) {
    REQUIRE(listener.begin());
  }

  std::string ask(std::string_view words) {
    Caller caller(listener.port(), words);
    REQUIRE(loop.until([&] { return caller.listen(); }));
    return caller.heard;
  }
};

const std::string kRequest = "GET /page?x=1 HTTP/1.1\r\nHost: here\r\nAccept: */*\r\n\r\n";

}  // namespace

TEST_CASE("http: a head is whole at its empty line, however it comes") {
  for (std::size_t bytes = 0; bytes < kRequest.size(); ++bytes) {
    CHECK(glasspost::read_http_head(std::string_view(kRequest).substr(0, bytes)).state ==
          State::kMore);
  }
  const std::string more = kRequest + "a body";
  const HttpHead head = glasspost::read_http_head(more);
  CHECK(head.state == State::kWhole);
  CHECK(head.method == "GET");
  CHECK(head.target == "/page?x=1");
  CHECK(glasspost::read_http_head("GET / HTTP/1.0\n\n").state == State::kWhole);
}

TEST_CASE("http: what is no request is refused as soon as that is clear") {
  for (const std::string_view words :
       {"\x16\x03\x01", "\xff\x01", "\r\n\r\n", "GET /\r\n", "GET  / HTTP/1.1\r\n",
        "GET / HTTP/2.0\r\n", "GET / HTTP/1.1 x\r\n", "G(T / HTTP/1.1\r\n",
        "GET /\x01 HTTP/1.1\r\n", "GET / HTTP/1.1\r\nno colon\r\n", "GET / HTTP/1.1\r\n a: b\r\n",
        "GET / HTTP/1.1\r\n: b\r\n", "GET / HTTP/1.1\r\na: b\rc\r\n"}) {
    CAPTURE(words);
    CHECK(glasspost::read_http_head(words).state == State::kBad);
  }
  const std::string nul("GET / HTTP/1.1\r\na: \0\r\n", 22);
  CHECK(glasspost::read_http_head(nul).state == State::kBad);
  const std::string long_header = "GET / HTTP/1.1\r\na: " + std::string(9'000, 'x');
  CHECK(glasspost::read_http_head(long_header).state == State::kTooLong);
  CHECK(glasspost::read_http_head(std::string(9'000, 'x')).state == State::kTooLong);
}

TEST_CASE("http: random bytes never make a request out of nothing") {
  glasspost::Random random(7);
  for (int round = 0; round < 20'000; ++round) {
    std::string bytes = kRequest.substr(0, random.below(kRequest.size()));
    for (std::uint64_t more = random.below(40); more > 0; --more)
      bytes += static_cast<char>(random.below(256));
    const HttpHead head = glasspost::read_http_head(bytes);
    if (head.state == State::kWhole) CHECK_FALSE(head.target.empty());
  }
}

TEST_CASE("http: GET is answered, HEAD without the body, everything else by a plain error") {
  Server server;
  const std::string got = server.ask(kRequest);
  CHECK(got.starts_with("HTTP/1.1 200 OK\r\n"));
  CHECK(got.find("Content-Length: 23\r\n") != std::string::npos);
  CHECK(got.ends_with("\r\n\r\nyou asked for /page?x=1"));
  const std::string head = server.ask("HEAD /page?x=1 HTTP/1.1\r\n\r\n");
  CHECK(head.find("Content-Length: 23\r\n") != std::string::npos);
  CHECK(head.ends_with("\r\n\r\n"));
  const std::string post = server.ask("POST / HTTP/1.1\r\nContent-Length: 9\r\n\r\nsome body");
  CHECK(post.starts_with("HTTP/1.1 405 "));
  CHECK(post.find("Allow: GET, HEAD\r\n") != std::string::npos);
  CHECK(server.ask("nonsense\r\n").starts_with("HTTP/1.1 400 "));
  CHECK(
      server.ask("GET / HTTP/1.1\r\na: " + std::string(60'000, 'x')).starts_with("HTTP/1.1 431 "));
}

TEST_CASE("http: who takes longer than the patience is closed, whatever keeps it busy") {
  Server server({.patience = milliseconds(300)});
  Caller silent(server.listener.port());
  Caller dripping(server.listener.port(), "GET / HTTP/1.1\r\na: ");
  Caller never_leaves(server.listener.port(), kRequest);
  CHECK(server.loop.until([&] {
    dripping.say("x");
    never_leaves.say("x");
    return server.listener.connections() == 3;
  }));
  CHECK(server.loop.until([&] {
    dripping.say("x");
    never_leaves.say("x");
    return server.listener.connections() == 0;
  }));
  CHECK(silent.listen());
  CHECK(silent.heard.empty());
}

TEST_CASE("http: a crowd of silent ones is bounded, and does not keep a newcomer out") {
  Server server({.connections_max = 8, .patience = seconds(60)});
  std::vector<std::unique_ptr<Caller>> crowd;
  crowd.reserve(100);
  for (int number = 0; number < 100; ++number)
    crowd.push_back(std::make_unique<Caller>(server.listener.port(), "GET"));
  CHECK(server.loop.until([&] { return crowd[91]->listen(); }));
  CHECK(server.listener.connections() == 8);
  CHECK(server.ask(kRequest).starts_with("HTTP/1.1 200 "));
  CHECK(server.listener.connections() <= 8);
}

TEST_CASE("http: a port that is taken is said so, with the way out") {
  Server server;
  Loop loop;
  HttpListener other(loop.get(), {.port = server.listener.port()}, {});
  const glasspost::Status began = other.begin();
  REQUIRE_FALSE(began);
  CHECK(began.error().code == glasspost::Code::kConflict);
  CHECK(began.error().message.find("choose another") != std::string::npos);
}
