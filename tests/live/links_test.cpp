// The links between processes, over real ipc sockets in a directory of their own. Two or three
// Links share one libuv loop, as if each were a process; one case has real processes. The loop
// sleeps whenever it can, so a lost wake-up shows as a deadline that passes.
#include "engine/live/links.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <functional>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <uv.h>
#include <zmq.hpp>

using namespace glasspost;

namespace {

constexpr std::uint64_t kPatienceMs = 20'000;

// A run directory and a loop. It outlives the Links, so it sees whether they gave all handles back.
class Stage {
 public:
  Stage() {
    REQUIRE(::mkdtemp(path_.data()) != nullptr);
    uv_loop_init(&loop_);
    timer_ = make_handle<uv_timer_t>(&loop_, uv_timer_init, &late_);
  }
  ~Stage() {
    timer_.reset();
    uv_run(&loop_, UV_RUN_DEFAULT);
    CHECK(uv_loop_close(&loop_) == 0);
    std::filesystem::remove_all(path_);
  }
  // Turns the loop until `done`; false if that takes longer than `ms`.
  bool run_until(const std::function<bool()>& done, std::uint64_t ms = kPatienceMs) {
    late_ = false;
    const auto ring = [](uv_timer_t* timer) { *static_cast<bool*>(timer->data) = true; };
    uv_timer_start(timer_.get(), ring, ms, 0);
    for (turns = 0; !done() && !late_; ++turns)
      uv_run(&loop_, UV_RUN_ONCE);
    uv_timer_stop(timer_.get());
    return done();
  }
  void run_for(std::uint64_t ms) {
    run_until([] { return false; }, ms);
  }
  uv_loop_t* loop() { return &loop_; }
  const std::string& path() const { return path_; }
  LinksOptions options(std::uint16_t node, std::uint64_t boot = 1) const {
    LinksOptions options;
    options.self = NodeId{node};
    options.boot = BootId{boot};
    options.directory = path_;
    return options;
  }
  int turns = 0;  // of the last run

 private:
  std::string path_ = "/tmp/glasspost-links-XXXXXX";
  uv_loop_t loop_{};
  OwnedHandle<uv_timer_t> timer_;
  bool late_ = false;
};

struct Received {
  NodeId from;
  BootId boot;
  std::string bytes;
};

// A process as far as its links go.
class Node : public LinksEvents {
 public:
  Node(Stage& stage, const LinksOptions& options) : stage_(stage), options_(options) {
    start(options.boot);
  }
  Node(Stage& stage, std::uint16_t node) : Node(stage, stage.options(node)) {}
  void frame(NodeId from, BootId boot, std::string_view bytes) override {
    received.push_back({from, boot, std::string(bytes)});
    if (on_frame) on_frame(received.back());
  }
  void start(BootId boot) {  // a new life, after the old one if there was one
    links.reset();
    options_.boot = boot;
    Result<std::unique_ptr<Links>> opened = Links::open(stage_.loop(), options_, *this);
    REQUIRE_MESSAGE(opened, (opened ? "" : opened.error().message));
    links = opened.take();
  }
  void send(const Node& to, std::string bytes) { links->send(to.id(), std::move(bytes)); }
  NodeId id() const { return options_.self; }
  const LinksCounts& counts() const { return links->counts(); }
  std::vector<Received> received;
  std::function<void(const Received&)> on_frame;
  std::unique_ptr<Links> links;

 private:
  Stage& stage_;
  LinksOptions options_;
};

void send_numbers(Node& from, NodeId to, int first, int end, std::size_t padding = 0) {
  for (int i = first; i < end; ++i)
    from.links->send(to, std::to_string(i) + std::string(padding, ' '));
}

// Whether `received` is exactly the numbers first, first + 1, ... end - 1.
bool counts_up(const std::vector<Received>& received, int first, int end) {
  for (const Received& frame : received) {
    if (std::stoi(frame.bytes) != first++) return false;
  }
  return first == end;
}

// Why Links cannot be opened. REQUIRES: they cannot.
Error refusal(Stage& stage, const LinksOptions& options, LinksEvents& events) {
  const auto refused = Links::open(stage.loop(), options, events);
  REQUIRE(!refused);
  return refused.error();
}

bool mentions(const Error& error, const std::string& text) {
  return error.message.find(text) != std::string::npos;
}

// A DEALER of somebody who does not keep our rules, at node 1.
class Stranger {
 public:
  Stranger(const Stage& stage, const std::string& routing_id) {
    socket_.set(zmq::sockopt::linger, 0);
    socket_.set(zmq::sockopt::routing_id, routing_id);
    socket_.connect("ipc://" + stage.path() + "/1.ipc");
  }
  void send(const std::string& bytes, int flags = 0) {
    zmq_send(socket_.handle(), bytes.data(), bytes.size(), flags | ZMQ_DONTWAIT);
  }

