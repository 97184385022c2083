// The roster: every role by its address. The one file that knows them all; hosts make roles here.
#pragma once

#include "engine/core/role.hpp"
#include "engine/roles/access/access.hpp"
#include "engine/roles/account/account.hpp"
#include "engine/roles/arbiter/arbiter.hpp"
#include "engine/roles/client/client.hpp"
#include "engine/roles/conversation/conversation.hpp"
#include "engine/roles/logic/logic.hpp"
#include "engine/roles/mailbox/mailbox.hpp"
#include "engine/roles/seq/seq.hpp"
#include "engine/roles/store/store.hpp"

namespace glasspost {

// What hosts give to single roles.
struct RosterOptions {
  AccountOptions account;
};

// A server role, new. REQUIRES: its kind is one of those included above, and no device.
RoleBox make_role(Address address, const RosterOptions& options);

}  // namespace glasspost
