// A store replica in a few lines, by the rules of DESIGN 7.1: seals for ever, takes a batch only
// under its sealed and started epoch and only at the next position, and forgets nothing.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "glasspost/v1/letter.pb.h"

#include "engine/base/ids.hpp"
#include "engine/core/register.hpp"

namespace glasspost::tests {

inline constexpr SectionId kSection{std::uint32_t{1} << 24 | 5};

inline v1::LogBatch batch_of(std::uint64_t epoch, std::uint64_t position,
                             const std::string& payload, std::uint64_t settled = 0) {
  v1::LogBatch batch;
  batch.set_epoch(epoch);
  batch.set_position(position);
  batch.set_payload(payload);
  batch.set_settled(settled);
  return batch;
}

class ToyReplica {
 public:
  v1::RegisterRecord owner;
  v1::SectionRecord record;
  std::map<std::uint64_t, v1::LogBatch> log;
  std::map<std::uint64_t, std::string> parts;  // rows of checkpoints, by position
  std::uint64_t settled = 0;
  std::uint64_t page_rows = 100;

  std::uint64_t last() const { return log.empty() ? 0 : log.rbegin()->first; }

  // Batches 1 .. count under this epoch, "b1", "b2", ...
  void fill(std::uint64_t epoch, std::uint64_t count, std::uint64_t settled_upto = 0) {
    record.set_sealed_epoch(epoch);
    record.set_start_epoch(epoch);
    record.set_start_first(1);
    for (std::uint64_t at = 1; at <= count; ++at)
      log[at] = batch_of(epoch, at, "b" + std::to_string(at));
    settled = settled_upto;
  }

  std::optional<v1::Letter> answer(const v1::Letter& question) {
    v1::Letter answer;
    answer.set_source(question.target());
    answer.set_target(question.source());
    switch (question.body_case()) {
      case v1::Letter::kPrepareRegister:
        on_prepare(question.prepare_register(), answer);
        return answer;
      case v1::Letter::kAcceptRegister:
        on_accept(question.accept_register(), answer);
        return answer;
      case v1::Letter::kCopyLog:
        on_copy(question.copy_log(), answer);
        return answer;
      case v1::Letter::kSealSection:
        on_seal(question.seal_section().epoch(), answer);
        return answer;
      case v1::Letter::kReadLog:
        on_read(question.read_log(), answer);
        return answer;
      case v1::Letter::kStartLog:
        on_start(question.start_log(), answer);
        return answer;
      case v1::Letter::kAppendLog:
        on_append(question.append_log().batch(), answer);
        return answer;
      default:
        return std::nullopt;
    }
  }

 private:
  void refuse_ballot(const v1::Ballot& ballot, v1::Letter& answer) const {
    answer.mutable_register_refused()->set_section(kSection.value);
    *answer.mutable_register_refused()->mutable_ballot() = ballot;
    *answer.mutable_register_refused()->mutable_promised() = owner.promised();
  }

  void on_prepare(const v1::PrepareRegister& prepare, v1::Letter& answer) {
    if (from_wire(prepare.ballot()) < from_wire(owner.promised())) {
      return refuse_ballot(prepare.ballot(), answer);
    }
    *owner.mutable_promised() = prepare.ballot();
    v1::RegisterPromised& promised = *answer.mutable_register_promised();
    promised.set_section(kSection.value);
    *promised.mutable_ballot() = prepare.ballot();
    *promised.mutable_newest() = owner;
    promised.mutable_newest()->clear_promised();
  }

  void on_accept(const v1::AcceptRegister& accept, v1::Letter& answer) {
    if (from_wire(accept.ballot()) < from_wire(owner.promised())) {
      return refuse_ballot(accept.ballot(), answer);
    }
    owner = accept.value();
    *owner.mutable_promised() = accept.ballot();
    *owner.mutable_accepted() = accept.ballot();
    answer.mutable_register_accepted()->set_section(kSection.value);
    *answer.mutable_register_accepted()->mutable_ballot() = accept.ballot();
  }

