// The edge with peers that mean harm or do not know better: each pays for itself, the others are
// served, and memory stays bounded.
#include <algorithm>

#include "engine/base/random.hpp"
#include "engine/live/edge_addresses.hpp"
#include "tests/live/edge_support.hpp"

using namespace edge_test;

namespace {

// Sends a word and waits for its echo: the proof that this connection is served.
bool is_served(Loop& loop, RawClient& client) {
  const std::size_t before = client.frames.size();
  zmtp::append_frame(client.out, "are you there?");
  return loop.until([&] {
    client.pump();
    return client.frames.size() > before;
  });
}

}  // namespace

TEST_CASE("a greeting that drips is closed at the deadline") {
  Loop loop;
  Host host;
  EdgeOptions options;
  options.handshake_max = milliseconds(200);
  const auto edge = listen(loop, options, host);
  RawClient dripping(edge->port());
  std::string greeting;
  zmtp::append_greeting(greeting);
  std::size_t dripped = 0;
  const auto start = Clock::now();
  CHECK(loop.until([&] {
    const auto elapsed = Clock::now() - start;
    if (dripped < 60 && elapsed > dripped * milliseconds(10)) {
      dripping.out.push_back(greeting[dripped++]);
    }
    dripping.pump();
    return dripping.closed;
  }));
  CHECK(Clock::now() - start >= milliseconds(190));
  CHECK(dripped > 5);
  CHECK(host.opened_count == 0);
  CHECK(host.closed_why.empty());
  CHECK(edge->counts().closed_silent == 1);
  CHECK(edge->counts().half_open == 0);
}

TEST_CASE("a flood of half-open connections from one address leaves the others served") {
  Loop loop;
  Host host;
  EdgeOptions options;
  options.place_kept = seconds(30);  // whoever has a place may keep it
  const auto edge = listen(loop, options, host);
  echo(host, *edge);
  RawClient earlier(edge->port(), 7);
  earlier.introduce();
  REQUIRE(loop.until([&] { return earlier.is_up(); }));
  std::vector<std::unique_ptr<RawClient>> flood;
  flood.reserve(300);
  for (int i = 0; i < 300; ++i)
    flood.push_back(std::make_unique<RawClient>(edge->port(), 7));
  CHECK(loop.until([&] { return edge->counts().refused == 300 - 64; }));
  CHECK(edge->counts().half_open == 64);
  CHECK(is_served(loop, earlier));  // even from the same address: it is no longer half open
  RawClient other(edge->port(), 8);
  other.introduce();
  CHECK(loop.until([&] { return other.is_up(); }));
  CHECK(is_served(loop, other));
  flood.clear();
  CHECK(loop.until([&] { return edge->counts().half_open == 0; }));
  RawClient afterwards(edge->port(), 7);
  afterwards.introduce();
  CHECK(loop.until([&] { return afterwards.is_up(); }));
}

