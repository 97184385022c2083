// Logins by token, names, and new users.
#include "engine/roles/account/account.hpp"

#include <cassert>

#include "engine/core/keys.hpp"
#include "engine/core/limits.hpp"
#include "engine/core/name.hpp"
#include "engine/core/token.hpp"
#include "engine/roles/account/account_record.hpp"

namespace glasspost {
void Account::step(const Input& input, const Seen& seen, Outbox& out) {
  switch (input.kind) {
    case Input::Kind::kConfig:
      state_.config = *input.config;
      return;
    case Input::Kind::kStart:
      return on_start(seen);
    case Input::Kind::kLetters:
      for (const v1::Letter& letter : input.letters)
        on_letter(letter, seen, out);
      return;
    case Input::Kind::kTimer:
      return on_endings_timer(seen, out);
    case Input::Kind::kPeer:
      return;
  }
}

void Account::on_start(const Seen& seen) {
  std::string from = keys::user(UserId{1});
  while (true) {
    const auto rows = seen.store.range(from, keys::end_of('U'), 1'000, limits::kLogPageBytesMax);
    if (rows.empty()) return;
    for (const StoreRow& row : rows) {
      v1::UserRecord user;
      const bool whole = user.ParseFromString(row.value);
      assert(whole && "a user record is damaged");
      state_.by_name[user.folded_name()] = UserId{user.user()};
      state_.users.put(UserId{user.user()}, {user});
    }
    from = rows.back().key + '\0';
  }
}

void Account::on_letter(const v1::Letter& letter, const Seen& seen, Outbox& out) {
  switch (letter.body_case()) {
    case v1::Letter::kLoginCheck:
      return on_login_check(letter, seen, out);
    case v1::Letter::kLookupName:
      return on_lookup(letter, out);
    case v1::Letter::kEndLogin:
      return on_end_login(letter.end_login(), seen, out);
    case v1::Letter::kCountUsers:
      out.send(unpack(letter.source()))
          .letter.mutable_user_count()
          ->set_count(static_cast<std::uint32_t>(state_.users.size()));
      return;
    case v1::Letter::kPasswordHashed:
      if (unpack(letter.source()).kind == RoleKind::kHasher) on_hashed(letter, seen, out);
      return;
    default:
      if (unpack(letter.source()).kind == RoleKind::kAdministrator) on_question(letter, seen, out);
      return;
  }
}

void Account::on_question(const v1::Letter& letter, const Seen& seen, Outbox& out) {
  switch (letter.body_case()) {
    case v1::Letter::kAddUser:
      return on_add_user(letter, seen, out);
    case v1::Letter::kSetPassword:
      return on_set_password(letter, seen, out);
    case v1::Letter::kKickUser:
      return on_kick(letter, seen, out);
    case v1::Letter::kListUsers:
      return on_list(letter, out);
    default:
      return;
  }
}

void Account::on_login_check(const v1::Letter& letter, const Seen& seen, Outbox& out) {
  const v1::LoginCheck& check = letter.login_check();
  if (check.token().empty() && !check.name().empty()) return on_password_login(letter, seen, out);
  v1::LoginChecked& checked = *out.send(unpack(letter.source())).letter.mutable_login_checked();
  *checked.mutable_origin() = check.origin();
  DeviceId device;
  checked.set_failure(check_token(check.token(), seen, device));
  if (checked.failure() == v1::FAILURE_CODE_UNSPECIFIED) accept_login(checked, device, seen);
}

void Account::accept_login(v1::LoginChecked& checked, DeviceId device, const Seen& seen) {
  ++state_.sessions;
  checked.mutable_origin()->set_user(user_of(device).value);
  checked.mutable_origin()->set_device(device.value);
  checked.set_session(newest_session(seen.boot, state_.sessions));
}

v1::FailureCode Account::check_token(const std::string& token, const Seen& seen,
                                     DeviceId& device) const {
  const std::optional<TokenClaims> claims = read_token(options_.token_key, token);
  if (!claims) return v1::FAILURE_CODE_TOKEN_INVALID;
  const Archived<v1::UserRecord>* user = state_.users.find(user_of(claims->device));
  if (user == nullptr) return v1::FAILURE_CODE_TOKEN_INVALID;
  const v1::DeviceRecord* record = find_device(user->value, index_of(claims->device));
  if (record == nullptr || record->generation() != claims->generation) {
    return v1::FAILURE_CODE_TOKEN_INVALID;
  }
  if (claims->expires_ms <= seen.wall_ms) return v1::FAILURE_CODE_TOKEN_EXPIRED;
  device = claims->device;
  return v1::FAILURE_CODE_UNSPECIFIED;
}

void Account::on_lookup(const v1::Letter& letter, Outbox& out) const {
  v1::NameFound& answer = *out.send(unpack(letter.source())).letter.mutable_name_found();
  *answer.mutable_origin() = letter.lookup_name().origin();
  const UserId user = user_named(letter.lookup_name().name());
  if (user.value == 0) return;
  answer.set_user(user.value);
  answer.set_name(state_.users.find(user)->value.name());
}

// 0 if nobody has it, or nobody can.
UserId Account::user_named(const std::string& name) const {
  const Result<std::string> folded = fold_name(name);
  if (!folded) return UserId{};
  const auto found = state_.by_name.find(*folded);
  return found == state_.by_name.end() ? UserId{} : found->second;
}

void Account::on_add_user(const v1::Letter& letter, const Seen& seen, Outbox& out) {
  const v1::AddUser& add = letter.add_user();
  v1::UserAdded& added = *out.send(unpack(letter.source())).letter.mutable_user_added();
  added.set_name(add.name());
  const Result<std::string> folded = fold_name(add.name());
  if (!folded) return added.set_refusal(folded.error().message);
  if (add.devices() < 1 || add.devices() > limits::kDevicesPerUser) {
    return added.set_refusal("a user has 1 to 10 devices");
  }
  const auto known = state_.by_name.find(*folded);
  if (known == state_.by_name.end() && state_.users.size() >= state_.config.users_max()) {
    return added.set_refusal("the cluster is cut for " + std::to_string(state_.config.users_max()) +
                             " users; it is full");
  }
  const UserId user = known != state_.by_name.end() ? known->second : create(add, *folded, out);
  const v1::UserRecord& record = state_.users.find(user)->value;
  added.set_user(user.value);
  added.set_name(record.name());
  for (const v1::DeviceRecord& device : record.devices()) {
    added.add_tokens(new_token(user, device, seen));
  }
}

std::string Account::new_token(UserId user, const v1::DeviceRecord& device,
                               const Seen& seen) const {
  return make_token(options_.token_key, {.device = device_of(user, device.index()),
                                         .generation = device.generation(),
                                         .expires_ms = seen.wall_ms + options_.token_life_ms});
}

void Account::on_list(const v1::Letter& letter, Outbox& out) const {
  v1::UsersListed& listed = *out.send(unpack(letter.source())).letter.mutable_users_listed();
  std::uint64_t user = std::uint64_t{letter.list_users().after()} + 1;
  for (; user <= state_.users.size(); ++user) {
    if (static_cast<std::size_t>(listed.users_size()) == limits::kUserLinesMax) break;
    const v1::UserRecord& record =
        state_.users.find(UserId{static_cast<std::uint32_t>(user)})->value;
    v1::UserLine& line = *listed.add_users();
    line.set_user(record.user());
    line.set_name(record.name());
    line.set_devices(static_cast<std::uint32_t>(record.devices_size()));
    line.set_has_password(record.has_password());
  }
  listed.set_more(user <= state_.users.size());
}

UserId Account::create(const v1::AddUser& add, const std::string& folded, Outbox& out) {
  const UserId user{static_cast<std::uint32_t>(state_.users.size()) + 1};
  v1::UserRecord record;
  record.set_user(user.value);
  record.set_name(add.name());
  record.set_folded_name(folded);
  for (std::uint32_t index = 1; index <= add.devices(); ++index) {
    v1::DeviceRecord& device = *record.add_devices();
    device.set_index(index);
    device.set_generation(1);
  }
  put_user(record, out);
  out.fact({.kind = FactKind::kUserJoined, .subject = user.value, .object = add.devices()});
  state_.by_name[folded] = user;
  state_.users.put(user, {std::move(record)});
  return user;
}

std::string Account::broken_invariant() const {
  if (state_.by_name.size() != state_.users.size()) return "I2: names and users differ in number";
  if (!state_.users.empty() && state_.users.last()->key.value != state_.users.size()) {
    return "I1: user ids are not dense";
  }
  if (state_.hashing.size() > limits::kHashesMax) return "I4: too many passwords wait";
  return {};
}

}  // namespace glasspost
