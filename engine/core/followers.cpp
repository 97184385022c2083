// Sealing, starting, copying and sending again, one replica at a time.
#include "engine/core/followers.hpp"

#include <algorithm>
#include <functional>
#include <vector>

#include "engine/core/limits.hpp"

namespace glasspost::followers {
namespace {

Address store_number(std::uint64_t number) {
  return {RoleKind::kStore, number};
}

bool is_due(const Follower& follower, OwnerStep& step) {
  const std::uint32_t again = follower.in_vain == 0 ? 0 : follower.in_vain - 1;
  return step.seen.now - follower.tried >= limits::patience(limits::kStoreRetry, again);
}

void note_try(Follower& follower, OwnerStep& step) {
  follower.tried = step.seen.now;
  ++follower.in_vain;
}

// The log that a copy is of: until W replicas have started it is the one that was taken.
std::uint64_t copied_epoch(const SectionLog& log) {
  if (log.serving()) return log.claim.epoch;
  return log.claim.sealed.at(log.claim.best_replica()).start_epoch;
}

std::uint64_t copied_to(const SectionLog& log) {
  return log.serving() ? log.horizon : log.adopted_first - 1;
}

// How much of our log a sealed replica has, for sure.
std::uint64_t agreed_position(const SectionLog& log, const SealedReplica& said) {
  const SealedReplica& taken = log.claim.sealed.at(log.claim.best_replica());
  const bool same_log = said.start_epoch == taken.start_epoch;
  return std::min(same_log ? said.last : said.settled, log.adopted_last);
}

// The first batch that is kept in memory for whoever lacks it.
std::uint64_t first_kept(const SectionLog& log) {
  return log.horizon + 1 - log.recent.size();
}

void send_append(const SectionLog& log, std::uint64_t replica, const v1::LogBatch& batch,
                 std::uint64_t trace, OwnerStep& step) {
  v1::Letter& letter = step.to_replica(store_number(replica), log.claim.replica_set, trace);
  v1::AppendLog& append = *letter.mutable_append_log();
  append.set_section(log.section().value);
  *append.mutable_batch() = batch;
}

// Whoever was silent gets one batch first: it may be gone still.
void send_kept(const SectionLog& log, std::uint64_t replica, const Follower& follower,
               OwnerStep& step) {
  for (const auto* kept : {&log.recent, &log.unconfirmed}) {
    for (const auto& batch : *kept) {
      if (batch.value.position() <= follower.position) continue;
      send_append(log, replica, batch.value, 0, step);
      if (follower.in_vain > 1) return;
    }
  }
}

void send_start(const SectionLog& log, std::uint64_t replica, OwnerStep& step) {
  v1::Letter& letter = step.to_replica(store_number(replica), log.claim.replica_set);
  v1::StartLog& start = *letter.mutable_start_log();
  start.set_section(log.section().value);
  start.set_epoch(log.claim.epoch);
  start.set_first(log.adopted_first);
  for (const auto& batch : log.adopted)
    *start.add_tail() = batch.value;
}

// Where to read what this one lacks; another one each time in vain.
std::uint64_t source_for(const SectionLog& log, std::uint64_t replica, const Follower& follower) {
  if (!log.serving()) return log.claim.best_replica();
  std::vector<std::uint64_t> have;
  for (const auto& [number, other] : log.followers) {
    const bool whole = other.phase == FollowerPhase::kStarted && other.position >= log.horizon;
    if (number != replica && whole) have.push_back(number);
  }
  return have.empty() ? 0 : have[follower.in_vain % have.size()];
}

void send_page(const SectionLog& log, std::uint64_t replica, const v1::LogPage& page,
               OwnerStep& step) {
  const std::uint64_t to = copied_to(log);
  v1::Letter& letter = step.to_replica(store_number(replica), log.claim.replica_set);
  v1::CopyLog& copy = *letter.mutable_copy_log();
  copy.set_section(log.section().value);
  copy.set_epoch(log.claim.epoch);
  copy.set_start_epoch(copied_epoch(log));
  copy.set_after(log.followers.at(replica).position);
  copy.set_settled(log.serving() ? log.horizon : log.claim.settled_max());
  for (const v1::LogBatch& batch : page.batches()) {
    if (batch.position() <= to) *copy.add_batches() = batch;
  }
}

// Asks for the next page for this one. One that lacks nothing gets an empty one: it has no start
// record of ours yet.
void ask_page(SectionLog& log, std::uint64_t replica, OwnerStep& step) {
  Follower& follower = log.followers[replica];
  follower.copying = true;
  follower.writing = false;
  follower.source = source_for(log, replica, follower);
  note_try(follower, step);
  if (follower.position >= copied_to(log)) {
    follower.writing = true;
    return send_page(log, replica, {}, step);
  }
  if (follower.source == 0) return;
  v1::Letter& letter = step.to_replica(store_number(follower.source), log.claim.replica_set);
  v1::ReadLog& read = *letter.mutable_read_log();
  read.set_section(log.section().value);
  read.set_epoch(log.claim.epoch);
  read.set_from(follower.position + 1);
  read.set_to(std::min(copied_to(log), follower.position + step.config.copy_batches));
  read.set_copy_to(replica);
}

// Can this sealed one take the start record with the tail that was adopted?
bool fits_tail(const SectionLog& log, const Follower& follower) {
  return (!log.serving() || log.start_tries < limits::kStartTries) &&
         follower.position + 1 >= log.adopted_first;
}

// The next thing to do for one that is sealed.
void go_on(SectionLog& log, std::uint64_t replica, OwnerStep& step) {
  Follower& follower = log.followers[replica];
  if (follower.phase == FollowerPhase::kSealed && fits_tail(log, follower)) {
    follower.copying = follower.writing = false;
    note_try(follower, step);
    return send_start(log, replica, step);
  }
  if (follower.phase == FollowerPhase::kStarted && follower.position + 1 >= first_kept(log)) {
    if (follower.copying) {
      step.out.fact({.kind = FactKind::kCaughtUp,
                     .subject = log.section().value,
                     .object = replica,
                     .number = follower.position});
    }
    follower.copying = follower.writing = false;
    note_try(follower, step);
    return send_kept(log, replica, follower, step);
  }
  ask_page(log, replica, step);
}

void look_after_one(SectionLog& log, Address replica, OwnerStep& step) {
  Follower& follower = log.followers[replica.number];
  if (follower.phase == FollowerPhase::kUnsealed) {
    if (!is_due(follower, step)) return;
    note_try(follower, step);
    return log.claim.seal(replica, log.serving(), step);
  }
  if (follower.phase == FollowerPhase::kSealed || follower.copying) {
    if (is_due(follower, step)) go_on(log, replica.number, step);
    return;
  }
  const bool silent = follower.position < follower.noted;
  follower.noted = log.horizon;
  if (silent && is_due(follower, step)) go_on(log, replica.number, step);
}

}  // namespace

std::size_t bytes_of(const v1::LogBatch& batch) {
  std::size_t bytes = batch.payload().size() + batch.rows().size();
  for (const v1::IndexBlock& block : batch.index())
    bytes += block.ByteSizeLong();
  return bytes;
}

void begin(SectionLog& log, OwnerStep& step) {
  for (Address replica : step.config.replicas) {
    log.followers[replica.number] = {.tried = step.seen.now};
    if (log.claim.said_by(replica.number) != nullptr) on_late_seal(log, replica.number, step);
  }
}

void on_late_seal(SectionLog& log, std::uint64_t replica, OwnerStep& step) {
  const bool looked_after = log.phase == LogPhase::kStarting || log.serving();
  Follower& follower = log.followers[replica];
  if (!looked_after || follower.phase != FollowerPhase::kUnsealed) return;
  follower.phase = FollowerPhase::kSealed;
  follower.in_vain = 0;
  follower.position = agreed_position(log, *log.claim.said_by(replica));
  go_on(log, replica, step);
}

void look_after(SectionLog& log, OwnerStep& step) {
  ++log.start_tries;
  if (log.serving() && log.start_tries >= limits::kStartTries) log.adopted.clear();
  for (Address replica : step.config.replicas)
    look_after_one(log, replica, step);
}

void on_copy_page(SectionLog& log, const v1::LogPage& page, OwnerStep& step) {
  const auto found = log.followers.find(page.copy_to());
  if (found == log.followers.end()) return;
  Follower& follower = found->second;
  const bool asked = follower.copying && !follower.writing;
  if (!asked || page.from() != follower.position + 1 || page.batches().empty()) return;
  follower.writing = true;
  follower.tried = step.seen.now;
  send_page(log, page.copy_to(), page, step);
}

void on_copied(SectionLog& log, std::uint64_t replica, const v1::LogCopied& answer,
               OwnerStep& step) {
  Follower& follower = log.followers[replica];
  if (!follower.writing || answer.start_epoch() != copied_epoch(log)) return;
  if (answer.last() < follower.position) return;  // a late word about an earlier page
  follower.in_vain = 0;
  follower.position =
      std::min(answer.last(), log.serving() ? log.next_position - 1 : log.adopted_first - 1);
  if (log.serving()) follower.phase = FollowerPhase::kStarted;
  go_on(log, replica, step);
}

void on_started(SectionLog& log, std::uint64_t replica, std::uint64_t last, OwnerStep& step) {
  Follower& follower = log.followers[replica];
  follower.phase = FollowerPhase::kStarted;
  follower.copying = follower.writing = false;
  follower.in_vain = 0;
  follower.position = std::min(last, log.next_position - 1);
  if (log.serving() && follower.position + 1 < log.next_position) go_on(log, replica, step);
}

void on_confirmed(SectionLog& log, std::uint64_t replica, OwnerStep& step) {
  Follower& follower = log.followers[replica];
  const bool was_away = follower.in_vain > 1;
  follower.in_vain = 0;
  if (was_away && !follower.copying && follower.position < log.horizon) go_on(log, replica, step);
}

void send_batch(const SectionLog& log, const v1::LogBatch& batch, std::uint64_t trace,
                OwnerStep& step) {
  for (Address replica : step.config.replicas) {
    const Follower& follower = log.followers.at(replica.number);
    if (follower.phase != FollowerPhase::kStarted || follower.copying) continue;
    if (follower.position >= batch.position()) continue;
    send_append(log, replica.number, batch, trace, step);
  }
}

void keep(SectionLog& log, Archived<v1::LogBatch> batch) {
  log.recent_bytes += bytes_of(batch.value);
  log.recent.push_back(std::move(batch));
}

void trim(SectionLog& log, const Config& config) {
  std::uint64_t everybody = log.horizon;
  for (Address replica : config.replicas) {
    const Follower& follower = log.followers.at(replica.number);
    const bool started = follower.phase == FollowerPhase::kStarted;
    everybody = std::min(everybody, started ? follower.position : 0);
  }
  while (!log.recent.empty() && (log.recent.front().value.position() <= everybody ||
                                 log.recent.size() > config.recent_batches ||
                                 log.recent_bytes > limits::kRecentBytesMax)) {
    log.recent_bytes -= bytes_of(log.recent.front().value);
    log.recent.pop_front();
  }
}

bool all_up_to_date(const SectionLog& log, const Config& config) {
  return std::all_of(config.replicas.begin(), config.replicas.end(), [&log](Address replica) {
    const Follower& follower = log.followers.at(replica.number);
    return follower.phase == FollowerPhase::kStarted && !follower.copying &&
           follower.position >= log.horizon;
  });
}

std::uint64_t quorum_position(const SectionLog& log, std::uint32_t write_quorum) {
  std::vector<std::uint64_t> positions;
  for (const auto& [replica, follower] : log.followers) {
    if (follower.phase == FollowerPhase::kStarted) positions.push_back(follower.position);
  }
  if (positions.size() < write_quorum) return 0;
  std::sort(positions.begin(), positions.end(), std::greater<>());
  return positions[write_quorum - 1];
}

}  // namespace glasspost::followers
