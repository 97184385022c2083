// Account: names, devices and tokens. It says who a token belongs to, and never sees a message.
//
//   access --LoginCheck--> account --LoginChecked--> access
//   access --LookupName--> account --NameFound-----> access
//   access --EndLogin----> account --LoginIsOver---> every access
//   logic  --CountUsers--> account --UserCount-----> logic
//   administrator --AddUser--> account --UserAdded--> administrator
//
// User ids are dense, 1 first, and are never given twice: sections and counts build on that.
// Invariants:
//   I1  users are 1 .. count, each with its record on disk before anybody hears of it.
//   I2  a folded name belongs to one user.
//   I3  session numbers rise, over restarts too (the boot id is in their upper part).
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "engine/base/mac.hpp"
#include "engine/base/paged.hpp"
#include "engine/core/archive_message.hpp"
#include "engine/core/contract.hpp"

namespace glasspost {

// What the host gives the account role and nobody else.
struct AccountOptions {
  MacKey token_key{};
  std::int64_t token_life_ms = std::int64_t{30} * 24 * 3'600 * 1'000;  // thirty days
};

class Account {
 public:
  static constexpr std::uint32_t kStateVersion = 1;

  struct State {
    Address self;
    Config config;
    PagedMap<UserId, Archived<v1::UserRecord>> users;
    std::map<std::string, UserId> by_name;  // folded
    std::uint64_t sessions = 0;             // of this life

    template <class Archive>
    void fields(Archive& archive) {
      archive(self, config, users, by_name, sessions);
    }
  };

  Account(Address self, const AccountOptions& options) : options_(options) { state_.self = self; }

  void step(const Input& input, const Seen& seen, Outbox& out);
  std::string broken_invariant() const;

  const State& state() const { return state_; }
  void restore(State state) { state_ = std::move(state); }

 private:
  void on_start(const Seen& seen);
  void on_letter(const v1::Letter& letter, const Seen& seen, Outbox& out);
  void on_login_check(const v1::Letter& letter, const Seen& seen, Outbox& out);
  v1::FailureCode check_token(const std::string& token, const Seen& seen, DeviceId& device) const;
  void on_lookup(const v1::Letter& letter, Outbox& out) const;
  void on_end_login(const v1::EndLogin& end, Outbox& out);
  void on_add_user(const v1::Letter& letter, const Seen& seen, Outbox& out);
  UserId create(const v1::AddUser& add, const std::string& folded, Outbox& out);

  AccountOptions options_;
  State state_;
};

}  // namespace glasspost
