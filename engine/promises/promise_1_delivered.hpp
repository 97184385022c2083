// Promise 1: what was acknowledged is delivered. Watches kCommitted, kAcked and kShown. On how many
// replicas a message lies is not in the facts; that it is durable is judged by its consequence:
// whatever died in between, every device shows it.
#pragma once

#include <map>
#include <vector>

#include "engine/base/time.hpp"
#include "engine/promises/devices.hpp"
#include "engine/promises/judgement.hpp"
#include "engine/promises/message_key.hpp"

namespace glasspost {

// Judged: acknowledged messages. Broken when
//   1. a device shows a message twice,
//   2. a device shows another text than was acknowledged or committed,
//   3. a message is acknowledged with two texts,
//   4. a device of somebody who is no member shows it,
//   5. at the end: a live device of a member has not shown an acknowledged message.
// Only 5 concludes from what is missing, so only 5 needs a history without losses.
class Promise1Delivered {
 public:
  Promise1Delivered();

  // A device that starts with an empty disk (kDeviceStarted, key 0) has shown nothing yet, whatever
  // its earlier lives showed.
  void observe(Time at, const Fact& fact);
  // The device showed this message and could not tell any more; its text is not known.
  void shown_untold(const MessageKey& key, DeviceId device);
  void lost(std::uint64_t facts) { judgement_.lost(facts); }
  // A message that was acknowledged after `settled` may still be on its way at the end.
  void finish(const Devices& devices, Time settled);
  bool broken() const { return judgement_.broken(); }
  Verdict verdict() const { return judgement_.verdict(); }

 private:
  struct Message {
    Fact committed;  // the first one; kNone while there is none
    Fact acked;      // the first one; kNone while there is none
    Time acked_at;
    std::vector<Fact> shown;  // one a device
  };

  void on_committed(const Fact& fact);
  void on_acked(Time at, const Fact& fact);
  void on_shown(const Fact& fact);
  void on_device_started(const Fact& fact);
  void compare_text(const Fact& told, const Fact& shown);
  void judge_shown_everywhere(const Message& message, const Devices& devices);

  std::map<MessageKey, Message> messages_;
  Judgement judgement_;
};

}  // namespace glasspost
