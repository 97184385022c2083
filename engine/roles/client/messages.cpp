// A device: texts going out, pages coming in.
#include <algorithm>
#include <cassert>

#include "engine/base/hash.hpp"
#include "engine/core/keys.hpp"
#include "engine/core/limits.hpp"
#include "engine/roles/client/client.hpp"
#include "engine/roles/client/request_id.hpp"

namespace glasspost {
namespace {

// When a text counts as lost: later with every try.
Duration send_patience(const Client::Unsent& unsent) {
  return limits::kSendRetry * (1 << std::min(unsent.tries, 3U));
}

}  // namespace

// Sends what is not on its way, oldest first, at most the window.
void Client::send_waiting(Turn& turn) {
  if (state_.login != Login::kIn || state_.airplane || state_.unsent.empty()) return;
  // The home keeps so many ids of a device. Were more sent past one that still waits, its resend
  // would be refused as too old, and nobody could tell whether it was stored.
  const std::uint64_t end = state_.unsent.begin()->first + limits::kClientIdsKept;
  std::uint32_t on_their_way = 0;
  for (auto& [client_id, unsent] : state_.unsent) {
    if (client_id >= end || ++on_their_way > limits::kUnackedPerDevice) break;
    if (!unsent.on_its_way) send_one(client_id, unsent, turn);
  }
  if (state_.send_timer) return;  // moving it with every text would put off a lost one for ever
  state_.send_timer = true;
  const Duration wait =
      turn.seen.random("send").uniform(limits::kSendRetry / 2, limits::kSendRetry);
  turn.out.wake({kSendTimer, 0}, turn.seen.now + wait);
}

// Texts that were not acknowledged in time go out again.
void Client::on_send_timer(Turn& turn) {
  state_.send_timer = false;
  for (auto& [client_id, unsent] : state_.unsent) {
    const bool overdue = turn.seen.now - unsent.sent_at >= send_patience(unsent);
    if (overdue) unsent.on_its_way = false;
  }
  send_waiting(turn);
}

void Client::send_one(std::uint64_t client_id, Unsent& unsent, Turn& turn) {
  v1::SendText& send = *say(request_id(RequestKind::kSend, client_id), turn).mutable_send_text();
  send.set_conversation(unsent.conversation.value);
  send.set_client_id(client_id);
  send.set_text(unsent.text);
  unsent.on_its_way = true;
  unsent.sent_at = turn.seen.now;
  ++unsent.tries;
}

void Client::on_sent(const v1::TextSent& sent, Turn& turn) {
  if (state_.unsent.erase(sent.client_id()) == 0) return;
  turn.out.erase(keys::device_unsent(sent.client_id()));
  *turn.out.send({RoleKind::kPerson, 1}).letter.mutable_text_sent() = sent;
  if (state_.unsent.empty()) {
    turn.out.cancel({kSendTimer, 0});
    state_.send_timer = false;
  } else {
    send_waiting(turn);
  }
}

// The server will never take this text; the person hears of it.
void Client::give_up(std::uint64_t client_id, v1::FailureCode code, Turn& turn) {
  if (state_.unsent.erase(client_id) == 0) return;
  turn.out.erase(keys::device_unsent(client_id));
  turn.out.fact({.kind = FactKind::kGaveUp,
                 .subject = options_.device.value,
                 .object = static_cast<std::uint64_t>(code),
                 .number = client_id});
  v1::TextFailed& failed = *turn.out.send({RoleKind::kPerson, 1}).letter.mutable_text_failed();
  failed.set_client_id(client_id);
  failed.set_code(code);
}

void Client::sync(Turn& turn) {
  if (state_.login != Login::kIn || state_.airplane) return;
  state_.sync_request = request_id(RequestKind::kSync, ++state_.requests);
  say(state_.sync_request, turn).mutable_sync()->set_key(state_.key);
  turn.out.wake({kSyncTimer, 0}, turn.seen.now + limits::kSyncRetry);
}

// Stores the page and its key together, then asks for more or rests until something is noticed.
void Client::on_page(std::uint64_t request, const v1::SyncPage& page, Turn& turn) {
  if (request != state_.sync_request) return;  // an answer to an older try: its key may be old
  state_.sync_request = 0;
  for (const v1::Message& message : page.messages())
    show(message, turn);
  assert(page.key() >= state_.key);
  if (page.key() > state_.key) {
    turn.out.fact({.kind = FactKind::kKeyPassed,
                   .subject = options_.device.value,
                   .object = state_.key,
                   .number = page.key()});
    state_.key = page.key();
    save_self(turn);
  }
  if (page.more() || state_.newest > state_.key) return sync(turn);
  turn.out.wake({kSyncTimer, 0}, turn.seen.now + turn.seen.random("sync").uniform(
                                                     limits::kSyncPeriod / 2, limits::kSyncPeriod));
}

void Client::show(const v1::Message& message, Turn& turn) {
  const ConversationId conversation{message.conversation()};
  std::uint64_t& shown = state_.shown[conversation];
  if (message.number() <= shown) {
    ++state_.duplicates;
    return;
  }
  shown = message.number();
  ++state_.shown_since;
  state_.top_row = std::max(state_.top_row, message.inbox_number());
  turn.out.set(keys::device_message(conversation, shown), message.SerializeAsString());
  ByteWriter number;
  number.u64(shown);
  turn.out.set(keys::device_conversation(conversation), number.take());
  turn.out.fact({.kind = FactKind::kShown,
                 .subject = options_.device.value,
                 .object = message.conversation(),
                 .number = message.number(),
                 .value = message.inbox_number(),
                 .extra = hash64(message.text())});
  *turn.out.send({RoleKind::kPerson, 1}).letter.mutable_message_shown() = message;
}

void Client::save_self(Turn& turn) const {
  ByteWriter writer;
  Saver saver(writer);
  saver(state_.key, state_.client_ids);
  turn.out.set(keys::device_self(), writer.take());
}

}  // namespace glasspost
