// Where devices can be reached, and the notices that go there. All of it is soft: a lost notice or
// route costs delay, never a message.
#include "engine/roles/mailbox/mailbox.hpp"

namespace glasspost {
namespace {

bool same_connection(const v1::Origin& one, const v1::Origin& other) {
  return one.access() == other.access() && one.access_boot() == other.access_boot() &&
         one.connection() == other.connection();
}

}  // namespace

void Mailbox::register_route(Section& section, const v1::Origin& origin, std::uint64_t session,
                             OwnerStep& step) {
  const DeviceId device{origin.device()};
  const Route* known = section.routes.find(device);
  if (known != nullptr) {
    if (session <= known->session) return;  // a late letter of an older session
    const v1::Origin& older = known->origin.value;
    if (!same_connection(older, origin)) {
      *step.out.send(unpack(older.access())).letter.mutable_route_replaced()->mutable_origin() =
          older;
    }
  }
  section.routes.put(device, {{origin}, session, 0});
}

void Mailbox::on_forget(const v1::ForgetRoute& forget) {
  Section* section = section_of_user(forget.origin().user());
  if (section == nullptr) return;
  const DeviceId device{forget.origin().device()};
  const Route* known = section->routes.find(device);
  if (known == nullptr || !same_connection(known->origin.value, forget.origin())) return;
  section->routes.erase(device);
  section->waiting.erase(device);
}

// A new life of an access process: its older connections are gone.
void Mailbox::on_peer(const Peer& peer) {
  if (peer.address.kind != RoleKind::kAccess) return;
  for (auto& [id, section] : state_.sections) {
    std::vector<DeviceId> gone;
    for (const auto& entry : section.routes) {
      const v1::Origin& origin = entry.value.origin.value;
      const bool here = origin.access() == pack(peer.address);
      if (here && origin.access_boot() < peer.boot.value) gone.push_back(entry.key);
    }
    for (DeviceId device : gone)
      section.routes.erase(device);
  }
}

// Notices of one user inside the window become one.
void Mailbox::notice(Section& section, UserId user, std::uint64_t trace, OwnerStep& step) {
  const Duration window = state_.config.choices.notice_window;
  if (window == Duration(0)) return send_notices(user, trace, step);
  Inbox& inbox = section.folded.inboxes.edit(user);
  if (inbox.notice_due) return;
  inbox.notice_due = true;
  step.out.wake({kNotice, user.value}, step.seen.now + window);
}

void Mailbox::send_notices(UserId user, std::uint64_t trace, OwnerStep& step) {
  Section* section = section_of_user(user.value);
  if (section == nullptr || section->folded.inboxes.find(user) == nullptr) return;
  Inbox& inbox = section->folded.inboxes.edit(user);
  inbox.notice_due = false;
  for (auto route = section->routes.lower_bound(device_of(user, 0));
       route != section->routes.end() && user_of(route->key) == user; ++route) {
    const v1::Origin& origin = route->value.origin.value;
    v1::NotifyDevice& notify =
        *step.out.send(unpack(origin.access()), trace).letter.mutable_notify_device();
    *notify.mutable_origin() = origin;
    notify.set_newest(inbox.visible);
  }
}

}  // namespace glasspost
