// The edge before a login: strangers are bounded in time, in bytes and in number, and nobody who
// means well is kept out by those who do not.
#include <algorithm>

#include "tests/live/edge_support.hpp"

using namespace edge_test;

namespace {

// A host as access is one: the frame "login" is a login, "wrong" one that fails, and before a login
// every other frame is refused.
struct LoginHost : Host {
  std::unique_ptr<Edge> edge;
  std::map<std::uint64_t, bool> logged_in;
  std::uint64_t never_answers = 0;  // logins of this connection

  LoginHost(Loop& loop, const EdgeOptions& options) {
    edge = listen_to_strangers(loop, options, *this);
    on_frame = [this](std::uint64_t connection, std::string_view bytes) {
      if (bytes != "login" && bytes != "wrong") {
        return edge->send(connection, logged_in[connection] ? "yes" : "log in first");
      }
      edge->login_asked(connection);
      if (connection == never_answers) return;
      if (bytes == "wrong") return refuse(connection);
      edge->trust(connection);
      logged_in[connection] = true;
      edge->send(connection, "welcome");
    };
  }
  void refuse(std::uint64_t connection) {
    edge->login_refused(connection);
    edge->send(connection, "wrong");
  }
  void end_login(std::uint64_t connection) {
    logged_in[connection] = false;
    edge->send(connection, "your login is over");
    edge->distrust(connection);
  }
};

EdgeOptions short_times() {
  EdgeOptions options;
  options.login_max = milliseconds(150);
  options.login_try_max = milliseconds(300);
  options.login_tries_max = milliseconds(900);
  return options;
}

std::unique_ptr<RawClient> ready_client(Loop& loop, const Edge& edge, std::uint8_t from = 1) {
  auto client = std::make_unique<RawClient>(edge.port(), from);
  client->introduce();
  REQUIRE(loop.until([&] { return client->is_up(); }));
  return client;
}

// Says one word and waits for one answer.
std::string ask(Loop& loop, RawClient& client, std::string_view word) {
  const std::size_t before = client.frames.size();
  zmtp::append_frame(client.out, word);
  loop.until([&] {
    client.pump();
    return client.frames.size() > before || client.closed;
  });
  return client.closed ? "closed" : client.frames.back();
}

// How long until the client is closed, while it says a word every so often.
Clock::duration life(Loop& loop, RawClient& client, std::string_view word = {},
                     Clock::duration every = seconds(1)) {
  const auto start = Clock::now();
  auto next = start;
  CHECK(loop.until([&] {
    if (!word.empty() && Clock::now() >= next) {
      zmtp::append_frame(client.out, word);
      next += every;
    }
    client.pump();
    return client.closed;
  }));
  return Clock::now() - start;
}

}  // namespace

TEST_CASE("strangers: whoever does not log in is closed in time, who does stays") {
  Loop loop;
  LoginHost host(loop, short_times());
  const auto staying = ready_client(loop, *host.edge);
  CHECK(ask(loop, *staying, "login") == "welcome");
  CHECK(host.edge->counts().half_open == 0);
  const auto silent = ready_client(loop, *host.edge);
  CHECK(host.edge->counts().half_open == 1);
  CHECK(life(loop, *silent) >= milliseconds(140));
  const auto busy = ready_client(loop, *host.edge);
  CHECK(life(loop, *busy, "no login", milliseconds(5)) >= milliseconds(140));
  CHECK(busy->frames.size() > 3);
  CHECK(busy->frames.back() == "log in first");
  CHECK(host.edge->counts().closed_no_login == 2);
  CHECK(host.edge->counts().closed_silent == 0);
  CHECK(host.closed_why.size() == 2);
  CHECK(host.edge->counts().half_open == 0);
  CHECK(ask(loop, *staying, "still here?") == "yes");
}

TEST_CASE("strangers: each login gives more time, but not for ever") {
  Loop loop;
  LoginHost host(loop, short_times());
  const auto once = ready_client(loop, *host.edge);
  CHECK(ask(loop, *once, "wrong") == "wrong");
  CHECK(life(loop, *once) >= milliseconds(290));  // not 150
  const auto often = ready_client(loop, *host.edge);
  const auto start = Clock::now();
  CHECK(life(loop, *often, "wrong", milliseconds(10)) >= milliseconds(590));
  // It was closed at 900 by its own deadline; the wide bound is for a busy machine.
  CHECK(Clock::now() - start < seconds(10));
  CHECK(host.edge->counts().closed_no_login == 2);
}

