// Keeping facts; going back by a copy and the facts after it.
#include "viz/model/film.hpp"

#include <algorithm>
#include <cassert>

namespace glasspost::viz {
namespace {

constexpr Duration kLook = std::chrono::milliseconds(250);
constexpr Duration kSnapshotEvery = std::chrono::seconds(5);
constexpr std::uint64_t kSnapshotFacts = 50'000;
constexpr std::size_t kSnapshotsMax = 200;
constexpr std::size_t kSilhouetteMax = 4 * 86'400;  // a day
constexpr std::size_t kBoardsMax = 8'000;           // half an hour of a busy cluster

bool stands_alike(const PromiseBoard& one, const PromiseBoard& other) {
  return std::equal(one.all.begin(), one.all.end(), other.all.begin(),
                    [](const PromiseView& a, const PromiseView& b) {
                      return a.standing == b.standing && a.reason == b.reason;
                    });
}

}  // namespace

Film::Film(std::size_t facts_max) : facts_max_(facts_max) {
  boards_.push_back(promises_.board(Time(Duration(0))));
}

void Film::name(const RunLabels& labels) {
  newest_.name(labels);
  for (Snapshot& snapshot : snapshots_)
    snapshot.model.name(labels);
}

Time Film::begins() const {
  return facts_.empty() ? until_ : time_from_us(facts_.front().time_us);
}

std::uint64_t Film::after(Time time) const {
  const auto found =
      std::upper_bound(facts_.begin(), facts_.end(), to_us(time),
                       [](std::int64_t at, const Fact& fact) { return at < fact.time_us; });
  return first_ + static_cast<std::uint64_t>(found - facts_.begin());
}

void Film::append(const FactBatch& batch) {
  for (const Fact& fact : batch.facts) {
    const Time now = time_from_us(fact.time_us);
    if (facts_.empty() && silhouette_.empty()) silhouette_begins_ = now;
    if (now - snapshot_at_ >= kSnapshotEvery || end() - snapshot_facts_ >= kSnapshotFacts) {
      keep_snapshot();
      snapshot_at_ = now;
    }
    // A batch may hold minutes: the promises are looked at on the way, after the facts so far.
    if (now - looked_ >= kLook && !facts_.empty()) {
      look_at_promises(time_from_us(facts_.back().time_us));
    }
    facts_.push_back(fact);
    newest_.apply(fact);
    promises_.apply(fact);
    if (fact.kind != FactKind::kCell || now < silhouette_begins_) continue;
    const auto slice = static_cast<std::size_t>((now - silhouette_begins_) / kSlice);
    if (slice >= kSilhouetteMax) continue;
    if (silhouette_.size() <= slice) silhouette_.resize(slice + 1, 0);
    silhouette_[slice] += static_cast<std::uint32_t>(fact.number);
  }
  if (!batch.facts.empty()) until_ = std::max(until_, time_from_us(batch.facts.back().time_us));
  until_ = std::max(until_, batch.until);
  newest_.at(until_);
  if (until_ - looked_ >= kLook) look_at_promises(until_);
  while (facts_.size() > facts_max_) {
    facts_.pop_front();
    ++first_;
  }
  while (snapshots_.size() > 1 && snapshots_[1].number <= first_)
    snapshots_.pop_front();
  while (forgotten() > 0 && boards_.size() > 1 && boards_[1].at <= begins())
    boards_.pop_front();
}

// Keeps what is new, so that an earlier instant can be shown as it was. Above the bound every other
// one of the older half goes, but for those in which a promise came to stand otherwise.
void Film::look_at_promises(Time now) {
  looked_ = now;
  promises_.look(now);
  PromiseBoard board = promises_.board(now);
  const PromiseBoard& last = boards_.back();
  if (board.facts == last.facts && board.all == last.all) return;
  boards_.push_back(std::move(board));
  if (boards_.size() <= kBoardsMax) return;
  std::deque<PromiseBoard> kept;
  for (std::size_t index = 0; index < boards_.size(); ++index) {
    const bool old = index < boards_.size() / 2 && index > 0;
    if (old && index % 2 != 0 && stands_alike(boards_[index], kept.back())) continue;
    kept.push_back(std::move(boards_[index]));
  }
  boards_ = std::move(kept);
}

const PromiseBoard& Film::promises_at(Time time) const {
  const auto later =
      std::upper_bound(boards_.begin(), boards_.end(), time,
                       [](Time wanted, const PromiseBoard& board) { return wanted < board.at; });
  return later == boards_.begin() ? boards_.front() : *std::prev(later);
}

void Film::keep_snapshot() {
  snapshots_.push_back({end(), newest_});
  snapshot_facts_ = end();
  if (snapshots_.size() <= kSnapshotsMax) return;
  // Every other one of the older half goes: the far past takes longer to find.
  std::deque<Snapshot> kept;
  for (std::size_t index = 0; index < snapshots_.size(); ++index) {
    if (index >= snapshots_.size() / 2 || index % 2 == 0)
      kept.push_back(std::move(snapshots_[index]));
  }
  snapshots_ = std::move(kept);
}

Model Film::model_before(std::uint64_t number) const {
  assert(number >= first_ && number <= end());
  const auto later = std::upper_bound(
      snapshots_.begin(), snapshots_.end(), number,
      [](std::uint64_t wanted, const Snapshot& snapshot) { return wanted < snapshot.number; });
  Model model;
  std::uint64_t next = first_;
  if (later != snapshots_.begin() && std::prev(later)->number >= first_) {
    model = std::prev(later)->model;
    next = std::prev(later)->number;
  } else {
    model.name(newest_.labels());
  }
  for (; next < number; ++next)
    model.apply(fact(next));
  return model;
}

void Player::advance(double seconds) {
  if (!playing_) return;
  if (follows_) return go_to(film_.end(), film_.ends());
  const auto step = static_cast<std::int64_t>(seconds * speed_ * 1e6);
  const Time next = std::min(now_ + Duration(step), film_.ends());
  go_to(film_.after(next), next);
}

void Player::go_to(std::uint64_t number, Time now) {
  number = std::clamp(number, film_.first(), film_.end());
  const RunLabels& labels = film_.newest().labels();
  const bool renamed = model_.labels().processes.size() != labels.processes.size() ||
                       model_.labels().users.size() != labels.users.size();
  if (renamed) model_.name(labels);
  if (number < at_ || at_ < film_.first()) {
    model_ = film_.model_before(number);
    at_ = number;
  }
  if (number - at_ > 200'000) {  // a copy near the place is cheaper than all facts until there
    model_ = film_.model_before(number);
    at_ = number;
  }
  for (; at_ < number; ++at_)
    model_.apply(film_.fact(at_));
  now_ = now;
  model_.at(now);
}

void Player::play() {
  playing_ = true;
}

void Player::pause() {
  playing_ = false;
  follows_ = false;
}

void Player::set_speed(double speed) {
  speed_ = std::clamp(speed, 0.001, 100.0);
  if (speed_ != 1) follows_ = false;
}

void Player::follow() {
  playing_ = true;
  follows_ = true;
  speed_ = 1;
  go_to(film_.end(), film_.ends());
}

void Player::seek(Time time) {
  follows_ = false;
  const Time there = std::clamp(time, film_.begins(), std::max(film_.begins(), film_.ends()));
  go_to(film_.after(there), there);
}

void Player::step(int facts) {
  pause();
  const auto wanted = static_cast<std::int64_t>(at_) + facts;
  const auto number = static_cast<std::uint64_t>(std::clamp(
      wanted, static_cast<std::int64_t>(film_.first()), static_cast<std::int64_t>(film_.end())));
  const Time now =
      number > film_.first() ? time_from_us(film_.fact(number - 1).time_us) : film_.begins();
  go_to(number, now);
}

void Player::step_process(NodeId node) {
  pause();
  for (std::uint64_t number = std::max(at_, film_.first()); number < film_.end(); ++number) {
    const Fact& fact = film_.fact(number);
    const bool counts = fact.kind != FactKind::kGauge && fact.kind != FactKind::kBytes;
    if (fact.node != node.value || !counts) continue;
    return go_to(number + 1, time_from_us(fact.time_us));
  }
}

bool Player::to_mark(bool forwards) {
  const std::vector<Mark>& marks = film_.newest().deeds().marks();
  const Mark* best = nullptr;
  for (const Mark& mark : marks) {
    if (mark.at < film_.begins()) continue;
    if (forwards && mark.at > now_ && (best == nullptr || mark.at < best->at)) best = &mark;
    if (!forwards && mark.at < now_ && (best == nullptr || mark.at > best->at)) best = &mark;
  }
  if (best == nullptr) return false;
  pause();
  seek(best->at);
  return true;
}

}  // namespace glasspost::viz
