// Ordering facts and keeping the last of them.
#include "engine/telemetry/hub.hpp"

#include <algorithm>

namespace glasspost {

void Hub::add(std::span<const Fact> facts) {
  const std::size_t first = waiting_.size();
  waiting_.insert(waiting_.end(), facts.begin(), facts.end());
  for (std::size_t index = first; index < waiting_.size(); ++index) {
    Fact& kept = waiting_[index];
    // Too late for its place: the order of what was told already is not changed any more.
    if (time_from_us(kept.time_us) <= until_) kept.time_us = to_us(until_) + 1;
    in_order_ = in_order_ && newest_us_ <= kept.time_us;
    newest_us_ = std::max(newest_us_, kept.time_us);
  }
}

void Hub::settle(Time now) {
  const Time limit = now - kHubPatience;
  if (!in_order_) {  // a single process tells in order, and then there is nothing to sort
    std::stable_sort(waiting_.begin(), waiting_.end(), [](const Fact& one, const Fact& other) {
      return one.time_us < other.time_us;
    });
    in_order_ = true;
  }
  const auto settled = std::partition_point(
      waiting_.begin(), waiting_.end(),
      [limit](const Fact& fact) { return time_from_us(fact.time_us) <= limit; });
  for (auto fact = waiting_.begin(); fact != settled; ++fact) {
    if (fact->kind != FactKind::kChoiceSet) continue;
    choice_places_.push_back(end_ + static_cast<std::uint64_t>(fact - waiting_.begin()));
  }
  backlog_.insert(backlog_.end(), waiting_.begin(), settled);
  end_ += static_cast<std::uint64_t>(settled - waiting_.begin());
  waiting_.erase(waiting_.begin(), settled);
  until_ = std::max(until_, limit);
  if (backlog_.size() > kept_max_) {
    const auto over = static_cast<std::ptrdiff_t>(backlog_.size() - kept_max_);
    std::for_each(backlog_.begin(), backlog_.begin() + over,
                  [this](const Fact& fact) { forget(fact); });
    backlog_.erase(backlog_.begin(), backlog_.begin() + over);
  }
}

// Of what leaves the backlog, that is kept which a latecomer could not know otherwise.
void Hub::forget(const Fact& fact) {
  switch (fact.kind) {
    case FactKind::kUserJoined:
      joined_[fact.subject] = fact;
      return;
    case FactKind::kLoggedIn:
      sessions_[{fact.node, fact.object}] = fact;
      return;
    case FactKind::kSessionEnded:
      sessions_.erase({fact.node, fact.object});
      return;
    case FactKind::kClosed:
      sessions_.erase({fact.node, fact.subject});
      return;
    case FactKind::kBooted:
      std::erase_if(sessions_,
                    [&fact](const auto& entry) { return entry.first.first == fact.node; });
      return;
    case FactKind::kChoiceSet:
      chosen_[fact.subject] = fact;
      choice_places_.pop_front();
      return;
    default:
      return;
  }
}

std::vector<Fact> Hub::choices_before(std::uint64_t place) const {
  std::map<std::uint64_t, Fact> newest = chosen_;
  for (const std::uint64_t at : choice_places_) {
    if (at >= place) break;
    const Fact& fact = backlog_[static_cast<std::size_t>(at - begin())];
    newest[fact.subject] = fact;
  }
  std::vector<Fact> facts;
  for (const auto& [choice, fact] : newest)
    facts.push_back(fact);
  return facts;
}

std::vector<Fact> Hub::standing() const {
  std::vector<Fact> facts;
  for (const auto& [user, fact] : joined_)
    facts.push_back(fact);
  for (const auto& [connection, fact] : sessions_)
    facts.push_back(fact);
  for (Fact& fact : facts)
    fact.time_us = backlog_.empty() ? to_us(until_) : backlog_.front().time_us;
  return facts;
}

Hub::Piece Hub::from(std::uint64_t place, std::size_t most) const {
  Piece piece;
  const std::uint64_t first = std::max(place, begin());
  piece.lost = first - std::min(place, first);
  const std::uint64_t last = std::min(end_, first + most);
  if (last > first) piece.facts.reserve(last - first);
  for (std::uint64_t index = first; index < last; ++index)
    piece.facts.push_back(backlog_[static_cast<std::size_t>(index - begin())]);
  piece.next = std::max(first, last);
  return piece;
}

}  // namespace glasspost
