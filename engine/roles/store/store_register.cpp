// A register's replica: it promises, accepts, and refuses older ballots. What it promised and
// accepted is on disk before the answer leaves.
#include <algorithm>

#include "engine/core/register.hpp"
#include "engine/roles/store/store_log.hpp"

namespace glasspost {
namespace {

using namespace store_log;

void refuse_ballot(const v1::Letter& question, std::uint32_t section, const v1::Ballot& ballot,
                   const v1::Ballot& promised, Outbox& out) {
  v1::RegisterRefused& refused = *answer(question, out).mutable_register_refused();
  refused.set_section(section);
  *refused.mutable_ballot() = ballot;
  *refused.mutable_promised() = promised;
}

}  // namespace

void Store::on_prepare(const v1::Letter& letter, const Seen& seen, Outbox& out) {
  const v1::PrepareRegister& prepare = letter.prepare_register();
  v1::RegisterRecord& record = section(prepare.section(), seen).owner.value;
  const Ballot asked = from_wire(prepare.ballot());
  const Ballot known = from_wire(record.promised());
  if (asked < known) {
    return refuse_ballot(letter, prepare.section(), prepare.ballot(), record.promised(), out);
  }
  if (asked > known) {
    *record.mutable_promised() = prepare.ballot();
    out.set(keys::section_register(SectionId{prepare.section()}), bytes_of(record));
  }
  v1::RegisterPromised& promised = *answer(letter, out).mutable_register_promised();
  promised.set_section(prepare.section());
  *promised.mutable_ballot() = prepare.ballot();
  *promised.mutable_newest() = record;
  promised.mutable_newest()->clear_promised();
  promised.set_cut_version(state_.config.seq_cut_version);
}

void Store::on_accept(const v1::Letter& letter, const Seen& seen, Outbox& out) {
  const v1::AcceptRegister& accept = letter.accept_register();
  v1::RegisterRecord& record = section(accept.section(), seen).owner.value;
  const Ballot asked = from_wire(accept.ballot());
  if (asked < from_wire(record.promised())) {
    return refuse_ballot(letter, accept.section(), accept.ballot(), record.promised(), out);
  }
  if (asked > from_wire(record.accepted())) {  // else: a retransmission, done before
    record = accept.value();
    *record.mutable_promised() = accept.ballot();
    *record.mutable_accepted() = accept.ballot();
    out.set(keys::section_register(SectionId{accept.section()}), bytes_of(record));
    const bool is_set = accept.section() == kReplicaSetRegister.value;
    if (is_set) state_.replica_set = std::max(state_.replica_set, record.epoch());
  }
  v1::RegisterAccepted& accepted = *answer(letter, out).mutable_register_accepted();
  accepted.set_section(accept.section());
  *accepted.mutable_ballot() = accept.ballot();
}

}  // namespace glasspost
