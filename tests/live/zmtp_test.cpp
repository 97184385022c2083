// The ZMTP codec against the specification alone: golden bytes, every cut of a session, seeded
// garbage, every violation. zmtp_libzmq_test.cpp holds it against the real library.
#include "engine/live/zmtp.hpp"

#include <algorithm>
#include <cstring>
#include <random>
#include <set>
#include <string>
#include <vector>

#include <doctest/doctest.h>

using namespace std::string_literals;
using glasspost::zmtp::Codec;
using glasspost::zmtp::Role;
using glasspost::zmtp::Sink;
using glasspost::zmtp::Violation;
namespace zmtp = glasspost::zmtp;

namespace {

constexpr std::size_t kFrameBytesMax = 1000;

// Writes every event down as one line.
class Recorder : public Sink {
 public:
  void ready(std::string_view identity, std::string_view socket_type) override {
    events.push_back("ready " + std::string(socket_type) + " " + std::string(identity));
  }
  void frame(std::string_view body) override { events.push_back("frame " + std::string(body)); }
  void skipped() override { events.push_back("skipped"); }
  void ping(std::string_view context, std::uint16_t ttl_tenths) override {
    events.push_back("ping " + std::to_string(ttl_tenths) + " " + std::string(context));
  }
  void pong(std::string_view context) override { events.push_back("pong " + std::string(context)); }
  void violation(Violation code, std::string_view text) override {
    events.push_back("violation " + std::to_string(static_cast<int>(code)));
    codes.push_back(code);
    sentence = std::string(text);
  }
  std::string& output() override { return out; }

  std::vector<std::string> events;
  std::vector<Violation> codes;
  std::string sentence;
  std::string out;
};

std::string greeting() {
  std::string bytes;
  zmtp::append_greeting(bytes);
  return bytes;
}

std::string property(const std::string& name, const std::string& value) {
  const auto value_bytes = static_cast<char>(value.size());
  REQUIRE(value.size() < 128);
  return std::string(1, static_cast<char>(name.size())) + name + "\0\0\0"s + value_bytes + value;
}

std::string command(const std::string& name, const std::string& data) {
  const std::string body = std::string(1, static_cast<char>(name.size())) + name + data;
  REQUIRE(body.size() < 256);
  return "\x04"s + static_cast<char>(body.size()) + body;
}

std::string dealer_ready(const std::string& identity = "") {
  std::string bytes;
  zmtp::append_ready(bytes, Role::kClient, identity);
  return bytes;
}

std::string frame(const std::string& body) {
  std::string bytes;
  zmtp::append_frame(bytes, body);
  return bytes;
}

// A message header in the long form, with any length.
std::string long_header(char flags, std::uint64_t body_bytes) {
  std::string bytes(1, flags);
  for (int shift = 56; shift >= 0; shift -= 8) {
    bytes.push_back(static_cast<char>((body_bytes >> shift) & 0xff));
  }
  return bytes;
}

// A client's side of a session with every kind of traffic a server accepts.
std::string long_session() {
  std::string bytes = greeting() + dealer_ready("anna");
  bytes += frame("") + frame("x") + frame(std::string(255, 'a')) + frame(std::string(256, 'b'));
  bytes += long_header('\x02', 3) + "abc";  // the long form is legal for a short body
  zmtp::append_ping(bytes, 300, "");
  zmtp::append_ping(bytes, 0, "sixteen bytes ok");
  zmtp::append_pong(bytes, "here");
  bytes += command("NOVELTY", "whatever") + long_header('\x06', 5) + "\x04PONG"s;
  bytes += frame(std::string(kFrameBytesMax, 'c'));
  return bytes;
}

Recorder run(Role role, const std::vector<std::string>& reads) {
  Codec codec(role, kFrameBytesMax);
  Recorder recorder;
  for (const std::string& read : reads)
    codec.feed(read, recorder);
  CHECK(codec.is_closed() == !recorder.codes.empty());
  return recorder;
}

// The one violation of a server that reads these bytes, whole and byte by byte; and nothing
// after it, though a good frame follows.
void check_violation(Violation expected, const std::string& bytes, Role role = Role::kServer) {
  CAPTURE(zmtp::to_string(expected));
  const Recorder whole = run(role, {bytes, frame("late")});
  REQUIRE(whole.codes == std::vector<Violation>{expected});
  CHECK(whole.events.back().rfind("violation", 0) == 0);
  CHECK(whole.sentence.rfind(zmtp::to_string(expected), 0) == 0);

  std::vector<std::string> single_bytes;
  for (const char c : bytes + frame("late"))
    single_bytes.emplace_back(1, c);
  CHECK(run(role, single_bytes).events == whole.events);
}

void check_violation_after_ready(Violation expected, const std::string& bytes) {
  check_violation(expected, greeting() + dealer_ready() + bytes);
}

}  // namespace

