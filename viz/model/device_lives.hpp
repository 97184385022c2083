// Devices that begin anew with an empty disk: a load that is started again, a phone of the console.
// They show their inbox from its beginning once more, which no promise forbids, but observers know
// a device by its number alone and would call it broken. From then on such a device is not judged.
//
// A page's kShown facts come before its kKeyPassed, so they are held back until that one tells
// from which key the device went on.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <vector>

#include "engine/base/ids.hpp"
#include "engine/proto/fact.hpp"

namespace glasspost::viz {

class DeviceLives {
 public:
  // Hands on what may be judged, in order.
  void take(const Fact& fact, const std::function<void(const Fact&)>& judge);

  // Devices that began anew, in order of their numbers.
  const std::set<DeviceId>& anew() const { return anew_; }

 private:
  void key_passed(const Fact& fact, const std::function<void(const Fact&)>& judge);

  std::map<DeviceId, std::uint64_t> keys_;      // where each device stands
  std::map<DeviceId, std::vector<Fact>> held_;  // shown, and no key yet
  std::set<DeviceId> anew_;
};

}  // namespace glasspost::viz