TEST_CASE("strangers: when a login ends the connection is a stranger's again") {
  Loop loop;
  LoginHost host(loop, short_times());
  const auto client = ready_client(loop, *host.edge);
  CHECK(ask(loop, *client, "login") == "welcome");
  CHECK(ask(loop, *client, std::string(50'000, 'x')) == "yes");
  host.end_login(1);
  CHECK(host.edge->counts().half_open == 1);
  REQUIRE(loop.until([&] {
    client->pump();
    return client->frames.back() == "your login is over";
  }));
  zmtp::append_frame(client->out, std::string(50'000, 'x'));
  REQUIRE(loop.until([&] {
    client->pump();
    return host.frames_skipped == 1;
  }));
  CHECK(ask(loop, *client, "login") == "welcome");
  CHECK(ask(loop, *client, std::string(50'000, 'x')) == "yes");
  host.end_login(1);
  life(loop, *client);
  CHECK(host.edge->counts().closed_no_login == 1);
  host.edge->trust(1);  // gone: nothing
  host.edge->distrust(1);
  host.edge->login_asked(1);
  host.edge->login_refused(1);
}

TEST_CASE("strangers: a long frame passes by and is not kept, a longer one still closes") {
  Loop loop;
  LoginHost host(loop, {});
  const auto client = ready_client(loop, *host.edge);
  for (const std::size_t bytes : {4'097, 8'192, 65'536})
    zmtp::append_frame(client->out, std::string(bytes, 'x'));
  CHECK(ask(loop, *client, std::string(4'096, 'y')) == "log in first");
  CHECK(host.frames == 1);
  CHECK(host.frames_skipped == 3);
  CHECK(host.edge->counts().skipped == 3);
  CHECK(ask(loop, *client, "login") == "welcome");
  CHECK(host.edge->counts().violations == 0);

  const auto wordy = ready_client(loop, *host.edge);
  zmtp::append_frame(wordy->out, std::string(65'537, 'x'));
  life(loop, *wordy);
  CHECK(host.edge->counts().violations == 1);
}

TEST_CASE("strangers: one that does not read is closed at 4,096 bytes, a logged in one is not") {
  Loop loop;
  LoginHost host(loop, {});
  host.on_frame = nullptr;
  const auto deaf = ready_client(loop, *host.edge);
  const auto reader = ready_client(loop, *host.edge);
  host.edge->trust(2);
  const std::string frame = some_bytes(1'000, 1);
  std::uint64_t said = 0;
  for (int i = 0; i < 100'000 && host.closed_why.empty(); ++i) {
    host.edge->send(1, frame);
    said += frame.size();
    loop.turn();
  }
  CHECK(host.closed_why.count(1) == 1);
  CHECK(host.edge->counts().closed_slow == 1);
  CHECK(said < host.edge->counts().bytes_out + 4'096 + 2 * frame.size());
  for (int i = 0; i < 10'000 && host.edge->counts().bytes_out < said + 500'000; ++i) {
    host.edge->send(2, frame);
    loop.turn();
  }
  CHECK(host.closed_why.size() == 1);
}

TEST_CASE("strangers: what a slow reader has to hear at the end of its login is still sent") {
  Loop loop;
  LoginHost host(loop, {});
  const auto client = ready_client(loop, *host.edge);
  host.edge->trust(1);
  const std::string frame = some_bytes(60'000, 1);
  std::uint64_t said = 0;
  while (said < host.edge->counts().bytes_out + 500'000) {
    host.edge->send(1, frame);
    said += frame.size();
    loop.turn();
  }
  host.end_login(1);
  host.edge->send(1, "log in first");  // the answer to what it asked meanwhile
  CHECK(loop.until([&] {
    client->pump();
    return client->closed || client->frames.back() == "log in first";
  }));
  CHECK_FALSE(client->closed);
}

namespace {

// Connections of one address that never log in: a third say nothing, a third are ready and then
// silent, a third say their greeting byte by byte. Each that was closed comes back at once.
class Flood {
 public:
  Flood(std::uint16_t port, std::uint8_t from, std::size_t count)
      : port_(port), from_(from), clients_(count), said_(count) {
    zmtp::append_greeting(greeting_);
  }
  void pump() {
    for (std::size_t i = 0; i < clients_.size(); ++i) {
      auto& client = clients_[i];
      if (!client || client->closed) {
        client = std::make_unique<RawClient>(port_, from_);
        said_[i] = 0;
        if (i % 3 == 1) client->introduce();
      } else if (i % 3 == 2 && said_[i] < greeting_.size()) {
        client->out.push_back(greeting_[said_[i]++]);
      }
      client->pump();
    }
  }

 private:
  std::uint16_t port_;
  std::uint8_t from_;
  std::vector<std::unique_ptr<RawClient>> clients_;
  std::vector<std::size_t> said_;
  std::string greeting_;
};

}  // namespace

TEST_CASE("strangers: a flood from the same address cannot keep honest users out") {
  Loop loop;
  EdgeOptions options;  // a test must not wait for deadlines: nobody's time runs out here
  options.handshake_max = options.login_max = seconds(60);
  options.probe_after = seconds(600);  // these clients know no PING
  LoginHost host(loop, options);
  Flood flood(host.edge->port(), 7, 100);
  REQUIRE(loop.until([&] {
    flood.pump();
    return host.edge->counts().half_open == 64 && host.edge->counts().refused > 0;
  }));
  std::vector<std::unique_ptr<RawClient>> honest;
  for (int user = 0; user < 20; ++user) {
    std::unique_ptr<RawClient> client;
    const bool is_in = loop.until([&] {
      flood.pump();
      if (!client || client->closed) {  // as ZeroMQ does
        client = std::make_unique<RawClient>(host.edge->port(), 7);
        client->introduce();
        zmtp::append_frame(client->out, "login");
      }
      client->pump();
      return !client->frames.empty();
    });
    REQUIRE(is_in);
    CHECK(client->frames.back() == "welcome");
    honest.push_back(std::move(client));
  }
  CHECK(host.edge->counts().evicted > 0);
  CHECK(host.edge->counts().half_open <= 64);
  for (auto& client : honest)
    CHECK(ask(loop, *client, "still served?") == "yes");
}

TEST_CASE("strangers: who says greeting, READY and login in one piece is in when it is let in") {
  Loop loop;
  LoginHost host(loop, {});
  RawClient client(host.edge->port());
  client.introduce();
  zmtp::append_frame(client.out, "login");
  client.pump();
  loop.turn();  // accepted, read and answered
  loop.turn();  // written
  client.pump();
  REQUIRE(client.frames.size() == 1);
  CHECK(client.frames.back() == "welcome");
}

TEST_CASE("strangers: the violator's place goes first, then the oldest, a login under way last") {
  Loop loop;
  EdgeOptions options;
  options.half_open_per_address = 4;
  options.place_kept = milliseconds(1);
  options.penalty_first = options.penalty_max = seconds(20);
  LoginHost host(loop, options);
  host.never_answers = 1;
  const auto trying = ready_client(loop, *host.edge, 7);
  zmtp::append_frame(trying->out, "login");
  REQUIRE(loop.until([&] {
    trying->pump();
    return host.frames == 1;
  }));
  const auto oldest = ready_client(loop, *host.edge, 7);
  loop.run_for(milliseconds(3));  // ages are in milliseconds
  RawClient half(host.edge->port(), 7);
  REQUIRE(loop.until([&] { return host.edge->counts().half_open == 3; }));
  const auto violator = ready_client(loop, *host.edge, 7);
  zmtp::append_frame(violator->out, std::string(65'537, 'x'));
  REQUIRE(loop.until([&] {
    violator->pump();
    return host.edge->counts().violations == 1;
  }));
  // The newcomers try to log in, so they are taken after all of these.
  std::vector<std::unique_ptr<RawClient>> newcomers;
  for (RawClient* const expected : {violator.get(), oldest.get(), &half, trying.get()}) {
    loop.run_for(milliseconds(3));  // so that all may be taken
    CHECK_FALSE(expected->closed);
    host.never_answers = host.opened_count + 1;
    newcomers.push_back(ready_client(loop, *host.edge, 7));
    zmtp::append_frame(newcomers.back()->out, "login");
    CHECK(loop.until([&] {
      newcomers.back()->pump();
      for (RawClient* const client : {violator.get(), oldest.get(), &half, trying.get()})
        client->pump();
      return expected->closed;
    }));
    CHECK(host.edge->counts().evicted == newcomers.size());
    CHECK(host.edge->counts().half_open == 4);
  }
}

TEST_CASE("strangers: a refused login protects no longer") {
  Loop loop;
  EdgeOptions options;
  options.half_open_per_address = 2;
  options.place_kept = milliseconds(1);
  LoginHost host(loop, options);
  const auto refused = ready_client(loop, *host.edge, 7);
  REQUIRE(ask(loop, *refused, "wrong") == "wrong");
  loop.run_for(milliseconds(3));
  const auto younger = ready_client(loop, *host.edge, 7);
  loop.run_for(milliseconds(3));
  const RawClient newcomer(host.edge->port(), 7);
  CHECK(loop.until([&] {
    refused->pump();
    younger->pump();
    return refused->closed || younger->closed;
  }));
  CHECK(refused->closed);
}

TEST_CASE("strangers: many who lose their logins at once are no more than others") {
  Loop loop;
  EdgeOptions options;
  options.half_open_per_address = 4;
  options.place_kept = seconds(30);
  LoginHost host(loop, options);
  std::vector<std::unique_ptr<RawClient>> clients;
  for (int i = 0; i < 10; ++i) {
    clients.push_back(ready_client(loop, *host.edge, 7));
    REQUIRE(ask(loop, *clients.back(), "login") == "welcome");
  }
  for (std::uint64_t connection = 1; connection <= 10; ++connection)
    host.end_login(connection);
  CHECK(host.edge->counts().half_open == 4);
  CHECK(loop.until([&] {
    for (auto& client : clients)
      client->pump();
    return host.closed_why.size() == 6;
  }));
  for (auto& client : clients)
    CHECK(client->frames.back() == "your login is over");
  CHECK(host.edge->counts().evicted == 6);
}
