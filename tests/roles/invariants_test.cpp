// Invariants that nothing breaks can still be broken by hand: each look must see it and say which.
#include "engine/roles/client/client.hpp"
#include "engine/roles/logic/logic.hpp"
#include "tests/roles/support/device.hpp"
#include "tests/roles/support/home.hpp"

namespace glasspost::tests {
namespace {

bool begins(const std::string& sentence, const std::string& number) {
  INFO("the sentence is: " << sentence);
  return sentence.starts_with(number);
}

std::string broken_logic(const Logic::State& state) {
  Logic logic({RoleKind::kLogic, 1});
  logic.restore(state);
  return logic.broken_invariant();
}

TEST_CASE("a logic role that passes on too much, or forgets users, is noticed") {
  Logic::State state;
  state.user_count = state.highest_told = 9;
  state.highest_passed = 9;
  CHECK(broken_logic(state) == "");
  state.highest_passed = 10;
  CHECK(begins(broken_logic(state), "I1: "));
  state.highest_passed = 9;
  state.waiting.push_back({submit_letter(kAlicePhone, ConversationId{5}, 1, "to nobody")});
  CHECK(begins(broken_logic(state), "I1: "));
  state.waiting.clear();
  state.user_count = 8;
  state.highest_passed = 0;
  CHECK(begins(broken_logic(state), "I2: "));
}

std::string broken_home(const Conversation::State& state) {
  Conversation home(kHome1);
  home.restore(state);
  return home.broken_invariant();
}

TEST_CASE("a home whose client ids have two numbers, or come back below the floor, is noticed") {
  Home home = serving_home();
  send_many(home, kPair, 3);
  const Conversation::State good = home.role.as<Conversation>().state();
  CHECK(broken_home(good) == "");
  const SectionId section = good.config.conversation_section(kPair);
  const Conversation::ClientKey second{kPair, kAlicePhone.device(), 2};

  Conversation::State doubled = good;
  Conversation::Folded& folded = doubled.sections.at(section).folded;
  REQUIRE(folded.judged.contains(second));
  folded.judged.edit(second).number = 3;
  CHECK(begins(broken_home(doubled), "I2: a client id has two numbers"));

  Conversation::State lowered = good;
  lowered.sections.at(section).folded.windows.edit({kPair, kAlicePhone.device(), 0}).floor = 1;
  CHECK(begins(broken_home(lowered), "I2: a client id at or below the floor"));
}

std::string broken_device(const Client::State& state) {
  Client device({RoleKind::kDevice, 1}, {kAlicePhone.device(), "token"});
  device.restore(state);
  return device.broken_invariant();
}

TEST_CASE("a device whose key falls, or that shows a message twice, is noticed") {
  Client::State state;
  state.key = state.top_row = 12;
  state.shown[kPair] = 5;
  state.shown[kOtherPair] = 2;
  state.shown_before = 4;
  state.shown_since = 3;
  CHECK(broken_device(state) == "");
  state.key = 11;
  CHECK(begins(broken_device(state), "I2: "));
  state.key = 12;
  state.shown_since = 4;
  CHECK(begins(broken_device(state), "I3: "));
}

}  // namespace
}  // namespace glasspost::tests
