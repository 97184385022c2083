// Every limit of the system in one place: its unit, and what happens when it is reached.
#pragma once

#include <cstddef>
#include <cstdint>

#include "engine/base/time.hpp"

namespace glasspost::limits {

using std::chrono::milliseconds;
using std::chrono::seconds;

// -- what a device may ask
// -------------------------------------------------------------------------
inline constexpr std::size_t kTextBytesMax = 8'192;  // longer: TOO_LARGE
inline constexpr std::size_t kTokenBytesMax = 256;   // longer: TOKEN_INVALID
inline constexpr std::uint32_t kPageRowsMax = 200;   // asked for more: answered with this many
// A page must fit into a frame of the edge (65,536 bytes) with one text and all rows' numbers more.
inline constexpr std::size_t kPageBytesMax = 36'864;    // a page ends early, `more` is set
inline constexpr std::size_t kNameLettersMax = 32;      // longer names are refused
inline constexpr std::uint32_t kDevicesPerUser = 10;    // more are refused
inline constexpr std::size_t kUnsentTextsMax = 10'000;  // a device refuses more from its person
inline constexpr std::uint32_t kUnackedPerDevice = 64;  // a device waits; access: TOO_MANY
inline constexpr std::size_t kPasswordBytesMin = 8;     // a shorter one is not set
inline constexpr std::size_t kPasswordBytesMax = 128;   // a longer one is not set: PASSWORD_WRONG
inline constexpr std::uint32_t kClientIdsKept =
    1'024;  // per device and conversation; older: TOO_OLD

// -- queues inside the house (what does not fit is refused with BUSY, or dropped and counted)
// -------
inline constexpr std::size_t kHeldReleasesMax = 65'536;     // a process stops reading until a sync
inline constexpr std::size_t kUnconfirmedBatchesMax = 256;  // per section: new work is BUSY
// A take-over carries the unconfirmed tail in one frame, so it must fit there with one batch more.
inline constexpr std::size_t kUnconfirmedBytesMax = 1'048'576;  // per section: new work is BUSY
inline constexpr std::size_t kWaitingRequestsMax = 1'024;  // home: the oldest is dropped; else BUSY
inline constexpr std::ptrdiff_t kAnswersPerTextMax = 8;    // of resends; the oldest is dropped
inline constexpr std::size_t kPendingRowsMax = 4'096;      // without a number, per section: refused
inline constexpr std::uint64_t kIndexWindow = 32;  // rows on the way per conversation and member
inline constexpr std::size_t kCachedBodiesMax = 65'536;  // per section; older ones are read again
inline constexpr std::size_t kCachedBytesMax = 33'554'432;  // per section, of their texts
inline constexpr std::size_t kFetchingMax =
    16'384;  // bodies on their way, per section; no more asked
inline constexpr std::size_t kLogPageBytesMax = 1'048'576;  // a log page ends early
// A page for a replica that was away: shorter, it must not hold up what is served.
inline constexpr std::size_t kCopyPageBytesMax = 262'144;
inline constexpr std::size_t kCopyBatchesMax = 1'024;
// Batches that W replicas have and another lacks, kept per section so that a short absence needs no
// copying; older ones are copied from a replica.
inline constexpr std::size_t kRecentBatchesMax = 256;
inline constexpr std::size_t kRecentBytesMax = 262'144;
// Tries in vain, with several replicas: then a take-over seals and reads others, ...
inline constexpr std::uint32_t kTakeOverTries = 4;
// ... and the tail of a take-over is no longer kept for a replica that has not started.
inline constexpr std::uint32_t kStartTries = 4;
// What a take-over replays after the newest checkpoint, about; then the next one is due.
inline constexpr std::uint64_t kCheckpointTailBytes = 67'108'864;
// A part is a batch of the log: it must fit into a page, and into the tail of a take-over.
inline constexpr std::uint64_t kCheckpointPartBytes = 262'144;
// Index entries in one block. All owners must cut alike: it is no choice.
inline constexpr std::size_t kIndexBlockEntries = 256;
inline constexpr std::size_t kIndexPageBlocks = 16;       // of one keeper; an index page ends there
inline constexpr std::size_t kCachedBlocksMax = 512;      // per section; older ones are read again
inline constexpr std::size_t kLettersPerFrameMax = 256;   // more go into the next frame
inline constexpr std::size_t kFrameBytesMax = 4'194'304;  // a longer frame is refused unread
inline constexpr std::uint32_t kNumbersPerUserMax = 10'000;  // one request; more: refused
inline constexpr int kNumberedUsersMax = 10'000;             // one request; more: refused
inline constexpr std::size_t kWaitingTakesMax = 1'024;  // for a higher ceiling, per section: BUSY
// The last number of a signed 64-bit reader: nobody is handed more.
inline constexpr std::uint64_t kNumberMax = (std::uint64_t{1} << 63) - 1;
// Epochs and rounds of ballots, at a replica; one above it is dropped.
inline constexpr std::uint64_t kCountMax = std::uint64_t{1} << 62;
inline constexpr std::size_t kHashesMax = 64;           // passwords that wait to be hashed: BUSY
inline constexpr std::uint32_t kPasswordTries = 10;     // of one name in a row: TOO_MANY ...
inline constexpr std::size_t kTriedNamesMax = 4'096;    // ... names remembered; the oldest goes
inline constexpr std::size_t kEndingsMax = 1'024;       // kicks told again; the oldest is not
inline constexpr std::size_t kUserLinesMax = 1'000;     // a page of the list of users
inline constexpr std::size_t kLocateRowsMax = 4'096;    // rows that `where` looks through
inline constexpr std::size_t kAdministratorsMax = 256;  // questions under way, per process

// -- strangers: connections of the edge on which nobody is logged in
// -------
// Bytes kept of one in each direction. A longer frame of one is skipped: LOGIN_REQUIRED.
inline constexpr std::size_t kStrangerBytesMax = 4'096;
// Of one address. A further one takes the place of the least worthy, or is refused.
inline constexpr unsigned kStrangersPerAddress = 64;
inline constexpr Duration kStrangerKept = milliseconds(100);  // a place, at least
inline constexpr Duration kHandshakeMax = seconds(5);         // from accept to READY: closed
inline constexpr Duration kLoginMax = seconds(5);             // then to a login: closed
inline constexpr Duration kLoginTryMax = seconds(10);         // each login lengthens it, ...
inline constexpr Duration kLoginTriesMax = seconds(30);       // ... to this at most

// Former owners of a section that a register names; of more only the longest lease is known.
inline constexpr std::size_t kFormerOwnersMax = 8;
// The longest lease that there is (seq.lease); a record that says more is not believed.
inline constexpr Duration kLeaseMax = seconds(60);
// How far the rates of two clocks may be apart, parts per million.
inline constexpr std::int64_t kClockRateErrorPpm = 1'000;

// -- waits
// -------------------------------------------------------------------------------------------
// Owners wait longer each time in vain: twice, four times, eight times as long.
inline constexpr std::uint32_t kRetryDoublings = 3;
constexpr Duration patience(Duration first, std::uint32_t in_vain) {
  return first * (1U << (in_vain < kRetryDoublings ? in_vain : kRetryDoublings));
}
inline constexpr Duration kStoreRetry = milliseconds(200);  // owner -> store, no answer
// Owner whose ballot for a register was refused again: at least; twice, four, eight times as long.
inline constexpr Duration kBallotBackoff = milliseconds(10);
// A service of a section is told at most so often.
inline constexpr Duration kServiceNoted = milliseconds(20);
// Arbiter: an owner that a replica has never heard may still be starting.
inline constexpr Duration kFirstHeard = seconds(2);
inline constexpr Duration kIndexRetry = milliseconds(300);    // home -> mailbox, no answer
inline constexpr Duration kNumbersRetry = milliseconds(150);  // mailbox -> allocator, no answer
inline constexpr Duration kBodiesRetry = milliseconds(400);   // texts and index blocks: no answer
inline constexpr Duration kIndexRecord = milliseconds(500);   // home writes its index progress
inline constexpr Duration kPagePatience =
    milliseconds(300);  // access: an unanswered page counts as lost
// access: an unanswered token counts as lost. Below the first step of a device's backoff.
inline constexpr Duration kTokenPatience = milliseconds(200);
inline constexpr Duration kHashPatience = seconds(5);  // access: an unanswered password is lost
inline constexpr Duration kSubmitPatience =
    seconds(5);  // access: an unanswered text counts as lost
inline constexpr Duration kPasswordTryEvery = seconds(6);  // account: one more try of a name
inline constexpr Duration kEndingRetry = seconds(1);       // account tells a kick again, so often:
inline constexpr std::uint32_t kEndingsSaid = 5;
inline constexpr Duration kLoginRetry = milliseconds(500);  // device, first step of a backoff
inline constexpr Duration kSendRetry = milliseconds(500);   // device; twice as long from the first
inline constexpr Duration kRetryCeiling = seconds(4);       // device, longest backoff
inline constexpr Duration kSyncPeriod = seconds(3);         // device, when nothing is noticed
inline constexpr Duration kSyncRetry = milliseconds(700);   // device, no answer to a sync
inline constexpr Duration kUserCountPeriod = seconds(2);    // logic asks how many users there are

// A ring of facts in shared memory: a page of counters and 32,768 slots of 64 bytes. It is memory
// of the supervisor; only what is used is ever touched.
inline constexpr std::size_t kFactRingBytes = 4'096 + 32'768 * 64;

}  // namespace glasspost::limits