TEST_CASE("zmtp: a codec is small") {
  MESSAGE("sizeof(zmtp::Codec) = ", sizeof(Codec), " bytes");
  CHECK(sizeof(Codec) <= 96);
  CHECK(Codec(Role::kServer, kFrameBytesMax).heap_bytes() == 0);
}

TEST_CASE("zmtp: golden bytes of the specification") {
  const std::string golden_greeting =
      "\xff\0\0\0\0\0\0\0\0\x7f\x03\x01NULL"s + std::string(48, '\0');
  CHECK(golden_greeting.size() == 64);
  CHECK(greeting() == golden_greeting);
  std::string bytes;
  zmtp::append_greeting(bytes, true);
  CHECK(bytes == golden_greeting.substr(0, 32) + "\x01"s + std::string(31, '\0'));

  CHECK(dealer_ready() ==
        "\x04\x1c\x05READY\x0bSocket-Type\0\0\0\x06"
        "DEALER"s);
  CHECK(dealer_ready("ann") ==
        "\x04\x2c\x05READY\x0bSocket-Type\0\0\0\x06"
        "DEALER\x08Identity\0\0\0\x03"
        "ann"s);
  bytes.clear();
  zmtp::append_ready(bytes, Role::kServer);
  CHECK(bytes == "\x04\x1c\x05READY\x0bSocket-Type\0\0\0\x06ROUTER"s);

  CHECK(frame("") == "\0\0"s);
  CHECK(frame("hi") == "\0\x02hi"s);
  CHECK(frame(std::string(255, 'a')) == "\0\xff"s + std::string(255, 'a'));
  CHECK(frame(std::string(256, 'a')) == "\x02\0\0\0\0\0\0\x01\0"s + std::string(256, 'a'));

  bytes.clear();
  zmtp::append_ping(bytes, 0x0102, "ctx");
  zmtp::append_pong(bytes, "ctx");
  CHECK(bytes ==
        "\x04\x0a\x04PING\x01\x02"
        "ctx\x04\x08\x04PONGctx"s);
  bytes.clear();
  zmtp::append_error(bytes, "not now\n");
  CHECK(bytes ==
        "\x04\x0f\x05"
        "ERROR\x08not_now_"s);
  bytes.clear();
  zmtp::append_error(bytes, std::string(300, 'e'));  // the reason is cut, the command turns long
  CHECK(bytes ==
        "\x06\0\0\0\0\0\0\x01\x06\x05"
        "ERROR\xff"s +
            std::string(255, 'e'));
}

TEST_CASE("zmtp: a session gives its events, and a PONG for each PING") {
  const Recorder recorder = run(Role::kServer, {long_session()});
  const std::vector<std::string> expected = {"ready DEALER anna",
                                             "frame ",
                                             "frame x",
                                             "frame " + std::string(255, 'a'),
                                             "frame " + std::string(256, 'b'),
                                             "frame abc",
                                             "ping 300 ",
                                             "ping 0 sixteen bytes ok",
                                             "pong here",
                                             "pong ",
                                             "frame " + std::string(kFrameBytesMax, 'c')};
  CHECK(recorder.events == expected);
  CHECK(recorder.out == "\x04\x05\x04PONG\x04\x15\x04PONGsixteen bytes ok"s);
}

