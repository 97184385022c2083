// The promises (ARCHITECTURE.md, How the rules are proved) as observers of facts: written once, and
// run in the virtual world, on recordings, on the live cluster and in the console. Promises 7 and
// 9 are not judged from facts here.
//
//   facts, as released --observe--> Promises --verdicts--> holds / broken, with proof / cannot tell
#pragma once

#include <cstdint>
#include <vector>

#include "engine/base/time.hpp"
#include "engine/promises/devices.hpp"
#include "engine/promises/promise_1_delivered.hpp"
#include "engine/promises/promise_2_numbers_rise.hpp"
#include "engine/promises/promise_3_no_skip.hpp"
#include "engine/promises/promise_4_order.hpp"
#include "engine/promises/promise_5_one_owner.hpp"
#include "engine/promises/promise_6_resend.hpp"
#include "engine/promises/promise_8_recovery.hpp"

namespace glasspost {

class Promises {
 public:
  // The next fact, in the order in which facts were released. `at` is in the observer's clock; a
  // fact's own time is of its station's clock and not looked at. REQUIRES: not finished.
  void observe(Time at, const Fact& fact);

  // So many facts never reached us: what depended on completeness becomes "cannot tell".
  void lost(std::uint64_t facts);

  // A device that is off for good is not judged by promises 1 and 8. What counts is the last word
  // before finish. Devices become known by this call or by kUserJoined, which makes them live.
  void device_live(DeviceId device, bool live) { devices_.set_live(device, live); }

  // All devices that are known.
  std::vector<DeviceId> devices() const { return devices_.all(); }

  // No more facts. A history that was cut off while the cluster went on says since when messages
  // may still have been on their way. REQUIRES: called once.
  void finish(Time last_fault_healed, Time end, Time settled = kNever);

  // For promises 1, 2, 3, 4, 5, 6, 8 in this order. Before finish, promises 1 and 8 cannot be told
  // unless they are broken.
  std::vector<Verdict> verdicts() const;

  // Whether any promise is broken.
  bool broken() const;

 private:
  Devices devices_;
  Promise1Delivered delivered_;
  Promise2NumbersRise numbers_rise_;
  Promise3NoSkip no_skip_;
  Promise4Order order_;
  Promise5OneOwner one_owner_;
  Promise6Resend resend_;
  Promise8Recovery recovery_;
  bool finished_ = false;
};

}  // namespace glasspost
