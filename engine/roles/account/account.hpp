// Account: names, devices and tokens. It says who a token belongs to, and never sees a message.
//
//   access --LoginCheck--> account --LoginChecked--> access
//   access --LookupName--> account --NameFound-----> access
//   access --EndLogin----> account --LoginIsOver---> every access
//   logic  --CountUsers--> account --UserCount-----> logic
//   administrator --AddUser, SetPassword, KickUser, ListUsers--> account, answered each
//   account --HashPassword--> its host --PasswordHashed--> account   (beside the loop: it is slow)
//
// account.cpp knows names and tokens, password.cpp passwords, endings.cpp what ends a login.
// User ids are dense, 1 first, and are never given twice: sections and counts build on that.
// Invariants:
//   I1  users are 1 .. count, each with its record on disk before anybody hears of it.
//   I2  a folded name belongs to one user.
//   I3  session numbers rise, over restarts too (the boot id is in their upper part).
//   I4  at most limits::kHashesMax passwords wait to be hashed, and none is kept in the state.
//   I5  a wrong name, password and device are answered alike, after the same work.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <string>

#include "engine/base/mac.hpp"
#include "engine/base/paged.hpp"
#include "engine/core/archive_message.hpp"
#include "engine/core/contract.hpp"
#include "engine/core/role.hpp"

namespace glasspost {

// What the host gives the account role and nobody else.
struct AccountOptions {
  MacKey token_key{};
  std::int64_t token_life_ms = std::int64_t{30} * 24 * 3'600 * 1'000;  // thirty days
};

class Account {
 public:
  static constexpr std::uint32_t kStateVersion = 1;

  // A password that is being hashed. The password itself is not kept.
  struct Hashing {
    Archived<v1::Origin> origin;  // of a login
    std::uint64_t asked_by = 0;   // of a new password: the administrator; 0 says login
    UserId user;                  // 0: nobody has the name that was given
    std::uint32_t device = 0;     // of a login: the index
    std::uint64_t name = 0;       // keyed hash of the folded name, as in `tried`
    Archived<v1::PasswordCost> cost;

    template <class Archive>
    void fields(Archive& archive) {
      archive(origin, asked_by, user, device, name, cost);
    }
  };

  // Tries of one name's password, whether or not somebody has that name.
  struct Tried {
    std::uint32_t left = 0;  // at `since`; one more with every kPasswordTryEvery
    Time since = Time(Duration(0));

    template <class Archive>
    void fields(Archive& archive) {
      archive(left, since);
    }
  };

  // Logins that were ended a moment ago. A letter can be lost, so access is told more than once.
  struct Ending {
    Archived<v1::LoginIsOver> letter;
    std::uint32_t said = 0;  // times

    template <class Archive>
    void fields(Archive& archive) {
      archive(letter, said);
    }
  };

  struct State {
    Address self;
    Config config;
    PagedMap<UserId, Archived<v1::UserRecord>> users;
    std::map<std::string, UserId> by_name;  // folded
    std::uint64_t sessions = 0;             // of this life
    std::uint64_t tickets = 0;              // of this life, for passwords
    std::map<std::uint64_t, Hashing> hashing;
    std::map<std::uint64_t, Tried> tried;
    std::deque<Ending> endings;

    template <class Archive>
    void fields(Archive& archive) {
      archive(self, config, users, by_name, sessions, tickets, hashing, tried, endings);
    }
  };

  Account(Address self, const AccountOptions& options) : options_(options) { state_.self = self; }

  void step(const Input& input, const Seen& seen, Outbox& out);
  std::string broken_invariant() const;

  const State& state() const { return state_; }
  void restore(State state) { state_ = std::move(state); }

 private:
  enum TimerKind : std::uint16_t { kEndings = 1 };

  // account.cpp: names, tokens, new users.
  void on_start(const Seen& seen);
  void on_letter(const v1::Letter& letter, const Seen& seen, Outbox& out);
  void on_question(const v1::Letter& letter, const Seen& seen, Outbox& out);
  void on_login_check(const v1::Letter& letter, const Seen& seen, Outbox& out);
  void accept_login(v1::LoginChecked& checked, DeviceId device, const Seen& seen);
  v1::FailureCode check_token(const std::string& token, const Seen& seen, DeviceId& device) const;
  void on_lookup(const v1::Letter& letter, Outbox& out) const;
  void on_add_user(const v1::Letter& letter, const Seen& seen, Outbox& out);
  void on_list(const v1::Letter& letter, Outbox& out) const;
  UserId create(const v1::AddUser& add, const std::string& folded, Outbox& out);
  std::string new_token(UserId user, const v1::DeviceRecord& device, const Seen& seen) const;
  UserId user_named(const std::string& name) const;

  // password.cpp: setting and checking passwords.
  void on_password_login(const v1::Letter& letter, const Seen& seen, Outbox& out);
  void on_set_password(const v1::Letter& letter, const Seen& seen, Outbox& out);
  void hash(const Hashing& wanted, const std::string& password, Outbox& out);
  void on_hashed(const v1::Letter& letter, const Seen& seen, Outbox& out);
  void on_login_hashed(const Hashing& hashing, const std::string& hash, const Seen& seen,
                       Outbox& out);
  void on_new_hashed(const Hashing& hashing, const std::string& hash, Outbox& out);
  bool take_try(std::uint64_t name, Time now);

  // endings.cpp: what ends a login.
  void on_end_login(const v1::EndLogin& end, const Seen& seen, Outbox& out);
  void on_kick(const v1::Letter& letter, const Seen& seen, Outbox& out);
  void end_login(DeviceId device, const v1::Origin& origin, v1::EndReason reason, const Seen& seen,
                 Outbox& out);
  void say_ending(const v1::LoginIsOver& over, Outbox& out) const;
  void on_endings_timer(const Seen& seen, Outbox& out);

  AccountOptions options_;
  State state_;
};

extern template RoleBox RoleBox::of(Account);

}  // namespace glasspost
