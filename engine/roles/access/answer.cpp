// What the house answers, translated into what a device reads. An answer for a connection that is
// gone, or on which somebody else is logged in by now, is dropped: the device asks again.
#include "engine/core/failure.hpp"
#include "engine/roles/access/access.hpp"

namespace glasspost {

void Access::on_submitted(const v1::Letter& letter, Turn& turn) {
  const v1::Submitted& submitted = letter.submitted();
  const v1::Origin& origin = submitted.origin();
  if (!is_current(origin, turn)) return;
  state_.sessions.at(origin.connection())
      .sending.erase({submitted.conversation(), submitted.client_id()});
  Send& send = say(origin.connection(), origin.request(), letter.trace(), turn);
  v1::ClientEnvelope& envelope = *send.letter.mutable_client();
  if (submitted.failure() != v1::FAILURE_CODE_UNSPECIFIED) {
    set_failure(*envelope.mutable_failure(), submitted.failure());
    turn.out.fact_as_leaves(send, {.trace = letter.trace(),
                                   .kind = FactKind::kRefused,
                                   .subject = origin.device(),
                                   .object = static_cast<std::uint64_t>(submitted.failure()),
                                   .number = submitted.client_id()});
    return;
  }
  v1::TextSent& sent = *envelope.mutable_text_sent();
  sent.set_conversation(submitted.conversation());
  sent.set_client_id(submitted.client_id());
  sent.set_number(submitted.number());
  sent.set_time_ms(submitted.time_ms());
  turn.out.fact_as_leaves(send, {.trace = letter.trace(),
                                 .kind = FactKind::kAcked,
                                 .subject = submitted.conversation(),
                                 .object = origin.device(),
                                 .number = submitted.number(),
                                 .value = submitted.client_id(),
                                 .extra = submitted.body_hash()});
}

void Access::on_rows_pulled(const v1::RowsPulled& pulled, Turn& turn) {
  const v1::Origin& origin = pulled.origin();
  if (!is_current(origin, turn)) return;
  Session& session = state_.sessions.at(origin.connection());
  if (session.sync_request == origin.request()) session.sync_asked = kNever;
  v1::ClientEnvelope& envelope =
      *say(origin.connection(), origin.request(), 0, turn).letter.mutable_client();
  if (pulled.failure() != v1::FAILURE_CODE_UNSPECIFIED) {
    return set_failure(*envelope.mutable_failure(), pulled.failure());
  }
  *envelope.mutable_sync_page() = pulled.page();
}

void Access::on_history_read(const v1::HistoryRead& read, Turn& turn) {
  const v1::Origin& origin = read.origin();
  if (!is_current(origin, turn)) return;
  Session& session = state_.sessions.at(origin.connection());
  if (session.history_request == origin.request()) session.history_asked = kNever;
  v1::ClientEnvelope& envelope =
      *say(origin.connection(), origin.request(), 0, turn).letter.mutable_client();
  if (read.failure() != v1::FAILURE_CODE_UNSPECIFIED) {
    return set_failure(*envelope.mutable_failure(), read.failure());
  }
  *envelope.mutable_history_page() = read.page();
}

void Access::on_name_found(const v1::NameFound& found, Turn& turn) {
  const v1::Origin& origin = found.origin();
  if (!is_current(origin, turn)) return;
  Session& session = state_.sessions.at(origin.connection());
  if (session.lookup_request == origin.request()) session.lookup_asked = kNever;
  if (found.user() == 0) {
    return fail(origin.connection(), origin.request(), v1::FAILURE_CODE_NAME_UNKNOWN, turn);
  }
  v1::LookupDone& done = *say(origin.connection(), origin.request(), 0, turn)
                              .letter.mutable_client()
                              ->mutable_lookup_done();
  done.set_user(found.user());
  done.set_name(found.name());
}

void Access::on_notify(const v1::NotifyDevice& notify, std::uint64_t trace, Turn& turn) {
  const v1::Origin& origin = notify.origin();
  if (!is_current(origin, turn)) return;
  Send& send = say(origin.connection(), 0, trace, turn);
  send.letter.mutable_client()->mutable_notice()->set_newest(notify.newest());
  turn.out.fact_as_leaves(send, {.trace = trace,
                                 .kind = FactKind::kNoticed,
                                 .subject = origin.device(),
                                 .object = notify.newest()});
}

}  // namespace glasspost
