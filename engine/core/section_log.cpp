// The take-over, steps 3 to 5, and the log afterwards.
#include "engine/core/section_log.hpp"

#include <algorithm>
#include <cassert>
#include <functional>

#include "engine/core/limits.hpp"

namespace glasspost {
namespace {

// How long an answer may take before we ask again.
Duration patience(const SectionLog& log) {
  return limits::patience(limits::kStoreRetry, log.in_vain);
}

void arm(const SectionLog& log, OwnerStep& step) {
  step.out.wake(log.retry_timer, step.seen.now + patience(log));
}

void note_progress(SectionLog& log, OwnerStep& step) {
  log.last_progress = step.seen.now;
  if (log.in_vain == 0) return;
  log.in_vain = 0;
  arm(log, step);
}

// What a batch weighs on its way.
std::size_t bytes_of(const v1::LogBatch& batch) {
  std::size_t bytes = batch.payload().size() + batch.rows().size();
  for (const v1::IndexBlock& block : batch.index())
    bytes += block.ByteSizeLong();
  return bytes;
}

// A part or a record of a checkpoint: nothing was decided there.
bool decides_nothing(const v1::LogBatch& batch) {
  return batch.payload().empty();
}

bool all_started(const SectionLog& log, const Config& config) {
  return log.started.size() == config.replicas.size();
}

void send_batch(const SectionLog& log, const v1::LogBatch& batch, std::uint64_t trace,
                OwnerStep& step) {
  for (Address replica : step.config.replicas) {
    if (!log.started.contains(replica.number)) continue;  // it would refuse: StartLog goes first
    const auto known = log.confirmed.find(replica.number);
    if (known != log.confirmed.end() && known->second.position >= batch.position()) continue;
    v1::AppendLog& append = *step.out.send(replica, trace).letter.mutable_append_log();
    append.set_section(log.section().value);
    *append.mutable_batch() = batch;
  }
}

void send_read(const SectionLog& log, std::uint64_t from, std::uint64_t to, OwnerStep& step) {
  // While reading, next_position is the first position not yet read.
  const Address replica{RoleKind::kStore, log.claim.best_replica()};
  v1::ReadLog& read = *step.out.send(replica).letter.mutable_read_log();
  read.set_section(log.section().value);
  read.set_epoch(log.claim.epoch);
  read.set_from(from);
  read.set_to(to);
  read.set_parts(log.phase == LogPhase::kLoading);
}

void send_start(const SectionLog& log, OwnerStep& step) {
  for (Address replica : step.config.replicas) {
    if (log.started.contains(replica.number)) continue;
    v1::StartLog& start = *step.out.send(replica).letter.mutable_start_log();
    start.set_section(log.section().value);
    start.set_epoch(log.claim.epoch);
    start.set_first(log.adopted_first);
    for (const auto& batch : log.adopted)
      *start.add_tail() = batch.value;
  }
}

// The checkpoint that counts at the replica whose tail counts; covers 0 if there is none.
const v1::CheckpointRecord& best_checkpoint(const SectionLog& log) {
  return log.claim.sealed.at(log.claim.best_replica()).checkpoint.value;
}

void ask_again(const SectionLog& log, OwnerStep& step) {
  switch (log.phase) {
    case LogPhase::kClaiming:
      return log.claim.resend(step);
    case LogPhase::kLoading:
      return send_read(log, log.next_part, best_checkpoint(log).last(), step);
    case LogPhase::kReading:
      return send_read(log, log.next_position, log.read_last, step);
    case LogPhase::kStarting:
      return send_start(log, step);
    case LogPhase::kServing:
      send_start(log, step);  // to replicas that missed it
      for (const auto& batch : log.unconfirmed)
        send_batch(log, batch.value, 0, step);
      return;
    case LogPhase::kFenced:
      return;
  }
}

// Step 3 is over: the whole log is known. Step 4: the start record and the tail, in one write.
void start_log(SectionLog& log, OwnerStep& step) {
  log.phase = LogPhase::kStarting;
  log.adopted_first = log.next_position - log.unconfirmed.size();
  log.adopted = std::move(log.unconfirmed);
  log.unconfirmed.clear();
  for (auto& batch : log.adopted)
    batch.value.set_epoch(log.claim.epoch);
  send_start(log, step);
}

// Reads the batches after what is loaded, if there are any.
void read_tail(SectionLog& log, OwnerStep& step) {
  if (log.next_position > log.read_last) return start_log(log, step);
  log.phase = LogPhase::kReading;
  send_read(log, log.next_position, log.read_last, step);
}

void on_sealed_enough(SectionLog& log, OwnerStep& step) {
  note_progress(log, step);
  log.read_last = log.claim.sealed.at(log.claim.best_replica()).last;
  const v1::CheckpointRecord& checkpoint = best_checkpoint(log);
  log.next_position = checkpoint.covers() + 1;
  if (checkpoint.covers() == 0) return read_tail(log, step);
  assert(checkpoint.last() <= log.claim.settled_max() && "a checkpoint counts above the horizon");
  log.phase = LogPhase::kLoading;
  log.checkpoint_bytes = checkpoint.bytes();
  log.next_part = checkpoint.first();
  send_read(log, log.next_part, checkpoint.last(), step);
}

LogEvent on_parts(SectionLog& log, const v1::LogPage& page, OwnerStep& step) {
  LogEvent event;
  const bool asked = log.phase == LogPhase::kLoading && page.from() == log.next_part;
  if (!asked || page.batches().empty()) return event;
  note_progress(log, step);
  for (const v1::LogBatch& batch : page.batches()) {
    event.parts.push_back(batch.rows());
    log.next_part = batch.position() + 1;
  }
  event.loaded = log.next_part > best_checkpoint(log).last();
  if (event.loaded) {
    read_tail(log, step);
  } else {
    send_read(log, log.next_part, best_checkpoint(log).last(), step);
  }
  return event;
}

LogEvent on_page(SectionLog& log, const v1::LogPage& page, OwnerStep& step) {
  LogEvent event;
  if (page.epoch() != log.claim.epoch) return event;
  if (page.parts()) return on_parts(log, page, step);
  if (log.phase == LogPhase::kServing) {
    for (const v1::LogBatch& batch : page.batches()) {
      if (batch.position() <= log.horizon) event.read.push_back(batch);
    }
    return event;
  }
  if (log.phase != LogPhase::kReading || page.from() != log.next_position) return event;
  note_progress(log, step);
  const std::uint64_t settled = log.claim.settled_max();
  for (const v1::LogBatch& batch : page.batches()) {
    assert(batch.position() == log.next_position);
    ++log.next_position;
    if (batch.position() > settled) log.unconfirmed.push_back({batch});
    if (decides_nothing(batch)) continue;
    log.tail_bytes += bytes_of(batch);
    event.replay.push_back(batch);
  }
  read_tail(log, step);
  return event;
}

LogEvent on_started(SectionLog& log, const v1::Letter& letter, OwnerStep& step) {
  LogEvent event;
  const bool expected = log.phase == LogPhase::kStarting || log.phase == LogPhase::kServing;
  if (!expected || letter.log_started().epoch() != log.claim.epoch) return event;
  const std::uint64_t replica = unpack(letter.source()).number;
  if (!log.started.try_emplace(replica, true).second) return event;
  log.confirmed[replica] = {log.adopted_first + log.adopted.size() - 1, letter.source_boot()};
  if (all_started(log, step.config)) log.adopted.clear();
  if (log.serving() || log.started.size() < step.config.write_quorum) return event;
  log.phase = LogPhase::kServing;
  note_progress(log, step);
  log.horizon = log.next_position - 1;
  step.out.fact({.kind = FactKind::kServing,
                 .subject = log.section().value,
                 .object = log.claim.epoch,
                 .number = log.horizon,
                 .value = log.read_last - best_checkpoint(log).covers()});
  event.serves = true;
  event.horizon_moved = true;
  return event;
}

// The horizon is the W-th highest of what the replicas have confirmed.
std::uint64_t quorum_position(const SectionLog& log, std::uint32_t write_quorum) {
  std::vector<std::uint64_t> positions;
  for (const auto& [replica, known] : log.confirmed)
    positions.push_back(known.position);
  if (positions.size() < write_quorum) return 0;
  std::sort(positions.begin(), positions.end(), std::greater<>());
  return positions[write_quorum - 1];
}

// Forgets all and takes the section over anew.
LogEvent begin_again(SectionLog& log, std::uint64_t refused_by, OwnerStep& step) {
  step.out.fact({.kind = FactKind::kFenced,
                 .subject = log.section().value,
                 .object = log.claim.epoch,
                 .number = refused_by});
  log.begin(log.section(), log.retry_timer, step);
  LogEvent event;
  event.began_again = true;
  return event;
}

LogEvent on_appended(SectionLog& log, const v1::Letter& letter, OwnerStep& step) {
  LogEvent event;
  const v1::LogAppended& answer = letter.log_appended();
  if (log.phase != LogPhase::kServing || answer.epoch() != log.claim.epoch) return event;
  Confirmed& known = log.confirmed[unpack(letter.source()).number];
  if (letter.source_boot() < known.boot) return event;  // a late word of a dead life
  const bool new_life = letter.source_boot() > known.boot;
  known.boot = letter.source_boot();
  // With store.fsync interval or never a replica loses what it has confirmed. Then our memory is
  // not the log any more, and only what the replicas still have can be served.
  if (new_life && answer.last() < known.position) return begin_again(log, log.claim.epoch, step);
  known.position = std::max(known.position, std::min(answer.last(), log.next_position - 1));
  const std::uint64_t reached = quorum_position(log, step.config.write_quorum);
  if (reached <= log.horizon) return event;
  log.horizon = reached;
  note_progress(log, step);
  while (!log.unconfirmed.empty() && log.unconfirmed.front().value.position() <= log.horizon) {
    log.unconfirmed_bytes -= bytes_of(log.unconfirmed.front().value);
    log.unconfirmed.pop_front();
  }
  step.out.fact(
      {.kind = FactKind::kHorizon, .subject = log.section().value, .object = log.horizon});
  event.horizon_moved = true;
  return event;
}

LogEvent on_refused(SectionLog& log, const v1::EpochRefused& refusal, OwnerStep& step) {
  if (refusal.epoch() != log.claim.epoch || log.phase == LogPhase::kFenced) return {};
  return begin_again(log, refusal.sealed_epoch(), step);
}

}  // namespace

SectionId section_of_answer(const v1::Letter& letter) {
  switch (letter.body_case()) {
    case v1::Letter::kRegisterState:
      return SectionId{letter.register_state().section()};
    case v1::Letter::kSectionSealed:
      return SectionId{letter.section_sealed().section()};
    case v1::Letter::kLogPage:
      return SectionId{letter.log_page().section()};
    case v1::Letter::kLogStarted:
      return SectionId{letter.log_started().section()};
    case v1::Letter::kLogAppended:
      return SectionId{letter.log_appended().section()};
    case v1::Letter::kEpochRefused:
      return SectionId{letter.epoch_refused().section()};
    case v1::Letter::kIndexPage:
      return SectionId{letter.index_page().section()};
    default:
      return SectionId{};
  }
}

void SectionLog::begin(SectionId section, TimerId retry, OwnerStep& step) {
  SectionLog fresh;
  fresh.claim = std::move(claim);
  fresh.claim.begin(section, step);
  fresh.retry_timer = retry;
  fresh.last_progress = step.seen.now;
  if (fresh.claim.phase == ClaimPhase::kFenced) fresh.phase = LogPhase::kFenced;
  *this = std::move(fresh);
  arm(*this, step);
}

LogEvent SectionLog::on_letter(const v1::Letter& letter, OwnerStep& step) {
  switch (letter.body_case()) {
    case v1::Letter::kRegisterState:
      if (phase != LogPhase::kClaiming) return {};
      note_progress(*this, step);
      claim.on_register(letter.register_state(), step);
      if (claim.phase == ClaimPhase::kFenced) phase = LogPhase::kFenced;
      return {};
    case v1::Letter::kSectionSealed:
      if (claim.on_sealed(unpack(letter.source()), letter.section_sealed(), step)) {
        on_sealed_enough(*this, step);
      }
      return {};
    case v1::Letter::kLogPage:
      return on_page(*this, letter.log_page(), step);
    case v1::Letter::kIndexPage: {
      LogEvent event;
      const bool ours = serving() && letter.index_page().epoch() == claim.epoch;
      if (ours) event.index = letter.index_page();
      return event;
    }
    case v1::Letter::kLogStarted:
      return on_started(*this, letter, step);
    case v1::Letter::kLogAppended:
      return on_appended(*this, letter, step);
    case v1::Letter::kEpochRefused:
      return on_refused(*this, letter.epoch_refused(), step);
    default:
      return {};
  }
}

void SectionLog::on_timer(OwnerStep& step) {
  if (phase == LogPhase::kFenced) return;
  const bool quiet = unconfirmed.empty() && all_started(*this, step.config);
  if (phase == LogPhase::kServing && quiet) return;  // append arms it again
  if (step.seen.now - last_progress >= patience(*this)) {
    last_progress = step.seen.now;
    ++in_vain;
    ask_again(*this, step);
  }
  arm(*this, step);
}

std::uint64_t SectionLog::append(std::string payload, std::uint64_t trace, OwnerStep& step) {
  assert(!payload.empty());
  v1::LogBatch batch;
  batch.set_payload(std::move(payload));
  tail_bytes += batch.payload().size();
  return append_batch(std::move(batch), trace, step);
}

std::uint64_t SectionLog::append_part(v1::LogBatch part, OwnerStep& step) {
  assert(part.payload().empty() && bytes_of(part) > 0);
  return append_batch(std::move(part), 0, step);
}

std::uint64_t SectionLog::append_record(std::uint64_t covers, std::uint64_t first,
                                        std::uint64_t last, std::uint64_t bytes, OwnerStep& step) {
  assert(covers < first && first <= last && last <= horizon);
  checkpoint_bytes = bytes;
  v1::LogBatch batch;
  v1::CheckpointRecord& record = *batch.mutable_checkpoint();
  record.set_covers(covers);
  record.set_first(first);
  record.set_last(last);
  record.set_bytes(bytes);
  return append_batch(std::move(batch), 0, step);
}

std::uint64_t SectionLog::append_batch(v1::LogBatch batch, std::uint64_t trace, OwnerStep& step) {
  assert(serving() && has_room());
  batch.set_epoch(claim.epoch);
  batch.set_position(next_position++);
  batch.set_settled(horizon);
  if (unconfirmed.empty()) {
    note_progress(*this, step);
    arm(*this, step);
  }
  send_batch(*this, batch, trace, step);
  unconfirmed_bytes += bytes_of(batch);
  unconfirmed.push_back({std::move(batch)});
  return next_position - 1;
}

bool SectionLog::checkpoint_due(const Config& config) const {
  return serving() && tail_bytes >= std::max(config.checkpoint_tail_bytes, checkpoint_bytes);
}

bool SectionLog::has_room() const {
  return unconfirmed.size() < limits::kUnconfirmedBatchesMax &&
         unconfirmed_bytes < limits::kUnconfirmedBytesMax;
}

void SectionLog::read(std::uint64_t first, std::uint64_t last, OwnerStep& step) const {
  assert(serving() && first <= last && last <= horizon);
  send_read(*this, first, last, step);
}

void SectionLog::read_index(std::uint64_t keeper, std::uint64_t after, OwnerStep& step) const {
  assert(serving());
  const Address replica{RoleKind::kStore, claim.best_replica()};
  v1::ReadIndex& read = *step.out.send(replica).letter.mutable_read_index();
  read.set_section(section().value);
  read.set_epoch(claim.epoch);
  read.set_keeper(keeper);
  read.set_after(after);
}

}  // namespace glasspost
