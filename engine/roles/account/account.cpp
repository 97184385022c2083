// Logins, names, and new users.
#include "engine/roles/account/account.hpp"

#include <cassert>

#include "engine/core/keys.hpp"
#include "engine/core/limits.hpp"
#include "engine/core/name.hpp"
#include "engine/core/token.hpp"

namespace glasspost {
namespace {

// Session numbers: boot id above, a count of this life below.
constexpr unsigned kSessionCountBits = 20;

const v1::DeviceRecord* find_device(const v1::UserRecord& user, unsigned index) {
  for (const v1::DeviceRecord& device : user.devices()) {
    if (device.index() == index) return &device;
  }
  return nullptr;
}

void put_user(const v1::UserRecord& user, Outbox& out) {
  std::string bytes;
  const bool written = user.SerializeToString(&bytes);
  assert(written);
  out.set(keys::user(UserId{user.user()}), std::move(bytes));
}

}  // namespace

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
      return on_end_login(letter.end_login(), out);
    case v1::Letter::kCountUsers:
      out.send(unpack(letter.source()))
          .letter.mutable_user_count()
          ->set_count(static_cast<std::uint32_t>(state_.users.size()));
      return;
    case v1::Letter::kAddUser:
      if (unpack(letter.source()).kind != RoleKind::kAdministrator) return;
      return on_add_user(letter, seen, out);
    default:
      return;
  }
}

void Account::on_login_check(const v1::Letter& letter, const Seen& seen, Outbox& out) {
  const v1::LoginCheck& check = letter.login_check();
  v1::LoginChecked& checked = *out.send(unpack(letter.source())).letter.mutable_login_checked();
  *checked.mutable_origin() = check.origin();
  DeviceId device;
  checked.set_failure(check_token(check.token(), seen, device));
  if (checked.failure() != v1::FAILURE_CODE_UNSPECIFIED) return;
  checked.mutable_origin()->set_user(user_of(device).value);
  checked.mutable_origin()->set_device(device.value);
  checked.set_session((seen.boot.value << kSessionCountBits) + ++state_.sessions);
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
  const Result<std::string> folded = fold_name(letter.lookup_name().name());
  if (!folded) return;
  const auto found = state_.by_name.find(*folded);
  if (found == state_.by_name.end()) return;
  answer.set_user(found->second.value);
  answer.set_name(state_.users.find(found->second)->value.name());
}

// Raises the device's generation: what was issued before is worthless.
void Account::on_end_login(const v1::EndLogin& end, Outbox& out) {
  const DeviceId device{end.origin().device()};
  if (!state_.users.contains(user_of(device))) return;
  v1::UserRecord& user = state_.users.edit(user_of(device)).value;
  for (v1::DeviceRecord& record : *user.mutable_devices()) {
    if (record.index() == index_of(device)) record.set_generation(record.generation() + 1);
  }
  put_user(user, out);
  for (std::uint32_t number = 1; number <= state_.config.access_count; ++number) {
    v1::LoginIsOver& over = *out.send({RoleKind::kAccess, number}).letter.mutable_login_is_over();
    *over.mutable_origin() = end.origin();
    over.set_device(device.value);
  }
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
    added.add_tokens(
        make_token(options_.token_key, {.device = device_of(user, device.index()),
                                        .generation = device.generation(),
                                        .expires_ms = seen.wall_ms + options_.token_life_ms}));
  }
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
  return {};
}

}  // namespace glasspost