TEST_CASE("a reader that never reads is closed, and a good reader may be told as much at once") {
  Loop loop;
  Host host;
  const auto edge = listen(loop, {}, host);
  RawClient deaf(edge->port());
  deaf.introduce();
  REQUIRE(loop.until([&] { return deaf.is_up(); }));
  const std::string frame = some_bytes(60'000, 1);
  std::uint64_t said = 0;
  while (host.closed_why.empty() && said < 100'000'000) {
    host.is_calling = true;
    edge->send(1, frame);
    host.is_calling = false;
    said += frame.size();
    loop.turn();
  }
  CHECK(host.closed_why.count(1) == 1);
  CHECK(edge->counts().closed_slow == 1);
  // All but the last megabyte is in the kernel's buffers.
  CHECK(said - edge->counts().bytes_out < 1'048'576 + 2 * frame.size());

  RawClient good(edge->port());
  good.introduce();
  REQUIRE(loop.until([&] { return good.is_up(); }));
  for (int i = 0; i < 40; ++i)
    edge->send(2, frame);  // 2.4 MB in one turn
  CHECK(loop.until([&] {
    good.pump();
    return good.frames.size() == 40 || good.closed;
  }));
  CHECK(good.frames.size() == 40);
}

TEST_CASE("a flood of PINGs whose answers are not read is closed too") {
  Loop loop;
  Host host;
  const auto edge = listen(loop, {}, host);
  RawClient flooding(edge->port());
  flooding.introduce();
  REQUIRE(loop.until([&] { return flooding.is_up(); }));
  std::string pings;
  for (int i = 0; i < 2000; ++i)
    zmtp::append_ping(pings, 0, "sixteen bytes...");
  CHECK(loop.until([&] {
    if (flooding.out.size() < pings.size()) flooding.out += pings;
    flooding.pump(false);
    return !host.closed_why.empty();
  }));
  CHECK(edge->counts().closed_slow == 1);
}

TEST_CASE("a frame that is too long closes its sender alone") {
  Loop loop;
  Host host;
  EdgeOptions options;
  options.frame_bytes_max = 1000;
  const auto edge = listen(loop, options, host);
  echo(host, *edge);
  RawClient bystander(edge->port());
  bystander.introduce();
  REQUIRE(loop.until([&] { return bystander.is_up(); }));
  RawClient wordy(edge->port());
  wordy.introduce();
  REQUIRE(loop.until([&] { return wordy.is_up(); }));
  zmtp::append_frame(wordy.out, std::string(1000, 'x'));
  zmtp::append_frame(wordy.out, std::string(1001, 'x'));
  CHECK(loop.until([&] {
    wordy.pump();
    return wordy.closed;
  }));
  CHECK(host.frames == 1);
  CHECK(host.closed_why.size() == 1);
  CHECK(host.closed_why.at(2).find("longer than this side accepts") != std::string::npos);
  CHECK(edge->counts().violations == 1);
  CHECK(is_served(loop, bystander));
}

TEST_CASE("a violator hears why and is kept on the line, and its neighbours need not wait") {
  Loop loop;
  Host host;
  EdgeOptions options;
  options.penalty_first = milliseconds(300);
  const auto edge = listen(loop, options, host);
  const auto start = Clock::now();
  RawClient browser(edge->port(), 5);
  browser.out = "GET / HTTP/1.1\r\n\r\n";
  REQUIRE(loop.until([&] {
    browser.pump();
    return edge->counts().violations == 1;
  }));
  RawClient neighbour(edge->port(), 5);  // of the same address
  neighbour.introduce();
  CHECK(loop.until([&] { return neighbour.is_up(); }));
  CHECK_FALSE(browser.closed);
  CHECK(loop.until([&] {
    browser.pump();
    return browser.closed;
  }));
  CHECK(Clock::now() - start >= milliseconds(290));
  CHECK(host.opened_count == 1);
  CHECK(host.closed_why.empty());
}

TEST_CASE("a peer of the wrong kind is sent an ERROR that names its mistake") {
  Loop loop;
  Host host;
  const auto edge = listen(loop, {}, host);
  RawClient router(edge->port());
  zmtp::append_greeting(router.out);
  zmtp::append_ready(router.out, zmtp::Role::kServer);
  CHECK(loop.until([&] {
    router.pump();
    return router.closed;
  }));
  CHECK(router.refused.find("A_ROUTER_socket_cannot_be_served") != std::string::npos);
}

TEST_CASE("garbage on two thousand connections changes nothing for the others") {
  Loop loop;
  Host host;
  EdgeOptions options;
  options.handshake_max = milliseconds(300);
  options.penalty_first = milliseconds(20);
  options.penalty_max = milliseconds(100);
  const auto edge = listen(loop, options, host);
  echo(host, *edge);
  RawClient good(edge->port(), 1);
  good.introduce();
  REQUIRE(loop.until([&] { return good.is_up(); }));
  glasspost::Random random(11);
  std::string honest;
  zmtp::append_greeting(honest);
  zmtp::append_ready(honest, zmtp::Role::kClient);
  zmtp::append_frame(honest, "hello");
  int made = 0;
  std::vector<std::unique_ptr<RawClient>> others;
  const auto make_one = [&] {
    const auto from = static_cast<std::uint8_t>(2 + made % 100);
    auto client = std::make_unique<RawClient>(edge->port(), from);
    // Half of them begin well and go wrong somewhere; some of those even get in.
    if (made % 2 == 0) client->out = honest.substr(0, random.below(honest.size() + 1));
    client->out += some_bytes(1 + random.below(3000), random.next());
    others.push_back(std::move(client));
    ++made;
  };
  CHECK(loop.until(
      [&] {
        while (made < 2000 && others.size() < 200)
          make_one();
        for (auto& client : others)
          client->pump();
        std::erase_if(others, [](const auto& client) { return client->closed; });
        return made == 2000 && others.empty();
      },
      seconds(120)));
  CHECK(edge->counts().violations > 500);
  CHECK(loop.until([&] { return edge->counts().half_open == 0; }));
  CHECK(edge->counts().open == 1);
  CHECK(edge->counts().accepted == 2001);
  CHECK(is_served(loop, good));
}

TEST_CASE("connections beyond the limit are refused, and there is room again when some leave") {
  Loop loop;
  Host host;
  EdgeOptions options;
  options.connections_max = 3;
  const auto edge = listen(loop, options, host);
  std::vector<std::unique_ptr<RawClient>> clients;
  for (int i = 0; i < 5; ++i) {
    clients.push_back(std::make_unique<RawClient>(edge->port()));
    clients.back()->introduce();
  }
  CHECK(loop.until([&] {
    for (auto& client : clients)
      client->pump();
    return edge->counts().refused == 2 && edge->counts().open == 3;
  }));
  clients.clear();
  CHECK(loop.until([&] { return host.closed_why.size() == 3; }));
  RawClient next(edge->port());
  next.introduce();
  CHECK(loop.until([&] { return next.is_up(); }));
}

TEST_CASE("the wait of a violator doubles, is bounded, and is forgiven step by step") {
  using glasspost::Time;
  using glasspost::time_from_us;
  glasspost::EdgeAddresses addresses(2, milliseconds(100), seconds(5));
  const Time start = time_from_us(1'000'000'000);
  const Time in_six_seconds = start + seconds(6);
  for (const int wait : {100, 200, 400, 800, 1600, 3200, 5000, 5000}) {
    CHECK(addresses.violation(7, start) == start + milliseconds(wait));
  }
  CHECK(addresses.violation(8, start) == start + milliseconds(100));
  CHECK(addresses.violation(8, in_six_seconds) == in_six_seconds + milliseconds(100));
  CHECK(addresses.violation(7, start + seconds(35)) == start + seconds(35) + milliseconds(200));

  glasspost::EdgeConnection* const nobody = nullptr;  // holders are only remembered
  CHECK(addresses.take_place(1, nobody));
  CHECK(addresses.take_place(1, nobody));
  CHECK_FALSE(addresses.take_place(1, nobody));
  CHECK(addresses.holders(1).size() == 2);
  CHECK(addresses.holders(2).empty());
  addresses.give_back_place(1, nobody, start);
  CHECK(addresses.take_place(1, nobody));
}

TEST_CASE("a million violating addresses cost no more memory than a few thousand") {
  glasspost::EdgeAddresses addresses(64, milliseconds(100), seconds(5));
  auto now = glasspost::time_from_us(1'000'000'000);
  for (std::uint64_t address = 0; address < 1'000'000; ++address) {
    if (addresses.violation(address, now) < now + milliseconds(100)) FAIL("no wait");
    now += milliseconds(1);
  }
  CHECK(addresses.size() <= 4096);
}
