// Toys for the tests of engine/core: addresses, letters, a store that is a std::map, and a sink
// that writes down what left, in order.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/core/station.hpp"

namespace glasspost::tests {

// Two roles of the process under test, and one elsewhere.
inline constexpr Address kHere{RoleKind::kLogic, 1};
inline constexpr Address kBeside{RoleKind::kLogic, 2};
inline constexpr Address kAway{RoleKind::kAccount, 1};

constexpr Time at_ms(std::int64_t ms) {
  return time_from_us(ms * 1'000);
}

// A letter told from others by its trace.
inline v1::Letter toy_letter(Address source, Address target, std::uint64_t trace) {
  v1::Letter letter;
  letter.set_source(pack(source));
  letter.set_target(pack(target));
  letter.set_trace(trace);
  letter.mutable_count_users();
  return letter;
}

// Adds such a letter to what a step asks for.
inline Send& send_toy(Outbox& out, Address target, std::uint64_t trace) {
  Send& send = out.send(target, trace);
  send.letter.mutable_count_users();
  return send;
}

// A fact told from others by its subject.
inline Fact toy_fact(std::uint64_t subject) {
  return {.kind = FactKind::kShown, .subject = subject};
}

// Visible at once; forgets nothing. Only what the tests of core need.
class ToyStore final : public ReadView, public WriteStore {
 public:
  std::optional<std::string> get(std::string_view key) const override {
    const auto found = rows.find(std::string(key));
    return found == rows.end() ? std::nullopt : std::optional(found->second);
  }
  std::vector<StoreRow> range(std::string_view, std::string_view, std::size_t,
                              std::size_t) const override {
    return {};
  }
  std::optional<StoreRow> last(std::string_view, std::string_view) const override {
    return std::nullopt;
  }
  void apply(std::span<const Put> batch) override {
    ++batches;
    for (const Put& put : batch) {
      if (put.kind == Put::Kind::kSet) rows[put.key] = put.value;
      if (put.kind == Put::Kind::kErase) rows.erase(put.key);
    }
  }

  std::map<std::string, std::string> rows;
  std::uint64_t batches = 0;
};

// Writes down what left: "letter <trace>", "fact <subject>", "withheld <trace>".
class ToySink final : public ReleaseSink {
 public:
  void hand_over(v1::Letter&& letter) override {
    order.push_back("letter " + std::to_string(letter.trace()));
    letters.push_back(std::move(letter));
  }
  void fact(const Fact& fact) override {
    const bool withheld = fact.kind == FactKind::kWithheld;
    order.push_back(withheld ? "withheld " + std::to_string(fact.trace)
                             : "fact " + std::to_string(fact.subject));
    facts.push_back(fact);
  }

  std::vector<std::string> order;
  std::vector<v1::Letter> letters;
  std::vector<Fact> facts;
};

// A station with two roles, its store and its sink.
struct ToyBench {
  Station station;
  ToyStore store;
  ToySink sink;
  std::vector<v1::Letter> local;

  ToyBench() {
    station.node = NodeId{7};
    station.boot = BootId{3};
    station.roles = {kHere, kBeside};
  }

  void settle_step(Outbox out, Time now = at_ms(0), Address role = kHere) {
    settle(station, {role, now, std::move(out)}, store, local);
  }

  // All puts so far are durable; what that covers leaves.
  void sync(Time now = at_ms(0)) { sync_upto(station.puts, now); }
  void sync_upto(std::uint64_t put, Time now = at_ms(0)) {
    station.synced = put;
    release(station, now, sink);
  }
};

using Words = std::vector<std::string>;

}  // namespace glasspost::tests
