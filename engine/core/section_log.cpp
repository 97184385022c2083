// The take-over, steps 3 to 5, and the log afterwards.
#include "engine/core/section_log.hpp"

#include <algorithm>
#include <cassert>

#include "engine/core/followers.hpp"
#include "engine/core/limits.hpp"

namespace glasspost {
namespace {

// How long an answer may take before we ask again.
Duration patience(const SectionLog& log) {
  return limits::patience(limits::kStoreRetry, log.in_vain);
}

// Not later than a wait for former owners ends.
void arm(const SectionLog& log, OwnerStep& step) {
  Duration next = patience(log);
  if (log.phase == LogPhase::kStarting && log.claim.must_wait(step)) {
    next = std::min(next, log.claim.free_at - leases::clock_now(step));
  }
  step.out.wake(log.retry_timer, step.seen.now + next);
}

bool has_started(const SectionLog& log, const Config& config) {
  const auto started = [&log](Address one) {
    const auto found = log.followers.find(one.number);
    return found != log.followers.end() && found->second.phase == FollowerPhase::kStarted;
  };
  const auto count = std::count_if(config.replicas.begin(), config.replicas.end(), started);
  return count >= static_cast<std::ptrdiff_t>(config.write_quorum);
}

void note_progress(SectionLog& log, OwnerStep& step) {
  log.last_progress = step.seen.now;
  if (log.in_vain == 0) return;
  log.in_vain = 0;
  arm(log, step);
}

// A part or a record of a checkpoint: nothing was decided there.
bool decides_nothing(const v1::LogBatch& batch) {
  return batch.payload().empty();
}

void send_read(const SectionLog& log, Address replica, std::uint64_t from, std::uint64_t to,
               OwnerStep& step) {
  v1::ReadLog& read = *step.to_replica(replica, log.claim.replica_set).mutable_read_log();
  read.set_section(log.section().value);
  read.set_epoch(log.claim.epoch);
  read.set_from(from);
  read.set_to(to);
  read.set_parts(log.phase == LogPhase::kLoading);
}

// Of the replica whose tail counts.
void read_best(const SectionLog& log, std::uint64_t from, std::uint64_t to, OwnerStep& step) {
  send_read(log, {RoleKind::kStore, log.claim.best_replica()}, from, to, step);
}

// The checkpoint that counts at the replica whose tail counts; covers 0 if there is none.
const v1::CheckpointRecord& best_checkpoint(const SectionLog& log) {
  return log.claim.sealed.at(log.claim.best_replica()).checkpoint.value;
}

void ask_again(SectionLog& log, OwnerStep& step) {
  switch (log.phase) {
    case LogPhase::kClaiming:
      return log.claim.resend(step);
    case LogPhase::kLoading:
      return read_best(log, log.next_part, best_checkpoint(log).last(), step);
    case LogPhase::kReading:
      // While reading, next_position is the first position not yet read.
      return read_best(log, log.next_position, log.read_last, step);
    case LogPhase::kServing:
      for (const auto& batch : log.unconfirmed)
        followers::send_batch(log, batch.value, 0, step);
      return;
    case LogPhase::kStarting:  // followers::look_after does
    case LogPhase::kFenced:
      return;
  }
}

// Step 3 is over: the whole log is known. Step 4: the start record and the tail, in one write.
void start_log(SectionLog& log, OwnerStep& step) {
  log.phase = LogPhase::kStarting;
  log.adopted_first = log.next_position - log.unconfirmed.size();
  log.adopted_last = log.next_position - 1;
  log.adopted = std::move(log.unconfirmed);
  log.unconfirmed.clear();
  for (auto& batch : log.adopted)
    batch.value.set_epoch(log.claim.epoch);
  followers::begin(log, step);
}

// Reads the batches after what is loaded, if there are any.
void read_tail(SectionLog& log, OwnerStep& step) {
  if (log.next_position > log.read_last) return start_log(log, step);
  log.phase = LogPhase::kReading;
  read_best(log, log.next_position, log.read_last, step);
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
  read_best(log, log.next_part, checkpoint.last(), step);
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
    read_best(log, log.next_part, best_checkpoint(log).last(), step);
  }
  return event;
}

LogEvent on_page(SectionLog& log, const v1::LogPage& page, OwnerStep& step) {
  LogEvent event;
  if (page.epoch() != log.claim.epoch) return event;
  if (page.copy_to() != 0) {
    followers::on_copy_page(log, page, step);
    return event;
  }
  if (page.parts()) return on_parts(log, page, step);
  if (log.phase == LogPhase::kServing) {
    log.read_since = kNever;
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
    log.tail_bytes += followers::bytes_of(batch);
    event.replay.push_back(batch);
  }
  read_tail(log, step);
  return event;
}

// W replicas have the start record: the log is ours.
LogEvent serve(SectionLog& log, OwnerStep& step) {
  log.phase = LogPhase::kServing;
  log.claim.on_serving(step);
  note_progress(log, step);
  log.horizon = log.next_position - 1;
  log.start_tries = 0;
  log.reader = log.claim.best_replica();
  step.out.fact({.kind = FactKind::kServing,
                 .subject = log.section().value,
                 .object = log.claim.epoch,
                 .number = log.horizon,
                 .value = log.read_last - best_checkpoint(log).covers()});
  LogEvent event;
  event.serves = true;
  event.horizon_moved = true;
  return event;
}

LogEvent on_started(SectionLog& log, const v1::Letter& letter, OwnerStep& step) {
  const bool expected = log.phase == LogPhase::kStarting || log.phase == LogPhase::kServing;
  if (!expected || letter.log_started().epoch() != log.claim.epoch) return {};
  const std::uint64_t replica = unpack(letter.source()).number;
  Follower& follower = log.followers[replica];
  if (follower.phase == FollowerPhase::kStarted) return {};
  followers::on_started(log, replica, letter.log_started().last(), step);
  follower.boot = letter.source_boot();
  const auto started = [&log](Address one) {
    return log.followers.at(one.number).phase == FollowerPhase::kStarted;
  };
  const std::vector<Address>& replicas = step.config.replicas;
  if (std::all_of(replicas.begin(), replicas.end(), started)) log.adopted.clear();
  return log.try_serve(step);
}

// Forgets all and takes the section over anew.
LogEvent begin_again(SectionLog& log, OwnerStep& step) {
  log.begin(log.section(), log.retry_timer, step);
  LogEvent event;
  event.began_again = true;
  return event;
}

// Somebody else may have written since, or a replica has forgotten what was written.
LogEvent lose_epoch(SectionLog& log, std::uint64_t refused_by, OwnerStep& step) {
  step.out.fact({.kind = FactKind::kFenced,
                 .subject = log.section().value,
                 .object = log.claim.epoch,
                 .number = refused_by});
  return begin_again(log, step);
}

// What W replicas have is at or below the horizon.
bool move_horizon(SectionLog& log, OwnerStep& step) {
  const std::uint64_t reached = followers::quorum_position(log, step.config.write_quorum);
  if (reached <= log.horizon) {
    followers::trim(log, step.config);
    return false;
  }
  log.horizon = reached;
  note_progress(log, step);
  while (!log.unconfirmed.empty() && log.unconfirmed.front().value.position() <= log.horizon) {
    log.unconfirmed_bytes -= followers::bytes_of(log.unconfirmed.front().value);
    followers::keep(log, std::move(log.unconfirmed.front()));
    log.unconfirmed.pop_front();
  }
  followers::trim(log, step.config);
  step.out.fact(
      {.kind = FactKind::kHorizon, .subject = log.section().value, .object = log.horizon});
  return true;
}

// A replica says how far it is. With store.fsync interval or never one loses what it has confirmed.
// Then our memory is not the log any more, and only what the replicas still have can be served.
LogEvent on_told(SectionLog& log, const v1::Letter& letter, std::uint64_t last, OwnerStep& step) {
  const std::uint64_t replica = unpack(letter.source()).number;
  Follower& follower = log.followers[replica];
  if (letter.source_boot() < follower.boot) return {};  // a late word of a dead life
  const bool new_life = letter.source_boot() > follower.boot;
  follower.boot = letter.source_boot();
  const bool started = follower.phase == FollowerPhase::kStarted;
  if (started && new_life && last < follower.position) {
    return lose_epoch(log, log.claim.epoch, step);
  }
  if (letter.has_log_copied()) {
    if (log.phase == LogPhase::kStarting) note_progress(log, step);
    followers::on_copied(log, replica, letter.log_copied(), step);
  } else if (started) {
    follower.position = std::max(follower.position, std::min(last, log.next_position - 1));
    followers::on_confirmed(log, replica, step);
  }
  LogEvent event;
  event.horizon_moved = log.serving() && move_horizon(log, step);
  return event;
}

LogEvent on_appended(SectionLog& log, const v1::Letter& letter, OwnerStep& step) {
  const v1::LogAppended& answer = letter.log_appended();
  if (!log.serving() || answer.epoch() != log.claim.epoch) return {};
  return on_told(log, letter, answer.last(), step);
}

LogEvent on_copied(SectionLog& log, const v1::Letter& letter, OwnerStep& step) {
  const v1::LogCopied& answer = letter.log_copied();
  const bool expected = log.phase == LogPhase::kStarting || log.phase == LogPhase::kServing;
  if (!expected || answer.epoch() != log.claim.epoch) return {};
  return on_told(log, letter, answer.last(), step);
}

void on_late_seal(SectionLog& log, const v1::Letter& letter, OwnerStep& step) {
  const std::uint64_t replica = unpack(letter.source()).number;
  if (log.claim.said_by(replica) != nullptr) followers::on_late_seal(log, replica, step);
}

// A replica that knows a lower epoch than ours has missed its seal. One that was sealed, and does
// not know it, has forgotten it: as on_told.
LogEvent on_refused(SectionLog& log, const v1::Letter& letter, OwnerStep& step) {
  const v1::EpochRefused& refusal = letter.epoch_refused();
  if (refusal.epoch() != log.claim.epoch || log.phase == LogPhase::kFenced) return {};
  const Address replica = unpack(letter.source());
  const bool missed_seal =
      refusal.sealed_epoch() < log.claim.epoch && log.claim.said_by(replica.number) == nullptr;
  if (!missed_seal) return lose_epoch(log, refusal.sealed_epoch(), step);
  log.claim.seal(replica, log.serving(), step);
  return {};
}

}  // namespace

