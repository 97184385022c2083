// Logic: checks a request and sends it to the home of its conversation. It holds no message state,
// so any number of logic processes can stand side by side, and a crash costs only what was in its
// hands: the device sends again.
//
//   access --Submit, ReadHistory--> logic --> conversation (answers go straight to access)
//   logic --CountUsers--> account --UserCount--> logic
//
// The check: does the other side of the pair exist? Users are dense, so a count is enough to know;
// it is asked for at the start, every now and then, and at once for a user beyond it. Invariants:
//   I1  nothing is passed on for a conversation that is no pair of existing users.
//   I2  user_count never falls.
#pragma once

#include <cstdint>
#include <deque>

#include "engine/core/archive_message.hpp"
#include "engine/core/contract.hpp"
#include "engine/core/role.hpp"

namespace glasspost {

class Logic {
 public:
  static constexpr std::uint32_t kStateVersion = 2;

  struct State {
    Address self;
    Config config;
    std::uint32_t user_count = 0;              // users 1 .. user_count are known to exist
    std::uint32_t highest_told = 0;            // the highest count that the account ever told
    std::uint32_t highest_passed = 0;          // the highest user of what was passed on
    std::deque<Archived<v1::Letter>> waiting;  // for a fresh count

    template <class Archive>
    void fields(Archive& archive) {
      archive(self, config, user_count, highest_told, highest_passed, waiting);
    }
  };

  explicit Logic(Address self) { state_.self = self; }

  void step(const Input& input, const Seen& seen, Outbox& out);
  std::string broken_invariant() const;

  const State& state() const { return state_; }
  void restore(State state) { state_ = std::move(state); }

 private:
  enum TimerKind : std::uint16_t { kCount = 1 };

  void on_letter(const v1::Letter& letter, Outbox& out);
  void pass_or_wait(const v1::Letter& letter, Outbox& out);
  void pass(const v1::Letter& letter, Outbox& out);
  void on_count(const v1::UserCount& count, Outbox& out);

  State state_;
};

extern template RoleBox RoleBox::of(Logic);

}  // namespace glasspost
