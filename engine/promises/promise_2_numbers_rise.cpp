// Promise 2: each range against the one before it and its ceiling.
#include "engine/promises/promise_2_numbers_rise.hpp"

#include <string>

namespace glasspost {
namespace {

// The fields of a kHandedOut fact. REQUIRES: count > 0.
struct Range {
  std::uint64_t first;
  std::uint64_t last;
  std::uint64_t ceiling;

  explicit Range(const Fact& fact)
      : first(fact.number), last(fact.number + (fact.value - 1)), ceiling(fact.extra) {}

  // A last number below the first has wrapped around, far above any ceiling.
  bool above_ceiling() const { return last > ceiling || last < first; }
};

std::string to_text(const Range& range) {
  return "numbers " + std::to_string(range.first) + " to " + std::to_string(range.last);
}

std::string handed_text(UserId user, const Range& range) {
  return to_text(user) + " was handed " + to_text(range);
}

}  // namespace

Promise2NumbersRise::Promise2NumbersRise()
    : judgement_(2,
                 "For one user, sequence numbers handed out never go back and never repeat, "
                 "whatever dies, freezes or is cut off.") {}

void Promise2NumbersRise::observe(const Fact& fact) {
  if (fact.kind != FactKind::kHandedOut || fact.value == 0) return;
  judgement_.count();
  const UserId user{static_cast<std::uint32_t>(fact.subject)};
  const Range range(fact);
  if (range.above_ceiling()) {
    judgement_.broke(
        handed_text(user, range) + ", above the ceiling " + std::to_string(range.ceiling), {fact});
  }
  const auto [entry, is_first] = newest_.emplace(user, fact);
  if (is_first) return;
  const Range before(entry->second);
  if (range.first <= before.last) {
    judgement_.broke(handed_text(user, range) + " after " + to_text(before), {entry->second, fact});
  }
  if (range.last > before.last) entry->second = fact;
}

}  // namespace glasspost
