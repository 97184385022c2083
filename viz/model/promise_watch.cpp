// Verdicts so far.
#include "viz/model/promise_watch.hpp"

namespace glasspost::viz {
namespace {

// Observers keep every message. After so many facts about messages they begin anew, so that a
// console that runs for a day does not fill the memory; what was broken stays broken.
constexpr std::uint64_t kFactsAnObserver = 3'000'000;

// What observers look at; cells and gauges are none of their business.
bool concerns_promises(FactKind kind) {
  return kind < FactKind::kSent;
}

}  // namespace

PromiseWatch::PromiseWatch() : promises_(std::make_unique<Promises>()) {
  for (int number = 1; number <= kPromiseCount; ++number) {
    PromiseView& view = views_[static_cast<std::size_t>(number - 1)];
    view.number = number;
    const bool judged = number != 5 && number != 7 && number != 9;
    if (judged) continue;
    view.standing = Standing::kCannotTell;
    view.reason = "not judged from facts yet";
  }
}

void PromiseWatch::apply(const Fact& fact) {
  if (fact.kind == FactKind::kLost) {
    lost_ += fact.object;
    promises_->lost(fact.object);
  }
  if (!concerns_promises(fact.kind)) return;
  ++facts_;
  if (++since_ > kFactsAnObserver) {
    promises_ = std::make_unique<Promises>();
    since_ = 1;
  }
  promises_->observe(time_from_us(fact.time_us), fact);
}

void PromiseWatch::look(Time now, bool fault_active) {
  for (const Verdict& verdict : promises_->verdicts())
    look_at(verdict, now, fault_active);
}

void PromiseWatch::look_at(const Verdict& verdict, Time now, bool fault_active) {
  PromiseView& view = views_[static_cast<std::size_t>(verdict.promise - 1)];
  if (view.standing == Standing::kBroken) return;
  if (verdict.judged != view.judged) view.judged_at = now;
  view.judged = verdict.judged;
  if (verdict.outcome == Outcome::kBroken) {
    view.standing = Standing::kBroken;
    view.reason = verdict.reason;
    view.witnesses = verdict.evidence;
    view.broken_at = now;
    return;
  }
  // Promise 8 is about the time after the last fault; it can be told when the history has ended.
  const bool waits = verdict.promise == 8 && fault_active;
  if (waits) {
    view.standing = Standing::kWaits;
    view.reason = "a fault is active";
  } else if (lost_ > 0 && verdict.promise != 2 && verdict.promise != 4) {
    view.standing = Standing::kCannotTell;
    view.reason = std::to_string(lost_) + " facts were lost";
  } else if (verdict.promise == 8) {
    view.standing = Standing::kCannotTell;
    view.reason = "told when the history has ended";
  } else if (view.judged == 0) {
    view.standing = Standing::kWaits;
    view.reason = "nothing was judged yet";
  } else {
    view.standing = Standing::kHolds;
    view.reason.clear();
  }
}

}  // namespace glasspost::viz