 private:
  zmq::context_t context_;
  zmq::socket_t socket_{context_, zmq::socket_type::dealer};
};

// Calls `action` every 10 ms while it lives.
class Repeat {
 public:
  Repeat(Stage& stage, std::function<void()> action) : action_(std::move(action)) {
    timer_ = make_handle<uv_timer_t>(stage.loop(), uv_timer_init, this);
    const auto tick = [](uv_timer_t* timer) { static_cast<Repeat*>(timer->data)->action_(); };
    uv_timer_start(timer_.get(), tick, 0, 10);
  }

 private:
  std::function<void()> action_;
  OwnedHandle<uv_timer_t> timer_;
};

// A process that sends back what it gets, until it is killed. It starts when it can read a byte
// from `gate`. Forked before anyone here has a libzmq context, which would not survive it.
pid_t fork_echo(const LinksOptions& options, int gate) {
  const pid_t parent = ::getpid();
  const pid_t child = ::fork();
  if (child != 0) return child;
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  char byte = 0;
  if (::getppid() != parent || ::read(gate, &byte, 1) != 1) ::_exit(1);
  Stage stage;
  Node echo(stage, options);
  echo.on_frame = [&](const Received& frame) {
    echo.links->send(frame.from, std::string(frame.bytes));
    echo.received.clear();
  };
  uv_run(stage.loop(), UV_RUN_DEFAULT);
  ::_exit(0);
}

}  // namespace

