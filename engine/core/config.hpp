// What every role is told about the cluster: who owns which section, how many replicas count, and
// the design choices in force. One value per configuration epoch; hosts hand it to roles as an
// input.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <vector>

#include "engine/base/ids.hpp"
#include "engine/base/time.hpp"
#include "engine/core/address.hpp"
#include "engine/core/choices.hpp"
#include "engine/core/limits.hpp"

namespace glasspost {

// The cluster as the roles see it.
// Invariants: every owner list is non-empty; read_quorum + write_quorum > replicas.size(), unless
// an unsafe quorum was chosen.
struct Config {
  std::uint64_t epoch = 1;          // rises with every change of a choice
  std::uint64_t route_version = 1;  // rises with every change of an owner
  std::uint32_t access_count = 1;
  std::uint32_t logic_count = 1;
  std::uint32_t users_per_section = 100'000;  // WF 3.2
  std::vector<Address> conversation_owners;   // by section index
  std::vector<Address> mailbox_owners;  // by section index; users_per_section adjacent users each
  std::vector<Address> seq_owners;      // by section index
  SeqCut seq_cut = SeqCut::kWhole;      // how many users the sections of numbers have
  SeqCut seq_cut_before = SeqCut::kWhole;  // ... and had, before that was changed last,
  std::uint64_t seq_cut_version = 0;       // by this version of the routes (0: it never was)
  std::vector<Address> owners;             // every role that may serve sections
  std::vector<Address> replicas;           // store-1 .. store-N
  std::uint32_t read_quorum = 1;           // R: replicas sealed at a take-over
  std::uint32_t write_quorum = 1;          // W: replicas that hold what is acknowledged
  // An owner writes a checkpoint of a section after so many bytes of batches, ...
  std::uint64_t checkpoint_tail_bytes = limits::kCheckpointTailBytes;
  // ... cut into parts of about so many.
  std::uint64_t checkpoint_part_bytes = limits::kCheckpointPartBytes;
  // So many batches are kept for a replica that lacks them, ...
  std::uint64_t recent_batches = limits::kRecentBatchesMax;
  // ... and so many are in a page that is copied to one that was away longer.
  std::uint64_t copy_batches = limits::kCopyBatchesMax;
  // Death certificates: of each role the newest life whose process is known to have ended. That
  // life and every older one can never run again.
  std::map<Address, BootId> ended;
  Choices choices;

  // Is there a death certificate for this life?
  bool has_ended(Address role, BootId boot) const;

  // The highest user id that has a section.
  std::uint32_t users_max() const;

  // The section of a conversation's log. Spread by hash.
  SectionId conversation_section(ConversationId conversation) const;

  // The sections of a user's inbox and numbers. REQUIRES: user is in 1 .. users_max().
  SectionId mailbox_section(UserId user) const;
  SectionId seq_section(UserId user) const;

  // The sections of numbers by any cut: how many users they have, the first and the last user of
  // one, and how many sections there are.
  std::uint32_t seq_users(SeqCut cut) const;
  UserId first_user(SectionId numbers) const;
  UserId last_user(SectionId numbers) const;
  std::uint32_t seq_sections(SeqCut cut) const;

  // The sections of the cut before this one that share a user with a section of numbers.
  std::vector<SectionId> sections_before(SectionId numbers) const;

  // Is there such a section?
  bool has_section(SectionId section) const;

  // Is there one, by this cut of the numbers or by another one?
  bool could_have_section(SectionId section) const;

  // Who serves a section. REQUIRES: the section exists.
  Address owner_of(SectionId section) const;
  void set_owner(SectionId section, Address owner);

  // The two allocators that may serve a section of numbers while seq.routing is pair: the one that
  // is asked first, and its backup. A rule that everybody knows, whatever the table says. The same
  // one twice if there is only one.
  std::array<Address, 2> seq_pair(SectionId section) const;

  // The sections that a role is to serve, in rising order.
  std::vector<SectionId> sections_of(Address owner) const;

  // All sections, in rising order.
  std::vector<SectionId> sections() const;

  template <class Archive>
  void fields(Archive& archive) {
    archive(epoch, route_version, access_count, logic_count, users_per_section, conversation_owners,
            mailbox_owners, seq_owners, seq_cut, seq_cut_before, seq_cut_version, owners, replicas,
            read_quorum, write_quorum, checkpoint_tail_bytes, checkpoint_part_bytes, recent_batches,
            copy_batches, ended, choices);
  }
};

}  // namespace glasspost
