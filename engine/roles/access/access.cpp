// Connections and sessions.
#include "engine/roles/access/access.hpp"

#include "engine/core/failure.hpp"

namespace glasspost {
namespace {

const char* sentence_of(v1::EndReason reason) {
  switch (reason) {
    case v1::END_REASON_KICKED:
      return "This device was logged out by an administrator. Its token is worthless now.";
    case v1::END_REASON_REPLACED:
      return "This device has logged in on another connection.";
    default:
      return "This device was logged out.";
  }
}

}  // namespace

void Access::step(const Input& input, const Seen& seen, Outbox& out) {
  Turn turn{seen, out};
  switch (input.kind) {
    case Input::Kind::kConfig:
      state_.config = *input.config;
      return;
    case Input::Kind::kStart:
      return;
    case Input::Kind::kLetters:
      for (const v1::Letter& letter : input.letters)
        on_letter(letter, turn);
      return;
    case Input::Kind::kTimer:
      return;
    case Input::Kind::kPeer:
      return on_connection(input.peer, turn);
  }
}

void Access::on_letter(const v1::Letter& letter, Turn& turn) {
  switch (letter.body_case()) {
    case v1::Letter::kClient:
      return on_client(letter, turn);
    case v1::Letter::kLoginChecked:
      return on_login_checked(letter.login_checked(), turn);
    case v1::Letter::kLoginIsOver:
      return on_login_over(letter.login_is_over(), turn);
    case v1::Letter::kSubmitted:
      return on_submitted(letter, turn);
    case v1::Letter::kRowsPulled:
      return on_rows_pulled(letter.rows_pulled(), turn);
    case v1::Letter::kHistoryRead:
      return on_history_read(letter.history_read(), turn);
    case v1::Letter::kNameFound:
      return on_name_found(letter.name_found(), turn);
    case v1::Letter::kNotifyDevice:
      return on_notify(letter.notify_device(), letter.trace(), turn);
    case v1::Letter::kRouteReplaced:
      return on_replaced(letter.route_replaced(), turn);
    case v1::Letter::kOwnerServes:
      return on_owner_serves(letter.owner_serves(), turn);
    default:
      return;
  }
}

// A connection opened or closed; other peers do not concern access.
void Access::on_connection(const Peer& peer, Turn& turn) {
  if (peer.address.kind != RoleKind::kDevice) return;
  if (peer.up) {
    state_.sessions.try_emplace(peer.address.number);
  } else {
    forget_session(peer.address.number, turn);
    state_.sessions.erase(peer.address.number);
  }
}

void Access::on_login_checked(const v1::LoginChecked& checked, Turn& turn) {
  const v1::Origin& origin = checked.origin();
  const std::uint64_t connection = origin.connection();
  const auto found = state_.sessions.find(connection);
  if (found == state_.sessions.end() || origin.access_boot() != turn.seen.boot.value) return;
  Session& session = found->second;
  // Only one password of a connection is under way, so this was it, or it counts as lost.
  if (!checked.token().empty() || checked.failure() != v1::FAILURE_CODE_UNSPECIFIED) {
    session.password_asked = kNever;
  }
  if (session.login_request != origin.request()) return;  // an older try of the same connection
  session.login_request = 0;
  session.token_asked = kNever;
  if (checked.failure() != v1::FAILURE_CODE_UNSPECIFIED) {
    turn.out.fact({.kind = FactKind::kLoginRefused,
                   .subject = connection,
                   .object = static_cast<std::uint64_t>(checked.failure())});
    return fail(connection, origin.request(), checked.failure(), turn, checked.retry_after_ms());
  }
  const DeviceId device{origin.device()};
  if (session.device != device) forget_session(connection, turn);
  const auto older = state_.connection_of.find(device);
  if (older != state_.connection_of.end() && older->second != connection) {
    end_session(older->second, 0, v1::END_REASON_REPLACED, turn);
  }
  session.device = device;
  session.number = checked.session();
  state_.connection_of[device] = connection;
  send_route(connection, session, turn);
  turn.out.fact({.kind = FactKind::kLoggedIn,
                 .subject = device.value,
                 .object = connection,
                 .number = session.number});
  v1::LoginDone& done =
      *say(connection, origin.request(), 0, turn).letter.mutable_client()->mutable_login_done();
  done.set_user(user_of(device).value);
  done.set_device(device.value);
  done.set_time_ms(turn.seen.wall_ms);
  done.set_token(checked.token());
}

// The account has made the device's tokens worthless. Where that was asked for, this is the answer.
void Access::on_login_over(const v1::LoginIsOver& over, Turn& turn) {
  const auto found = state_.connection_of.find(DeviceId{over.device()});
  if (found == state_.connection_of.end()) return;
  const std::uint64_t connection = found->second;
  if (state_.sessions.at(connection).number > over.newest_session()) return;
  const bool asked_here =
      is_current(over.origin(), turn) && over.origin().connection() == connection;
  end_session(connection, asked_here ? over.origin().request() : 0, over.reason(), turn);
}

void Access::on_replaced(const v1::RouteReplaced& replaced, Turn& turn) {
  if (!is_current(replaced.origin(), turn)) return;
  end_session(replaced.origin().connection(), 0, v1::END_REASON_REPLACED, turn);
}

// A mailbox owner starts with no routes: tell it about every device of its section.
void Access::on_owner_serves(const v1::OwnerServes& serves, Turn& turn) {
  for (const auto& [device, connection] : state_.connection_of) {
    if (state_.config.mailbox_section(user_of(device)).value != serves.section()) continue;
    send_route(connection, state_.sessions.at(connection), turn);
  }
}

void Access::send_route(std::uint64_t connection, const Session& session, Turn& turn) {
  const UserId user = user_of(session.device);
  const Address mailbox = state_.config.owner_of(state_.config.mailbox_section(user));
  v1::RegisterRoute& route = *turn.out.send(mailbox).letter.mutable_register_route();
  *route.mutable_origin() = origin_of(connection, session, 0, turn);
  route.set_session(session.number);
}

void Access::end_session(std::uint64_t connection, std::uint64_t request, v1::EndReason reason,
                         Turn& turn) {
  forget_session(connection, turn);
  v1::LoginEnded& ended =
      *say(connection, request, 0, turn).letter.mutable_client()->mutable_login_ended();
  ended.set_sentence(sentence_of(reason));
  ended.set_reason(reason);
}

// Nobody is logged in on this connection any more; its mailbox hears of it.
void Access::forget_session(std::uint64_t connection, Turn& turn) {
  const auto found = state_.sessions.find(connection);
  if (found == state_.sessions.end() || found->second.device.value == 0) return;
  Session& session = found->second;
  const UserId user = user_of(session.device);
  const Address mailbox = state_.config.owner_of(state_.config.mailbox_section(user));
  *turn.out.send(mailbox).letter.mutable_forget_route()->mutable_origin() =
      origin_of(connection, session, 0, turn);
  turn.out.fact(
      {.kind = FactKind::kSessionEnded, .subject = session.device.value, .object = connection});
  state_.connection_of.erase(session.device);
  session.sending.clear();
  session.device = DeviceId{};
}

v1::Origin Access::origin_of(std::uint64_t connection, const Session& session,
                             std::uint64_t request, const Turn& turn) const {
  v1::Origin origin;
  origin.set_access(pack(state_.self));
  origin.set_access_boot(turn.seen.boot.value);
  origin.set_connection(connection);
  origin.set_request(request);
  origin.set_user(user_of(session.device).value);
  origin.set_device(session.device.value);
  return origin;
}

bool Access::is_current(const v1::Origin& origin, const Turn& turn) const {
  if (origin.access_boot() != turn.seen.boot.value) return false;
  const auto found = state_.sessions.find(origin.connection());
  return found != state_.sessions.end() && found->second.device.value != 0 &&
         found->second.device.value == origin.device();
}

Send& Access::say(std::uint64_t connection, std::uint64_t request, std::uint64_t trace,
                  Turn& turn) {
  Send& send = turn.out.send({RoleKind::kDevice, connection}, trace);
  send.letter.mutable_client()->set_request(request);
  return send;
}

void Access::fail(std::uint64_t connection, std::uint64_t request, v1::FailureCode code, Turn& turn,
                  std::uint32_t retry_after_ms) {
  v1::Failure& failure =
      *say(connection, request, 0, turn).letter.mutable_client()->mutable_failure();
  set_failure(failure, code);
  if (retry_after_ms != 0) failure.set_retry_after_ms(retry_after_ms);
}

std::string Access::broken_invariant() const {
  for (const auto& [device, connection] : state_.connection_of) {
    const auto found = state_.sessions.find(connection);
    if (found == state_.sessions.end() || found->second.device != device) {
      return "I3: " + to_text(device) + " is said to be on a connection that is not its own";
    }
  }
  for (const auto& [connection, session] : state_.sessions) {
    if (session.device.value != 0 && !state_.connection_of.contains(session.device)) {
      return "I3: a session is not in the table of devices";
    }
  }
  return {};
}

}  // namespace glasspost
