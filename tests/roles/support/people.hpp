// Who the cases are about, and the small cluster they live in.
#pragma once

#include <cstdint>

#include "glasspost/v1/letter.pb.h"

#include "engine/core/config.hpp"

namespace glasspost::tests {

inline constexpr UserId kAlice{3};
inline constexpr UserId kBob{7};
inline constexpr UserId kCarol{9};
inline const ConversationId kPair = pair_of(kAlice, kBob);
inline const ConversationId kOtherPair = pair_of(kAlice, kCarol);

// A device as the house sees it: the session it is logged in with, on a connection of access-1.
struct Phone {
  UserId user;
  unsigned index = 1;
  std::uint64_t connection = 1;
  std::uint64_t session = 1;
  std::uint64_t access = 1;
  std::uint64_t access_boot = 1;

  DeviceId device() const { return device_of(user, index); }
};

inline constexpr Phone kAlicePhone{.user = kAlice, .connection = 31};
inline constexpr Phone kAliceTablet{.user = kAlice, .index = 2, .connection = 32};
inline constexpr Phone kBobPhone{.user = kBob, .connection = 71};
inline constexpr Phone kCarolPhone{.user = kCarol, .connection = 91};

inline v1::Origin origin_of(const Phone& phone, std::uint64_t request = 1) {
  v1::Origin origin;
  origin.set_access(pack({RoleKind::kAccess, phone.access}));
  origin.set_access_boot(phone.access_boot);
  origin.set_connection(phone.connection);
  origin.set_request(request);
  origin.set_user(phone.user.value);
  origin.set_device(phone.device().value);
  return origin;
}

// Two access roles, one home, two mailboxes and two allocators of 100 users each, one replica.
inline Config small_config() {
  Config config;
  config.access_count = 2;
  config.logic_count = 2;
  config.users_per_section = 100;
  config.conversation_owners = {{RoleKind::kConversation, 1}};
  config.mailbox_owners = {{RoleKind::kMailbox, 1}, {RoleKind::kMailbox, 2}};
  config.seq_owners = {{RoleKind::kSeq, 1}, {RoleKind::kSeq, 2}};
  config.replicas = {{RoleKind::kStore, 1}};
  return config;
}

inline constexpr Address kStore1{RoleKind::kStore, 1};
inline constexpr Address kMailbox1{RoleKind::kMailbox, 1};
inline constexpr Address kHome1{RoleKind::kConversation, 1};
inline constexpr Address kSeq1{RoleKind::kSeq, 1};
inline constexpr Address kAccess1{RoleKind::kAccess, 1};
inline constexpr Address kAccess2{RoleKind::kAccess, 2};
inline constexpr Address kAccount1{RoleKind::kAccount, 1};

}  // namespace glasspost::tests
