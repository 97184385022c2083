// Making roles.
#include "engine/roles/roster.hpp"

#include <cassert>
#include <cstdlib>

namespace glasspost {

RoleBox make_role(Address address, const RosterOptions& options) {
  switch (address.kind) {
    case RoleKind::kAccess:
      return RoleBox::of(Access(address));
    case RoleKind::kLogic:
      return RoleBox::of(Logic(address));
    case RoleKind::kConversation:
      return RoleBox::of(Conversation(address));
    case RoleKind::kMailbox:
      return RoleBox::of(Mailbox(address));
    case RoleKind::kSeq:
      return RoleBox::of(Seq(address));
    case RoleKind::kStore:
      return RoleBox::of(Store(address));
    case RoleKind::kArbiter:
      return RoleBox::of(Arbiter(address));
    case RoleKind::kAccount:
      return RoleBox::of(Account(address, options.account));
    default:
      break;
  }
  assert(false && "this kind of role is not in the roster");
  std::abort();
}

template RoleBox RoleBox::of(Access);
template RoleBox RoleBox::of(Account);
template RoleBox RoleBox::of(Arbiter);
template RoleBox RoleBox::of(Client);
template RoleBox RoleBox::of(Conversation);
template RoleBox RoleBox::of(Logic);
template RoleBox RoleBox::of(Mailbox);
template RoleBox RoleBox::of(Seq);
template RoleBox RoleBox::of(Store);

}  // namespace glasspost
