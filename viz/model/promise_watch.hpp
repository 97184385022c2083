// The promises while the stream goes on: what can be said of each by now, and when that changed.
// The observers are those of engine/promises; here is only the memory of their verdicts.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "engine/base/time.hpp"
#include "engine/promises/promises.hpp"
#include "engine/promises/recovery_stream.hpp"

namespace glasspost::viz {

enum class Standing : std::uint8_t {
  kHolds = 0,  // judged, and not broken so far
  kWaits = 1,  // a fault is active, or nothing was judged yet
  kCannotTell = 2,
  kBroken = 3
};

struct PromiseView {
  int number = 0;
  Standing standing = Standing::kWaits;
  std::uint64_t judged = 0;
  Time judged_at = Time(Duration(0));  // the last judgement
  std::string reason;                  // why it cannot be told, or what broke it
  std::vector<Fact> witnesses;         // of the break, oldest first
  Time broken_at = Time(Duration(0));

  bool operator==(const PromiseView&) const = default;
};

inline constexpr int kPromiseCount = 9;

// How all of them stood at one instant.
struct PromiseBoard {
  Time at = Time(Duration(0));
  std::uint64_t facts = 0;  // that were judged up to then
  std::array<PromiseView, kPromiseCount> all;
};

class PromiseWatch {
 public:
  PromiseWatch();

  void apply(const Fact& fact);
  // Looks at the verdicts; call it now and then (they cost more than a fact).
  void look(Time now);

  // As they were told last, by number.
  const std::array<PromiseView, kPromiseCount>& all() const { return views_; }
  std::uint64_t facts() const { return facts_; }
  // The same as a value that can be kept; `now` is when one looked.
  PromiseBoard board(Time now) const { return {now, facts_, views_}; }

 private:
  void look_at(const Verdict& verdict, Time now);
  [[nodiscard]] std::string loss_reason() const;

  std::unique_ptr<Promises> promises_;
  RecoveryStream recovery_;  // promise 8, which the others' judge tells only at the end
  std::array<PromiseView, kPromiseCount> views_;
  std::uint64_t facts_ = 0;
  std::uint64_t since_ = 0;  // facts that the present observers have seen
  std::uint64_t lost_ = 0;   // counted ones
  bool lost_uncounted_ = false;
};

}  // namespace glasspost::viz