TEST_CASE("zmtp: every cut into two, and single bytes, give the same events") {
  const std::string session = long_session();
  const Recorder whole = run(Role::kServer, {session});
  REQUIRE(whole.events.size() == 11);
  for (std::size_t cut = 0; cut <= session.size(); ++cut) {
    const Recorder two = run(Role::kServer, {session.substr(0, cut), session.substr(cut)});
    REQUIRE(two.events == whole.events);
    REQUIRE(two.out == whole.out);
  }
  std::vector<std::string> single_bytes;
  for (const char c : session)
    single_bytes.emplace_back(1, c);
  CHECK(run(Role::kServer, single_bytes).events == whole.events);
}

TEST_CASE("zmtp: two codecs talk to each other") {
  Codec server(Role::kServer, kFrameBytesMax);
  Codec client(Role::kClient, kFrameBytesMax);
  Recorder at_server;
  Recorder at_client;
  std::string bytes;
  zmtp::append_ready(bytes, Role::kServer);
  client.feed(greeting() + bytes + frame("down"), at_client);
  server.feed(greeting() + dealer_ready("bo") + frame("up"), at_server);
  CHECK(at_client.events == std::vector<std::string>{"ready ROUTER ", "frame down"});
  CHECK(at_server.events == std::vector<std::string>{"ready DEALER bo", "frame up"});
  CHECK(server.is_ready());
  CHECK(client.is_ready());
}

TEST_CASE("zmtp: what a peer may vary") {
  std::string odd = greeting();
  for (std::size_t i = 1; i <= 8; ++i)
    odd[i] = '\x5a';  // padding is not to be looked at
  for (int version = 0x300; version <= 0x900; version += 0x7f) {
    odd[10] = static_cast<char>(version >> 8);
    odd[11] = static_cast<char>(version & 0xff);
    Codec codec(Role::kServer, kFrameBytesMax);
    Recorder recorder;
    codec.feed(odd + dealer_ready(), recorder);
    CHECK(recorder.events == std::vector<std::string>{"ready DEALER "});
    CHECK(codec.peer_speaks_3_1() == (version > 0x300));
  }
  const std::string ready =
      property("X-Colour", "red") + property("socket-TYPE", "DEALER") + property("IDENTITY", "i");
  CHECK(run(Role::kServer, {greeting() + command("READY", ready)}).events ==
        std::vector<std::string>{"ready DEALER i"});
}

