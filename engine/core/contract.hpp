// The contract between roles and hosts: what a role may see in one step, and all it may ask for.
//
//   role.step(input, seen, out)
//
// A role is a value with one function. It reads its input and what it is shown, changes its own
// state, and fills an Outbox. Sockets, files, clocks, threads and random devices belong to the
// host; the order "durable first, visible second" belongs to settle (station.hpp).
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "glasspost/v1/letter.pb.h"

#include "engine/base/ids.hpp"
#include "engine/base/random.hpp"
#include "engine/base/time.hpp"
#include "engine/core/address.hpp"
#include "engine/core/config.hpp"
#include "engine/core/fact_sample.hpp"
#include "engine/proto/fact.hpp"

namespace glasspost {

// -- what a role sees
// ------------------------------------------------------------------------------

// One row of the local store.
struct StoreRow {
  std::string key;
  std::string value;
};

// The process's store as it is now: it shows puts that are not yet synced. That is safe, because
// settle lets nothing leave before they are.
class ReadView {
 public:
  virtual ~ReadView() = default;
  virtual std::optional<std::string> get(std::string_view key) const = 0;
  // Rows with first <= key < end in key order: at most `rows_max`, and no more after `bytes_max` of
  // values (but at least one row if there is any).
  virtual std::vector<StoreRow> range(std::string_view first, std::string_view end,
                                      std::size_t rows_max, std::size_t bytes_max) const = 0;
  // The last row with first <= key < end.
  virtual std::optional<StoreRow> last(std::string_view first, std::string_view end) const = 0;
};

// What a role sees beside its input.
struct Seen {
  Time now;                  // this station's own monotonic clock
  std::int64_t wall_ms = 0;  // time of day, milliseconds since 1970: for people, never for order
  BootId boot;               // this life of the process; rises with every start
  const ReadView& store;
  std::uint64_t random_seed = 0;  // of this life
  std::uint64_t step = 0;         // of this life

  // A stream of random numbers that depends on the life, the name and the step alone.
  Random random(std::string_view name) const {
    return Random(derive_seed(random_seed, name, step));
  }
};

// Names a timer of a role. Setting it again moves it.
struct TimerId {
  std::uint16_t kind = 0;     // an enumerator of the role's own
  std::uint64_t subject = 0;  // a section, a connection, ...

  auto operator<=>(const TimerId&) const = default;

  template <class Archive>
  void fields(Archive& archive) {
    archive(kind, subject);
  }
};

// Another role became reachable in this life, or a connection opened or closed.
struct Peer {
  Address address;
  BootId boot;
  bool up = true;
};

// What a step is about. Exactly one of the members named by the kind is meant.
struct Input {
  enum class Kind : std::uint8_t {
    kConfig = 0,   // config: the first input of a life, and again when it changes
    kStart = 1,    // nothing: the second input of a life
    kLetters = 2,  // letters: one or more, in the order they arrived
    kTimer = 3,    // timer: it is due
    kPeer = 4      // peer
  };
  Kind kind = Kind::kStart;
  const Config* config = nullptr;
  std::span<const v1::Letter> letters;
  TimerId timer;
  Peer peer;
};

// -- what a role asks for
// --------------------------------------------------------------------------

// One change of the local store. All puts of a step are one batch: all of it, or nothing.
struct Put {
  enum class Kind : std::uint8_t { kSet = 0, kErase = 1, kEraseRange = 2 };
  Kind kind = Kind::kSet;
  std::string key;
  std::string value;  // kSet: the value; kEraseRange: the end, not included
};

// One letter to another role.
struct Send {
  v1::Letter letter;
  Time not_after = kNever;       // compared as the bytes are handed over; late: withheld
  std::vector<Fact> at_release;  // true only in the moment the letter leaves; withheld with it
};

// Set (at != kNever) or cancel (at == kNever) a timer.
struct TimerChange {
  TimerId timer;
  Time at = kNever;
};

// All that one step asks of its host.
struct Outbox {
  std::vector<Put> puts;
  std::vector<Send> sends;
  std::vector<TimerChange> timers;
  std::vector<Fact> facts;
  // A newer route table, for every role of this process and, with its frames, for all others.
  std::optional<v1::RouteTable> routes;
  FactSample sample;  // set by the host

  void set(std::string key, std::string value);
  void erase(std::string key);
  void erase_range(std::string first, std::string end);

  // Adds a letter; fill in the body of what comes back. The reference holds until the next send.
  Send& send(Address target, std::uint64_t trace = 0);

  // The due time is the station's own clock.
  void wake(TimerId timer, Time at);
  void cancel(TimerId timer);

  // Tells a fact, if the sample takes it: with the step, or as a letter of this step leaves.
  void fact(const Fact& fact);
  void fact_as_leaves(Send& send, const Fact& fact) const;
};

inline void Outbox::set(std::string key, std::string value) {
  puts.push_back({Put::Kind::kSet, std::move(key), std::move(value)});
}
inline void Outbox::erase(std::string key) {
  puts.push_back({Put::Kind::kErase, std::move(key), {}});
}
inline void Outbox::erase_range(std::string first, std::string end) {
  puts.push_back({Put::Kind::kEraseRange, std::move(first), std::move(end)});
}
inline Send& Outbox::send(Address target, std::uint64_t trace) {
  Send& added = sends.emplace_back();
  added.letter.set_target(pack(target));
  if (trace != 0) added.letter.set_trace(trace);
  return added;
}
inline void Outbox::wake(TimerId timer, Time at) {
  timers.push_back({timer, at});
}
inline void Outbox::cancel(TimerId timer) {
  timers.push_back({timer, kNever});
}
inline void Outbox::fact(const Fact& added) {
  if (sample.takes(added)) facts.push_back(added);
}
inline void Outbox::fact_as_leaves(Send& send, const Fact& added) const {
  if (sample.takes(added)) send.at_release.push_back(added);
}

}  // namespace glasspost
