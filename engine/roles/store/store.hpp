// Store: one replica of section logs, seals, ceilings and registers (seqsvr's StoreSvr, WF 3.4).
//
//   an owner asks                 store answers
//   PrepareRegister               RegisterPromised   older ballots are refused from here on
//   AcceptRegister                RegisterAccepted
//   either                        RegisterRefused    if a higher ballot was promised
//   SealSection                   SectionSealed      older epochs are refused from here on
//   ReadLog                       LogPage            batches, or the parts of a checkpoint
//   ReadIndex                     IndexPage          older index entries, written with a checkpoint
//   StartLog (record and tail)    LogStarted         every other batch from there on is dead
//   CopyLog (a page)              LogCopied          what this replica lacks, from another one
//   AppendLog                     LogAppended
//   RaiseCeiling                  CeilingRaised
//   any of the last seven         EpochRefused       if it is not the sealed epoch (a seal: older)
//   anything                      ReplicaSetChanged  if it counts on an older set of replicas
//   RenewLeases                   LeasesRenewed      of those with no newer owner in their register
//   ReadOwners (an arbiter)       OwnersRead         who has renewed, and how long ago
//
// A replica decides nothing: owners coordinate (N, R and W are theirs). It promises only this:
//   I1  the sealed epoch of a section never goes back, and nothing of another epoch is written.
//   I2  positions of a section are dense, and a batch, once answered for, stays until a newer
//       owner's start record declares it dead.
//   I3  a ceiling never goes back.
//   I4  under a ballot lower than the one promised no register value is accepted.
//   I5  the parts of the newest checkpoint that counts stay until a newer one counts, and one
//       counts only if all its parts are here.
//   I6  two replicas with the newest start epoch have the same batches, as far as both go.
//   I7  one whose disk was lost answers for nothing until the others count on it as a new one, and
//       for no section until its owner has all that was acknowledged on W others (rebirth.hpp).
// Answers leave after the sync (settle), so what a replica says it has is durable. It keeps the
// newest route table, too, for a house in which all begin again.
// State: a small table in memory, filled from disk on the first question about a section.
#pragma once

#include <cstdint>
#include <map>
#include <optional>

#include "engine/core/archive_message.hpp"
#include "engine/core/contract.hpp"
#include "engine/core/role.hpp"
#include "engine/roles/store/rebirth.hpp"

namespace glasspost {

class Store {
 public:
  static constexpr std::uint32_t kStateVersion = 3;

  // What is on disk about one section, and where its log ends.
  struct Section {
    Archived<v1::SectionRecord> record;
    Archived<v1::RegisterRecord> owner;
    std::uint64_t last = 0;     // newest live position, 0 if none
    std::uint64_t settled = 0;  // owners knew everything up to here to be on W replicas

    template <class Archive>
    void fields(Archive& archive) {
      archive(record, owner, last, settled);
    }
  };

  // An owner that has renewed its leases here.
  struct Heard {
    std::uint64_t boot = 0;
    Time at = Time(Duration(0));

    template <class Archive>
    void fields(Archive& archive) {
      archive(boot, at);
    }
  };

  struct State {
    Address self;
    Config config;
    Time stepped = Time(Duration(0));    // the last time that this replica did anything
    Time listening = Time(Duration(0));  // since when it has done so without a long pause
    std::map<Address, Heard> heard;      // by owner; bounded by Config::owners
    std::uint64_t replica_set = 0;       // the newest that this replica has accepted or is new in
    Rebirth rebirth;
    std::map<std::uint32_t, Section> sections;

    template <class Archive>
    void fields(Archive& archive) {
      archive(self, config, stepped, listening, heard, replica_set, rebirth, sections);
    }
  };

  explicit Store(Address self) { state_.self = self; }

  void step(const Input& input, const Seen& seen, Outbox& out);

  std::string broken_invariant() const;

  const State& state() const { return state_; }
  void restore(State state) { state_ = std::move(state); }

 private:
  enum TimerKind : std::uint16_t { kRebirthTimer = 1 };

  void on_start_of_life(const Seen& seen, Outbox& out);
  void on_letter(const v1::Letter& letter, const Seen& seen, Outbox& out);
  void on_prepare(const v1::Letter& letter, const Seen& seen, Outbox& out);
  void on_accept(const v1::Letter& letter, const Seen& seen, Outbox& out);
  void on_seal(const v1::Letter& letter, const Seen& seen, Outbox& out);
  void on_read(const v1::Letter& letter, const Seen& seen, Outbox& out);
  void on_read_index(const v1::Letter& letter, const Seen& seen, Outbox& out);
  void on_start(const v1::Letter& letter, const Seen& seen, Outbox& out);
  void on_copy(const v1::Letter& letter, const Seen& seen, Outbox& out);
  void on_append(const v1::Letter& letter, const Seen& seen, Outbox& out);
  void on_raise(const v1::Letter& letter, const Seen& seen, Outbox& out);
  bool takes_late(std::uint64_t epoch, const v1::SectionRecord& record) const;

  // store_leases.cpp: leases, and who lives.
  void note_pause(const Seen& seen);
  void on_renew(const v1::Letter& letter, const Seen& seen, Outbox& out);
  void on_read_owners(const v1::Letter& letter, const Seen& seen, Outbox& out);

  // store_rebirth.cpp: what a lost disk asks for.
  void on_rebirth_timer(const Seen& seen, Outbox& out);
  void on_answer_while_lost(const v1::Letter& letter, const Seen& seen, Outbox& out);
  void join_set(OwnerStep& step);
  bool tell_owners(const Seen& seen, Outbox& out);
  bool counts_in(SectionId id, const Section& row) const;
  bool may_answer(const v1::Letter& letter, SectionId asked, std::uint64_t replica_set,
                  const Seen& seen, Outbox& out);
  void keep_routes(const Seen& seen, Outbox& out);
  void find_routes(const Seen& seen, Outbox& out);

  // The section's row of the table, read from disk if it was not asked for before.
  Section& section(std::uint32_t number, const Seen& seen);

  State state_;
};

extern template RoleBox RoleBox::of(Store);

}  // namespace glasspost
