// Text forms of addresses, used in stories, logs and errors.
#include "engine/core/address.hpp"

namespace glasspost {

std::string to_text(RoleKind kind) {
  switch (kind) {
    case RoleKind::kNone:
      return "nobody";
    case RoleKind::kAccess:
      return "access";
    case RoleKind::kLogic:
      return "logic";
    case RoleKind::kConversation:
      return "conversation";
    case RoleKind::kMailbox:
      return "mailbox";
    case RoleKind::kFanout:
      return "fanout";
    case RoleKind::kSeq:
      return "seq";
    case RoleKind::kStore:
      return "store";
    case RoleKind::kArbiter:
      return "arbiter";
    case RoleKind::kAccount:
      return "account";
    case RoleKind::kDevice:
      return "device";
    case RoleKind::kPerson:
      return "person";
    case RoleKind::kAdministrator:
      return "administrator";
    case RoleKind::kHasher:
      return "hasher";
  }
  return "role " + std::to_string(static_cast<unsigned>(kind));
}

std::string to_text(Address address) {
  return to_text(address.kind) + "-" + std::to_string(address.number);
}

}  // namespace glasspost
