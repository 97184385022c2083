// What became of single messages: every hop with its times, the commit, the inboxes, the screens.
// Only watched messages have hops (choice telemetry.watch); the newest are kept.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "engine/base/ids.hpp"
#include "engine/base/message_key.hpp"
#include "engine/base/time.hpp"
#include "engine/proto/fact.hpp"

namespace glasspost::viz {

// One letter about the message, as it reached a role or left for a device.
struct Hop {
  std::uint32_t from = 0;  // roles as facts name them; devices are number 0
  std::uint32_t to = 0;
  std::uint64_t kind = 0;  // as kind_name takes it
  Time sent;
  Time arrived;
  std::uint64_t bytes = 0;
  NodeId node;          // the process that it reached
  std::string payload;  // the letter's bytes, as far as they were told; may be cut
};

struct InboxRowSeen {
  UserId user;
  std::uint64_t inbox_number = 0;
  Time visible;
};
struct DeviceSeen {
  DeviceId device;
  Time at;
};

struct MessageStory {
  std::uint64_t trace = 0;
  DeviceId sender;
  std::uint64_t client_id = 0;
  MessageKey key;  // conversation and number; 0 while they are not known
  std::uint32_t section = 0;
  std::uint64_t position = 0;          // of its batch
  std::uint64_t batch_trace = 0;       // the message under whose trace that batch travelled
  Time first;                          // when it was first seen
  Time committed = Time(Duration(0));  // 0: not yet
  Time acked = Time(Duration(0));
  std::vector<Hop> hops;  // in order of arrival
  std::vector<InboxRowSeen> rows;
  std::vector<DeviceSeen> noticed;
  std::vector<DeviceSeen> shown;

  // The last thing that happened to it.
  Time last() const;
};

// A message's name on the screen: "9f3c".
std::string short_id(std::uint64_t trace);

// One part of a message's time.
struct WaitPart {
  bool inside = false;     // in a role between two letters; else on the way of one letter
  std::uint32_t from = 0;  // the role, or the sender
  std::uint32_t to = 0;    // the receiver; the same as `from` if inside
  std::uint64_t kind = 0;  // of the letter that came after the wait
  Duration took = Duration(0);
};

// Where the time of a message went, the largest part first. Waits at the same time as others are
// counted once each: parts may add up to more than the whole.
std::vector<WaitPart> wait_parts(const MessageStory& story);

class Messages {
 public:
  void apply(const Fact& fact);

  // Null if it is not known (any more).
  const MessageStory* find(std::uint64_t trace) const;
  const MessageStory* find(const MessageKey& key) const;

  // Traces of the messages that are kept, newest last.
  const std::deque<std::uint64_t>& recent() const { return recent_; }

  // Every message that was first seen at or after this is kept.
  Time kept_since() const { return kept_since_; }

  // The fact that was applied last showed this message on a device; null if it did not.
  const MessageStory* just_shown() const { return just_shown_; }
  const MessageStory* just_acked() const { return just_acked_; }

 private:
  // Copies of the model share stories until one changes.
  MessageStory* edit(std::uint64_t trace, Time now);
  MessageStory* edit(const MessageKey& key);
  void visible(const Fact& fact);
  void shown(const Fact& fact);
  void arrived(const Fact& fact);
  void bytes(const Fact& fact);
  void forget_oldest();

  std::map<std::uint64_t, std::shared_ptr<MessageStory>> stories_;
  std::map<MessageKey, std::uint64_t> by_key_;
  std::map<std::pair<std::uint32_t, std::uint64_t>, std::uint64_t> batches_;  // to first traces
  std::deque<std::uint64_t> recent_;
  Time kept_since_ = Time(Duration(0));
  const MessageStory* just_shown_ = nullptr;
  const MessageStory* just_acked_ = nullptr;
};

}  // namespace glasspost::viz