TEST_CASE("links: every socket option is set") {
  LinksOptions options;
  options.self = NodeId{7};
  options.boot = BootId{123'456'789'012};
  zmq::context_t context;
  const std::pair<int, int> both[] = {{ZMQ_LINGER, 0}, {ZMQ_SNDHWM, 1'000}, {ZMQ_RCVHWM, 1'000}};
  const std::pair<int, int> dealers[] = {
      {ZMQ_IMMEDIATE, 1},         {ZMQ_RECONNECT_IVL, 20},        {ZMQ_RECONNECT_IVL_MAX, 1'000},
      {ZMQ_HEARTBEAT_IVL, 1'000}, {ZMQ_HEARTBEAT_TIMEOUT, 5'000}, {ZMQ_HEARTBEAT_TTL, 5'000}};
  for (const int type : {ZMQ_ROUTER, ZMQ_DEALER}) {
    Result<void*> made = make_link_socket(context.handle(), type, options);
    REQUIRE(made);
    const zmq::socket_ref socket(zmq::from_handle, *made);
    const auto check = [&](const std::pair<int, int>& expected) {
      int value = -1;
      std::size_t bytes = sizeof value;
      CHECK(zmq_getsockopt(*made, expected.first, &value, &bytes) == 0);
      CHECK(value == expected.second);
    };
    std::for_each(std::begin(both), std::end(both), check);
    if (type == ZMQ_DEALER) std::for_each(std::begin(dealers), std::end(dealers), check);
    CHECK(socket.get(zmq::sockopt::maxmsgsize) == 4'194'304);
    const std::string id = socket.get(zmq::sockopt::routing_id);
    CHECK(id == (type == ZMQ_DEALER ? "7.123456789012" : ""));
    zmq_close(*made);
  }
}

TEST_CASE("links: 10,000 frames of up to 1 MB both ways, whole and in order") {
  constexpr int kFrames = 10'000;
  constexpr int kUnderWay = 4'000;  // more than libzmq's fuses take, so that frames must wait
  Stage stage;
  LinksOptions first = stage.options(1, 11);
  LinksOptions second = stage.options(2, 22);
  first.waiting_frames_max = second.waiting_frames_max = kUnderWay;
  Node a(stage, first);
  Node b(stage, second);
  // The size and the filling both follow from the number; a few are large.
  const auto frame_of = [](int number) {
    const std::size_t bytes = number % 500 == 499 ? 1'048'576 : 8 + number * 31 % 2'000;
    const std::string digits = std::to_string(number);
    return std::string(bytes, static_cast<char>('a' + number % 26)).replace(0, 5, digits);
  };
  int good = 0;
  for (Node* node : {&a, &b}) {
    const BootId boot{node == &a ? 22U : 11U};  // of the other
    node->on_frame = [&, node, boot](const Received& frame) {
      const int number = static_cast<int>(node->received.size()) - 1;
      good += frame.boot == boot && frame.bytes == frame_of(number) ? 1 : 0;
      node->received.back().bytes = "";  // checked; 40 MB need not stay
    };
  }
  int sent = 0;
  const auto pump = [&] {
    const auto arrived = static_cast<int>(std::min(a.received.size(), b.received.size()));
    for (; sent < kFrames && sent - arrived < kUnderWay; ++sent) {
      a.send(b, frame_of(sent));
      b.send(a, frame_of(sent));
    }
    return arrived == kFrames;
  };
  CHECK(stage.run_until(pump, 3 * kPatienceMs));
  CHECK(good == 2 * kFrames);
  CHECK(a.counts().frames_out == b.counts().frames_in);
  CHECK(a.counts().bytes_out == b.counts().bytes_in);
  CHECK(a.counts().waited > 0);
  CHECK(a.counts().dropped_full + b.counts().dropped_full == 0);
}

TEST_CASE("links: no wake-up is lost over 3,000 round trips that only frames drive") {
  Stage stage;
  Node a(stage, 1);
  Node b(stage, 2);
  int trips = 0;
  b.on_frame = [&](const Received& frame) { b.send(a, frame.bytes); };
  a.on_frame = [&](const Received&) {
    if (++trips < 3'000) a.send(b, std::to_string(trips));
  };
  a.send(b, "0");
  CHECK(stage.run_until([&] { return trips == 3'000; }));
  CHECK(counts_up(a.received, 0, 3'000));
}

TEST_CASE("links: frames for an absent process wait, the oldest fall out, the rest arrive") {
  Stage stage;
  LinksOptions options = stage.options(1);
  options.waiting_frames_max = 1'000;
  Node a(stage, options);
  send_numbers(a, NodeId{2}, 0, 1'500);
  CHECK(a.counts().waited == 1'500);
  CHECK(a.counts().dropped_full == 500);
  Node b(stage, 2);
  CHECK(stage.run_until([&] { return b.received.size() >= 1'000; }));
  CHECK(counts_up(b.received, 500, 1'500));
}

TEST_CASE("links: a process that starts again is reached again and shows its new boot") {
  Stage stage;
  Node a(stage, 1);
  Node b(stage, 2);
  for (std::uint64_t boot = 100; boot < 105; ++boot) {
    b.start(BootId{boot});
    a.received.clear();
    b.received.clear();
    const std::string greeting = "boot " + std::to_string(boot);
    // A frame that meets the breaking link may be lost, hence the repeating.
    Repeat calls(stage, [&] { a.send(b, greeting); });
    b.send(a, greeting);
    REQUIRE(stage.run_until([&] {
      return !a.received.empty() && !b.received.empty() && b.received.back().bytes == greeting;
    }));
    CHECK(a.received.size() == 1);
    CHECK(a.received[0].bytes == greeting);
    CHECK(a.received[0].boot == BootId{boot});
    CHECK(b.received[0].boot == BootId{1});
  }
}

TEST_CASE("links: a process killed by SIGKILL and started again answers with its new boot") {
  Stage stage;
  int gates[2][2];
  pid_t lives[2];
  for (unsigned i = 0; i < 2; ++i) {
    REQUIRE(::pipe(gates[i]) == 0);
    lives[i] = fork_echo(stage.options(2, 10 + i), gates[i][0]);
    REQUIRE(lives[i] > 0);
  }
  Node a(stage, 1);
  int number = 0;
  Repeat calls(stage, [&] { a.links->send(NodeId{2}, std::to_string(number++)); });
  for (unsigned i = 0; i < 2; ++i) {
    REQUIRE(::write(gates[i][1], "x", 1) == 1);
    const std::size_t before = a.received.size();
    CHECK(stage.run_until([&] { return a.received.size() > before + 20; }));
    CHECK(a.received.back().boot == BootId{10 + i});
    ::kill(lives[i], SIGKILL);
    ::waitpid(lives[i], nullptr, 0);
    CHECK(std::filesystem::exists(stage.path() + "/2.ipc"));  // the second life finds it
    ::close(gates[i][0]);
    ::close(gates[i][1]);
  }
  int newest = -1;
  for (const Received& frame : a.received) {
    CHECK(std::stoi(frame.bytes) > newest);
    newest = std::stoi(frame.bytes);
  }
}

TEST_CASE("links: a frame that is too long is refused and the links of others live on") {
  Stage stage;
  LinksOptions options = stage.options(1);
  options.frame_bytes_max = 10'000;
  Node a(stage, options);
  options.self = NodeId{2};
  Node b(stage, options);
  std::vector<Received> from_b;
  a.on_frame = [&](const Received& frame) {
    CHECK(frame.bytes.size() < 10'000);
    if (frame.from == b.id()) from_b.push_back(frame);
  };
  send_numbers(b, a.id(), 0, 100);
  REQUIRE(stage.run_until([&] { return from_b.size() == 100; }));
  b.send(a, std::string(10'001, 'x'));
  CHECK(b.counts().dropped_too_long == 1);
  Stranger stranger(stage, "7.1");  // sends one all the same, and may come back
  stranger.send(std::string(10'001, 'x'));
  Repeat calls(stage, [&] { stranger.send("short"); });
  REQUIRE(stage.run_until([&] { return a.received.size() > 105; }));
  send_numbers(b, a.id(), 100, 200);
  CHECK(stage.run_until([&] { return from_b.size() == 200; }));
  CHECK(counts_up(from_b, 0, 200));
}

TEST_CASE("links: strange routing ids and parts are dropped, a second connection takes over") {
  Stage stage;
  Node a(stage, 1);
  std::uint64_t dropped = 0;
  for (const char* id : {"hello", "7", "7.", ".5", "7.5x", "70000.5", "-7.5", "7.5.5"}) {
    Stranger stranger(stage, id);
    stranger.send("who am I?");
    ++dropped;
    CHECK(stage.run_until([&] { return a.counts().dropped_unreadable == dropped; }));
  }
  Stranger first(stage, "7.5");
  first.send("one", ZMQ_SNDMORE);
  first.send("two", ZMQ_SNDMORE);
  first.send("three");
  first.send("whole");
  first.send("");
  REQUIRE(stage.run_until([&] { return a.received.size() == 2; }));
  CHECK(a.received[0].bytes == "whole");
  CHECK(a.received[1].bytes.empty());
  CHECK(a.counts().dropped_unreadable == dropped + 1);
  // libzmq lets nobody read ZMQ_ROUTER_HANDOVER back: it shows when the newer connection wins.
  Stranger second(stage, "7.5");
  second.send("again");
  REQUIRE(stage.run_until([&] { return a.received.size() == 3; }));
  CHECK(a.received[2].bytes == "again");
  CHECK(a.received[2].from == NodeId{7});
  CHECK(a.received[2].boot == BootId{5});
}

TEST_CASE("links: reading stops at once, without spinning, and goes on without loss") {
  Stage stage;
  LinksOptions options = stage.options(2);
  options.waiting_frames_max = 5'000;
  Node a(stage, 1);
  Node b(stage, options);
  a.links->send(NodeId{3}, "nobody is there");
  a.on_frame = [&](const Received&) {
    if (a.received.size() == 10) a.links->stop_reading(true);  // in the middle of a turn
  };
  send_numbers(b, a.id(), 0, 5'000, 500);  // more than the fuses and the kernel hold
  REQUIRE(stage.run_until([&] { return b.counts().frames_out >= 1'900; }));
  stage.run_for(200);  // what there is to do gets done
  stage.run_for(200);
  CHECK(stage.turns < 30);
  CHECK(a.received.size() == 10);
  CHECK(b.counts().frames_out < 5'000);  // the stop reaches back to the sender
  a.links->stop_reading(false);
  CHECK(stage.run_until([&] { return a.received.size() == 5'000; }));
  for (int next = 5'000; next < 5'020; ++next) {
    a.links->stop_reading(true);
    send_numbers(b, a.id(), next, next + 1);
    stage.run_for(5);  // it arrives and wakes us for nothing
    a.links->stop_reading(false);
    REQUIRE(stage.run_until([&] { return a.received.size() > static_cast<unsigned>(next); }));
  }
  CHECK(counts_up(a.received, 0, 5'020));
}

TEST_CASE("links: a flood starves neither timers nor another link") {
  Stage stage;
  LinksOptions options = stage.options(1);
  options.frames_per_turn = 16;
  Node a(stage, options);
  Node quiet(stage, 2);
  Node flood(stage, 3);
  unsigned since_tick = 0;
  unsigned most_between_ticks = 0;
  unsigned from_flood = 0;
  unsigned sent = 0;
  unsigned from_quiet = 0;
  a.on_frame = [&](const Received& frame) {
    most_between_ticks = std::max(most_between_ticks, ++since_tick);
    ++(frame.from == flood.id() ? from_flood : from_quiet);
  };
  const auto timer = make_handle<uv_timer_t>(stage.loop(), uv_timer_init, &since_tick);
  const auto tick = [](uv_timer_t* due) { *static_cast<unsigned*>(due->data) = 0; };
  const auto pour = [&] {  // in every turn; the timer is due in the same one
    uv_timer_start(timer.get(), tick, 0, 0);
    for (; sent - from_flood < 1'000; ++sent)
      flood.send(a, std::string(100, 'x'));
    return from_flood > 2'000;
  };
  REQUIRE(stage.run_until(pour));
  send_numbers(quiet, a.id(), 0, 100);
  CHECK(stage.run_until([&] { return pour() && from_quiet == 100; }));
  CHECK(most_between_ticks == 16);  // the budget was used up, and a timer ran after each time
}

TEST_CASE("links: a directory that cannot serve is refused with the way out") {
  Stage stage;
  Node unused(stage, 9);
  LinksOptions options = stage.options(1);
  REQUIRE(::chmod(options.directory.c_str(), 0710) == 0);
  CHECK(mentions(refusal(stage, options, unused), "0700"));
  REQUIRE(::chmod(options.directory.c_str(), 0700) == 0);
  options.directory += "/" + std::string(97 - options.directory.size() - 1, 'd');
  CHECK(refusal(stage, options, unused).code == Code::kNotFound);
  REQUIRE(::mkdir(options.directory.c_str(), 0700) == 0);
  options.self = NodeId{65'535};
  CHECK(Links::open(stage.loop(), options, unused));
  options.directory += "d";  // now too long for 65535.ipc, so for every node
  options.self = NodeId{1};
  const Error error = refusal(stage, options, unused);
  CHECK(error.code == Code::kInvalidArgument);
  for (const char* word : {"98 bytes", "107", "97", "shorter"})
    CHECK(mentions(error, word));
}

TEST_CASE("links: the socket of a dead process is replaced, that of a living one is not") {
  Stage stage;
  Node b(stage, 2);
  const std::string path = stage.path() + "/1.ipc";
  {
    Node before(stage, 3);
    std::filesystem::rename(stage.path() + "/3.ipc", path);
  }
  REQUIRE(std::filesystem::is_socket(path));
  Node a(stage, 1);
  const Error living = refusal(stage, stage.options(1), b);
  CHECK(living.code == Code::kConflict);
  CHECK(mentions(living, path));
  b.send(a, "0");
  CHECK(stage.run_until([&] { return !a.received.empty(); }));
  a.links.reset();
  std::ofstream(path) << "somebody's notes";
  CHECK(refusal(stage, stage.options(1), b).code == Code::kConflict);
  CHECK(std::filesystem::is_regular_file(path));
}

TEST_CASE("links: shut down from inside a frame, twice, and the socket file is gone") {
  Stage stage;
  Node a(stage, 1);
  Node b(stage, 2);
  send_numbers(b, a.id(), 0, 100);
  a.on_frame = [&](const Received&) { a.links->shut_down(); };
  CHECK(stage.run_until([&] { return !a.received.empty(); }));
  stage.run_for(50);
  CHECK(a.received.size() == 1);
  CHECK_FALSE(std::filesystem::exists(stage.path() + "/1.ipc"));
  a.send(b, "never");
  a.links->shut_down();
  CHECK(a.counts().frames_out == 0);
}
