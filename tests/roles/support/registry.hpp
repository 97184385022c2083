// An account role, spoken to in verbs.
#pragma once

#include <string>

#include "engine/core/token.hpp"
#include "engine/roles/account/account.hpp"
#include "tests/roles/support/bench.hpp"
#include "tests/roles/support/people.hpp"

namespace glasspost::tests {

inline AccountOptions account_options() {
  AccountOptions options;
  options.token_key.fill(0x5a);
  options.token_life_ms = 60'000;
  return options;
}

inline RoleBox new_account() {
  return RoleBox::of(Account(kAccount1, account_options()));
}

struct Registry : Bench {
  explicit Registry(const Config& lived_by = small_config())
      : Bench(kAccount1, new_account(), lived_by) {
    start();
  }
};

inline v1::Letter add_letter(const std::string& name, std::uint32_t devices) {
  v1::Letter letter;
  letter.mutable_add_user()->set_name(name);
  letter.mutable_add_user()->set_devices(devices);
  return from({RoleKind::kAdministrator, 1}, letter);
}

inline v1::UserAdded add_user(Registry& registry, const std::string& name,
                              std::uint32_t devices = 1) {
  registry.feed(add_letter(name, devices));
  return registry.one(v1::Letter::kUserAdded).user_added();
}

inline v1::Letter check_letter(const std::string& token) {
  v1::Letter letter;
  v1::Origin& origin = *letter.mutable_login_check()->mutable_origin();
  origin.set_access(pack(kAccess1));
  origin.set_connection(31);
  origin.set_request(5);
  letter.mutable_login_check()->set_token(token);
  return from(kAccess1, letter);
}

inline v1::LoginChecked check(Registry& registry, const std::string& token) {
  registry.feed(check_letter(token));
  const v1::Letter letter = registry.one(v1::Letter::kLoginChecked);
  CHECK(letter.target() == pack(kAccess1));
  return letter.login_checked();
}

inline void end_login(Registry& registry, DeviceId device) {
  v1::Letter letter;
  letter.mutable_end_login()->mutable_origin()->set_device(device.value);
  registry.feed(from(kAccess1, letter));
}

inline v1::NameFound look_up(Registry& registry, const std::string& name) {
  v1::Letter letter;
  *letter.mutable_lookup_name()->mutable_origin() = origin_of(kAlicePhone, 9);
  letter.mutable_lookup_name()->set_name(name);
  registry.feed(from(kAccess1, letter));
  return registry.one(v1::Letter::kNameFound).name_found();
}

inline std::uint32_t user_count(Registry& registry) {
  v1::Letter letter;
  letter.mutable_count_users();
  registry.feed(from({RoleKind::kLogic, 1}, letter));
  return registry.one(v1::Letter::kUserCount).user_count().count();
}

}  // namespace glasspost::tests
