// A role on a bench: fed by hand, with a disk and a clock of its own. The bench remembers what the
// role was fed, so that the same can be played to another one, and checks the role's invariants
// after every step.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "glasspost/v1/letter.pb.h"

#include "engine/core/role.hpp"
#include "engine/storage/memory_store.hpp"

namespace glasspost::tests {

using Letters = std::vector<v1::Letter>;

// One input, with all that was seen beside it.
struct Moment {
  Input::Kind kind = Input::Kind::kStart;
  Config config = {};
  Letters letters = {};
  TimerId timer = {};
  Peer peer = {};
  Time now = {};
  std::int64_t wall_ms = 0;
  BootId boot = {};
  std::uint64_t step = 0;
};

// One step of a role over a disk.
inline Outbox play(RoleBox& role, MemoryStore& disk, const Moment& moment) {
  Input input;
  input.kind = moment.kind;
  input.config = &moment.config;
  input.letters = moment.letters;
  input.timer = moment.timer;
  input.peer = moment.peer;
  Outbox out;
  role.step(input, {moment.now, moment.wall_ms, moment.boot, disk, 77, moment.step}, out);
  disk.apply(out.puts);
  return out;
}

inline v1::Letter from(Address source, v1::Letter letter) {
  letter.set_source(pack(source));
  return letter;
}

class Bench {
 public:
  Bench(Address self, RoleBox box, Config lived_by)
      : address(self), role(std::move(box)), config(std::move(lived_by)) {}

  // The first two inputs of a life.
  void start() {
    disk_at_start = disk;
    history.clear();
    configure();
    step({.kind = Input::Kind::kStart});
  }

  // Another life over the same disk: whatever was in memory or unsaid is gone. The life before has
  // a death certificate.
  void restart(RoleBox fresh) {
    role = std::move(fresh);
    config.ended[address] = boot;
    ++boot.value;
    steps = 0;
    timers.clear();
    said.clear();
    facts.clear();
    released.clear();
    start();
  }

  void configure() { step({.kind = Input::Kind::kConfig, .config = config}); }
  void feed(Letters letters) {
    step({.kind = Input::Kind::kLetters, .letters = std::move(letters)});
  }
  void feed(v1::Letter letter) { feed(Letters{std::move(letter)}); }
  void tell(const Peer& peer) { step({.kind = Input::Kind::kPeer, .peer = peer}); }

  // Lets time pass: every timer that comes due fires at its time.
  void wait(Duration duration) {
    const Time end = now + duration;
    while (true) {
      auto next = timers.end();
      for (auto timer = timers.begin(); timer != timers.end(); ++timer) {
        if (next == timers.end() || timer->second < next->second) next = timer;
      }
      if (next == timers.end() || next->second > end) break;
      now = std::max(now, next->second);
      const TimerId id = next->first;
      timers.erase(next);
      step({.kind = Input::Kind::kTimer, .timer = id});
    }
    now = end;
  }

  // The letters of one kind that the role has said since they were last taken.
  Letters take(v1::Letter::BodyCase kind) {
    Letters taken;
    Letters rest;
    for (v1::Letter& letter : said)
      (letter.body_case() == kind ? taken : rest).push_back(std::move(letter));
    said = std::move(rest);
    return taken;
  }

  // The only such letter.
  v1::Letter one(v1::Letter::BodyCase kind) {
    const Letters taken = take(kind);
    REQUIRE(taken.size() == 1);
    return taken.front();
  }

  std::vector<Fact> facts_of(FactKind kind) const {
    std::vector<Fact> found;
    for (const std::vector<Fact>* list : {&facts, &released}) {
      for (const Fact& fact : *list) {
        if (fact.kind == kind) found.push_back(fact);
      }
    }
    return found;
  }

  Address address;
  RoleBox role;
  Config config;
  MemoryStore disk;
  MemoryStore disk_at_start;
  Time now = time_from_us(5'000'000);
  std::int64_t wall_ms = 1'700'000'000'000;
  BootId boot{1};
  std::uint64_t steps = 0;
  std::map<TimerId, Time> timers;
  Letters said;
  std::vector<Fact> facts;     // of steps
  std::vector<Fact> released;  // of letters
  std::vector<Moment> history;
  Outbox out;  // of the last step

 private:
  void step(Moment moment) {
    moment.now = now;
    moment.wall_ms = wall_ms;
    moment.boot = boot;
    moment.step = ++steps;
    out = play(role, disk, moment);
    history.push_back(std::move(moment));
    for (const Send& send : out.sends) {
      said.push_back(from(address, send.letter));
      released.insert(released.end(), send.at_release.begin(), send.at_release.end());
    }
    for (const TimerChange& change : out.timers) {
      timers.erase(change.timer);
      if (change.at != kNever) timers[change.timer] = change.at;
    }
    facts.insert(facts.end(), out.facts.begin(), out.facts.end());
    CHECK(role.broken_invariant() == "");
  }
};

}  // namespace glasspost::tests
