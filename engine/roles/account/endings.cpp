// What ends a login: the device's own logout, or an administrator's kick. The device's generation
// rises, so that every token issued before is worthless, and every access process is told to end
// the sessions that began with one. That is told a few times, because a letter can be lost or
// overtaken; whoever logs in again meanwhile has a newer session, which is left alone.
//
// If this process dies between the record and the letters, a session of that device can outlive its
// token until its connection ends; the administrator, who got no answer, asks again.
#include "engine/core/limits.hpp"
#include "engine/roles/account/account.hpp"
#include "engine/roles/account/account_record.hpp"

namespace glasspost {

void Account::on_end_login(const v1::EndLogin& end, const Seen& seen, Outbox& out) {
  const DeviceId device{end.origin().device()};
  if (!state_.users.contains(user_of(device))) return;
  end_login(device, end.origin(), v1::END_REASON_LOGGED_OUT, seen, out);
}

void Account::on_kick(const v1::Letter& letter, const Seen& seen, Outbox& out) {
  const v1::KickUser& kick = letter.kick_user();
  const UserId user = user_named(kick.name());
  std::vector<std::uint32_t> devices;
  if (user.value != 0) {
    for (const v1::DeviceRecord& record : state_.users.find(user)->value.devices()) {
      const bool meant = kick.device_index() == 0 || kick.device_index() == record.index();
      if (meant) devices.push_back(record.index());
    }
  }
  for (std::uint32_t index : devices)
    end_login(device_of(user, index), {}, v1::END_REASON_KICKED, seen, out);
  v1::UserKicked& kicked = *out.send(unpack(letter.source())).letter.mutable_user_kicked();
  kicked.set_devices(static_cast<std::uint32_t>(devices.size()));
  if (user.value == 0) kicked.set_refusal("nobody has this name; `glasspost user list` lists them");
  if (user.value != 0 && devices.empty()) kicked.set_refusal("this user has no such device");
}

void Account::end_login(DeviceId device, const v1::Origin& origin, v1::EndReason reason,
                        const Seen& seen, Outbox& out) {
  v1::UserRecord& user = state_.users.edit(user_of(device)).value;
  for (v1::DeviceRecord& record : *user.mutable_devices()) {
    if (record.index() == index_of(device)) record.set_generation(record.generation() + 1);
  }
  put_user(user, out);
  v1::LoginIsOver over;
  *over.mutable_origin() = origin;
  over.set_device(device.value);
  over.set_newest_session(newest_session(seen.boot, state_.sessions));
  over.set_reason(reason);
  say_ending(over, out);
  if (state_.endings.size() >= limits::kEndingsMax) state_.endings.pop_front();
  if (state_.endings.empty()) out.wake({kEndings, 0}, seen.now + limits::kEndingRetry);
  state_.endings.push_back({{over}, 1});
}

void Account::say_ending(const v1::LoginIsOver& over, Outbox& out) const {
  for (std::uint32_t number = 1; number <= state_.config.access_count; ++number)
    *out.send({RoleKind::kAccess, number}).letter.mutable_login_is_over() = over;
}

void Account::on_endings_timer(const Seen& seen, Outbox& out) {
  for (Ending& ending : state_.endings) {
    say_ending(ending.letter.value, out);
    ++ending.said;
  }
  while (!state_.endings.empty() && state_.endings.front().said >= limits::kEndingsSaid)
    state_.endings.pop_front();
  if (!state_.endings.empty()) out.wake({kEndings, 0}, seen.now + limits::kEndingRetry);
}

}  // namespace glasspost
