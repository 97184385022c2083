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

// Why a promise is not judged from facts.
const char* why_not_judged(int promise) {
  switch (promise) {
    case 7:
      return "no fact tells who read an inbox; the tests try to, without its token";
    case 9:
      return "it holds as long as the others hold while you switch: watch them";
    default:
      return nullptr;
  }
}

}  // namespace

PromiseWatch::PromiseWatch() : promises_(std::make_unique<Promises>()) {
  for (int number = 1; number <= kPromiseCount; ++number) {
    PromiseView& view = views_[static_cast<std::size_t>(number - 1)];
    view.number = number;
    if (why_not_judged(number) == nullptr) continue;
    view.standing = Standing::kCannotTell;
    view.reason = why_not_judged(number);
  }
}

void PromiseWatch::apply(const Fact& fact) {
  if (fact.kind == FactKind::kLost) {
    if (is_uncounted_loss(fact)) {
      lost_uncounted_ = true;
    } else {
      lost_ += fact.object;
    }
    promises_->lost(fact.object);
  }
  recovery_.observe(fact);
  if (!concerns_promises(fact.kind)) return;
  ++facts_;
  if (++since_ > kFactsAnObserver) {
    promises_ = std::make_unique<Promises>();
    since_ = 1;
  }
  promises_->observe(time_from_us(fact.time_us), fact);
}

void PromiseWatch::look(Time now) {
  recovery_.look(now);
  for (const Verdict& verdict : promises_->verdicts()) {
    if (verdict.promise != 8) look_at(verdict, now);
  }
  look_at(recovery_.verdict(), now);
}

std::string PromiseWatch::loss_reason() const {
  const std::string counted =
      std::to_string(lost_) + (lost_ == 1 ? " fact was lost" : " facts were lost");
  if (!lost_uncounted_) return counted;
  const std::string hub = "a hub ended, and nobody counted what was lost with it";
  return lost_ == 0 ? hub : counted + "; " + hub;
}

void PromiseWatch::look_at(const Verdict& verdict, Time now) {
  PromiseView& view = views_[static_cast<std::size_t>(verdict.promise - 1)];
  if (view.standing == Standing::kBroken) return;
  if (verdict.judged != view.judged) view.judged_at = now;
  view.judged = verdict.judged;
  const bool recovers = verdict.promise == 8 && recovery_.waits(now);
  if (verdict.outcome == Outcome::kBroken) {
    view.standing = Standing::kBroken;
    view.reason = verdict.reason;
    view.witnesses = verdict.evidence;
    view.broken_at = now;
  } else if ((lost_ > 0 || lost_uncounted_) && verdict.promise != 2 && verdict.promise != 4) {
    view.standing = Standing::kCannotTell;
    view.reason = loss_reason();
  } else if (recovers) {
    view.standing = Standing::kWaits;
    view.reason =
        recovery_.fault_active() ? "a fault is active" : "the last fault healed less than 10 s ago";
  } else if (view.judged == 0) {
    view.standing = Standing::kWaits;
    view.reason = "nothing was judged yet";
  } else {
    view.standing = Standing::kHolds;
    view.reason.clear();
  }
}

}  // namespace glasspost::viz
