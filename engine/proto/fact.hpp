// A fact: one thing worth seeing, in 64 bytes. Roles and hosts write facts; recordings, promises
// and the console read them. Every fact of a step leaves together with what the step sent, after
// its puts are synced, so a fact never tells of something that a crash can undo.
#pragma once

#include <cstdint>
#include <type_traits>

namespace glasspost {

// What happened. The comment names the meaning of subject, object, number, value and extra.
enum class FactKind : std::uint16_t {
  kNone = 0,

  // -- messages
  // ------------------------------------------------------------------------------------
  kCommitted = 1,  // home: conversation, sender device, number, client id, body hash
  kAcked = 2,    // access, as the answer leaves: conversation, device, number, client id, body hash
  kRefused = 3,  // access, as the refusal leaves: device, failure code, client id, -, -
  kIndexed = 4,  // home: conversation, user, number (all rows up to it are in that inbox), -, -
  kVisible = 5,  // mailbox: user, conversation, number, inbox number, -
  kShown = 6,    // device: device, conversation, number, inbox number, body hash
  kKeyPassed = 7,  // device: device, key before, key after, -, -
  kGaveUp =
      9,  // device: device, failure code, client id of a text the server will never take, -, -
  kNoticed = 8,  // access, as the notice leaves: device, newest inbox number, -, -, -

  // -- numbers and ownership
  // -----------------------------------------------------------------------
  kHandedOut = 20,  // allocator, as the answer leaves: user, section, first, count, ceiling
  kCeiling = 21,    // allocator: section, ceiling, -, -, -
  kClaimed = 22,    // owner: section, epoch, boot, wait for former owners (us), own lease (us)
  kSealed = 23,     // store: section, epoch, last position, -, -
  kServing = 24,    // owner: section, epoch, horizon, batches replayed, -
  kFenced = 25,     // owner: section, epoch refused, sealed epoch, -, -
  kHorizon = 26,    // owner: section, horizon, -, -, -
  kBatched = 27,    // home: conversation, number, section, position, -: which batch holds a message
  kCheckpoint = 28,  // owner: section, position covered, position of the record, bytes, -
  kCaughtUp = 29,    // owner: section, replica that was copied to, position that it has, -, -
  kReborn = 30,     // store, its disk was lost: replica, set of replicas that it is new in, -, -, -
  kAdmitted = 31,   // such a store counts in this section again: section, replica, set, -, -
  kServes = 33,     // owner, as an answer leaves: section, epoch, -, -, - (of several answers, one)
  kLeased = 34,     // owner: sections that it serves, until when (us), lease (us), -, -
  kSuspected = 35,  // arbiter: silent owner, its life, how long (us), replicas that say so, -
  kRouted = 36,     // arbiter: section, its owner from now on, route version, owner before, -
  kForgotten = 32,  // owner, store: section, epoch, position, -, -: another history begins

  // -- sessions
  // ------------------------------------------------------------------------------------
  kUserJoined = 40,      // account: user, devices, -, -, -
  kLoggedIn = 41,        // access: device, connection, session, -, -
  kLoginRefused = 42,    // access: connection, failure code, -, -, -
  kSessionEnded = 43,    // access: device, connection, -, -, -
  kDeviceStarted = 46,   // device: device, key it starts with (0: its disk is empty), -, -, -
  kDeviceLoggedIn = 47,  // device: device, key it goes on from, -, -, -
  kDeviceAway = 48,      // device: device, 1 goes off the air, 0 is back, -, -, -
  kOpened = 44,          // access host: connection, -, -, -, - (the ZMTP handshake is done)
  kClosed = 45,          // access host: connection, -, -, -, -

