// The hub's books: facts of all rings in one order of time, the last of them kept for those who
// come late or read slowly. Sockets and rings are its host's affair.
//
//   rings, devices --add--> waiting --(settled)--> backlog <--cursor-- subscribers
//
// The backlog is the queue of every subscriber: each has a place in it. One that falls so far
// behind that its place is no longer kept has lost what lies between, and is told how much.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <span>
#include <utility>
#include <vector>

#include "engine/base/time.hpp"
#include "engine/proto/fact.hpp"

namespace glasspost {

// How long a fact may take from its instant into the hub without losing its place in the order.
// One that comes later is put in as soon as it comes, with the time of its coming.
inline constexpr Duration kHubPatience = std::chrono::milliseconds(30);

class Hub {
 public:
  explicit Hub(std::size_t kept_max) : kept_max_(kept_max) {}

  // Facts in the order of one sender.
  void add(std::span<const Fact> facts);

  // Everything that is older than `now` less the patience is put into the backlog, in order.
  void settle(Time now);

  // Every fact that is still to come will have a later time than this.
  Time until() const { return until_; }

  // What a subscriber gets.
  struct Piece {
    std::vector<Fact> facts;
    std::uint64_t lost = 0;  // before these
    std::uint64_t next = 0;  // its new place
  };
  // At most `most` facts from a place on.
  Piece from(std::uint64_t place, std::size_t most) const;

  // What was told before begin() and still holds: who joined, who is logged in where. With the time
  // of begin(), for a subscriber that comes late.
  std::vector<Fact> standing() const;

  // The newest setting of each choice that was told below a place, whoever forgot it since.
  std::vector<Fact> choices_before(std::uint64_t place) const;

  // Places count facts since the hub began; the newest is end() - 1.
  std::uint64_t begin() const { return end_ - backlog_.size(); }
  std::uint64_t end() const { return end_; }

 private:
  void forget(const Fact& fact);

  std::size_t kept_max_;
  std::vector<Fact> waiting_;
  bool in_order_ = true;        // what waits is in order of time, ...
  std::int64_t newest_us_ = 0;  // ... up to here
  std::deque<Fact> backlog_;
  std::uint64_t end_ = 0;
  std::map<std::uint64_t, Fact> joined_;                              // by user, of forgotten facts
  std::map<std::pair<std::uint16_t, std::uint64_t>, Fact> sessions_;  // by node and connection
  std::map<std::uint64_t, Fact> chosen_;     // by choice, of forgotten facts
  std::deque<std::uint64_t> choice_places_;  // of settings in the backlog, oldest first
  Time until_ = Time(Duration(0));
};

}  // namespace glasspost
