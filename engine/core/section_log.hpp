// A section's log as its owner holds it: the take-over of DESIGN 7.1, whole, and after it appends,
// retransmission and the horizon. Conversation homes and mailboxes hold one a section.
//
//   kClaiming --sealed--> kReading --all read--> kStarting --W started--> kServing
//       ^                                                                    |
//       +------------------------- a replica refuses the epoch -------------+
//
// Invariants:
//   I1  positions are dense: next_position is one above the last batch we know.
//   I2  horizon < next_position; every batch up to the horizon is on W replicas, and no older owner
//       can write there any more.
//   I3  while serving, unconfirmed holds exactly the batches above the horizon, in order.
// What an owner acknowledges, shows or notifies is at or below the horizon.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <vector>

#include "engine/core/archive_message.hpp"
#include "engine/core/claim.hpp"

namespace glasspost {

// Where an owner stands with one section.
enum class LogPhase : std::uint8_t {
  kClaiming = 0,
  kReading = 1,
  kStarting = 2,
  kServing = 3,
  kFenced = 4
};

// What a letter did to a log; the owner acts on it.
struct LogEvent {
  std::vector<v1::LogBatch> replay;  // fold these into the state, in order
  bool began_again = false;          // forget everything folded so far
  bool serves = false;               // just now: the log is ours
  bool horizon_moved = false;        // act on what is at or below it
  std::vector<v1::LogBatch> read;    // answers to read(): batches at or below the horizon
};

// The section that an answer of a store speaks of; 0 for every other letter.
SectionId section_of_answer(const v1::Letter& letter);

// One section's log.
struct SectionLog {
  Claim claim;
  LogPhase phase = LogPhase::kClaiming;
  TimerId retry_timer;
  Time last_progress = Time(Duration(0));
  std::uint64_t next_position = 1;
  std::uint64_t horizon = 0;
  std::uint64_t read_last = 0;                       // kReading: the position to read up to
  std::deque<Archived<v1::LogBatch>> unconfirmed;    // kReading: the tail that will be adopted
  std::size_t unconfirmed_bytes = 0;                 // of their payloads; kServing
  std::map<std::uint64_t, std::uint64_t> confirmed;  // by replica: highest position; kServing
  std::map<std::uint64_t, bool> started;             // by replica; kStarting

  bool serving() const { return phase == LogPhase::kServing; }
  SectionId section() const { return claim.section; }

  // Starts a take-over. The timer is this log's own.
  void begin(SectionId section, TimerId retry, OwnerStep& step);

  // Handles one of RegisterState, SectionSealed, LogPage, LogStarted, LogAppended, EpochRefused for
  // this section.
  LogEvent on_letter(const v1::Letter& letter, OwnerStep& step);

  // The retry timer is due: asks again what made no progress.
  void on_timer(OwnerStep& step);

  // Appends one batch and returns its position. REQUIRES: serving() and has_room().
  std::uint64_t append(std::string payload, OwnerStep& step);

  // Room for another unconfirmed batch?
  bool has_room() const;

  // Asks for old batches; they come as LogEvent::read. REQUIRES: serving(), first <= last <=
  // horizon.
  void read(std::uint64_t first, std::uint64_t last, OwnerStep& step) const;

  template <class Archive>
  void fields(Archive& archive) {
    archive(claim, phase, retry_timer, last_progress, next_position, horizon, read_last,
            unconfirmed, unconfirmed_bytes, confirmed, started);
  }
};

}  // namespace glasspost
