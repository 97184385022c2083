// Passwords. Their hash is slow on purpose, so the host makes it beside the loop; here is decided
// which may be tried, and what the answer is.
//
//   a login: too many wait, or too many tries? -> HashPassword ... PasswordHashed -> the same?
//
// Whoever guesses learns nothing but "wrong": a name that nobody has costs a hash too.
#include "engine/base/password.hpp"

#include <algorithm>

#include "engine/core/limits.hpp"
#include "engine/core/name.hpp"
#include "engine/roles/account/account.hpp"
#include "engine/roles/account/account_record.hpp"

namespace glasspost {
namespace {

v1::LoginChecked& login_answer(const v1::Origin& origin, Outbox& out) {
  v1::LoginChecked& checked = *out.send(unpack(origin.access())).letter.mutable_login_checked();
  *checked.mutable_origin() = origin;
  return checked;
}

v1::PasswordCost cost_with(const std::string& salt) {
  v1::PasswordCost cost;
  cost.set_salt(salt);
  cost.set_passes(kPasswordPasses);
  cost.set_memory_kib(kPasswordMemoryKib);
  return cost;
}

// In a time that does not depend on where they differ.
bool same_hash(const std::string& one, const std::string& other) {
  Mac left{};
  Mac right{};
  if (one.size() != left.size() || other.size() != right.size()) return false;
  std::copy(one.begin(), one.end(), left.begin());
  std::copy(other.begin(), other.end(), right.begin());
  return mac_equal(left, right);
}

}  // namespace

void Account::on_password_login(const v1::Letter& letter, const Seen& seen, Outbox& out) {
  const v1::LoginCheck& check = letter.login_check();
  const Result<std::string> folded = fold_name(check.name());
  const std::string& name = folded ? *folded : check.name();
  Hashing wanted;
  wanted.origin = {check.origin()};
  wanted.user = user_named(check.name());
  wanted.device = check.device_index();
  wanted.name = keyed_hash(options_.token_key, name);
  if (state_.hashing.size() >= limits::kHashesMax) {
    login_answer(check.origin(), out).set_failure(v1::FAILURE_CODE_BUSY);
    return;
  }
  if (!take_try(wanted.name, seen.now)) {
    v1::LoginChecked& refused = login_answer(check.origin(), out);
    refused.set_failure(v1::FAILURE_CODE_TOO_MANY);
    refused.set_retry_after_ms(
        static_cast<std::uint32_t>(limits::kPasswordTryEvery / std::chrono::milliseconds(1)));
    return;
  }
  const Archived<v1::UserRecord>* user = state_.users.find(wanted.user);
  if (user != nullptr && user->value.has_password()) {
    wanted.cost = {user->value.password().cost()};
  } else {
    // The same salt whenever this name is tried, as it would be if somebody had it.
    const Mac none = mac_of(options_.token_key, "the salt of nobody named " + name);
    wanted.cost = {cost_with(std::string(none.begin(), none.begin() + kPasswordSaltBytes))};
  }
  hash(wanted, check.password(), out);
}

void Account::on_set_password(const v1::Letter& letter, const Seen& seen, Outbox& out) {
  const v1::SetPassword& set = letter.set_password();
  const auto refuse = [&letter, &out](const char* why) {
    out.send(unpack(letter.source())).letter.mutable_password_set()->set_refusal(why);
  };
  const UserId user = user_named(set.name());
  if (user.value == 0) return refuse("nobody has this name; `glasspost user list` lists them");
  if (set.password().size() < limits::kPasswordBytesMin ||
      set.password().size() > limits::kPasswordBytesMax) {
    return refuse("a password has 8 to 128 bytes");
  }
  if (state_.hashing.size() >= limits::kHashesMax) {
    return refuse("too many passwords wait to be checked; try again in a moment");
  }
  Hashing wanted;
  wanted.asked_by = letter.source();
  wanted.user = user;
  // A salt need not be secret, only another one each time: the stream is of this life and step.
  Random random = seen.random("salt " + std::to_string(state_.tickets));
  std::string salt(kPasswordSaltBytes, '\0');
  for (char& byte : salt)
    byte = static_cast<char>(random.between(0, 255));
  wanted.cost = {cost_with(salt)};
  hash(wanted, set.password(), out);
}

void Account::hash(const Hashing& wanted, const std::string& password, Outbox& out) {
  const std::uint64_t ticket = ++state_.tickets;
  v1::HashPassword& asked = *out.send({RoleKind::kHasher, 1}).letter.mutable_hash_password();
  asked.set_ticket(ticket);
  asked.set_password(password);
  *asked.mutable_cost() = wanted.cost.value;
  state_.hashing[ticket] = wanted;
}

void Account::on_hashed(const v1::Letter& letter, const Seen& seen, Outbox& out) {
  const auto found = state_.hashing.find(letter.password_hashed().ticket());
  if (found == state_.hashing.end()) return;
  const Hashing hashing = found->second;
  state_.hashing.erase(found);
  const std::string& hash = letter.password_hashed().hash();
  if (hashing.asked_by != 0) return on_new_hashed(hashing, hash, out);
  on_login_hashed(hashing, hash, seen, out);
}

void Account::on_login_hashed(const Hashing& hashing, const std::string& hash, const Seen& seen,
                              Outbox& out) {
  v1::LoginChecked& checked = login_answer(hashing.origin.value, out);
  if (hash.empty()) return checked.set_failure(v1::FAILURE_CODE_BUSY);
  const Archived<v1::UserRecord>* user = state_.users.find(hashing.user);
  static const v1::UserRecord nobody;
  const v1::UserRecord& record = user == nullptr ? nobody : user->value;
  const v1::PasswordRecord& known = record.password();
  // With another salt the password was changed meanwhile.
  const bool right =
      same_hash(known.hash(), hash) && known.cost().salt() == hashing.cost.value.salt();
  const v1::DeviceRecord* device = find_device(record, hashing.device);
  if (!right || device == nullptr) return checked.set_failure(v1::FAILURE_CODE_PASSWORD_WRONG);
  state_.tried.erase(hashing.name);
  checked.set_token(new_token(hashing.user, *device, seen));
  accept_login(checked, device_of(hashing.user, device->index()), seen);
}

void Account::on_new_hashed(const Hashing& hashing, const std::string& hash, Outbox& out) {
  v1::PasswordSet& set = *out.send(unpack(hashing.asked_by)).letter.mutable_password_set();
  if (hash.empty()) return set.set_refusal("there is not enough memory to hash it; try again");
  v1::UserRecord& user = state_.users.edit(hashing.user).value;
  *user.mutable_password()->mutable_cost() = hashing.cost.value;
  user.mutable_password()->set_hash(hash);
  put_user(user, out);
  set.set_user(hashing.user.value);
}

// A bucket of tries for each name. A name that was not tried lately has all of them.
bool Account::take_try(std::uint64_t name, Time now) {
  const auto refilled = [now](const Tried& tried) {
    const auto more = static_cast<std::uint64_t>((now - tried.since) / limits::kPasswordTryEvery);
    return std::min<std::uint64_t>(limits::kPasswordTries, tried.left + more);
  };
  const bool is_new = !state_.tried.contains(name);
  if (is_new && state_.tried.size() >= limits::kTriedNamesMax) {
    const auto older = [](const auto& one, const auto& other) {
      return one.second.since < other.second.since;
    };
    state_.tried.erase(std::min_element(state_.tried.begin(), state_.tried.end(), older));
  }
  Tried& tried = state_.tried.try_emplace(name, Tried{limits::kPasswordTries, now}).first->second;
  const std::uint64_t left = refilled(tried);
  if (left == 0) return false;
  // What is left of the current interval counts on, unless the bucket was full.
  const auto intervals = (now - tried.since) / limits::kPasswordTryEvery;
  tried.since = left == limits::kPasswordTries
                    ? now
                    : tried.since + intervals * Duration(limits::kPasswordTryEvery);
  tried.left = static_cast<std::uint32_t>(left - 1);
  return true;
}

}  // namespace glasspost
