// The replica's answers, one function a question.
#include "engine/roles/store/store.hpp"

#include <algorithm>
#include <cassert>

#include "engine/core/limits.hpp"
#include "engine/core/routes.hpp"
#include "engine/roles/store/store_log.hpp"

namespace glasspost {
namespace {

using namespace store_log;

void answer_appended(const v1::Letter& question, std::uint32_t section, std::uint64_t epoch,
                     std::uint64_t last, Outbox& out) {
  v1::LogAppended& appended = *answer(question, out).mutable_log_appended();
  appended.set_section(section);
  appended.set_epoch(epoch);
  appended.set_last(last);
}

// The section that a question is about; 0 for every other letter.
SectionId section_of_question(const v1::Letter& letter) {
  switch (letter.body_case()) {
    case v1::Letter::kPrepareRegister:
      return SectionId{letter.prepare_register().section()};
    case v1::Letter::kAcceptRegister:
      return SectionId{letter.accept_register().section()};
    case v1::Letter::kSealSection:
      return SectionId{letter.seal_section().section()};
    case v1::Letter::kReadLog:
      return SectionId{letter.read_log().section()};
    case v1::Letter::kReadIndex:
      return SectionId{letter.read_index().section()};
    case v1::Letter::kStartLog:
      return SectionId{letter.start_log().section()};
    case v1::Letter::kCopyLog:
      return SectionId{letter.copy_log().section()};
    case v1::Letter::kAppendLog:
      return SectionId{letter.append_log().section()};
    case v1::Letter::kRaiseCeiling:
      return SectionId{letter.raise_ceiling().section()};
    default:
      return SectionId{};
  }
}

// Ballots and epochs are counted up by one. What is above this nobody came to by counting, and
// after it nobody could go on.
bool is_past_counting(const v1::Letter& letter) {
  switch (letter.body_case()) {
    case v1::Letter::kPrepareRegister:
      return letter.prepare_register().ballot().round() > limits::kCountMax;
    case v1::Letter::kAcceptRegister:
      return std::max(letter.accept_register().ballot().round(),
                      letter.accept_register().value().epoch()) > limits::kCountMax;
    case v1::Letter::kSealSection:
      return letter.seal_section().epoch() > limits::kCountMax;
    default:
      return false;
  }
}

}  // namespace

// A replica never speaks first, but for one whose disk was lost.
void Store::step(const Input& input, const Seen& seen, Outbox& out) {
  note_pause(seen);
  switch (input.kind) {
    case Input::Kind::kConfig:
      state_.config = *input.config;
      return keep_routes(seen, out);
    case Input::Kind::kStart:
      find_routes(seen, out);
      return on_start_of_life(seen, out);
    case Input::Kind::kLetters:
      for (const v1::Letter& letter : input.letters)
        on_letter(letter, seen, out);
      return;
    case Input::Kind::kTimer:
      return on_rebirth_timer(seen, out);
    case Input::Kind::kPeer:
      return;
  }
}

void Store::on_letter(const v1::Letter& letter, const Seen& seen, Outbox& out) {
  if (state_.rebirth.lost) return on_answer_while_lost(letter, seen, out);
  if (letter.has_renew_leases()) return on_renew(letter, seen, out);
  if (letter.has_read_owners()) return on_read_owners(letter, seen, out);
  const SectionId asked = section_of_question(letter);
  if (asked == SectionId{}) return;
  const bool is_register = asked == kReplicaSetRegister || asked == kRoutesRegister;
  if (!is_register && !state_.config.could_have_section(asked)) return drop(letter, out);
  if (is_past_counting(letter)) return drop(letter, out);
  if (!may_answer(letter, asked, letter.replica_set(), seen, out)) return;
  switch (letter.body_case()) {
    case v1::Letter::kPrepareRegister:
      return on_prepare(letter, seen, out);
    case v1::Letter::kAcceptRegister:
      return on_accept(letter, seen, out);
    case v1::Letter::kSealSection:
      return on_seal(letter, seen, out);
    case v1::Letter::kReadLog:
      return on_read(letter, seen, out);
    case v1::Letter::kReadIndex:
      return on_read_index(letter, seen, out);
    case v1::Letter::kStartLog:
      return on_start(letter, seen, out);
    case v1::Letter::kCopyLog:
      return on_copy(letter, seen, out);
    case v1::Letter::kAppendLog:
      return on_append(letter, seen, out);
    case v1::Letter::kRaiseCeiling:
      return on_raise(letter, seen, out);
    default:
      return;
  }
}

Store::Section& Store::section(std::uint32_t number, const Seen& seen) {
  const auto [found, added] = state_.sections.try_emplace(number);
  Section& row = found->second;
  if (!added) return row;
  const SectionId id{number};
  if (const auto bytes = seen.store.get(keys::section_record(id))) {
    row.record.value = parsed<v1::SectionRecord>(*bytes);
  }
  if (const auto bytes = seen.store.get(keys::section_register(id))) {
    row.owner.value = parsed<v1::RegisterRecord>(*bytes);
  }
  if (const auto newest = seen.store.last(keys::log_batch(id, 0), log_end(id))) {
    const auto batch = parsed<v1::LogBatch>(newest->value);
    row.last = batch.position();
    row.settled = std::max(batch.settled(), row.record.value.checkpoint().last());
  }
  return row;
}

void Store::on_seal(const v1::Letter& letter, const Seen& seen, Outbox& out) {
  const v1::SealSection& seal = letter.seal_section();
  Section& row = section(seal.section(), seen);
  v1::SectionRecord& record = row.record.value;
  if (seal.epoch() < record.sealed_epoch()) {
    return refuse(letter, seal.section(), seal.epoch(), record, out);
  }
  if (seal.epoch() > record.sealed_epoch()) {
    if (record.admitted_under() < state_.rebirth.new_in) {
      record.set_admitted_under(state_.rebirth.new_in);
      out.fact({.kind = FactKind::kAdmitted,
                .subject = seal.section(),
                .object = state_.self.number,
                .number = state_.rebirth.new_in});
    }
    record.set_sealed_epoch(seal.epoch());
    out.set(keys::section_record(SectionId{seal.section()}), bytes_of(record));
    out.fact({.kind = FactKind::kSealed,
              .subject = seal.section(),
              .object = seal.epoch(),
              .number = row.last});
  }
  v1::SectionSealed& sealed = *answer(letter, out).mutable_section_sealed();
  sealed.set_section(seal.section());
  sealed.set_epoch(seal.epoch());
  *sealed.mutable_record() = record;
  sealed.set_last(row.last);
  sealed.set_settled(row.settled);
}

void Store::on_start(const v1::Letter& letter, const Seen& seen, Outbox& out) {
  const v1::StartLog& start = letter.start_log();
  Section& row = section(start.section(), seen);
  v1::SectionRecord& record = row.record.value;
  if (start.epoch() != record.sealed_epoch()) {
    return refuse(letter, start.section(), start.epoch(), record, out);
  }
  if (record.start_epoch() < start.epoch()) {  // else: a retransmission, done before
    // An owner gives a replica first what it lacks below its tail (CopyLog).
    if (start.first() < 1 || start.first() > row.last + 1) return drop(letter, out);
    const SectionId id{start.section()};
    const std::uint64_t settled = row.settled;
    truncate(id, start.first() - 1, row, out);
    for (const v1::LogBatch& batch : start.tail()) {
      if (batch.position() == row.last + 1) put_batch(id, batch, row, out);
    }
    row.settled = std::max(row.settled, std::min(settled, row.last));  // final everywhere
    forget_checkpoint(id, row, out);
    record.set_start_epoch(start.epoch());
    record.set_start_first(start.first());
    out.set(keys::section_record(id), bytes_of(record));
  }
  v1::LogStarted& started = *answer(letter, out).mutable_log_started();
  started.set_section(start.section());
  started.set_epoch(start.epoch());
  started.set_last(row.last);
}

// By an unsafe choice, to show what the seal is for: a write of an owner whose time is over.
bool Store::takes_late(std::uint64_t epoch, const v1::SectionRecord& record) const {
  return !state_.config.choices.seq_fencing && epoch < record.sealed_epoch();
}

void Store::on_append(const v1::Letter& letter, const Seen& seen, Outbox& out) {
  const v1::AppendLog& append = letter.append_log();
  const v1::LogBatch& batch = append.batch();
  Section& row = section(append.section(), seen);
  v1::SectionRecord& record = row.record.value;
  const bool fits = batch.epoch() == record.sealed_epoch() && batch.epoch() == record.start_epoch();
  if (!fits && !takes_late(batch.epoch(), record)) {
    return refuse(letter, append.section(), batch.epoch(), record, out);
  }
  if (batch.position() == row.last + 1) {
    row.settled = std::max(row.settled, batch.settled());
    put_batch(SectionId{append.section()}, batch, row, out);
  }
  // Under a sealed epoch one owner writes: at or below `last` it is a retransmission; beyond last +
  // 1 something was lost on the way, and the answer tells the owner from where to send again.
  answer_appended(letter, append.section(), batch.epoch(), row.last, out);
}

void Store::on_raise(const v1::Letter& letter, const Seen& seen, Outbox& out) {
  const v1::RaiseCeiling& raise = letter.raise_ceiling();
  Section& row = section(raise.section(), seen);
  v1::SectionRecord& record = row.record.value;
  if (raise.epoch() != record.sealed_epoch() && !takes_late(raise.epoch(), record)) {
    return refuse(letter, raise.section(), raise.epoch(), record, out);
  }
  // Whoever loses its disk later asks this one which cuts were served: it must know of this one.
  if (raise.cut_version() > state_.config.seq_cut_version) return drop(letter, out);
  if (raise.ceiling() > record.ceiling() || raise.cut_version() > record.cut_version()) {
    record.set_ceiling(std::max(record.ceiling(), raise.ceiling()));
    record.set_cut_version(std::max(record.cut_version(), raise.cut_version()));
    out.set(keys::section_record(SectionId{raise.section()}), bytes_of(record));
  }
  v1::CeilingRaised& raised = *answer(letter, out).mutable_ceiling_raised();
  raised.set_section(raise.section());
  raised.set_epoch(raise.epoch());
  raised.set_ceiling(record.ceiling());
}

}  // namespace glasspost
