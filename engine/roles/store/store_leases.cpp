// Leases at a replica (core/lease.hpp): may this owner go on? And for arbiters: who was heard, and
// when? Plus the route table, which a replica keeps for a house that begins again.
#include <algorithm>

#include "engine/core/routes.hpp"
#include "engine/roles/store/store_log.hpp"

namespace glasspost {
namespace {

using namespace store_log;

}  // namespace

// A newer owner's record, once accepted here, ends the lease; that it was only promised does not.
void Store::on_renew(const v1::Letter& letter, const Seen& seen, Outbox& out) {
  const Address owner = unpack(letter.source());
  const std::vector<Address>& owners = state_.config.owners;
  if (std::find(owners.begin(), owners.end(), owner) == owners.end()) return drop(letter, out);
  Heard& heard = state_.heard[owner];
  if (letter.source_boot() < heard.boot) return;  // a late word of a dead life
  heard = {letter.source_boot(), seen.now};
  v1::LeasesRenewed renewed;
  renewed.set_sent_us(letter.renew_leases().sent_us());
  for (const v1::HeldSection& held : letter.renew_leases().sections()) {
    const SectionId id{held.section()};
    if (!state_.config.has_section(id)) continue;
    if (!may_answer(letter, id, held.replica_set(), seen, out)) continue;
    const v1::RegisterRecord& record = section(held.section(), seen).owner.value;
    if (record.epoch() > held.epoch()) {
      v1::EpochRefused& refused = *answer(letter, out).mutable_epoch_refused();
      refused.set_section(held.section());
      refused.set_epoch(held.epoch());
      refused.set_sealed_epoch(record.epoch());
      continue;
    }
    *renewed.add_sections() = held;
  }
  *answer(letter, out).mutable_leases_renewed() = std::move(renewed);
}

// A replica that stood still has not heard anybody: that is no silence of theirs. Owners renew more
// often than seq.detect, so a shorter pause is none.
void Store::note_pause(const Seen& seen) {
  if (seen.now - state_.stepped > state_.config.choices.seq_detect) state_.listening = seen.now;
  state_.stepped = seen.now;
}

void Store::on_read_owners(const v1::Letter& letter, const Seen& seen, Outbox& out) {
  v1::OwnersRead& read = *answer(letter, out).mutable_owners_read();
  read.set_up_us(to_us(seen.now - state_.listening));
  read.set_replica_set(state_.replica_set);
  read.set_cut_version(state_.config.seq_cut_version);
  for (SectionId id : state_.config.sections()) {
    if (kind_of(id) != SectionKind::kSeq) continue;
    const std::uint64_t served = section(id.value, seen).record.value.cut_version();
    if (served < state_.config.seq_cut_version) read.add_cut_unserved(id.value);
  }
  for (const auto& [owner, heard] : state_.heard) {
    v1::OwnerHeard& one = *read.add_owners();
    one.set_owner(pack(owner));
    one.set_owner_boot(heard.boot);
    one.set_silent_us(to_us(seen.now - std::max(heard.at, state_.listening)));
  }
}

// The configuration has changed, perhaps by newer routes.
void Store::keep_routes(const Seen& seen, Outbox& out) {
  if (state_.config.route_version <= 1) return;  // the table that the house was made with
  const auto kept = seen.store.get(keys::routes());
  const bool is_kept =
      kept && parsed<v1::RouteTable>(*kept).version() >= state_.config.route_version;
  if (!is_kept) out.set(keys::routes(), bytes_of(routes_of(state_.config)));
}

// The start of a life.
void Store::find_routes(const Seen& seen, Outbox& out) {
  const auto kept = seen.store.get(keys::routes());
  if (kept) out.routes = parsed<v1::RouteTable>(*kept);
}

}  // namespace glasspost
