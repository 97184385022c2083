// The take-over, steps 3 to 5, and the log afterwards.
#include "engine/core/section_log.hpp"

#include <algorithm>
#include <cassert>
#include <functional>

#include "engine/core/limits.hpp"

namespace glasspost {
namespace {

void arm(const SectionLog& log, OwnerStep& step) {
  step.out.wake(log.retry_timer, step.seen.now + limits::kStoreRetry);
}

void send_batch(const SectionLog& log, const v1::LogBatch& batch, OwnerStep& step) {
  for (Address replica : step.config.replicas) {
    const auto known = log.confirmed.find(replica.number);
    if (known != log.confirmed.end() && known->second >= batch.position()) continue;
    v1::AppendLog& append = *step.out.send(replica).letter.mutable_append_log();
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
}

void send_start(const SectionLog& log, OwnerStep& step) {
  for (Address replica : step.config.replicas) {
    if (log.started.contains(replica.number)) continue;
    v1::StartLog& start = *step.out.send(replica).letter.mutable_start_log();
    start.set_section(log.section().value);
    start.set_epoch(log.claim.epoch);
    start.set_first(log.next_position - log.unconfirmed.size());
    for (const auto& batch : log.unconfirmed)
      *start.add_tail() = batch.value;
  }
}

void ask_again(const SectionLog& log, OwnerStep& step) {
  switch (log.phase) {
    case LogPhase::kClaiming:
      return log.claim.resend(step);
    case LogPhase::kReading:
      return send_read(log, log.next_position, log.read_last, step);
    case LogPhase::kStarting:
      return send_start(log, step);
    case LogPhase::kServing:
      for (const auto& batch : log.unconfirmed)
        send_batch(log, batch.value, step);
      return;
    case LogPhase::kFenced:
      return;
  }
}

// Step 3 is over: the whole log is known. Step 4: the start record and the tail, in one write.
void start_log(SectionLog& log, OwnerStep& step) {
  log.phase = LogPhase::kStarting;
  for (auto& batch : log.unconfirmed)
    batch.value.set_epoch(log.claim.epoch);
  send_start(log, step);
}

LogEvent on_sealed_enough(SectionLog& log, OwnerStep& step) {
  log.last_progress = step.seen.now;
  log.read_last = log.claim.sealed.at(log.claim.best_replica()).last;
  log.next_position = 1;
  if (log.read_last == 0) {
    start_log(log, step);
  } else {
    log.phase = LogPhase::kReading;
    send_read(log, log.next_position, log.read_last, step);
  }
  return {};
}

LogEvent on_page(SectionLog& log, const v1::LogPage& page, OwnerStep& step) {
  LogEvent event;
  if (page.epoch() != log.claim.epoch) return event;
  if (log.phase == LogPhase::kServing) {
    for (const v1::LogBatch& batch : page.batches()) {
      if (batch.position() <= log.horizon) event.read.push_back(batch);
    }
    return event;
  }
  if (log.phase != LogPhase::kReading || page.from() != log.next_position) return event;
  log.last_progress = step.seen.now;
  const std::uint64_t settled = log.claim.settled_max();
  for (const v1::LogBatch& batch : page.batches()) {
    assert(batch.position() == log.next_position);
    ++log.next_position;
    if (batch.position() > settled) log.unconfirmed.push_back({batch});
    event.replay.push_back(batch);
  }
  if (log.next_position > log.read_last) {
    start_log(log, step);
  } else {
    send_read(log, log.next_position, log.read_last, step);
  }
  return event;
}

LogEvent on_started(SectionLog& log, Address replica, const v1::LogStarted& answer,
                    OwnerStep& step) {
  LogEvent event;
  if (log.phase != LogPhase::kStarting || answer.epoch() != log.claim.epoch) return event;
  log.started[replica.number] = true;
  if (log.started.size() < step.config.write_quorum) return event;
  log.phase = LogPhase::kServing;
  log.horizon = log.next_position - 1;
  log.unconfirmed.clear();
  for (const auto& [number, yes] : log.started)
    log.confirmed[number] = log.horizon;
  step.out.fact({.kind = FactKind::kServing,
                 .subject = log.section().value,
                 .object = log.claim.epoch,
                 .number = log.horizon,
                 .value = log.read_last});
  event.serves = true;
  event.horizon_moved = true;
  return event;
}

// The horizon is the W-th highest of what the replicas have confirmed.
std::uint64_t quorum_position(const SectionLog& log, std::uint32_t write_quorum) {
  std::vector<std::uint64_t> positions;
  for (const auto& [replica, position] : log.confirmed)
    positions.push_back(position);
  if (positions.size() < write_quorum) return 0;
  std::sort(positions.begin(), positions.end(), std::greater<>());
  return positions[write_quorum - 1];
}

LogEvent on_appended(SectionLog& log, Address replica, const v1::LogAppended& answer,
                     OwnerStep& step) {
  LogEvent event;
  if (log.phase != LogPhase::kServing || answer.epoch() != log.claim.epoch) return event;
  std::uint64_t& position = log.confirmed[replica.number];
  position = std::max(position, std::min(answer.last(), log.next_position - 1));
  const std::uint64_t reached = quorum_position(log, step.config.write_quorum);
  if (reached <= log.horizon) return event;
  log.horizon = reached;
  log.last_progress = step.seen.now;
  while (!log.unconfirmed.empty() && log.unconfirmed.front().value.position() <= log.horizon) {
    log.unconfirmed_bytes -= log.unconfirmed.front().value.payload().size();
    log.unconfirmed.pop_front();
  }
  step.out.fact(
      {.kind = FactKind::kHorizon, .subject = log.section().value, .object = log.horizon});
  event.horizon_moved = true;
  return event;
}

LogEvent on_refused(SectionLog& log, const v1::EpochRefused& refusal, OwnerStep& step) {
  LogEvent event;
  if (refusal.epoch() != log.claim.epoch || log.phase == LogPhase::kFenced) return event;
  step.out.fact({.kind = FactKind::kFenced,
                 .subject = log.section().value,
                 .object = refusal.epoch(),
                 .number = refusal.sealed_epoch()});
  log.begin(log.section(), log.retry_timer, step);
  event.began_again = true;
  return event;
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
  const Address replica = unpack(letter.source());
  switch (letter.body_case()) {
    case v1::Letter::kRegisterState:
      if (phase != LogPhase::kClaiming) return {};
      last_progress = step.seen.now;
      claim.on_register(letter.register_state(), step);
      if (claim.phase == ClaimPhase::kFenced) phase = LogPhase::kFenced;
      return {};
    case v1::Letter::kSectionSealed:
      if (!claim.on_sealed(replica, letter.section_sealed(), step)) return {};
      return on_sealed_enough(*this, step);
    case v1::Letter::kLogPage:
      return on_page(*this, letter.log_page(), step);
    case v1::Letter::kLogStarted:
      return on_started(*this, replica, letter.log_started(), step);
    case v1::Letter::kLogAppended:
      return on_appended(*this, replica, letter.log_appended(), step);
    case v1::Letter::kEpochRefused:
      return on_refused(*this, letter.epoch_refused(), step);
    default:
      return {};
  }
}

void SectionLog::on_timer(OwnerStep& step) {
  if (phase == LogPhase::kFenced) return;
  if (phase == LogPhase::kServing && unconfirmed.empty()) return;  // append arms it again
  if (step.seen.now - last_progress >= limits::kStoreRetry) {
    last_progress = step.seen.now;
    ask_again(*this, step);
  }
  arm(*this, step);
}

std::uint64_t SectionLog::append(std::string payload, OwnerStep& step) {
  assert(serving() && has_room());
  v1::LogBatch batch;
  batch.set_epoch(claim.epoch);
  batch.set_position(next_position++);
  batch.set_payload(std::move(payload));
  batch.set_settled(horizon);
  if (unconfirmed.empty()) {
    last_progress = step.seen.now;
    arm(*this, step);
  }
  send_batch(*this, batch, step);
  unconfirmed_bytes += batch.payload().size();
  unconfirmed.push_back({std::move(batch)});
  return next_position - 1;
}

bool SectionLog::has_room() const {
  return unconfirmed.size() < limits::kUnconfirmedBatchesMax &&
         unconfirmed_bytes < limits::kUnconfirmedBytesMax;
}

void SectionLog::read(std::uint64_t first, std::uint64_t last, OwnerStep& step) const {
  assert(serving() && first <= last && last <= horizon);
  send_read(*this, first, last, step);
}

}  // namespace glasspost
