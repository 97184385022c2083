// A section's log as its owner holds it: the take-over (ARCHITECTURE.md, Take-over), whole, and
// after it appends, retransmission and the horizon. Conversation homes and mailboxes hold one a
// section.
//
//   kClaiming -sealed-> kLoading -parts-> kReading -tail-> kStarting -W started-> kServing
//       ^                                                     leases of former         |
//       |                                                     owners are over          |
//       +---- a replica knows a higher epoch, or has lost what it had confirmed -------+
//
// Loading takes the newest checkpoint (checkpoint.hpp) and reading the batches after it, both from
// the replica whose tail counts. Without a checkpoint all is read. Batches up to `settled` are
// known to be on W replicas. Of the tail above it nobody can tell: it may be on one replica only,
// or acknowledged already. So it is adopted: written to W replicas again, under our epoch.
// A replica that lacks something, or holds something dead, is brought up to date meanwhile and
// afterwards (followers.hpp). W replicas are enough to serve.
//
// Invariants:
//   I1  positions are dense: next_position is one above the last batch we know.
//   I2  horizon < next_position; every batch up to the horizon is on W replicas, and no older owner
//       can write there any more.
//   I3  while serving, unconfirmed holds exactly the batches above the horizon, in order; recent
//       holds the batches below it that a replica may lack, without a gap, so far as there is room.
// What an owner acknowledges, shows or notifies is at or below the horizon.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "engine/core/archive_message.hpp"
#include "engine/core/claim.hpp"

namespace glasspost {

// Where an owner stands with one section.
enum class LogPhase : std::uint8_t {
  kClaiming = 0,
  kLoading = 1,
  kReading = 2,
  kStarting = 3,
  kServing = 4,
  kFenced = 5
};

// What a letter did to a log; the owner acts on it.
struct LogEvent {
  bool began_again = false;            // forget everything folded so far
  std::vector<std::string> parts;      // of the checkpoint: load them
  bool loaded = false;                 // that was all of it
  std::vector<v1::LogBatch> replay;    // fold these into the state, in order
  bool serves = false;                 // just now: the log is ours
  bool horizon_moved = false;          // act on what is at or below it
  std::vector<v1::LogBatch> read;      // answers to read(): batches at or below the horizon
  std::optional<v1::IndexPage> index;  // an answer to read_index()
};

// The section that an answer of a store speaks of; 0 for every other letter.
SectionId section_of_answer(const v1::Letter& letter);

// How far a replica has come under our epoch.
enum class FollowerPhase : std::uint8_t {
  kUnsealed = 0,  // it has not answered our seal
  kSealed = 1,    // it has no start record of ours yet
  kStarted = 2    // it takes what we append
};

// One replica, as the owner sees it.
struct Follower {
  FollowerPhase phase = FollowerPhase::kUnsealed;
  bool copying = false;  // it is given pages
  bool writing = false;  // copying: a page is on its way to it, not read for it
  // kSealed: it has our log up to here, for sure. kStarted: it has confirmed everything up to here.
  std::uint64_t position = 0;
  std::uint64_t boot = 0;    // kStarted: the life that said so
  std::uint64_t noted = 0;   // kStarted: the horizon when the timer was last due
  std::uint64_t source = 0;  // copying: the replica that the page is read from
  Time tried = Time(Duration(0));
  std::uint32_t in_vain = 0;  // tries since it last answered

  template <class Archive>
  void fields(Archive& archive) {
    archive(phase, copying, writing, position, boot, noted, source, tried, in_vain);
  }
};

// One section's log.
struct SectionLog {
  Claim claim;
  LogPhase phase = LogPhase::kClaiming;
  TimerId retry_timer;
  Time last_progress = Time(Duration(0));
  std::uint32_t in_vain = 0;  // times that we asked again since then
  std::uint64_t next_position = 1;
  std::uint64_t horizon = 0;
  std::uint64_t read_last = 0;                     // kReading: the position to read up to
  std::uint64_t next_part = 0;                     // kLoading: the position to read parts from
  std::deque<Archived<v1::LogBatch>> unconfirmed;  // kReading: the tail that will be adopted
  std::size_t unconfirmed_bytes = 0;               // of what they hold; kServing
  std::deque<Archived<v1::LogBatch>> recent;       // kServing: I3
  std::size_t recent_bytes = 0;
  std::deque<Archived<v1::LogBatch>>
      adopted;                      // for replicas that have not started; bounded in time
  std::uint64_t adopted_first = 0;  // the first position of the start record
  std::uint64_t adopted_last = 0;   // the last one: there our own batches begin
  std::uint32_t start_tries = 0;    // times that the timer was due since then
  std::map<std::uint64_t, Follower> followers;  // by replica; kStarting, kServing
  std::uint64_t reader = 0;                     // the replica that old batches are read from
  Time read_since = kNever;                     // a read without an answer
  std::uint64_t tail_bytes = 0;        // of what was decided after the newest checkpoint began
  std::uint64_t checkpoint_bytes = 0;  // of the newest checkpoint

  bool serving() const { return phase == LogPhase::kServing; }
  SectionId section() const { return claim.section; }

  // Starts a take-over. The timer is this log's own.
  void begin(SectionId section, TimerId retry, OwnerStep& step);

  // Handles an answer of a store for this section (section_of_answer).
  LogEvent on_letter(const v1::Letter& letter, OwnerStep& step);

  // The retry timer is due: asks again what made no progress.
  LogEvent on_timer(OwnerStep& step);

  // Serves, if it is time: all is started, and no former owner has a lease any more. To be called
  // when that may have changed: after a release, a death certificate, a poll.
  LogEvent try_serve(OwnerStep& step);

  // Appends one batch and returns its position. `trace` is of the message that it is about, or 0.
  // REQUIRES: serving() and has_room().
  std::uint64_t append(std::string payload, std::uint64_t trace, OwnerStep& step);

  // Appends a part of a checkpoint, or the record that makes it count. Otherwise as append.
  std::uint64_t append_part(v1::LogBatch part, OwnerStep& step);
  std::uint64_t append_record(std::uint64_t covers, std::uint64_t first, std::uint64_t last,
                              std::uint64_t bytes, OwnerStep& step);

  // Is the tail since the last checkpoint long enough for a new one? Not before it is as long as
  // the checkpoint itself: so writing checkpoints costs a share of what is decided, however large
  // the section grows.
  bool checkpoint_due(const Config& config) const;

  // Room for more in the next unconfirmed batch, of which so much is decided? If not, the store is
  // behind, or the batch long enough: new work has to wait outside.
  bool has_room(std::size_t bytes_decided = 0) const;

  // Asks for old batches; they come as LogEvent::read. REQUIRES: serving(), first <= last <=
  // horizon.
  void read(std::uint64_t first, std::uint64_t last, OwnerStep& step);

  // Asks for the index block with the first entry of `keeper` above `after`; it comes as
  // LogEvent::index. REQUIRES: serving().
  void read_index(std::uint64_t keeper, std::uint64_t after, OwnerStep& step);

  template <class Archive>
  void fields(Archive& archive) {
    archive(claim, phase, retry_timer, last_progress, in_vain, next_position, horizon, read_last,
            next_part, unconfirmed, unconfirmed_bytes, recent, recent_bytes, adopted, adopted_first,
            adopted_last, start_tries, followers, reader, read_since, tail_bytes, checkpoint_bytes);
  }

 private:
  std::uint64_t append_batch(v1::LogBatch batch, std::uint64_t trace, OwnerStep& step);
  Address choose_reader(std::uint64_t needed, OwnerStep& step);
};

}  // namespace glasspost
