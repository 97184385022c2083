// settle and release: the whole durability rule of the house.
#include "engine/core/station.hpp"

#include <algorithm>
#include <cassert>

#include "engine/core/limits.hpp"

namespace glasspost {
namespace {

std::uint32_t fact_role(Address role) {
  return static_cast<std::uint32_t>(role.kind) << 24 |
         static_cast<std::uint32_t>(role.number & 0xFF'FFFF);
}

std::vector<Fact> stamped(std::vector<Fact> facts, const Station& station, Address role) {
  for (Fact& fact : facts) {
    fact.node = station.node.value;
    fact.role = fact_role(role);
  }
  return facts;
}

bool too_late(Time not_after, Time now) {
  return now > not_after;
}

Fact withheld(const v1::Letter& letter) {
  return {.trace = letter.trace(),
          .kind = FactKind::kWithheld,
          .subject = letter.target(),
          .object = static_cast<std::uint64_t>(letter.body_case())};
}

void hold_facts(Station& station, std::vector<Fact> facts) {
  if (!facts.empty()) station.held.push_back({station.puts, kNever, {}, std::move(facts)});
}

void change_timers(Station& station, Address role, const std::vector<TimerChange>& changes) {
  for (const TimerChange& change : changes) {
    if (change.at == kNever) {
      station.timers.erase({role, change.timer});
    } else {
      station.timers[{role, change.timer}] = change.at;
    }
  }
}

}  // namespace

bool Station::hosts(Address role) const {
  return std::find(roles.begin(), roles.end(), role) != roles.end();
}

Time Station::next_timer() const {
  Time earliest = kNever;
  for (const auto& [timer, at] : timers)
    earliest = std::min(earliest, at);
  return earliest;
}

bool Station::must_stop_reading() const {
  return held.size() >= limits::kHeldReleasesMax;
}

void settle(Station& station, Stepped&& step, WriteStore& store, std::vector<v1::Letter>& local) {
  auto& [role, now, out] = step;
  if (!out.puts.empty()) {
    store.apply(out.puts);
    ++station.puts;
  }
  change_timers(station, role, out.timers);
  hold_facts(station, stamped(std::move(out.facts), station, role));
  for (Send& send : out.sends) {
    assert(send.letter.body_case() != v1::Letter::BODY_NOT_SET);
    send.letter.set_source(pack(role));
    std::vector<Fact> at_release = stamped(std::move(send.at_release), station, role);
    if (!station.hosts(unpack(send.letter.target()))) {
      Held& held = station.held.emplace_back();
      held.after_put = station.puts;
      held.not_after = send.not_after;
      held.letter.value = std::move(send.letter);
      held.facts = std::move(at_release);
      continue;
    }
    if (too_late(send.not_after, now)) {
      hold_facts(station, stamped({withheld(send.letter)}, station, role));
      continue;
    }
    send.letter.set_source_boot(station.boot.value);
    local.push_back(std::move(send.letter));
    hold_facts(station, std::move(at_release));
  }
}

void release(Station& station, Time now, ReleaseSink& sink) {
  assert(station.synced <= station.puts);
  while (!station.held.empty() && station.held.front().after_put <= station.synced) {
    Held& held = station.held.front();
    v1::Letter& letter = held.letter.value;
    const bool is_letter = letter.target() != 0;
    if (is_letter && too_late(held.not_after, now)) {
      held.facts = stamped({withheld(letter)}, station, unpack(letter.source()));
    } else if (is_letter) {
      sink.hand_over(std::move(letter));
    }
    for (Fact& fact : held.facts) {
      fact.time_us = to_us(now);
      sink.fact(fact);
    }
    station.held.pop_front();
  }
}

}  // namespace glasspost
