// Holding back a page's facts until its key is known.
#include "viz/model/device_lives.hpp"

#include <algorithm>
#include <utility>

namespace glasspost::viz {
namespace {

// More than a page has. A device that shows so much and passes no key is judged as it is.
constexpr std::size_t kHeldMax = 4'096;

}  // namespace

void DeviceLives::take(const Fact& fact, const std::function<void(const Fact&)>& judge) {
  const DeviceId device{fact.subject};
  if (fact.kind == FactKind::kKeyPassed) return key_passed(fact, judge);
  if (fact.kind != FactKind::kShown) return judge(fact);
  if (anew_.contains(device)) return;
  std::vector<Fact>& held = held_[device];
  held.push_back(fact);
  if (held.size() < kHeldMax) return;
  for (const Fact& shown : std::exchange(held, {}))
    judge(shown);
}

void DeviceLives::key_passed(const Fact& fact, const std::function<void(const Fact&)>& judge) {
  const DeviceId device{fact.subject};
  const std::vector<Fact> held = std::exchange(held_[device], {});
  if (anew_.contains(device)) return;
  std::uint64_t& key = keys_[device];
  if (fact.object == 0 && key > 0) {
    anew_.insert(device);
    return;
  }
  key = std::max(key, fact.number);
  for (const Fact& shown : held)
    judge(shown);
  judge(fact);
}

}  // namespace glasspost::viz