void SectionLog::begin(SectionId section, TimerId retry, OwnerStep& step) {
  SectionLog fresh;
  fresh.claim = std::move(claim);
  fresh.claim.begin(section, retry, step);
  fresh.retry_timer = retry;
  fresh.last_progress = step.seen.now;
  if (fresh.claim.phase == ClaimPhase::kFenced) fresh.phase = LogPhase::kFenced;
  *this = std::move(fresh);
  arm(*this, step);
}

LogEvent SectionLog::on_letter(const v1::Letter& letter, OwnerStep& step) {
  switch (letter.body_case()) {
    case v1::Letter::kRegisterPromised:
    case v1::Letter::kRegisterAccepted:
    case v1::Letter::kRegisterRefused:
      if (phase != LogPhase::kClaiming && !claim.clearing) return {};
      note_progress(*this, step);
      claim.on_register(letter, step);
      if (claim.phase == ClaimPhase::kFenced) phase = LogPhase::kFenced;
      return {};
    case v1::Letter::kSectionSealed:
      if (claim.on_sealed(unpack(letter.source()), letter.section_sealed(), step)) {
        on_sealed_enough(*this, step);
      } else {
        on_late_seal(*this, letter, step);
      }
      return {};
    case v1::Letter::kLogPage:
      return on_page(*this, letter.log_page(), step);
    case v1::Letter::kIndexPage: {
      LogEvent event;
      const bool ours = serving() && letter.index_page().epoch() == claim.epoch;
      if (ours) event.index = letter.index_page();
      if (ours) read_since = kNever;
      return event;
    }
    case v1::Letter::kLogStarted:
      return on_started(*this, letter, step);
    case v1::Letter::kLogCopied:
      return on_copied(*this, letter, step);
    case v1::Letter::kLogAppended:
      return on_appended(*this, letter, step);
    case v1::Letter::kEpochRefused:
      return on_refused(*this, letter, step);
    case v1::Letter::kSectionReleased:
      claim.on_released(unpack(letter.source()), letter.section_released());
      return try_serve(step);
    case v1::Letter::kReplicaSetChanged:
      // What a replica had confirmed may be gone with its disk.
      if (!claim.on_replica_set(unpack(letter.source()), letter.replica_set_changed(),
                                step.config)) {
        return {};
      }
      return begin_again(*this, step);
    default:
      return {};
  }
}

