// No phones: what recordings and simulations have instead of a deck.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "viz/model/phone_deck.hpp"

namespace glasspost::viz {

class QuietDeck final : public PhoneDeck {
 public:
  std::vector<Phone>& phones() override { return phones_; }
  void compose(std::size_t, ConversationId, std::string_view) override {}
  void set_airplane(std::size_t, bool) override {}
  const std::map<UserId, std::string>& people() const override { return people_; }
  ShownOn shown(ConversationId, std::uint64_t) const override { return {}; }
  std::string none_because() const override { return "phones need a running cluster"; }

 private:
  std::vector<Phone> phones_;
  std::map<UserId, std::string> people_;
};

}  // namespace glasspost::viz
