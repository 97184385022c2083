// The table of readiness: what it tells, of whom, and what it no longer tells.
#include "engine/live/readiness.hpp"

#include <array>
#include <list>
#include <optional>

#include <doctest/doctest.h>
#include <sys/socket.h>
#include <unistd.h>

namespace glasspost {
namespace {

// A pair of connected sockets, one of them in a table.
struct Line {
  explicit Line(Readiness& its_table) : table(its_table) {
    std::array<int, 2> ends{};
    REQUIRE(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends.data()) == 0);
    ours = tcp::Socket(ends[0]);
    theirs = tcp::Socket(ends[1]);
  }
  ~Line() { table.forget(this); }
  void wait_for(Interest wanted) {
    REQUIRE(table.watch(ours.get(), this, watched, wanted));
    watched = wanted;
  }
  void say_something() const { REQUIRE(write(theirs.get(), "x", 1) == 1); }

  Readiness& table;
  tcp::Socket ours, theirs;
  Interest watched;
  int told = 0;
  Interest last;
  bool ends_others = false;  // when it is told
  std::list<Line>* all = nullptr;
};

struct World {
  World() {
    REQUIRE(uv_loop_init(&loop) == 0);
    table.emplace(&loop, on_ready, on_round, this);
    REQUIRE(static_cast<bool>(table->start()));
  }
  ~World() {
    lines.clear();
    table.reset();
    uv_run(&loop, UV_RUN_DEFAULT);
    CHECK(uv_loop_close(&loop) == 0);
  }
  Line& add() {
    lines.emplace_back(*table).all = &lines;
    return lines.back();
  }
  void turn() { uv_run(&loop, UV_RUN_NOWAIT); }

  static void on_ready(void* subject, Interest ready, bool) {
    auto& line = *static_cast<Line*>(subject);
    ++line.told;
    line.last = ready;
    if (!line.ends_others) return;
    std::list<Line>& all = *line.all;
    for (auto next = all.begin(); next != all.end();) {
      const auto it = next++;
      if (&*it != &line) all.erase(it);
    }
  }
  static void on_round(void* owner, bool begins) {
    auto& world = *static_cast<World*>(owner);
    world.open_rounds += begins ? 1 : -1;
    if (begins) ++world.rounds;
  }

  uv_loop_t loop{};
  std::optional<Readiness> table;
  std::list<Line> lines;
  int rounds = 0, open_rounds = 0;
};

TEST_CASE("readiness: a socket is told of what it waits for, as long as it is so") {
  World world;
  Line& line = world.add();
  line.say_something();
  line.wait_for({.room = true});
  world.turn();
  CHECK(line.told == 1);
  CHECK(line.last == Interest{.room = true});
  line.wait_for({.bytes = true, .room = true});
  world.turn();
  CHECK(line.last == Interest{.bytes = true, .room = true});
  line.wait_for({.bytes = true});
  world.turn();
  world.turn();  // still unread
  CHECK(line.told == 4);
  CHECK(line.last == Interest{.bytes = true});
  CHECK(world.open_rounds == 0);
}

TEST_CASE("readiness: who waits for nothing is told nothing, not even of the end") {
  World world;
  Line& line = world.add();
  line.wait_for({.bytes = true});
  line.wait_for({});
  line.theirs = tcp::Socket();
  world.turn();
  CHECK(line.told == 0);
  line.wait_for({.bytes = true});
  world.turn();
  CHECK(line.told == 1);
}

TEST_CASE("readiness: who ends in a round is not told any more") {
  World world;
  for (int i = 0; i < 10; ++i) {
    Line& line = world.add();
    line.ends_others = true;
    line.wait_for({.room = true});
  }
  world.turn();
  REQUIRE(world.lines.size() == 1);
  CHECK(world.lines.front().told == 1);
}

TEST_CASE("readiness: a crowd is told in rounds, and the loop turns between them") {
  World world;
  for (int i = 0; i < 600; ++i)
    world.add().wait_for({.room = true});
  world.turn();
  CHECK(world.rounds == 1);
  const auto told = [&world] {
    int sum = 0;
    for (const Line& line : world.lines)
      sum += line.told > 0 ? 1 : 0;
    return sum;
  };
  CHECK(told() < 600);
  for (int i = 0; i < 3; ++i)
    world.turn();
  CHECK(told() == 600);
}

TEST_CASE("readiness: nothing is told after the stop") {
  World world;
  Line& line = world.add();
  line.wait_for({.room = true});
  world.table->stop();
  world.turn();
  CHECK(line.told == 0);
}

}  // namespace
}  // namespace glasspost
