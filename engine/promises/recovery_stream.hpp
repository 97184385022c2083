// Promise 8 while the stream goes on. Where a history has ended, Promise8Recovery knows which fault
// was the last; here nobody knows, so a message is judged once its ten seconds are over and no
// fault has come in between, and is then forgotten.
//
//   batched -> acked -> (10 s without a fault) -> has every device that was on line shown it?
//
// What is judged is narrow, so that nothing false is said of a cluster that is only looked at:
//   - messages whose batch was made in this stream: an older one may have been shown before it;
//   - devices that were logged in for the whole ten seconds (those that came back in between have
//     ten seconds of their own), and whose program tells what it shows (a stranger's does not);
//   - a device that began with an empty disk, only when it has read what is old;
//   - a device that has said nothing since may be a stopped program. It is judged when the probing
//     of its connection would have found that out.
// Losses end it: a fault, a session or a screen may be among what was lost.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "engine/base/time.hpp"
#include "engine/promises/judgement.hpp"
#include "engine/promises/message_key.hpp"

namespace glasspost {

class RecoveryStream {
 public:
  static constexpr Duration kPatience = std::chrono::seconds(10);
  // Facts may come that much later than the instant they are of.
  static constexpr Duration kLateness = std::chrono::seconds(1);
  // More messages than that at once are not kept: the oldest are not judged.
  static constexpr std::size_t kMessagesMax = 200'000;

  RecoveryStream();

  // Any fact, in order of time. Judges on the way.
  void observe(const Fact& fact);

  // Judges what can be judged by now. `now` is no earlier than the last fact.
  void look(Time now);

  bool broken() const { return judgement_.broken(); }
  // "cannot tell" while nothing was judged. Judged: pairs of a message and a device.
  Verdict verdict() const { return judgement_.verdict(); }

  // Whether a fault is there now, or was so recently that nothing is judged yet.
  bool waits(Time now) const;
  bool fault_active() const { return !down_.empty() || faults_ > 0; }

 private:
  struct Message {
    Fact acked;  // kNone while there is none
    Time acked_at = kNever;
    std::map<UserId, std::uint64_t> rows;  // inbox numbers, as far as they were announced
    std::map<DeviceId, Time> shown;
    std::set<DeviceId> judged;
    unsigned tries = 0;
  };
  struct Presence {
    Time since = kNever;  // kNever: it is not there
    std::uint16_t node = 0;
    std::uint64_t connection = 0;
    Time last_word = Time(Duration(0));
    bool tells = false;      // in this session
    bool away = false;       // in airplane mode
    bool reads_old = false;  // its program began with an empty disk
  };

  void on_message(Time at, const Fact& fact);
  void on_device(Time at, const Fact& fact);
  void on_session(Time at, const Fact& fact);
  void on_deed(Time at, const Fact& fact);
  void on_started(Time at, const Fact& fact);
  void on_shown(Time at, const Fact& fact);
  bool judge(const MessageKey& key, Message& message, Time deadline);
  bool judge(const MessageKey& key, Message& message, Time deadline, DeviceId device);

  std::map<MessageKey, Message> messages_;
  std::deque<std::pair<Time, MessageKey>> born_;   // not all of them are there any more
  std::deque<std::pair<Time, MessageKey>> acked_;  // in order of their acknowledgement
  std::map<DeviceId, Presence> devices_;
  std::set<std::uint64_t> down_;  // processes that are ended or paused
  std::uint64_t faults_ = 0;      // of a virtual world
  Time healed_ = Time(Duration(0));
  Time looked_ = Time(Duration(0));
  Judgement judgement_;
};

}  // namespace glasspost
