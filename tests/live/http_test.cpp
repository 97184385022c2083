// The HTTP listener over real sockets: plain errors, bounded patience, and nobody keeps the others
// out.
#include "engine/base/random.hpp"
#include "engine/live/http_listener.hpp"
#include "tests/live/edge_support.hpp"

using namespace edge_test;
using glasspost::HttpAnswer;
using glasspost::HttpListener;
using glasspost::HttpOptions;

namespace {

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
      : listener(loop.get(), options, [](std::string_view path) {
          return HttpAnswer{path == "/page" ? 200 : 404, "text/plain",
                            "you asked for " + std::string(path)};
        }) {
    REQUIRE(listener.begin());
  }

  std::string ask(std::string_view words) {
    Caller caller(listener.port(), words);
    REQUIRE(loop.until([&] { return caller.listen(); }));
    return caller.heard;
  }
};

const std::string kEnd = "Connection: close\r\n\r\n";
const std::string kRequest = "GET /page?x=1 HTTP/1.1\r\nHost: here\r\nAccept: */*\r\n" + kEnd;
const std::string kAnother = "GET /page HTTP/1.1\r\nHost: here\r\n\r\n";

std::size_t answers_in(const std::string& heard) {
  std::size_t found = 0;
  for (std::size_t at = 0; (at = heard.find("you asked for /page", at)) != std::string::npos; ++at)
    ++found;
  return found;
}

}  // namespace

TEST_CASE("http: GET is answered, HEAD without the body, everything else by a plain error") {
  Server server;
  const std::string got = server.ask(kRequest);
  CHECK(got.starts_with("HTTP/1.1 200 OK\r\n"));
  CHECK(got.find("Content-Type: text/plain\r\n") != std::string::npos);
  CHECK(got.find("Content-Length: 19\r\n") != std::string::npos);
  CHECK(got.ends_with("\r\n\r\nyou asked for /page"));
  const std::string head = server.ask("HEAD /page?x=1 HTTP/1.1\r\n" + kEnd);
  CHECK(head.starts_with("HTTP/1.1 200 OK\r\n"));
  CHECK(head.find("Content-Length: 19\r\n") != std::string::npos);
  CHECK(head.ends_with("\r\n\r\n"));
  const std::string other = server.ask("GET /other HTTP/1.0\r\n\r\n");
  CHECK(other.find(" 404 Not Found\r\n") != std::string::npos);
  CHECK(other.ends_with("\r\n\r\nyou asked for /other"));
  const std::string body = "Content-Length: 9\r\n" + kEnd + "some body";
  CHECK(server.ask("GET /page HTTP/1.1\r\n" + body).starts_with("HTTP/1.1 200 "));
  for (const std::string verb : {"POST", "PUT", "DELETE", "OPTIONS", "get", "NEW"}) {
    CAPTURE(verb);
    const std::string refused = server.ask(verb + " /page HTTP/1.1\r\n" + body);
    CHECK(refused.starts_with("HTTP/1.1 405 "));
    CHECK(refused.find("Allow: GET, HEAD\r\n") != std::string::npos);
    CHECK(refused.ends_with("only GET and HEAD are answered here\n"));
  }
  CHECK(server.ask("GET /page nonsense\r\n\r\n").starts_with("HTTP/1.1 400 "));
  CHECK(server.ask("GET /page HTTP/2.0\r\n\r\n").starts_with("HTTP/1.1 505 "));
  CHECK(server.ask("GET /page HTTP/1.1\r\na: " + std::string(60'000, 'x'))
            .starts_with("HTTP/1.1 431 "));
}

TEST_CASE("http: many questions on one connection, one after the other and all at once") {
  Server server;
  Caller caller(server.listener.port());
  for (std::size_t number = 1; number <= 50; ++number) {
    caller.say(kAnother);
    REQUIRE(
        server.loop.until([&] { return caller.listen() || answers_in(caller.heard) == number; }));
  }
  CHECK(server.listener.connections() == 1);
  caller.say(kAnother + kAnother + kAnother + kRequest);
  REQUIRE(server.loop.until([&] { return caller.listen(); }));
  CHECK(answers_in(caller.heard) == 54);
}

TEST_CASE("http: random bytes never end the server") {
  Server server;
  glasspost::Random random(7);
  for (int round = 0; round < 2'000; ++round) {
    std::string bytes = kAnother.substr(0, random.below(kAnother.size() + 1));
    for (std::uint64_t more = random.below(40); more > 0; --more)
      bytes += static_cast<char>(random.below(256));
    Caller caller(server.listener.port(), bytes);
    server.loop.turn();
  }
  CHECK(server.ask(kRequest).starts_with("HTTP/1.1 200 "));
}

TEST_CASE("http: who takes longer than the patience is closed, whatever keeps it busy") {
  Server server({.patience = milliseconds(300), .kept = milliseconds(600)});
  Caller silent(server.listener.port());
  Caller dripping(server.listener.port(), "GET / HTTP/1.1\r\na: ");
  Caller never_leaves(server.listener.port(), kAnother + "GET / HTTP/1.1\r\na: ");
  auto next = Clock::now();
  const auto drip_until = [&](std::size_t connections) {
    return server.loop.until([&] {
      if (Clock::now() >= next) {  // too few bytes to be refused for their number
        dripping.say("x");
        never_leaves.say("x");
        next = Clock::now() + milliseconds(5);
      }
      return server.listener.connections() == connections;
    });
  };
  CHECK(drip_until(3));
  CHECK(drip_until(0));
  CHECK(silent.listen());
  CHECK(silent.heard.empty());
  CHECK(dripping.listen());
  CHECK(dripping.heard.empty());
  CHECK(never_leaves.listen());
  CHECK(answers_in(never_leaves.heard) == 1);
  CHECK(never_leaves.heard.find(" 431 ") == std::string::npos);
}

TEST_CASE("http: a crowd of silent ones is bounded, and does not keep a newcomer out") {
  Server server({.connections_max = 8, .patience = seconds(60)});
  Caller scraper(server.listener.port());
  std::vector<std::unique_ptr<Caller>> crowd;
  crowd.reserve(200);
  for (std::size_t round = 1; round <= 20; ++round) {  // who asks is not the first to go
    for (int more = 0; more < 5; ++more)
      crowd.push_back(std::make_unique<Caller>(server.listener.port(), "GET"));
    scraper.say(kAnother);
    REQUIRE(server.loop.until([&] {
      const bool is_settled = crowd.size() < 8 || crowd[crowd.size() - 8]->listen();
      return scraper.listen() || (is_settled && answers_in(scraper.heard) == round);
    }));
  }
  CHECK_FALSE(scraper.listen());
  for (int number = 0; number < 100; ++number)
    crowd.push_back(std::make_unique<Caller>(server.listener.port(), "GET"));
  CHECK(server.loop.until([&] {
    CHECK(server.listener.connections() <= 16);  // who was hung up on counts for a moment
    return crowd[191]->listen();
  }));
  CHECK(server.loop.until([&] { return server.listener.connections() == 8; }));
  CHECK(scraper.listen());
  CHECK(server.ask(kRequest).starts_with("HTTP/1.1 200 "));
}

TEST_CASE("http: a port that is taken is said so, with the way out") {
  Server server;
  Loop loop;
  HttpListener other(loop.get(), {.port = server.listener.port()}, {});
  const glasspost::Status began = other.begin();
  REQUIRE_FALSE(began);
  CHECK(began.error().code == glasspost::Code::kConflict);
  CHECK(began.error().message.find("(address already in use); choose another") !=
        std::string::npos);
}
