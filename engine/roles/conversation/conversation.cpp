// Dispatch, take-over and the commit: what happens when the horizon moves.
#include "engine/roles/conversation/conversation.hpp"

#include <algorithm>
#include <cassert>

#include "engine/core/forgotten.hpp"
#include "engine/core/limits.hpp"
#include "engine/core/membership.hpp"
#include "engine/core/trace.hpp"

namespace glasspost {
namespace {

Fact committed_fact(const v1::StoredMessage& message) {
  return {.trace = trace_of(DeviceId{message.sender_device()}, message.client_id()),
          .kind = FactKind::kCommitted,
          .subject = message.conversation(),
          .object = message.sender_device(),
          .number = message.number(),
          .value = message.client_id(),
          .extra = hash64(message.text())};
}

Fact batched_fact(const v1::StoredMessage& message, SectionId section, std::uint64_t position) {
  return {.trace = trace_of(DeviceId{message.sender_device()}, message.client_id()),
          .kind = FactKind::kBatched,
          .subject = message.conversation(),
          .object = message.number(),
          .number = section.value,
          .value = position};
}

// A batch travels under the trace of its first message; kBatched tells of the others.
std::uint64_t trace_of_batch(const v1::ConversationBatch& batch) {
  for (const v1::ConversationEntry& entry : batch.entries()) {
    if (!entry.has_message()) continue;
    const v1::StoredMessage& message = entry.message();
    return trace_of(DeviceId{message.sender_device()}, message.client_id());
  }
  return 0;
}

// Moves positions from the front of the table into blocks of one conversation each.
void cut_thread_blocks(Conversation::Positions& positions, std::size_t bytes_max,
                       v1::LogBatch& part) {
  std::size_t bytes = 0;
  while (!positions.empty() && bytes < bytes_max) {
    const MessageKey first = positions.begin()->key;
    MessageKey last = first;
    v1::ThreadBlock block;
    for (const auto& entry : positions) {
      const bool full = block.positions_size() == static_cast<int>(limits::kIndexBlockEntries);
      if (full || entry.key.conversation != first.conversation) break;
      assert(block.positions().empty() || entry.key.number == last.number + 1);
      last = entry.key;
      block.add_positions(entry.value);
    }
    positions.erase_up_to(last);
    v1::IndexBlock& added = *part.add_index();
    added.set_keeper(first.conversation.value);
    added.set_after(first.number - 1);
    const bool written = block.SerializeToString(added.mutable_entries());
    assert(written);
    bytes += added.ByteSizeLong();
  }
}

}  // namespace

void Conversation::step(const Input& input, const Seen& seen, Outbox& out) {
  Turn turn{{state_.self, state_.config, seen, out}, {}};
  switch (input.kind) {
    case Input::Kind::kConfig:
      on_config(*input.config, turn);
      break;
    case Input::Kind::kStart:
      state_.started = true;
      follow_routes(turn);
      on_poll(turn);
      break;
    case Input::Kind::kLetters:
      for (const v1::Letter& letter : input.letters)
        on_letter(letter, turn);
      break;
    case Input::Kind::kTimer:
      on_timer(input.timer, turn);
      break;
    case Input::Kind::kPeer:
      break;
  }
  append_decisions(turn);
  write_checkpoints(turn);
  leases::bound(claims(), turn.owner);
}

void Conversation::on_config(const Config& config, Turn& turn) {
  const LeaseClock clock = state_.config.choices.seq_clock;
  state_.config = config;
  if (!state_.started) return;
  leases::on_clock(clock, claims(), turn.owner);
  follow_routes(turn);
  on_poll(turn);  // perhaps it is due earlier now
}

std::vector<Claim*> Conversation::claims() {
  std::vector<Claim*> all;
  for (auto& [id, section] : state_.sections)
    all.push_back(&section.log.claim);
  return all;
}

// What the routes give to others is forgotten at once, what they give to us is taken over.
void Conversation::follow_routes(Turn& turn) {
  std::erase_if(state_.sections, [&](const auto& entry) {
    const bool is_lost = state_.config.owner_of(entry.first) != state_.self;
    if (is_lost) state_.past[entry.first] = entry.second.log.claim.past();
    return is_lost;
  });
  for (SectionId id : state_.config.sections_of(state_.self)) {
    const auto [found, is_new] = state_.sections.try_emplace(id);
    SectionLog& log = found->second.log;
    if (is_new) {
      log.claim.remember(state_.past[id]);
      log.begin(id, {kLogRetry, id.value}, turn.owner);
    } else {
      // A former owner may be known to be dead now.
      on_log_event(id, found->second, log.try_serve(turn.owner), turn);
    }
  }
}

void Conversation::on_poll(Turn& turn) {
  leases::renew(claims(), turn.owner);
  for (auto& [id, section] : state_.sections)
    section.log.claim.on_poll(turn.owner);
  const Duration period = leases::poll_period(state_.config.choices, claims());
  turn.owner.out.wake({kPoll, 0}, turn.owner.seen.now + period);
}

void Conversation::on_letter(const v1::Letter& letter, Turn& turn) {
  switch (letter.body_case()) {
    case v1::Letter::kSubmit:
      return on_submit(letter, turn);
    case v1::Letter::kReadHistory:
      return on_read_history(letter, turn);
    case v1::Letter::kFetchBodies:
      return on_fetch(letter, turn);
    case v1::Letter::kRowsIndexed:
      return on_rows_indexed(letter.rows_indexed(), turn);
    case v1::Letter::kLocateMessage:
      return on_locate(letter, turn);
    case v1::Letter::kLeasesRenewed:
      return leases::on_renewed(claims(), letter, turn.owner);
    case v1::Letter::kAskRelease: {
      const auto found = state_.sections.find(SectionId{letter.ask_release().section()});
      const bool is_here = found != state_.sections.end();
      const Claim* claim = is_here ? &found->second.log.claim : nullptr;
      return leases::answer_release(claim, letter, turn.owner);
    }
    default:
      return on_log_letter(letter, section_of_answer(letter), turn);
  }
}

void Conversation::on_timer(TimerId timer, Turn& turn) {
  if (timer.kind == kPoll) return on_poll(turn);
  const SectionId id{static_cast<std::uint32_t>(timer.subject)};
  const auto found = state_.sections.find(id);
  if (found == state_.sections.end()) return;
  switch (timer.kind) {
    case kLogRetry:
      return on_log_event(id, found->second, found->second.log.on_timer(turn.owner), turn);
    case kIndexRetry:
      return on_index_retry(id, found->second, turn);
    case kIndexRecord:
      return record_progress(id, found->second, turn);
    default:
      return;
  }
}

void Conversation::on_log_letter(const v1::Letter& letter, SectionId id, Turn& turn) {
  const auto found = state_.sections.find(id);
  if (found == state_.sections.end()) return;
  const LogEvent event = found->second.log.on_letter(letter, turn.owner);
  on_log_event(id, found->second, event, turn);
}

void Conversation::on_log_event(SectionId id, Section& section, const LogEvent& event, Turn& turn) {
  if (event.began_again) {
    // Another life may have written since: what we remember is not the truth any more. Senders
    // that have no answer yet send again.
    Section fresh;
    fresh.log = std::move(section.log);
    section = std::move(fresh);
    turn.decisions.erase(id);
  }
  for (const std::string& part : event.parts)
    load_part(section.folded, part);
  if (event.loaded) on_loaded(section, turn);
  for (const v1::LogBatch& batch : event.replay)
    replay(section, batch, turn);
  if (event.horizon_moved) on_horizon(section, event.serves, turn);
  if (event.serves) on_serving(id, section, turn);
  if (!event.read.empty()) on_bodies_read(section, event.read, turn);
  if (event.index) on_index_read(section, *event.index, turn);
}

// The checkpoint is loaded. All that it covers is on W replicas, whatever was known when it was
// begun.
void Conversation::on_loaded(Section& section, Turn& turn) {
  const auto threads = section.folded.threads;
  for (const auto& entry : threads)
    section.folded.threads.edit(entry.key).committed = entry.value.last;
  if (!may_forget(state_.config)) return;
  // Parts of two histories: what was judged of a text that is not there is judged anew.
  const auto judged = section.folded.judged;
  for (const auto& entry : judged) {
    const Thread* thread = threads.find(entry.key.conversation);
    if (thread != nullptr && entry.value.number <= thread->last) continue;
    section.folded.judged.erase(entry.key);
    --section.folded.windows.edit({entry.key.conversation, entry.key.device, 0}).kept;
    const Claim& claim = section.log.claim;
    turn.owner.out.fact(forgotten_fact(claim.section, claim.epoch, section.log.horizon));
  }
}

// Folds one batch of an older owner into memory, exactly as that owner had it.
void Conversation::replay(Section& section, const v1::LogBatch& batch, Turn& turn) {
  v1::ConversationBatch decided;
  const bool whole = decided.ParseFromString(batch.payload());
  assert(whole && "a batch of this section is damaged");
  bool fits = true;
  for (const v1::ConversationEntry& entry : decided.entries())
    fits = fold(section, entry, batch.position()) && fits;
  if (fits) return;
  turn.owner.out.fact(forgotten_fact(section.log.section(), batch.epoch(), batch.position()));
}

// False if the entry is of another history (forgotten.hpp). Then it is left out, but for a text
// that both have: were its second number skipped, all that follow would have to go, too.
bool Conversation::fold(Section& section, const v1::ConversationEntry& entry,
                        std::uint64_t position) {
  if (entry.has_indexed_to()) {
    const v1::IndexedTo& indexed = entry.indexed_to();
    Thread& thread = section.folded.threads.edit(ConversationId{indexed.conversation()});
    thread.indexed_to = std::min(indexed.number(), thread.last);
    return indexed.number() <= thread.last;
  }
  const v1::StoredMessage& message = entry.message();
  const MessageKey key{ConversationId{message.conversation()}, message.number()};
  const Thread* thread = section.folded.threads.find(key.conversation);
  if (key.number != (thread == nullptr ? 0 : thread->last) + 1) return false;
  const bool doubled = section.folded.judged.contains(
      {key.conversation, DeviceId{message.sender_device()}, message.client_id()});
  remember(section, message);
  section.positions.put(key, position);
  section.decided[position].push_back(key);
  return !doubled;
}

// The log is ours: whatever an inbox may lack is sent again.
void Conversation::on_serving(SectionId id, Section& section, Turn& turn) {
  for (const auto& entry : section.folded.threads) {
    for (UserId user : members_of(entry.key)) {
      section.progress.put({entry.key, user},
                           {.confirmed = entry.value.indexed_to, .sent = entry.value.indexed_to});
      if (entry.value.indexed_to < entry.value.committed) section.behind.insert({entry.key, user});
    }
  }
  for (const MemberKey& member : section.behind)
    pump(section, member, turn);
  turn.owner.out.wake({kIndexRetry, id.value}, turn.owner.seen.now + limits::kIndexRetry);
}

// The commit. What lies at or below the horizon is on W replicas: answer the senders, fill the
// inboxes. What an older owner wrote (replayed) is committed too, but on_serving decides what to
// send of it.
void Conversation::on_horizon(Section& section, bool replayed, Turn& turn) {
  const std::uint64_t horizon = section.log.horizon;
  const std::uint64_t settled = section.log.claim.settled_max();
  std::set<MemberKey> to_pump;
  while (!section.decided.empty() && section.decided.begin()->first <= horizon) {
    // Of what was adopted nobody can tell whether the old owner could say so before it died;
    // observers ignore what they know.
    const bool told = section.decided.begin()->first <= settled;
    for (const MessageKey& key : section.decided.begin()->second) {
      Thread& thread = section.folded.threads.edit(key.conversation);
      assert(key.number == thread.committed + 1);
      thread.committed = key.number;
      const v1::StoredMessage* message = section.bodies.find(key);
      if (message != nullptr && !told) turn.owner.out.fact(committed_fact(*message));
      if (replayed) continue;
      for (UserId user : members_of(key.conversation))
        to_pump.insert({key.conversation, user});
    }
    section.decided.erase(section.decided.begin());
  }
  while (!section.answers.empty() && section.answers.begin()->first <= horizon) {
    for (Archived<v1::Letter>& answer : section.answers.begin()->second) {
      Send& send = turn.owner.out.send(unpack(answer.value.target()));
      send.letter = std::move(answer.value);
      leases::note_service(section.log.claim, send, turn.owner);
    }
    section.answers.erase(section.answers.begin());
  }
  for (const MemberKey& member : to_pump) {
    section.behind.insert(member);
    pump(section, member, turn);
  }
}

// One batch a step and section: all that was decided together commits together.
void Conversation::append_decisions(Turn& turn) {
  for (const auto& [id, decision] : turn.decisions) {
    SectionLog& log = state_.sections.at(id).log;
    if (!log.serving()) continue;  // fenced by a later letter of this step: it is nobody's decision
    const v1::ConversationBatch& batch = decision.batch;
    std::string payload;
    const bool written = batch.SerializeToString(&payload);
    assert(written);
    const std::uint64_t position =
        log.append(std::move(payload), trace_of_batch(batch), turn.owner);
    for (const v1::ConversationEntry& entry : batch.entries()) {
      if (entry.has_message()) turn.owner.out.fact(batched_fact(entry.message(), id, position));
    }
  }
}

// After the decisions: the tables hold every batch that was appended, and none that was not.
void Conversation::write_checkpoints(Turn& turn) {
  for (auto& [id, section] : state_.sections) {
    SectionLog& log = section.log;
    auto& checkpoint = section.checkpoint;
    if (checkpoint.counts(log)) checkpoint.finish(log, turn.owner);
    if (checkpoint.due(log, state_.config)) {
      checkpoint.begin(log, section.folded, section.positions, log.next_position - 1);
    }
    checkpoint.go_on(log, cut_thread_blocks, turn.owner);
  }
}

std::uint64_t Conversation::position_of(const Section& section, const MessageKey& message) {
  for (const Positions* known : {&section.positions, &section.checkpoint.closing}) {
    if (const std::uint64_t* position = known->find(message)) return *position;
  }
  const auto found = section.blocks.find(message.conversation.value, message.number - 1);
  if (!found) return 0;
  const std::uint64_t place = message.number - found->after - 1;
  const auto& positions = found->block->positions();
  if (place >= static_cast<std::uint64_t>(positions.size())) return 0;
  return positions.Get(static_cast<int>(place));
}

Conversation::Section* Conversation::section_of_conversation(ConversationId conversation) {
  const auto found = state_.sections.find(state_.config.conversation_section(conversation));
  return found == state_.sections.end() ? nullptr : &found->second;
}

}  // namespace glasspost
