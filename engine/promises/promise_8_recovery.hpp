// Promise 8: after the last fault things are well again, soon. Watches when kAcked and kShown reach
// the observer, and judges at the end, when it is known which fault was the last.
#pragma once

#include <cstdint>
#include <map>

#include "engine/base/time.hpp"
#include "engine/promises/devices.hpp"
#include "engine/promises/judgement.hpp"
#include "engine/promises/message_key.hpp"

namespace glasspost {

// Judged: pairs of an acknowledged message and a live device of a member. Broken when the device
// has not shown the message 10 s after the last fault healed, or, if it was acknowledged later than
// that, 10 s after its acknowledgement. Messages whose 10 s are not over at the end are not judged.
// All of it concludes from what is missing: with losses nobody can tell.
class Promise8Recovery {
 public:
  static constexpr Duration kPatience = std::chrono::seconds(10);

  Promise8Recovery();

  void observe(Time at, const Fact& fact);
  // The device showed this message by now and could not tell any more.
  void shown_untold(Time at, const MessageKey& key, DeviceId device) {
    messages_[key].shown.emplace(device, at);
  }
  void lost(std::uint64_t facts) { judgement_.lost(facts); }
  void finish(const Devices& devices, Time last_fault_healed, Time end);
  bool broken() const { return judgement_.broken(); }
  Verdict verdict() const { return judgement_.verdict(); }

 private:
  struct Message {
    Fact acked;                      // the first one; kNone while there is none
    Time acked_at;                   // when it came
    std::map<DeviceId, Time> shown;  // when each device showed it first
  };

  void judge(const Message& message, const Devices& devices, Time deadline);

  std::map<MessageKey, Message> messages_;
  Judgement judgement_;
};

}  // namespace glasspost
