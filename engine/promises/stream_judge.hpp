// Judges a stream of facts as it was heard from a cluster: one that may begin in the middle of the
// cluster's life, end while texts are on their way, and have holes. The promises themselves expect
// a whole history; here is what must be known about a piece of one, so that nothing false is said.
//
//   facts (recording, hub) --observe--> StreamJudge --> Promises --> verdicts
//
// What a piece adds:
//   - losses are facts of the stream (kLost);
//   - faults are deeds: the last one has healed when the last process that was ended, paused or
//     struck is well again;
//   - a device is judged by "every device shows" if it had been logged in for a while when the
//     stream ended; one that left, is in airplane mode or has only just come may show the rest when
//     nobody looks;
//   - where the stream does not begin with the cluster, an acknowledgement whose message was
//     committed before proves nothing.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <vector>

#include "engine/promises/promises.hpp"

namespace glasspost {

class StreamJudge {
 public:
  // What is younger when the stream ends may still be on its way, and a device that was away longer
  // has come anew. Promise 8's patience.
  static constexpr Duration kSettling = std::chrono::seconds(10);

  // Any fact, in order of time. REQUIRES: not finished.
  void observe(const Fact& fact);

  // REQUIRES: called once; `end` is no earlier than the last fact.
  void finish(Time end);

  std::vector<Verdict> verdicts() const { return promises_.verdicts(); }
  std::uint64_t lost() const { return lost_; }

 private:
  // A device's sessions, short gaps between them left out.
  struct Presence {
    Time since = Time(Duration(0));
    Time left = kNever;  // kNever: it is there
    std::uint16_t node = 0;
    std::uint64_t connection = 0;
  };

  void on_session(Time at, const Fact& fact);
  void on_airplane(Time at, const Fact& fact);
  void on_deed(Time at, const Fact& fact);
  void look_for_beginning(const Fact& fact);
  bool is_from_before(const Fact& fact);

  Promises promises_;
  std::uint64_t lost_ = 0;
  std::map<DeviceId, Presence> presences_;
  std::set<DeviceId> away_;          // in airplane mode
  std::set<std::uint64_t> down_;     // processes that are ended or paused
  std::uint64_t faults_active_ = 0;  // of a virtual world
  Time healed_ = Time(Duration(0));
  std::set<std::uint16_t> booted_;  // processes whose life began in this stream
  bool midlife_ = false;            // another process spoke: the stream is a piece
  std::set<MessageKey> committed_;
};

}  // namespace glasspost
