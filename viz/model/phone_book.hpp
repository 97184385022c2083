// What one phone's screen knows: conversations with their messages, what is unread, what still
// waits. Fed with what the device heard (never with facts of the servers: a real phone cannot see
// those). The phones view paints it; the console's model adds the second tick from facts.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "glasspost/v1/client.pb.h"

#include "engine/base/ids.hpp"

namespace glasspost::viz {

// One bubble.
struct Bubble {
  enum class State : std::uint8_t {
    kWaiting = 0,  // on this phone only
    kStored = 1,   // acknowledged: durable at the server
    kRefused = 2   // the server will never take it
  };
  std::uint64_t number = 0;  // in its conversation; 0 while it has none
  std::uint64_t client_id = 0;
  UserId sender;
  DeviceId sender_device;
  std::string text;
  std::int64_t time_ms = 0;  // time of day given by the home; 0 while it has none
  State state = State::kStored;
  std::string note;  // why it was refused, or how many tries there were

  // Follows the message through the house, as facts name it.
  std::uint64_t trace() const;
};

// One line of the conversation list.
struct Thread {
  ConversationId conversation;
  UserId other;
  std::vector<Bubble> bubbles;  // by number; what waits and what was refused at the end
  std::uint64_t unread = 0;
  std::uint64_t cut = 0;  // older bubbles that are not kept on the screen
};

// A text that waits on the device, as its role has it.
struct WaitingText {
  std::uint64_t client_id = 0;
  ConversationId conversation;
  std::string text;
  std::uint32_t tries = 0;
};

class PhoneBook {
 public:
  explicit PhoneBook(DeviceId self) : self_(self) {}

  // The device showed a message. A number that is there already changes nothing.
  void shown(const v1::Message& message);
  // The server answered a text of this device.
  void sent(const v1::TextSent& sent);
  void refused(std::uint64_t client_id, const std::string& why);
  // All texts that wait just now, oldest first.
  void waiting(const std::vector<WaitingText>& texts);

  // The person looks at this conversation: it is read, and stays read while it is open. An invalid
  // id (0): the person looks at the list.
  void open(ConversationId conversation);
  ConversationId opened() const { return opened_; }

  // Newest conversation first.
  std::vector<const Thread*> list() const;
  // Null if nothing was ever said there.
  const Thread* find(ConversationId conversation) const;
  std::uint64_t unread() const;

  DeviceId self() const { return self_; }

 private:
  Thread& thread(ConversationId conversation);
  void touch(ConversationId conversation);

  DeviceId self_;
  ConversationId opened_;
  std::map<ConversationId, Thread> threads_;
  std::vector<ConversationId> order_;           // newest first
  std::map<std::uint64_t, WaitingText> known_;  // texts of ours that were seen waiting
};

}  // namespace glasspost::viz
