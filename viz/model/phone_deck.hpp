// The phones on the screen, as views see them: what each shows and how it stands, and the few
// things a person can do with one. The program fills it from real devices.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/ids.hpp"
#include "viz/model/phone_book.hpp"
#include "viz/model/shown_on.hpp"

namespace glasspost::viz {

struct Phone {
  explicit Phone(DeviceId device) : book(device) {}

  std::string owner;  // "alice"
  PhoneBook book;
  bool connected = false;
  bool logged_in = false;
  bool airplane = false;
  std::string trouble;    // why it is not logged in
  std::uint64_t key = 0;  // its SyncKey
  std::size_t unsent = 0;
};

class PhoneDeck {
 public:
  virtual ~PhoneDeck() = default;
  // In the order in which they stand; the number of a phone never changes.
  virtual std::vector<Phone>& phones() = 0;
  virtual void compose(std::size_t phone, ConversationId conversation, std::string_view text) = 0;
  virtual void set_airplane(std::size_t phone, bool on) = 0;
  // Everybody one can write to.
  virtual const std::map<UserId, std::string>& people() const = 0;
  // On how many devices of the one to whom it was written; of no device if nobody knows.
  virtual ShownOn shown(ConversationId conversation, std::uint64_t number) const = 0;
  // Why there are no phones, for a person; empty if there are some.
  virtual std::string none_because() const = 0;
};

}  // namespace glasspost::viz
