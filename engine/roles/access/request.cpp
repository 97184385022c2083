// What devices ask: checked for size and login, given the session's identity, and passed on.
#include "engine/base/hash.hpp"
#include "engine/core/limits.hpp"
#include "engine/core/trace.hpp"
#include "engine/roles/access/access.hpp"

namespace glasspost {
namespace {

Address logic_for(const Config& config, std::uint64_t conversation) {
  return {RoleKind::kLogic, mix64(conversation) % config.logic_count + 1};
}

// `asked` is kNever if nothing is. The request's number says nothing: a device may count from 0.
bool under_way(Time asked, Time now, Duration patience) {
  return asked != kNever && now - asked < patience;
}

Address account_role() {
  return {RoleKind::kAccount, 1};
}

}  // namespace

void Access::on_client(const v1::Letter& letter, Turn& turn) {
  const Address source = unpack(letter.source());
  if (source.kind != RoleKind::kDevice) return;
  const auto found = state_.sessions.find(source.number);
  if (found == state_.sessions.end()) return;  // closed while the frame was on its way
  const v1::ClientEnvelope& asked = letter.client();
  if (asked.has_login()) return on_login(source.number, asked, turn);
  if (found->second.device.value == 0) {
    return fail(source.number, asked.request(), v1::FAILURE_CODE_LOGIN_REQUIRED, turn);
  }
  on_request(source.number, found->second, letter, turn);
}

// The account checks every token of everybody: one at a time of each connection. A later one takes
// the place of one that has had its time, which is answered no more.
void Access::on_login(std::uint64_t connection, const v1::ClientEnvelope& asked, Turn& turn) {
  if (asked.login().token().size() > limits::kTokenBytesMax) {
    return fail(connection, asked.request(), v1::FAILURE_CODE_TOKEN_INVALID, turn);
  }
  if (asked.login().token().empty() && !asked.login().name().empty()) {
    return on_password(connection, asked, turn);
  }
  Session& session = state_.sessions.at(connection);
  const Time now = turn.seen.now;
  if (under_way(session.token_asked, now, limits::kTokenPatience)) {
    return fail(connection, asked.request(), v1::FAILURE_CODE_BUSY, turn);
  }
  session.login_request = asked.request();
  session.token_asked = now;
  v1::LoginCheck& check = *turn.out.send(account_role()).letter.mutable_login_check();
  *check.mutable_origin() = origin_of(connection, session, asked.request(), turn);
  check.set_token(asked.login().token());
}

// A password costs the house much more than it costs the asker: one at a time of each connection.
void Access::on_password(std::uint64_t connection, const v1::ClientEnvelope& asked, Turn& turn) {
  const v1::Login& login = asked.login();
  // Nobody has such a name or password, so saying it at once tells nothing.
  if (login.password().size() > limits::kPasswordBytesMax ||
      login.name().size() > limits::kTokenBytesMax) {
    return fail(connection, asked.request(), v1::FAILURE_CODE_PASSWORD_WRONG, turn);
  }
  Session& session = state_.sessions.at(connection);
  const Time now = turn.seen.now;
  if (under_way(session.password_asked, now, limits::kHashPatience)) {
    return fail(connection, asked.request(), v1::FAILURE_CODE_BUSY, turn);
  }
  session.login_request = asked.request();
  session.password_asked = now;
  v1::LoginCheck& check = *turn.out.send(account_role()).letter.mutable_login_check();
  *check.mutable_origin() = origin_of(connection, session, asked.request(), turn);
  check.set_name(login.name());
  check.set_password(login.password());
  check.set_device_index(login.device());
}

void Access::on_request(std::uint64_t connection, Session& session, const v1::Letter& letter,
                        Turn& turn) {
  const v1::ClientEnvelope& asked = letter.client();
  const v1::Origin origin = origin_of(connection, session, asked.request(), turn);
  switch (asked.body_case()) {
    case v1::ClientEnvelope::kSendText:
      return on_send_text(origin, session, letter, turn);
    case v1::ClientEnvelope::kSync:
      return on_sync(connection, session, letter, turn);
    case v1::ClientEnvelope::kHistory:
      return on_history(connection, session, letter, turn);
    case v1::ClientEnvelope::kLookup:
      return on_lookup(connection, session, asked, turn);
    case v1::ClientEnvelope::kLogout:
      *turn.out.send(account_role()).letter.mutable_end_login()->mutable_origin() = origin;
      return;
    default:
      return fail(connection, asked.request(), v1::FAILURE_CODE_BAD_REQUEST, turn);
  }
}

// A page is large and its question small: of each kind, one question of a connection is under way
// at a time, or one device could fill the house with pages. A lost answer counts as lost in time.
void Access::on_sync(std::uint64_t connection, Session& session, const v1::Letter& letter,
                     Turn& turn) {
  const v1::ClientEnvelope& asked = letter.client();
  if (under_way(session.sync_asked, turn.seen.now, limits::kPagePatience)) {
    return fail(connection, asked.request(), v1::FAILURE_CODE_BUSY, turn);
  }
  session.sync_request = asked.request();
  session.sync_asked = turn.seen.now;
  const UserId user = user_of(session.device);
  const Address mailbox = state_.config.owner_of(state_.config.mailbox_section(user));
  v1::PullRows& pull = *turn.out.send(mailbox, letter.trace()).letter.mutable_pull_rows();
  *pull.mutable_origin() = origin_of(connection, session, asked.request(), turn);
  pull.set_session(session.number);
  pull.set_key(asked.sync().key());
  pull.set_rows_max(asked.sync().rows_max());
}

void Access::on_history(std::uint64_t connection, Session& session, const v1::Letter& letter,
                        Turn& turn) {
  const v1::ClientEnvelope& asked = letter.client();
  if (under_way(session.history_asked, turn.seen.now, limits::kPagePatience)) {
    return fail(connection, asked.request(), v1::FAILURE_CODE_BUSY, turn);
  }
  session.history_request = asked.request();
  session.history_asked = turn.seen.now;
  const Address logic = logic_for(state_.config, asked.history().conversation());
  v1::ReadHistory& read = *turn.out.send(logic, letter.trace()).letter.mutable_read_history();
  *read.mutable_origin() = origin_of(connection, session, asked.request(), turn);
  *read.mutable_history() = asked.history();
}

// There is one account for everybody: one device must not keep it busy with names.
void Access::on_lookup(std::uint64_t connection, Session& session, const v1::ClientEnvelope& asked,
                       Turn& turn) {
  if (under_way(session.lookup_asked, turn.seen.now, limits::kPagePatience)) {
    return fail(connection, asked.request(), v1::FAILURE_CODE_BUSY, turn);
  }
  session.lookup_request = asked.request();
  session.lookup_asked = turn.seen.now;
  v1::LookupName& lookup = *turn.out.send(account_role()).letter.mutable_lookup_name();
  *lookup.mutable_origin() = origin_of(connection, session, asked.request(), turn);
  lookup.set_name(asked.lookup().name());
}

// At most kUnackedPerDevice texts of a device are under way; the same one again is no other text.
bool Access::may_send(Session& session, const v1::SendText& text, Time now) const {
  auto& sending = session.sending;
  const std::pair key{text.conversation(), text.client_id()};
  if (!sending.contains(key) && sending.size() >= limits::kUnackedPerDevice) {
    std::erase_if(sending, [now](const auto& asked) {
      return now - asked.second > limits::kSubmitPatience;  // an answer was lost
    });
    if (sending.size() >= limits::kUnackedPerDevice) return false;
  }
  sending[key] = now;
  return true;
}

void Access::on_send_text(const v1::Origin& origin, Session& session, const v1::Letter& letter,
                          Turn& turn) {
  const v1::SendText& text = letter.client().send_text();
  if (text.text().size() > limits::kTextBytesMax || text.text().empty()) {
    return fail(origin.connection(), origin.request(), v1::FAILURE_CODE_TOO_LARGE, turn);
  }
  if (!may_send(session, text, turn.seen.now)) {
    return fail(origin.connection(), origin.request(), v1::FAILURE_CODE_TOO_MANY, turn);
  }
  const Address logic = logic_for(state_.config, text.conversation());
  const std::uint64_t trace = trace_of(DeviceId{origin.device()}, text.client_id());
  v1::Submit& submit = *turn.out.send(logic, trace).letter.mutable_submit();
  *submit.mutable_origin() = origin;
  submit.set_conversation(text.conversation());
  submit.set_client_id(text.client_id());
  submit.set_text(text.text());
}

}  // namespace glasspost