TEST_CASE("zmtp: a frame that lies whole in the bytes is not copied, and nothing is held") {
  class Watcher : public Recorder {
   public:
    void frame(std::string_view body) override { seen = body.data(); }
    const char* seen = nullptr;
  };
  Codec codec(Role::kServer, 100'000);
  Watcher watcher;
  codec.feed(greeting() + dealer_ready(), watcher);
  const std::string bytes = frame(std::string(50'000, 'f'));
  codec.feed(bytes, watcher);
  CHECK(watcher.seen == bytes.data() + 9);
  CHECK(codec.heap_bytes() == 0);
  codec.feed(bytes.substr(0, 9), watcher);  // a header alone costs nothing
  CHECK(codec.heap_bytes() == 0);
  codec.feed(bytes.substr(9, 50), watcher);  // a start does not cost what the header promised
  CHECK(codec.heap_bytes() >= 50);
  CHECK(codec.heap_bytes() <= 4097);
  codec.feed(bytes.substr(59, 20'000), watcher);
  CHECK(codec.heap_bytes() > 20'000);
  CHECK(codec.heap_bytes() <= 50'001);
  codec.feed(bytes.substr(20'059), watcher);
  CHECK(codec.heap_bytes() == 0);
}

TEST_CASE("zmtp: a frame that is too long to be kept passes by, however it is cut") {
  constexpr std::size_t kKept = 10;
  const std::string session = greeting() + dealer_ready() + frame("ten bytes.") +
                              frame("eleven byte") + frame("") + frame(std::string(300, 's')) +
                              frame("a") + frame(std::string(kFrameBytesMax, 'S')) +
                              command("NOVELTY", "twenty bytes of this") + frame("end");
  const std::vector<std::string> expected = {"ready DEALER ", "frame ten bytes.", "skipped",
                                             "frame ",        "skipped",          "frame a",
                                             "skipped",       "frame end"};
  const auto hear = [&](const std::vector<std::string>& reads) {
    Codec codec(Role::kServer, kFrameBytesMax);
    codec.keep_at_most(kKept);
    Recorder recorder;
    std::size_t most = 0;
    for (const std::string& read : reads) {
      codec.feed(read, recorder);
      most = std::max(most, codec.heap_bytes());
    }
    CHECK(most <= 40);  // the command
    return recorder.events;
  };
  CHECK(hear({session}) == expected);
  for (std::size_t cut = 0; cut <= session.size(); ++cut)
    REQUIRE(hear({session.substr(0, cut), session.substr(cut)}) == expected);
  for (std::size_t step = 1; step < 40; ++step) {
    std::vector<std::string> pieces;
    for (std::size_t at = 0; at < session.size(); at += step)
      pieces.push_back(session.substr(at, step));
    REQUIRE(hear(pieces) == expected);
  }
  check_violation_after_ready(Violation::kFrameTooLong, long_header('\x02', kFrameBytesMax + 1));
}

TEST_CASE("zmtp: what is kept can change in the middle of a frame") {
  const std::string long_one = frame(std::string(500, 'l'));
  const std::string hello = greeting() + dealer_ready();
  for (std::size_t cut = 0; cut <= long_one.size(); ++cut) {
    CAPTURE(cut);
    Codec codec(Role::kServer, kFrameBytesMax);
    Recorder recorder;
    codec.feed(hello + long_one.substr(0, cut), recorder);
    codec.keep_at_most(10);
    if (cut < long_one.size()) CHECK(codec.heap_bytes() == 0);
    codec.feed(long_one.substr(cut) + frame("next"), recorder);
    const bool was_whole = cut == long_one.size();
    const std::vector<std::string> expected = {
        "ready DEALER ", was_whole ? "frame " + std::string(500, 'l') : "skipped", "frame next"};
    CHECK(recorder.events == expected);
  }
  // The other way round the head has already decided.
  Codec codec(Role::kServer, kFrameBytesMax);
  Recorder recorder;
  codec.keep_at_most(10);
  codec.feed(hello + long_one.substr(0, 100), recorder);
  codec.keep_at_most(kFrameBytesMax);
  codec.feed(long_one.substr(100) + long_one, recorder);
  CHECK(recorder.events ==
        std::vector<std::string>{"ready DEALER ", "skipped", "frame " + std::string(500, 'l')});
}

TEST_CASE("zmtp: before READY a stranger takes at most 4 kB") {
  Codec codec(Role::kServer, 1'000'000);
  Recorder recorder;
  std::size_t most = 0;
  const std::string ready_start = greeting() + long_header('\x06', zmtp::kCommandBytesMax);
  for (const char c : ready_start + std::string(zmtp::kCommandBytesMax - 1, 'R')) {
    codec.feed(std::string_view(&c, 1), recorder);
    most = std::max(most, codec.heap_bytes() + sizeof codec);
  }
  CHECK(recorder.events.empty());
  CHECK(most > zmtp::kCommandBytesMax);
  CHECK(most <= 4096);
}

TEST_CASE("zmtp: violations of the greeting") {
  check_violation(Violation::kNotZmtp, "GET / HTTP/1.1\r\n");
  std::string bad = greeting();
  bad[9] = '\x7e';
  check_violation(Violation::kNotZmtp, bad);
  check_violation(Violation::kVersionTooOld, "\xff\0\0\0\0\0\0\0\x01\x7f\x01\x05"s);  // ZMTP 2.0
  check_violation(Violation::kVersionTooOld, "\xff\0\0\0\0\0\0\0\x01\x7f\x02"s);
  for (const char* mechanism : {"PLAIN", "CURVE", "NUL", "NULLX"}) {
    bad = greeting();
    bad.replace(12, 5, std::string(mechanism) + std::string(5 - std::strlen(mechanism), '\0'));
    check_violation(Violation::kMechanism, bad);
  }
  bad = greeting();
  bad[31] = 'X';
  check_violation(Violation::kMechanism, bad);
}

TEST_CASE("zmtp: violations of the handshake") {
  const std::string dealer = property("Socket-Type", "DEALER");
  const auto ready = [](const std::string& data) { return greeting() + command("READY", data); };
  check_violation(Violation::kFrameBeforeReady, greeting() + frame("hello"));
  check_violation(Violation::kCommandBeforeReady, greeting() + command("PING", "\0\0"s));
  check_violation(Violation::kCommandBeforeReady, greeting() + command("HELLO", ""));
  check_violation(Violation::kBadReady, ready(dealer + "\x01"s));
  check_violation(Violation::kBadReady, ready(dealer.substr(0, dealer.size() - 1)));
  check_violation(Violation::kBadReady, ready("\0\0\0\0\0"s + dealer));
  check_violation(Violation::kBadReady, ready(dealer + "\x01X\xff\xff\xff\xff"s));
  check_violation(Violation::kBadReady, ready(dealer + dealer));
  check_violation(Violation::kSecondReady, greeting() + dealer_ready() + dealer_ready());
  check_violation(Violation::kNoSocketType, ready(""));
  check_violation(Violation::kNoSocketType, ready(property("Identity", "x")));
  check_violation(Violation::kPeerIsReq, ready(property("Socket-Type", "REQ")));
  check_violation(Violation::kPeerIsRouter, ready(property("Socket-Type", "ROUTER")));
  check_violation(Violation::kWrongSocketType, ready(property("Socket-Type", "PUB")));
  check_violation(Violation::kWrongSocketType, ready(property("Socket-Type", "dealer")));
  check_violation(Violation::kWrongSocketType, ready(dealer), Role::kClient);
  check_violation(Violation::kBadIdentity, ready(dealer + property("Identity", "\0a"s)));
  const std::string long_identity = "\x08Identity\0\0\x01\0"s + std::string(256, 'i');
  const std::string body = "\x05READY"s + dealer + long_identity;
  check_violation(Violation::kBadIdentity, greeting() + long_header('\x06', body.size()) + body);
  check_violation(Violation::kPeerError, greeting() + command("ERROR", "\x02no"s), Role::kClient);
}

TEST_CASE("zmtp: violations of the traffic") {
  for (const int bit : {3, 4, 5, 6, 7}) {
    check_violation_after_ready(Violation::kReservedFlags, {static_cast<char>(1 << bit), '\0'});
  }
  check_violation_after_ready(Violation::kCommandWithMore, "\x05\x05\x04PONG"s);
  check_violation_after_ready(Violation::kMultipart, "\x01\x01x\0\x01y"s);
  check_violation_after_ready(Violation::kMultipart, "\x01\0"s + frame("after a delimiter"));
  // Refused from the header: no byte of the body is there.
  check_violation_after_ready(Violation::kFrameTooLong, long_header('\x02', kFrameBytesMax + 1));
  check_violation_after_ready(Violation::kFrameTooLong, long_header('\x02', ~std::uint64_t{0}));
  check_violation_after_ready(Violation::kCommandTooLong,
                              long_header('\x06', zmtp::kCommandBytesMax + 1));
  check_violation_after_ready(Violation::kBadCommand, "\x04\0"s);
  check_violation_after_ready(Violation::kBadCommand, "\x04\x01\0"s);
  check_violation_after_ready(Violation::kBadCommand, "\x04\x04\x04PIN"s);
  check_violation_after_ready(Violation::kBadPing, command("PING", "\0"s));
  check_violation_after_ready(Violation::kBadPing, command("PING", "\0\0"s + "seventeen bytes!!"));
  check_violation_after_ready(Violation::kBadPong, command("PONG", "seventeen bytes!!"));
  check_violation_after_ready(Violation::kSubscription, command("SUBSCRIBE", "news"));
  check_violation_after_ready(Violation::kSubscription, command("CANCEL", "news"));
  check_violation_after_ready(Violation::kPeerError, command("ERROR", ""));
}

TEST_CASE("zmtp: what a peer said is shown without control characters") {
  const std::string said = "go\x1b[2J\naway";
  const Recorder recorder =
      run(Role::kClient, {greeting() + command("ERROR", static_cast<char>(said.size()) + said)});
  CHECK(recorder.sentence ==
        "The peer refused the connection with ERROR. The peer said: go?[2J?away");
}

TEST_CASE("zmtp: every violation has a sentence of its own") {
  std::set<std::string> sentences;
  for (std::size_t i = 0; i < zmtp::kViolationCount; ++i) {
    const std::string sentence(zmtp::to_string(static_cast<Violation>(i)));
    CHECK(sentence.size() > 20);
    CHECK(sentence.back() == '.');
    sentences.insert(sentence);
  }
  CHECK(sentences.size() == zmtp::kViolationCount);
}

namespace {

// Garbage that reaches every stage: random bytes after a prefix of a good session, or a good
// session with a few bytes changed.
std::string garbage(std::mt19937_64& random, const std::string& session) {
  const auto below = [&random](std::size_t n) { return static_cast<std::size_t>(random() % n); };
  std::string bytes;
  if (below(2) == 0) {
    const std::size_t stage_ends[] = {0, 10, 64, session.size()};
    bytes = session.substr(0, stage_ends[below(4)]);
    for (std::size_t left = below(80); left > 0; --left) {
      // Half of the bytes are small: legal flags and short lengths.
      bytes.push_back(static_cast<char>(below(2) == 0 ? below(8) : below(256)));
    }
    return bytes;
  }
  bytes = session;
  for (std::size_t left = below(4); left > 0; --left) {
    const std::size_t at = below(4) == 0 ? below(bytes.size()) : 64 + below(bytes.size() - 64);
    bytes[at] = static_cast<char>(below(2) == 0 ? below(8) : below(256));
  }
  return bytes;
}

}  // namespace

TEST_CASE("zmtp: garbage never crashes, never holds memory, and is judged alike however cut") {
  std::mt19937_64 random(20240607);
  std::string session = greeting() + dealer_ready("anna") + frame("hello");
  zmtp::append_ping(session, 7, "ctx");
  session += command("NOVELTY", "x") + frame(std::string(300, 'b')) + frame("");
  int refused = 0;
  int reached_ready = 0;
  for (int round = 0; round < 100'000; ++round) {
    const std::string bytes = garbage(random, session);
    Codec whole_codec(Role::kServer, kFrameBytesMax);
    Recorder whole;
    whole_codec.feed(bytes, whole);

    Codec codec(Role::kServer, kFrameBytesMax);
    Recorder cut;
    for (std::size_t at = 0; at < bytes.size();) {
      const std::size_t step = 1 + static_cast<std::size_t>(random() % 40);
      codec.feed(std::string_view(bytes).substr(at, step), cut);
      at += step;
      REQUIRE(codec.heap_bytes() <= 4097);
    }
    REQUIRE(cut.events == whole.events);
    REQUIRE(cut.out == whole.out);
    REQUIRE(cut.codes.size() <= 1);
    REQUIRE(cut.out.size() <= bytes.size());  // PONGs are no longer than their PINGs
    if (!cut.codes.empty()) {
      ++refused;
      REQUIRE(codec.heap_bytes() == 0);
    }
    if (!cut.events.empty() && cut.events.front().rfind("ready", 0) == 0) ++reached_ready;
  }
  // The garbage must be worth its name, and must get past the door often enough.
  CHECK(refused > 30'000);
  CHECK(reached_ready > 30'000);
}