LogEvent SectionLog::on_timer(OwnerStep& step) {
  if (phase == LogPhase::kFenced) return {};
  claim.on_timer(step);
  const bool is_quiet =
      serving() && unconfirmed.empty() && followers::all_up_to_date(*this, step.config);
  if (is_quiet) return {};  // append arms it again
  if (phase == LogPhase::kStarting && has_started(*this, step.config)) {
    LogEvent event = try_serve(step);
    if (event.serves) arm(*this, step);
    if (event.serves) return event;
    note_progress(*this, step);
  }
  if (step.seen.now - last_progress >= patience(*this)) {
    last_progress = step.seen.now;
    ++in_vain;
    const bool taking_over = phase != LogPhase::kClaiming && !serving();
    // The replica whose tail counts may be gone while others are there.
    if (taking_over && step.config.replicas.size() > 1 && in_vain >= limits::kTakeOverTries) {
      return begin_again(*this, step);
    }
    ask_again(*this, step);
  }
  if (phase == LogPhase::kStarting || serving()) followers::look_after(*this, step);
  arm(*this, step);
  return {};
}

LogEvent SectionLog::try_serve(OwnerStep& step) {
  if (phase != LogPhase::kStarting || !has_started(*this, step.config)) return {};
  if (!claim.must_wait(step)) return serve(*this, step);
  arm(*this, step);
  return {};
}

