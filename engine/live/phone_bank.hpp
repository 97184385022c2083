// Phones for a program with a window: a few devices, each with its own TCP connection, on a thread
// with a loop of its own. The window's thread says what people do and takes what phones heard,
// once a frame; neither waits for the other.
//
//   window --compose, airplane--> [queue] --> loop: DeviceHost ... --> access
//   window <------- news -------- [queue] <-- what the device heard, and how it stands
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "engine/core/process.hpp"
#include "engine/live/client_link.hpp"
#include "engine/live/process_loop.hpp"

namespace glasspost {

// A text that waits on a phone for its acknowledgement.
struct PhoneUnsent {
  std::uint64_t client_id = 0;
  ConversationId conversation;
  std::string text;
  std::uint32_t tries = 0;

  bool operator==(const PhoneUnsent&) const = default;
};

// How a phone is, for people.
struct PhoneStanding {
  bool connected = false;
  bool logged_in = false;
  bool airplane = false;
  std::string trouble;  // why it is not logged in; empty if there is no reason to tell
  std::uint64_t key = 0;
  std::vector<PhoneUnsent> unsent;  // oldest first

  bool operator==(const PhoneStanding&) const = default;
};

// What a phone needs to begin. The caller makes the role and its disk: this room knows neither.
struct PhoneStart {
  Process process;  // one role at {kDevice, 1}
  ProcessDisk disk;
  std::shared_ptr<void> keeps;  // what `disk` refers to
  ClientLinkOptions link;
  std::function<PhoneStanding(const RoleBox&)> standing;  // looks at the role
};

// Something a phone heard (the letter has a body), or only how it stands now.
struct PhoneNews {
  std::size_t phone = 0;
  v1::Letter letter;
  PhoneStanding standing;
};

class PhoneBank {
 public:
  // `hub`: where the devices' facts go (hub.sock of a run directory); empty: nowhere.
  explicit PhoneBank(const std::string& hub);
  ~PhoneBank();
  PhoneBank(const PhoneBank&) = delete;
  PhoneBank& operator=(const PhoneBank&) = delete;

  // Phones are numbered from 0, in the order in which they were added.
  std::size_t add(PhoneStart start);
  void compose(std::size_t phone, ConversationId conversation, std::string text);
  void set_airplane(std::size_t phone, bool on);

  // All that came since the last call, oldest first. Bounded: when nobody takes them, the oldest
  // go, and `lost` counts them.
  std::vector<PhoneNews> take();
  std::uint64_t lost() const;

 private:
  class Inside;
  std::unique_ptr<Inside> inside_;
};

}  // namespace glasspost