  void on_copy(const v1::CopyLog& copy, v1::Letter& answer) {
    if (copy.epoch() != record.sealed_epoch()) return refuse(copy.epoch(), answer);
    const bool owners_own = copy.start_epoch() == copy.epoch();
    if (owners_own && record.start_epoch() != copy.epoch() && copy.after() <= last()) {
      log.erase(log.upper_bound(copy.after()), log.end());
      record.set_start_epoch(copy.epoch());
    }
    v1::LogCopied& copied = *answer.mutable_log_copied();
    copied.set_section(kSection.value);
    copied.set_epoch(copy.epoch());
    const bool started = record.start_epoch() == copy.epoch();
    std::uint64_t upto = started ? last() : copy.after();
    for (const v1::LogBatch& batch : copy.batches()) {
      if (started && (!owners_own || batch.position() != last() + 1)) continue;
      log[batch.position()] = batch;
      upto = batch.position();
    }
    copied.set_start_epoch(started ? copy.epoch() : copy.start_epoch());
    copied.set_last(upto);
  }

  void refuse(std::uint64_t epoch, v1::Letter& answer) const {
    answer.mutable_epoch_refused()->set_section(kSection.value);
    answer.mutable_epoch_refused()->set_epoch(epoch);
    answer.mutable_epoch_refused()->set_sealed_epoch(record.sealed_epoch());
  }

  void on_seal(std::uint64_t epoch, v1::Letter& answer) {
    if (epoch < record.sealed_epoch()) return refuse(epoch, answer);
    record.set_sealed_epoch(epoch);
    v1::SectionSealed& sealed = *answer.mutable_section_sealed();
    sealed.set_section(kSection.value);
    sealed.set_epoch(epoch);
    *sealed.mutable_record() = record;
    sealed.set_last(last());
    sealed.set_settled(settled);
  }

  void on_read(const v1::ReadLog& read, v1::Letter& answer) const {
    if (read.epoch() != record.sealed_epoch()) return refuse(read.epoch(), answer);
    v1::LogPage& page = *answer.mutable_log_page();
    page.set_section(kSection.value);
    page.set_epoch(read.epoch());
    page.set_from(read.from());
    page.set_parts(read.parts());
    page.set_copy_to(read.copy_to());
    if (read.parts()) {
      for (auto part = parts.lower_bound(read.from());
           part != parts.end() && part->first <= read.to() &&
           static_cast<std::uint64_t>(page.batches_size()) < page_rows;
           ++part) {
        page.add_batches()->set_position(part->first);
        page.mutable_batches()->rbegin()->set_rows(part->second);
      }
      return;
    }
    const std::uint64_t to = std::min(read.to(), read.from() + page_rows - 1);
    for (std::uint64_t at = read.from(); at <= to && log.contains(at); ++at)
      *page.add_batches() = log.at(at);
  }

  void on_start(const v1::StartLog& start, v1::Letter& answer) {
    if (start.epoch() != record.sealed_epoch()) return refuse(start.epoch(), answer);
    if (record.start_epoch() < start.epoch()) {
      log.erase(log.lower_bound(start.first()), log.end());
      for (const v1::LogBatch& batch : start.tail())
        put(batch);
      record.set_start_epoch(start.epoch());
      record.set_start_first(start.first());
    }
    answer.mutable_log_started()->set_section(kSection.value);
    answer.mutable_log_started()->set_epoch(start.epoch());
    answer.mutable_log_started()->set_last(last());
  }

  void put(v1::LogBatch batch) {
    if (batch.position() != last() + 1) return;
    if (!batch.rows().empty()) parts[batch.position()] = batch.rows();
    if (batch.has_checkpoint()) *record.mutable_checkpoint() = batch.checkpoint();
    batch.clear_rows();
    log[batch.position()] = batch;
  }

  void on_append(const v1::LogBatch& batch, v1::Letter& answer) {
    if (batch.epoch() != record.sealed_epoch() || batch.epoch() != record.start_epoch()) {
      return refuse(batch.epoch(), answer);
    }
    if (batch.position() == last() + 1) {
      put(batch);
      settled = std::max(settled, batch.settled());
    }
    answer.mutable_log_appended()->set_section(kSection.value);
    answer.mutable_log_appended()->set_epoch(batch.epoch());
    answer.mutable_log_appended()->set_last(last());
  }
};

using Replicas = std::map<std::uint64_t, ToyReplica>;

}  // namespace glasspost::tests
