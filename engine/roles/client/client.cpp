// A device: start, login, and what its person does.
#include "engine/roles/client/client.hpp"

#include <algorithm>
#include <cassert>

#include "engine/core/keys.hpp"
#include "engine/core/limits.hpp"
#include "engine/core/name.hpp"
#include "engine/roles/client/request_id.hpp"

namespace glasspost {
namespace {

// Exponential with full jitter: devices that lost the same server must not come back together.
Duration backoff(Duration first, std::uint32_t tries, Random random) {
  const Duration longest = std::min(limits::kRetryCeiling, first * (1 << std::min(tries, 6U)));
  return random.uniform(first / 2, std::max(longest, first));
}

}  // namespace

void Client::step(const Input& input, const Seen& seen, Outbox& out) {
  Turn turn{seen, out};
  switch (input.kind) {
    case Input::Kind::kConfig:
      return;
    case Input::Kind::kStart:
      return on_start(turn);
    case Input::Kind::kLetters:
      for (const v1::Letter& letter : input.letters)
        on_letter(letter, turn);
      return;
    case Input::Kind::kTimer:
      return on_timer(input.timer, turn);
    case Input::Kind::kPeer:
      return;
  }
}

// A device that was switched on finds on its disk what it was before.
void Client::on_start(Turn& turn) {
  const ReadView& store = turn.seen.store;
  if (const auto self = store.get(keys::device_self())) {
    ByteReader reader(*self);
    Loader loader(reader);
    loader(state_.key, state_.client_ids);
    assert(loader.ok() && "the device's own record is damaged");
  }
  for (const StoreRow& row : store.range("C", keys::end_of('C'), SIZE_MAX, SIZE_MAX)) {
    ByteReader reader(row.value);
    std::uint64_t& shown = state_.shown[ConversationId{read_key_u64(row.key, 1)}];
    shown = reader.u64();
    state_.shown_before += shown;
  }
  for (const StoreRow& row : store.range("O", keys::end_of('O'), SIZE_MAX, SIZE_MAX)) {
    v1::ComposeText compose;
    const bool whole = compose.ParseFromString(row.value);
    assert(whole && "a waiting text is damaged");
    Unsent& unsent = state_.unsent[read_key_u64(row.key, 1)];
    unsent.conversation = ConversationId{compose.conversation()};
    unsent.text = compose.text();
  }
  turn.out.fact(
      {.kind = FactKind::kDeviceStarted, .subject = options_.device.value, .object = state_.key});
  log_in(turn);
}

void Client::on_letter(const v1::Letter& letter, Turn& turn) {
  switch (letter.body_case()) {
    case v1::Letter::kClient:
      if (!state_.airplane) on_envelope(letter.client(), turn);
      return;
    case v1::Letter::kComposeText:
      return on_compose(letter.compose_text(), turn);
    case v1::Letter::kSetAirplane:
      return on_airplane(letter.set_airplane().on(), turn);
    default:
      return;
  }
}

void Client::on_envelope(const v1::ClientEnvelope& envelope, Turn& turn) {
  switch (envelope.body_case()) {
    case v1::ClientEnvelope::kFailure:
      return on_failure(envelope.request(), envelope.failure(), turn);
    case v1::ClientEnvelope::kLoginDone:
      return on_login_done(envelope.request(), envelope.login_done(), turn);
    case v1::ClientEnvelope::kTextSent:
      return on_sent(envelope.text_sent(), turn);
    case v1::ClientEnvelope::kSyncPage:
      return on_page(envelope.request(), envelope.sync_page(), turn);
    case v1::ClientEnvelope::kNotice:
      state_.newest = std::max(state_.newest, envelope.notice().newest());
      if (state_.newest > state_.key && state_.sync_request == 0) sync(turn);
      return;
    case v1::ClientEnvelope::kLoginEnded:
      if (state_.login != Login::kIn) return;
      state_.login = Login::kEnded;
      *turn.out.send({RoleKind::kPerson, 1}).letter.mutable_login_ended() = envelope.login_ended();
      return;
    default:
      return;
  }
}

void Client::on_timer(TimerId timer, Turn& turn) {
  if (state_.airplane) return;
  switch (timer.kind) {
    case kLoginTimer:
      if (state_.login == Login::kOut) log_in(turn);
      return;
    case kSendTimer:
      return on_send_timer(turn);
    case kSyncTimer:
      if (state_.login == Login::kIn) sync(turn);
      return;
    default:
      return;
  }
}

// What the server would never take does not get onto the device's disk.
v1::FailureCode Client::check(const v1::ComposeText& compose) const {
  const std::string& text = compose.text();
  if (text.empty() || text.size() > limits::kTextBytesMax) return v1::FAILURE_CODE_TOO_LARGE;
  if (!is_utf8(text)) return v1::FAILURE_CODE_BAD_REQUEST;
  if (state_.unsent.size() >= limits::kUnsentTextsMax) return v1::FAILURE_CODE_BUSY;
  return v1::FAILURE_CODE_UNSPECIFIED;
}

void Client::on_compose(const v1::ComposeText& compose, Turn& turn) {
  const std::uint64_t client_id = ++state_.client_ids;
  const v1::FailureCode refusal = check(compose);
  if (refusal != v1::FAILURE_CODE_UNSPECIFIED) {
    v1::TextFailed& failed = *turn.out.send({RoleKind::kPerson, 1}).letter.mutable_text_failed();
    failed.set_client_id(client_id);
    failed.set_code(refusal);
    return;
  }
  Unsent& unsent = state_.unsent[client_id];
  unsent.conversation = ConversationId{compose.conversation()};
  unsent.text = compose.text();
  turn.out.set(keys::device_unsent(client_id), compose.SerializeAsString());
  save_self(turn);
  send_waiting(turn);
}

void Client::on_airplane(bool on, Turn& turn) {
  state_.airplane = on;
  turn.out.fact({.kind = FactKind::kDeviceAway,
                 .subject = options_.device.value,
                 .object = on ? std::uint64_t{1} : std::uint64_t{0}});
  if (on) return;
  state_.login = Login::kOut;
  state_.login_tries = 0;
  log_in(turn);
}

void Client::log_in(Turn& turn) {
  state_.login_request = request_id(RequestKind::kLogin, ++state_.requests);
  v1::Login& login = *say(state_.login_request, turn).mutable_login();
  if (options_.token.empty()) {
    login.set_name(options_.name);
    login.set_password(options_.password);
    login.set_device(index_of(options_.device));
  } else {
    login.set_token(options_.token);
  }
  const Duration wait =
      backoff(limits::kLoginRetry, state_.login_tries++, turn.seen.random("login"));
  turn.out.wake({kLoginTimer, 0}, turn.seen.now + wait);
}

void Client::on_login_done(std::uint64_t request, const v1::LoginDone& done, Turn& turn) {
  if (request != state_.login_request) return;
  if (!done.token().empty()) options_.token = done.token();
  state_.login = Login::kIn;
  state_.login_tries = 0;
  state_.login_request = 0;
  turn.out.fact(
      {.kind = FactKind::kDeviceLoggedIn, .subject = options_.device.value, .object = state_.key});
  turn.out.cancel({kLoginTimer, 0});
  for (auto& [client_id, unsent] : state_.unsent)
    unsent.on_its_way = false;
  send_waiting(turn);
  sync(turn);
}

void Client::on_failure(std::uint64_t request, const v1::Failure& failure, Turn& turn) {
  switch (failure.code()) {
    case v1::FAILURE_CODE_LOGIN_REQUIRED:
      // The connection below us is a new one. Whatever was asked on the old one is asked again.
      if (state_.login == Login::kIn) {
        state_.login = Login::kOut;
        state_.sync_request = 0;
        log_in(turn);
      }
      return;
    case v1::FAILURE_CODE_TOKEN_INVALID:
    case v1::FAILURE_CODE_TOKEN_EXPIRED:
    case v1::FAILURE_CODE_PASSWORD_WRONG:
      if (request != state_.login_request) return;
      state_.login = Login::kRefused;
      turn.out.send({RoleKind::kPerson, 1})
          .letter.mutable_login_ended()
          ->set_sentence(failure.sentence());
      return;
    case v1::FAILURE_CODE_KEY_UNKNOWN:
      if (request != state_.sync_request) return;
      // The server has forgotten what it gave us. What is shown already is not shown again.
      state_.key = state_.newest = state_.top_row = 0;
      save_self(turn);
      return sync(turn);
    case v1::FAILURE_CODE_NO_CONVERSATION:
    case v1::FAILURE_CODE_TOO_LARGE:
    case v1::FAILURE_CODE_CLIENT_ID_REUSED:
    case v1::FAILURE_CODE_TOO_OLD:
      if (request_kind(request) == RequestKind::kSend) {
        give_up(request_count(request), failure.code(), turn);
      }
      return;
    default:
      return;  // busy or unavailable: the timers try again
  }
}

v1::ClientEnvelope& Client::say(std::uint64_t request, Turn& turn) const {
  // A device has one link; which access process is at its other end, the host knows.
  v1::Letter& letter = turn.out.send({RoleKind::kAccess, 0}).letter;
  letter.mutable_client()->set_request(request);
  return *letter.mutable_client();
}

std::string Client::broken_invariant() const {
  if (!state_.unsent.empty() && state_.unsent.rbegin()->first > state_.client_ids) {
    return "I1: a text has a client id that was never given";
  }
  if (state_.key < state_.top_row) return "I2: the key is below a row that was shown";
  std::uint64_t highest = 0;
  for (const auto& [conversation, number] : state_.shown)
    highest += number;
  // Numbers only rise, so each message shown has raised the number of its conversation.
  if (highest < state_.shown_before + state_.shown_since) return "I3: a message was shown twice";
  return {};
}

}  // namespace glasspost