  // -- hosts
  // ---------------------------------------------------------------------------------------
  kSent = 60,      // letter handed over to an edge: target address, letter kind, bytes, -, -
  kWithheld = 61,  // letter withheld, not_after had passed: target address, letter kind, -, -, -
  kDropped = 62,   // letter dropped: target address, letter kind, reason (DropReason), -, -
  kBooted = 63,    // process started: node, boot, -, -, -
  kArrived = 64,   // a watched letter reached a role: source address, letter kind, bytes, wait
                   // since it was handed over (us), client envelope kind or 0
  kBytes = 65,  // follows a kArrived of the same trace and time: 40 bytes of that letter in subject
                // .. extra, little-endian, zeros at the end; `role` is the offset / 40
  kCell = 66,  // letters that reached a role in the last 10 ms: link (link_of), letter kind, count,
               // bytes, median wait << 32 | longest wait (us)
  kGauge = 67,  // a measure of this process: GaugeKind, -, value, -, -

  // -- deeds: what somebody did to the cluster, told by the supervisor (or the virtual world)
  // ---------------------------------------------------------------------------------------
  kStarted = 80,    // node, boot, process id, starts so far, -
  kEnded = 81,      // node, boot, exit code, signal, -
  kPaused = 82,     // node, -, -, -, -
  kResumed = 83,    // node, -, -, -, -
  kChoiceSet = 84,  // index in the choice registry, -, config epoch, and the value as text in
                    // object, value, extra (engine/core/choices.hpp)
  kFault = 85,      // virtual world: fault kind, node, other node or 0, length (us), -
  kHealed = 86,     // virtual world: fault kind, node, -, -, -
  kMark = 87,       // a bookmark: number, -, -, -, -

  // -- the stream itself
  // ---------------------------------------------------------------------------------------
  kLost = 100,  // facts that never came: node they came from or 0, count, where (LossPlace), 1 if
                // nobody counted: it may be none and may be more, -
  kWatching = 101  // from now on: 1 of how many messages is watched, -, -, -, -
};

// Why a host or role dropped a letter. Every loss is counted under one of these.
enum class DropReason : std::uint64_t {
  kNoRoute = 1,       // no link to the target's process
  kQueueFull = 2,     // a bounded queue was full
  kStale = 3,         // it speaks of an epoch or connection that is over
  kNotServing = 4,    // the section is being taken over
  kUnreadable = 5,    // the bytes were not a frame
  kNotUnderstood = 6  // no role of this process answers such a letter
};

// What a kGauge measures. Rates are counters that only rise within one life.
enum class GaugeKind : std::uint64_t {
  kCpuUs = 1,        // processor time used, microseconds, rising
  kHeld = 2,         // releases that wait for a sync
  kConnections = 3,  // open connections of the edge
  kSteps = 4,        // rising
  kPuts = 5,         // rising
  kSyncs = 6,        // rising
  kSyncP50Us = 7,    // of the last gauge interval
  kSyncP99Us = 8,
  kStepP99Us = 9,
  kMemoryBytes = 10  // resident
};

// Where facts were lost.
enum class LossPlace : std::uint64_t {
  kRing = 1,
  kHub = 2,
  kSubscriber = 3,
  kRecorder = 4,
  kFile = 5
};

// A link between two roles, as kCell names it. Devices and people are number 0 of their kind.
// Roles as facts name them: kind << 24 | number.
constexpr std::uint64_t link_of(std::uint32_t from_role, std::uint32_t to_role) {
  return std::uint64_t{from_role} << 32 | to_role;
}

// One record. Times are microseconds of the emitting station's own clock.
struct Fact {
  std::int64_t time_us = 0;
  std::uint64_t trace = 0;
  FactKind kind = FactKind::kNone;
  std::uint16_t node = 0;  // the process
  std::uint32_t role = 0;  // role kind << 24 | index; 0 when the host itself speaks
  std::uint64_t subject = 0;
  std::uint64_t object = 0;
  std::uint64_t number = 0;
  std::uint64_t value = 0;
  std::uint64_t extra = 0;

  bool operator==(const Fact&) const = default;

  template <class Archive>
  void fields(Archive& archive) {
    archive(time_us, trace, kind, node, role, subject, object, number, value, extra);
  }
};

static_assert(sizeof(Fact) == 64 && std::is_trivially_copyable_v<Fact>);

// A loss whose count is a word for "some": what a hub had in hand as it ended.
constexpr bool is_uncounted_loss(const Fact& fact) {
  return fact.kind == FactKind::kLost && fact.value != 0;
}

}  // namespace glasspost
