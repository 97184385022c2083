// A replica after the loss of its disk, step by step (rebirth.hpp); and whom a replica answers.
#include <algorithm>
#include <cassert>

#include "engine/core/forgotten.hpp"
#include "engine/core/limits.hpp"
#include "engine/roles/store/store_log.hpp"

namespace glasspost {
namespace {

using namespace store_log;

std::string bytes_of_replica(std::uint64_t replica_set, std::uint64_t cut_version) {
  v1::ReplicaRecord record;
  record.set_replica_set(replica_set);
  record.set_cut_version(cut_version);
  return bytes_of(record);
}

}  // namespace

std::vector<Put> mark_of_lost_disk() {
  return {{Put::Kind::kSet, keys::replica(), bytes_of_replica(0, 0)}};
}

void Store::on_start_of_life(const Seen& seen, Outbox& out) {
  if (const auto bytes = seen.store.get(keys::section_register(kReplicaSetRegister))) {
    state_.replica_set = parsed<v1::RegisterRecord>(*bytes).epoch();
  }
  const auto bytes = seen.store.get(keys::replica());
  if (!bytes) return;
  Rebirth& rebirth = state_.rebirth;
  const auto record = parsed<v1::ReplicaRecord>(*bytes);
  rebirth.new_in = record.replica_set();
  rebirth.cut_version = record.cut_version();
  rebirth.lost = rebirth.new_in == 0;
  state_.replica_set = std::max(state_.replica_set, rebirth.new_in);
  OwnerStep step{state_.self, state_.config, seen, out};
  if (rebirth.lost) rebirth.change.begin(kReplicaSetRegister, step);
  out.wake({kRebirthTimer, 0}, seen.now + limits::kStoreRetry);
}

void Store::on_rebirth_timer(const Seen& seen, Outbox& out) {
  OwnerStep step{state_.self, state_.config, seen, out};
  if (state_.rebirth.lost) {
    state_.rebirth.change.resend(step);
  } else if (!tell_owners(seen, out)) {
    return;  // it counts everywhere
  }
  out.wake({kRebirthTimer, 0}, seen.now + limits::kStoreRetry);
}

// Step 1.
void Store::on_answer_while_lost(const v1::Letter& letter, const Seen& seen, Outbox& out) {
  OwnerStep step{state_.self, state_.config, seen, out};
  RegisterChange& change = state_.rebirth.change;
  const Address other = unpack(letter.source());
  switch (letter.body_case()) {
    case v1::Letter::kRegisterPromised: {
      const std::uint64_t cut_version = letter.register_promised().cut_version();
      state_.rebirth.cut_version = std::max(state_.rebirth.cut_version, cut_version);
      if (!change.on_promised(other, letter.register_promised(), state_.config)) return;
      v1::RegisterRecord next = change.value.value;
      const bool ours = next.owner() == pack(state_.self) && next.owner_boot() == seen.boot.value;
      if (!ours) next.set_epoch(next.epoch() + 1);  // else the answers were lost
      next.set_owner(pack(state_.self));
      next.set_owner_boot(seen.boot.value);
      return change.propose(next, step);
    }
    case v1::Letter::kRegisterAccepted:
      if (change.on_accepted(other, letter.register_accepted(), state_.config)) join_set(step);
      return;
    case v1::Letter::kRegisterRefused:
      if (change.on_refused(letter.register_refused(), step)) {
        out.wake({kRebirthTimer, 0}, change.again_at);
      }
      return;
    default:
      return drop(letter, out);
  }
}

// The set is chosen.
void Store::join_set(OwnerStep& step) {
  Rebirth& rebirth = state_.rebirth;
  rebirth.lost = false;
  rebirth.new_in = state_.replica_set = rebirth.change.value.value.epoch();
  step.out.set(keys::replica(), bytes_of_replica(rebirth.new_in, rebirth.cut_version));
  step.out.fact(
      {.kind = FactKind::kReborn, .subject = state_.self.number, .object = rebirth.new_in});
  tell_owners(step.seen, step.out);
  step.out.wake({kRebirthTimer, 0}, step.seen.now + limits::kStoreRetry);
}

// Step 2, for owners that have nothing to write. False: there is nobody to tell.
bool Store::tell_owners(const Seen& seen, Outbox& out) {
  bool told = false;
  for (SectionId id : state_.config.sections()) {
    if (counts_in(id, section(id.value, seen))) continue;
    v1::Letter& letter = out.send(state_.config.owner_of(id)).letter;
    v1::ReplicaSetChanged& changed = *letter.mutable_replica_set_changed();
    changed.set_section(id.value);
    changed.set_replica_set(state_.rebirth.new_in);
    told = true;
  }
  return told;
}

bool Store::counts_in(SectionId id, const Section& row) const {
  const Rebirth& rebirth = state_.rebirth;
  const bool is_younger = kind_of(id) == SectionKind::kSeq && state_.config.has_section(id) &&
                          state_.config.seq_cut_version > rebirth.cut_version;
  return is_younger || row.record.value.admitted_under() >= rebirth.new_in;
}

// An owner that counts on an older set may count on a promise that is gone, one that counts on a
// newer one would be answered before this replica has accepted it: what it asked before that would
// be forgotten.
bool Store::may_answer(const v1::Letter& letter, SectionId asked, std::uint64_t replica_set,
                       const Seen& seen, Outbox& out) {
  if (asked == kReplicaSetRegister) return true;
  if (replica_set < state_.replica_set) {
    v1::ReplicaSetChanged& changed = *answer(letter, out).mutable_replica_set_changed();
    changed.set_section(asked.value);
    changed.set_replica_set(state_.replica_set);
    return false;
  }
  bool too_new = replica_set > state_.replica_set;
  if (too_new && may_forget(state_.config)) {
    // It may have accepted that set, and lost it with its power.
    state_.replica_set = replica_set;
    too_new = false;
  }
  const bool admits = letter.has_seal_section() && letter.seal_section().admits();
  if (!too_new && (admits || counts_in(asked, section(asked.value, seen)))) return true;
  drop(letter, out);
  return false;
}

}  // namespace glasspost
