// The tap on one process: it watches the letters that reach its roles and makes facts of them.
// Every letter is counted in a cell (who to whom, what, how many, how long on the way); a watched
// message's letters are told one by one, with their bytes if that is allowed. Both hosts use it.
//
//   host --(letters of a step)--> Tap --(kCell every 10 ms, kArrived, kBytes)--> ring, or watcher
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "engine/base/time.hpp"
#include "engine/core/contract.hpp"

namespace glasspost {

// Facts name a role so: kind << 24 | number. A device or person is number 0: a link to "the
// devices" is one link.
std::uint32_t fact_role_of(Address role);

// What a letter is, as cells name it: its body's number; for what devices say and hear, that of the
// client envelope's body with this bit.
inline constexpr std::uint64_t kClientLetter = 0x1000;
std::uint64_t letter_kind(const v1::Letter& letter);

// Whether the bytes of such a letter may be shown: it can carry no token and no password.
bool may_show_bytes(const v1::Letter& letter);

class Tap {
 public:
  struct Options {
    NodeId node;
    std::uint64_t watch = 1;  // one of so many messages is told letter by letter; 0: none
    bool bodies = true;       // with their bytes
  };

  Tap(Options options, std::function<void(const Fact&)> emit)
      : options_(options), emit_(std::move(emit)) {}

  void change(std::uint64_t watch, bool bodies);

  // A step of `role` took `letters` in, and asked for `out`. `now` is the clock that handed_us is
  // of.
  void stepped(Time now, Address role, std::span<const v1::Letter> letters, const Outbox& out);

  // A letter leaves for a device.
  void to_edge(Time now, Address from, const v1::Letter& letter);

  // Tells the cells of the windows that are over. The host calls it at least every 10 ms while
  // letters come, and at the end.
  void flush(Time now);
  bool has_cells() const { return !cells_.empty(); }

 private:
  struct Cell {
    std::uint64_t link = 0;
    std::uint64_t kind = 0;
    std::uint64_t count = 0;
    std::uint64_t bytes = 0;
    std::vector<std::uint32_t> waits;  // the first 64, us
    std::uint32_t longest = 0;
  };

  void count(Time now, std::uint64_t link, const v1::Letter& letter, std::uint64_t bytes,
             std::uint32_t wait);
  void tell(const Fact& arrived, const v1::Letter& letter);
  bool watched(std::uint64_t trace) const;

  Options options_;
  std::function<void(const Fact&)> emit_;
  std::vector<Cell> cells_;  // of the window under way
  Time window_ = Time(Duration(0));
};

inline constexpr Duration kCellWindow = std::chrono::milliseconds(10);

}  // namespace glasspost