std::uint64_t SectionLog::append(std::string payload, std::uint64_t trace, OwnerStep& step) {
  assert(!payload.empty());
  v1::LogBatch batch;
  batch.set_payload(std::move(payload));
  tail_bytes += batch.payload().size();
  return append_batch(std::move(batch), trace, step);
}

std::uint64_t SectionLog::append_part(v1::LogBatch part, OwnerStep& step) {
  assert(part.payload().empty() && followers::bytes_of(part) > 0);
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
    // With a replica behind it is set, and must not be put off.
    if (followers::all_up_to_date(*this, step.config)) arm(*this, step);
  }
  followers::send_batch(*this, batch, trace, step);
  unconfirmed_bytes += followers::bytes_of(batch);
  unconfirmed.push_back({std::move(batch)});
  return next_position - 1;
}

bool SectionLog::checkpoint_due(const Config& config) const {
  return serving() && tail_bytes >= std::max(config.checkpoint_tail_bytes, checkpoint_bytes);
}

bool SectionLog::has_room(std::size_t bytes_decided) const {
  return unconfirmed.size() < limits::kUnconfirmedBatchesMax &&
         unconfirmed_bytes + bytes_decided < limits::kUnconfirmedBytesMax;
}

// Another one after a silence; any that has what is needed.
Address SectionLog::choose_reader(std::uint64_t needed, OwnerStep& step) {
  const bool silent = read_since != kNever && step.seen.now - read_since >= limits::kBodiesRetry;
  if (read_since == kNever || silent) read_since = step.seen.now;
  const auto fits = [&](std::uint64_t number) {
    const Follower& follower = followers.at(number);
    return follower.phase == FollowerPhase::kStarted && follower.position >= needed;
  };
  if (!silent && fits(reader)) return {RoleKind::kStore, reader};
  auto next = followers.upper_bound(reader);
  for (std::size_t tries = 0; tries < followers.size(); ++tries, ++next) {
    if (next == followers.end()) next = followers.begin();
    if (!fits(next->first)) continue;
    reader = next->first;
    break;
  }
  return {RoleKind::kStore, reader};
}

void SectionLog::read(std::uint64_t first, std::uint64_t last, OwnerStep& step) {
  assert(serving() && first <= last && last <= horizon);
  send_read(*this, choose_reader(last, step), first, last, step);
}

void SectionLog::read_index(std::uint64_t keeper, std::uint64_t after, OwnerStep& step) {
  assert(serving());
  v1::Letter& letter = step.to_replica(choose_reader(horizon, step), claim.replica_set);
  v1::ReadIndex& read = *letter.mutable_read_index();
  read.set_section(section().value);
  read.set_epoch(claim.epoch);
  read.set_keeper(keeper);
  read.set_after(after);
}

}  // namespace glasspost
