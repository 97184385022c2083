// A store replica, spoken to in verbs. Each verb returns the answer.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/core/keys.hpp"
#include "engine/core/register.hpp"
#include "engine/roles/store/store.hpp"
#include "tests/roles/support/bench.hpp"
#include "tests/roles/support/people.hpp"

namespace glasspost::tests {

inline const SectionId kLog = section_of(SectionKind::kConversation, 0);

inline RoleBox new_store() {
  return RoleBox::of(Store(kStore1));
}

struct Replica : Bench {
  Replica() : Bench(kStore1, new_store(), small_config()) { start(); }

  void reboot() { restart(new_store()); }

  v1::Letter ask(const v1::Letter& letter) {
    feed(from(kHome1, letter));
    REQUIRE(said.size() == 1);
    CHECK(said.front().target() == pack(kHome1));
    return std::exchange(said, {}).front();
  }
};

inline Ballot ballot_of(std::uint64_t round, std::uint64_t boot = 1) {
  return {round, pack(kHome1), boot};
}

inline v1::Letter prepare(Replica& replica, const Ballot& ballot, SectionId section = kLog) {
  v1::Letter letter;
  letter.mutable_prepare_register()->set_section(section.value);
  *letter.mutable_prepare_register()->mutable_ballot() = to_wire(ballot);
  return replica.ask(letter);
}

inline v1::Letter accept(Replica& replica, const Ballot& ballot, std::uint64_t epoch) {
  v1::Letter letter;
  v1::AcceptRegister& accepted = *letter.mutable_accept_register();
  accepted.set_section(kLog.value);
  *accepted.mutable_ballot() = to_wire(ballot);
  accepted.mutable_value()->set_owner(pack(kHome1));
  accepted.mutable_value()->set_owner_boot(ballot.boot);
  accepted.mutable_value()->set_epoch(epoch);
  return replica.ask(letter);
}

inline v1::Letter seal(Replica& replica, std::uint64_t epoch, SectionId section = kLog) {
  v1::Letter letter;
  letter.mutable_seal_section()->set_section(section.value);
  letter.mutable_seal_section()->set_epoch(epoch);
  return replica.ask(letter);
}

inline v1::LogBatch batch(std::uint64_t epoch, std::uint64_t position,
                          const std::string& payload = "payload",
                          std::optional<std::uint64_t> settled = {}) {
  v1::LogBatch made;
  made.set_epoch(epoch);
  made.set_position(position);
  made.set_payload(payload);
  made.set_settled(settled.value_or(position - 1));
  return made;
}

inline v1::Letter append_letter(const v1::LogBatch& made) {
  v1::Letter letter;
  letter.mutable_append_log()->set_section(kLog.value);
  *letter.mutable_append_log()->mutable_batch() = made;
  return letter;
}

inline v1::Letter append(Replica& replica, std::uint64_t epoch, std::uint64_t position,
                         const std::string& payload = "payload") {
  return replica.ask(append_letter(batch(epoch, position, payload)));
}

inline v1::Letter start_letter(std::uint64_t epoch, std::uint64_t first,
                               const std::vector<v1::LogBatch>& tail) {
  v1::Letter letter;
  v1::StartLog& start = *letter.mutable_start_log();
  start.set_section(kLog.value);
  start.set_epoch(epoch);
  start.set_first(first);
  for (const v1::LogBatch& made : tail)
    *start.add_tail() = made;
  return letter;
}

inline v1::Letter start_log(Replica& replica, std::uint64_t epoch, std::uint64_t first,
                            const std::vector<v1::LogBatch>& tail = {}) {
  return replica.ask(start_letter(epoch, first, tail));
}

// `copy_to`: a page for that replica, whole; 0: for the owner.
inline v1::Letter read_log(Replica& replica, std::uint64_t epoch, std::uint64_t from,
                           std::uint64_t to, std::uint64_t copy_to = 0) {
  v1::Letter letter;
  v1::ReadLog& read = *letter.mutable_read_log();
  read.set_section(kLog.value);
  read.set_epoch(epoch);
  read.set_from(from);
  read.set_to(to);
  read.set_copy_to(copy_to);
  return replica.ask(letter);
}

// A page for a replica, of the log with this start record.
inline v1::Letter copy_letter(std::uint64_t epoch, std::uint64_t start_epoch, std::uint64_t after,
                              const std::vector<v1::LogBatch>& batches) {
  v1::Letter letter;
  v1::CopyLog& copy = *letter.mutable_copy_log();
  copy.set_section(kLog.value);
  copy.set_epoch(epoch);
  copy.set_start_epoch(start_epoch);
  copy.set_after(after);
  for (const v1::LogBatch& made : batches)
    *copy.add_batches() = made;
  return letter;
}

inline v1::LogCopied copy_log(Replica& replica, std::uint64_t epoch, std::uint64_t start_epoch,
                              std::uint64_t after, const std::vector<v1::LogBatch>& batches = {}) {
  return replica.ask(copy_letter(epoch, start_epoch, after, batches)).log_copied();
}

inline v1::Letter raise_ceiling(Replica& replica, std::uint64_t epoch, std::uint64_t ceiling) {
  v1::Letter letter;
  letter.mutable_raise_ceiling()->set_section(kLog.value);
  letter.mutable_raise_ceiling()->set_epoch(epoch);
  letter.mutable_raise_ceiling()->set_ceiling(ceiling);
  return replica.ask(letter);
}

// -- checkpoints
inline v1::LogBatch part(std::uint64_t epoch, std::uint64_t position, const std::string& rows) {
  v1::LogBatch made = batch(epoch, position, "");
  made.set_rows(rows);
  return made;
}

inline v1::LogBatch record(std::uint64_t epoch, std::uint64_t position, std::uint64_t covers,
                           std::uint64_t first, std::uint64_t last) {
  v1::LogBatch made = batch(epoch, position, "");
  made.mutable_checkpoint()->set_covers(covers);
  made.mutable_checkpoint()->set_first(first);
  made.mutable_checkpoint()->set_last(last);
  return made;
}

inline v1::LogBatch blocks(std::uint64_t epoch, std::uint64_t position,
                           const std::vector<std::pair<std::uint64_t, std::uint64_t>>& list) {
  v1::LogBatch made = batch(epoch, position, "");
  for (const auto& [keeper, after] : list) {
    v1::IndexBlock& block = *made.add_index();
    block.set_keeper(keeper);
    block.set_after(after);
    block.set_entries(std::to_string(keeper) + "/" + std::to_string(after));
  }
  return made;
}

inline std::vector<std::string> index_of(Replica& replica, std::uint64_t epoch,
                                         std::uint64_t keeper, std::uint64_t after) {
  v1::Letter letter;
  v1::ReadIndex& read = *letter.mutable_read_index();
  read.set_section(kLog.value);
  read.set_epoch(epoch);
  read.set_keeper(keeper);
  read.set_after(after);
  std::vector<std::string> list;
  const v1::Letter page = replica.ask(letter);
  CHECK(page.index_page().keeper() == keeper);
  CHECK(page.index_page().after() == after);
  for (const v1::IndexBlock& block : page.index_page().blocks()) {
    CHECK(block.entries() == std::to_string(keeper) + "/" + std::to_string(block.after()));
    list.push_back(block.entries());
  }
  return list;
}

// A replica sealed and started under an epoch, with an empty log.
inline Replica started_replica(std::uint64_t epoch = 5) {
  Replica replica;
  seal(replica, epoch);
  start_log(replica, epoch, 1);
  return replica;
}

// What the log holds, as the payloads in order of positions; positions must be dense.
inline std::vector<std::string> payloads(Replica& replica, std::uint64_t epoch) {
  std::vector<std::string> list;
  const v1::Letter page = read_log(replica, epoch, 1, 1'000'000);
  for (const v1::LogBatch& made : page.log_page().batches()) {
    CHECK(made.position() == list.size() + 1);
    list.push_back(made.payload());
  }
  return list;
}

}  // namespace glasspost::tests
