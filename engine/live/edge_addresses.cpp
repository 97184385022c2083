// Half-open places and penalties of addresses; see edge_addresses.hpp.
#include "engine/live/edge_addresses.hpp"

#include <algorithm>
#include <cassert>

namespace glasspost {
namespace {

// More violators than this are not remembered at once (about 300 kB): whoever commands more
// addresses would not be stopped by a wait either. Places are bounded by the connections.
constexpr std::size_t kRecordsMax = 4096;

// 0.1 s doubled so often is beyond any penalty_max.
constexpr unsigned kDoublingsMax = 20;

}  // namespace

EdgeAddresses::EdgeAddresses(unsigned half_open_max, Duration penalty_first, Duration penalty_max)
    : half_open_max_(half_open_max), penalty_first_(penalty_first), penalty_max_(penalty_max) {}

bool EdgeAddresses::take_place(std::uint64_t address, EdgeConnection* holder) {
  Record& record = records_[address];
  if (record.holders.size() >= half_open_max_) return false;
  record.holders.push_back(holder);
  return true;
}

void EdgeAddresses::give_back_place(std::uint64_t address, EdgeConnection* holder, Time now) {
  const auto found = records_.find(address);
  assert(found != records_.end());
  Record& record = found->second;
  const auto place = std::find(record.holders.begin(), record.holders.end(), holder);
  assert(place != record.holders.end());
  *place = record.holders.back();
  record.holders.pop_back();
  if (record.holders.empty() && doublings_left(record, now) == 0) records_.erase(found);
}

std::span<EdgeConnection* const> EdgeAddresses::holders(std::uint64_t address) const {
  const auto found = records_.find(address);
  if (found == records_.end()) return {};
  return found->second.holders;
}

Time EdgeAddresses::violation(std::uint64_t address, Time now) {
  auto found = records_.find(address);
  if (found == records_.end()) {
    if (!make_room(now)) return now + penalty_first_;
    found = records_.try_emplace(address).first;
  }
  Record& record = found->second;
  record.doublings = std::min(doublings_left(record, now) + 1, kDoublingsMax);
  record.last_violation = now;
  const Duration wait = penalty_first_ * (1U << (record.doublings - 1));
  return now + std::min(wait, penalty_max_);
}

unsigned EdgeAddresses::doublings_left(const Record& record, Time now) const {
  if (record.doublings == 0 || penalty_max_ <= Duration(0)) return 0;
  const auto forgiven = (now - record.last_violation) / penalty_max_;
  return forgiven >= record.doublings ? 0 : record.doublings - static_cast<unsigned>(forgiven);
}

// Forgiven violators are forgotten only here: nobody else needs to look for them. Not at every
// violation, or a flood of them would be answered by a flood of searches.
bool EdgeAddresses::make_room(Time now) {
  if (records_.size() < kRecordsMax) return true;
  if (now < next_sweep_) return false;
  next_sweep_ = now + penalty_max_;
  std::erase_if(records_, [&](const auto& entry) {
    return entry.second.holders.empty() && doublings_left(entry.second, now) == 0;
  });
  return records_.size() < kRecordsMax;
}

}  // namespace glasspost
