// The replica's answers, one function a question.
#include "engine/roles/store/store.hpp"

#include <algorithm>
#include <cassert>
#include <limits>

#include "engine/core/keys.hpp"
#include "engine/core/limits.hpp"

namespace glasspost {
namespace {

std::string bytes_of(const auto& message) {
  std::string bytes;
  const bool written = message.SerializeToString(&bytes);
  assert(written);
  return bytes;
}

// Our own records on our own disk: what does not parse was damaged below us, and guessing would be
// worse than stopping.
template <class Message>
Message parsed(const std::string& bytes) {
  Message message;
  const bool whole = message.ParseFromString(bytes);
  assert(whole && "a record of this store is damaged");
  return message;
}

constexpr std::uint64_t kPositionMax = std::numeric_limits<std::uint64_t>::max();

std::string log_end(SectionId section) {
  return keys::log_batch(section, kPositionMax);
}

// Puts one batch. What a part of a checkpoint holds goes beside the log: its rows, until the next
// checkpoint drops them, and its index blocks, for good. The record of a checkpoint goes into the
// section's record as well.
void put_batch(SectionId id, v1::LogBatch batch, v1::SectionRecord& record, Outbox& out) {
  const std::uint64_t position = batch.position();
  if (!batch.rows().empty()) out.set(keys::checkpoint_part(id, position), batch.rows());
  for (const v1::IndexBlock& block : batch.index())
    out.set(keys::index_block(id, block.keeper(), block.after()), block.entries());
  batch.clear_rows();
  batch.clear_index();
  out.set(keys::log_batch(id, position), bytes_of(batch));
  if (!batch.has_checkpoint()) return;
  *record.mutable_checkpoint() = batch.checkpoint();
  out.set(keys::section_record(id), bytes_of(record));
  out.erase_range(keys::checkpoint_part(id, 0),
                  keys::checkpoint_part(id, batch.checkpoint().first()));
}

// The batches of a page, in order of positions.
void read_batches(SectionId id, std::uint64_t from, std::uint64_t to, const ReadView& store,
                  v1::LogPage& page) {
  for (const StoreRow& found : store.range(keys::log_batch(id, from), keys::log_batch(id, to + 1),
                                           to, limits::kLogPageBytesMax)) {
    *page.add_batches() = parsed<v1::LogBatch>(found.value);
  }
}

// The parts of a page: position and rows.
void read_parts(SectionId id, std::uint64_t from, std::uint64_t to, const ReadView& store,
                v1::LogPage& page) {
  const std::string end = keys::checkpoint_part(id, to + 1);
  for (StoreRow& found :
       store.range(keys::checkpoint_part(id, from), end, to - from + 1, limits::kLogPageBytesMax)) {
    v1::LogBatch& part = *page.add_batches();
    part.set_position(read_key_u64(found.key, found.key.size() - sizeof(std::uint64_t)));
    part.set_rows(std::move(found.value));
  }
}

v1::Letter& answer(const v1::Letter& question, Outbox& out) {
  return out.send(unpack(question.source()), question.trace()).letter;
}

void refuse(const v1::Letter& question, std::uint32_t section, std::uint64_t epoch,
            const v1::SectionRecord& record, Outbox& out) {
  v1::EpochRefused& refusal = *answer(question, out).mutable_epoch_refused();
  refusal.set_section(section);
  refusal.set_epoch(epoch);
  refusal.set_sealed_epoch(record.sealed_epoch());
}

void answer_register(const v1::Letter& question, std::uint32_t section,
                     const v1::RegisterRecord& value, Outbox& out) {
  v1::RegisterState& state = *answer(question, out).mutable_register_state();
  state.set_section(section);
  *state.mutable_value() = value;
}

void answer_appended(const v1::Letter& question, std::uint32_t section, std::uint64_t epoch,
                     std::uint64_t last, Outbox& out) {
  v1::LogAppended& appended = *answer(question, out).mutable_log_appended();
  appended.set_section(section);
  appended.set_epoch(epoch);
  appended.set_last(last);
}

}  // namespace

void Store::step(const Input& input, const Seen& seen, Outbox& out) {
  if (input.kind != Input::Kind::kLetters) return;  // a replica never speaks first
  for (const v1::Letter& letter : input.letters)
    on_letter(letter, seen, out);
}

void Store::on_letter(const v1::Letter& letter, const Seen& seen, Outbox& out) {
  switch (letter.body_case()) {
    case v1::Letter::kReadRegister: {
      const std::uint32_t number = letter.read_register().section();
      return answer_register(letter, number, section(number, seen).owner.value, out);
    }
    case v1::Letter::kSwapRegister:
      return on_swap(letter, seen, out);
    case v1::Letter::kSealSection:
      return on_seal(letter, seen, out);
    case v1::Letter::kReadLog:
      return on_read(letter, seen, out);
    case v1::Letter::kReadIndex:
      return on_read_index(letter, seen, out);
    case v1::Letter::kStartLog:
      return on_start(letter, seen, out);
    case v1::Letter::kAppendLog:
      return on_append(letter, seen, out);
    case v1::Letter::kRaiseCeiling:
      return on_raise(letter, seen, out);
    default:
      return;
  }
}

Store::Section& Store::section(std::uint32_t number, const Seen& seen) {
  const auto [found, added] = state_.sections.try_emplace(number);
  Section& row = found->second;
  if (!added) return row;
  const SectionId id{number};
  if (const auto bytes = seen.store.get(keys::section_record(id))) {
    row.record.value = parsed<v1::SectionRecord>(*bytes);
  }
  if (const auto bytes = seen.store.get(keys::section_register(id))) {
    row.owner.value = parsed<v1::RegisterRecord>(*bytes);
  }
  if (const auto newest = seen.store.last(keys::log_batch(id, 0), log_end(id))) {
    const auto batch = parsed<v1::LogBatch>(newest->value);
    row.last = batch.position();
    row.settled = std::max(batch.settled(), row.record.value.checkpoint().last());
  }
  return row;
}

void Store::on_swap(const v1::Letter& letter, const Seen& seen, Outbox& out) {
  const v1::SwapRegister& swap = letter.swap_register();
  Section& row = section(swap.section(), seen);
  v1::RegisterRecord& owner = row.owner.value;
  if (owner.version() == swap.expected_version() && swap.value().epoch() > owner.epoch()) {
    const std::uint64_t version = owner.version() + 1;
    owner = swap.value();
    owner.set_version(version);
    out.set(keys::section_register(SectionId{swap.section()}), bytes_of(owner));
  }
  answer_register(letter, swap.section(), owner, out);
}

void Store::on_seal(const v1::Letter& letter, const Seen& seen, Outbox& out) {
  const v1::SealSection& seal = letter.seal_section();
  Section& row = section(seal.section(), seen);
  v1::SectionRecord& record = row.record.value;
  if (seal.epoch() < record.sealed_epoch()) {
    return refuse(letter, seal.section(), seal.epoch(), record, out);
  }
  if (seal.epoch() > record.sealed_epoch()) {
    record.set_sealed_epoch(seal.epoch());
    out.set(keys::section_record(SectionId{seal.section()}), bytes_of(record));
    out.fact({.kind = FactKind::kSealed,
              .subject = seal.section(),
              .object = seal.epoch(),
              .number = row.last});
  }
  v1::SectionSealed& sealed = *answer(letter, out).mutable_section_sealed();
  sealed.set_section(seal.section());
  sealed.set_epoch(seal.epoch());
  *sealed.mutable_record() = record;
  sealed.set_last(row.last);
  sealed.set_settled(row.settled);
}

void Store::on_read(const v1::Letter& letter, const Seen& seen, Outbox& out) {
  const v1::ReadLog& read = letter.read_log();
  const Section& row = section(read.section(), seen);
  if (read.epoch() != row.record.value.sealed_epoch()) {
    return refuse(letter, read.section(), read.epoch(), row.record.value, out);
  }
  v1::LogPage& page = *answer(letter, out).mutable_log_page();
  page.set_section(read.section());
  page.set_epoch(read.epoch());
  page.set_from(read.from());
  page.set_parts(read.parts());
  const std::uint64_t to = std::min(read.to(), row.last);
  if (read.from() > to) return;
  // A batch put by this very step is not in the view yet: the page ends early and the owner asks
  // again.
  const SectionId id{read.section()};
  if (read.parts()) {
    read_parts(id, read.from(), to, seen.store, page);
  } else {
    read_batches(id, read.from(), to, seen.store, page);
  }
}

void Store::on_read_index(const v1::Letter& letter, const Seen& seen, Outbox& out) {
  const v1::ReadIndex& read = letter.read_index();
  const Section& row = section(read.section(), seen);
  if (read.epoch() != row.record.value.sealed_epoch()) {
    return refuse(letter, read.section(), read.epoch(), row.record.value, out);
  }
  v1::IndexPage& page = *answer(letter, out).mutable_index_page();
  page.set_section(read.section());
  page.set_epoch(read.epoch());
  page.set_keeper(read.keeper());
  page.set_after(read.after());
  const SectionId id{read.section()};
  const std::string wanted = keys::index_block(id, read.keeper(), read.after() + 1);
  const auto found = seen.store.last(keys::index_block(id, read.keeper(), 0), wanted);
  if (!found) return;
  const std::string end = keys::index_block(id, read.keeper(), kPositionMax);
  for (StoreRow& next :
       seen.store.range(found->key, end, limits::kIndexPageBlocks, limits::kLogPageBytesMax)) {
    v1::IndexBlock& block = *page.add_blocks();
    block.set_keeper(read.keeper());
    block.set_after(read_key_u64(next.key, next.key.size() - sizeof(std::uint64_t)));
    block.set_entries(std::move(next.value));
  }
}

void Store::on_start(const v1::Letter& letter, const Seen& seen, Outbox& out) {
  const v1::StartLog& start = letter.start_log();
  Section& row = section(start.section(), seen);
  v1::SectionRecord& record = row.record.value;
  if (start.epoch() != record.sealed_epoch()) {
    return refuse(letter, start.section(), start.epoch(), record, out);
  }
  if (record.start_epoch() < start.epoch()) {  // else: a retransmission, done before
    assert(start.first() >= 1 && start.first() <= row.last + 1);
    const SectionId id{start.section()};
    out.erase_range(keys::log_batch(id, start.first()), log_end(id));
    // Parts that count were at or below an older horizon: they are never dead.
    const std::uint64_t dead = std::max(start.first(), record.checkpoint().last() + 1);
    out.erase_range(keys::checkpoint_part(id, dead), keys::checkpoint_part(id, kPositionMax));
    row.last = start.first() - 1;
    for (const v1::LogBatch& batch : start.tail()) {
      assert(batch.position() == row.last + 1);
      row.last = batch.position();
      put_batch(id, batch, record, out);
    }
    record.set_start_epoch(start.epoch());
    record.set_start_first(start.first());
    out.set(keys::section_record(id), bytes_of(record));
  }
  v1::LogStarted& started = *answer(letter, out).mutable_log_started();
  started.set_section(start.section());
  started.set_epoch(start.epoch());
}

void Store::on_append(const v1::Letter& letter, const Seen& seen, Outbox& out) {
  const v1::AppendLog& append = letter.append_log();
  const v1::LogBatch& batch = append.batch();
  Section& row = section(append.section(), seen);
  v1::SectionRecord& record = row.record.value;
  if (batch.epoch() != record.sealed_epoch() || batch.epoch() != record.start_epoch()) {
    return refuse(letter, append.section(), batch.epoch(), record, out);
  }
  if (batch.position() == row.last + 1) {
    row.last = batch.position();
    row.settled = std::max(row.settled, batch.settled());
    put_batch(SectionId{append.section()}, batch, record, out);
  }
  // Under a sealed epoch one owner writes: at or below `last` it is a retransmission; beyond last +
  // 1 something was lost on the way, and the answer tells the owner from where to send again.
  answer_appended(letter, append.section(), batch.epoch(), row.last, out);
}

void Store::on_raise(const v1::Letter& letter, const Seen& seen, Outbox& out) {
  const v1::RaiseCeiling& raise = letter.raise_ceiling();
  Section& row = section(raise.section(), seen);
  v1::SectionRecord& record = row.record.value;
  if (raise.epoch() != record.sealed_epoch()) {
    return refuse(letter, raise.section(), raise.epoch(), record, out);
  }
  if (raise.ceiling() > record.ceiling()) {
    record.set_ceiling(raise.ceiling());
    out.set(keys::section_record(SectionId{raise.section()}), bytes_of(record));
  }
  v1::CeilingRaised& raised = *answer(letter, out).mutable_ceiling_raised();
  raised.set_section(raise.section());
  raised.set_epoch(raise.epoch());
  raised.set_ceiling(record.ceiling());
}

}  // namespace glasspost
