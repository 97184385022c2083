// Dispatch, take-over, and the moment in which rows become visible.
#include "engine/roles/mailbox/mailbox.hpp"

#include <algorithm>
#include <cassert>

#include "engine/core/forgotten.hpp"
#include "engine/core/limits.hpp"

namespace glasspost {
namespace {

Fact visible_fact(const v1::InboxRow& row, std::uint64_t trace) {
  return {.trace = trace,
          .kind = FactKind::kVisible,
          .subject = row.user(),
          .object = row.conversation(),
          .number = row.number(),
          .value = row.inbox_number()};
}

// The number before this row: of the row before it, or of the last one that left the memory.
std::uint64_t number_before(const Mailbox::Section& section, const Mailbox::RowKey& row) {
  const auto* before = section.checkpoint.closing.last_below(row);
  if (before != nullptr && before->key.user == row.user) return before->key.inbox_number;
  return section.folded.inboxes.find(row.user)->archived;
}

// Moves rows from the front of the table into blocks of one user each.
void cut_inbox_blocks(const Mailbox::Section& section, Mailbox::Rows& rows, std::size_t bytes_max,
                      v1::LogBatch& part) {
  std::size_t bytes = 0;
  while (!rows.empty() && bytes < bytes_max) {
    const Mailbox::RowKey first = rows.begin()->key;
    Mailbox::RowKey last = first;
    v1::InboxBlock block;
    for (const auto& entry : rows) {
      const bool full = block.rows_size() == static_cast<int>(limits::kIndexBlockEntries);
      if (full || entry.key.user != first.user) break;
      last = entry.key;
      v1::InboxRow& row = *block.add_rows();
      row.set_inbox_number(entry.key.inbox_number);
      row.set_conversation(entry.value.conversation.value);
      row.set_number(entry.value.number);
    }
    rows.erase_up_to(last);
    v1::IndexBlock& added = *part.add_index();
    added.set_keeper(first.user.value);
    added.set_after(number_before(section, first));
    const bool written = block.SerializeToString(added.mutable_entries());
    assert(written);
    bytes += added.ByteSizeLong();
  }
}

}  // namespace

void Mailbox::step(const Input& input, const Seen& seen, Outbox& out) {
  OwnerStep step{state_.self, state_.config, seen, out};
  take_input(input, step);
  leases::bound(claims(), step);
}

void Mailbox::take_input(const Input& input, OwnerStep& step) {
  switch (input.kind) {
    case Input::Kind::kConfig:
      return on_config(*input.config, step);
    case Input::Kind::kStart:
      state_.started = true;
      follow_routes(step);
      return on_poll(step);
    case Input::Kind::kLetters:
      for (const v1::Letter& letter : input.letters)
        on_letter(letter, step);
      // What one step accepted asks for its numbers in one request.
      for (auto& [id, section] : state_.sections)
        ask_numbers(section, step);
      return write_checkpoints(step);
    case Input::Kind::kTimer:
      return on_timer(input.timer, step);
    case Input::Kind::kPeer:
      return on_peer(input.peer);
  }
}

void Mailbox::on_config(const Config& config, OwnerStep& step) {
  const LeaseClock clock = state_.config.choices.seq_clock;
  state_.config = config;
  if (!state_.started) return;
  leases::on_clock(clock, claims(), step);
  follow_routes(step);
  for (auto& [id, section] : state_.sections) {
    ask_anew(section);
    ask_numbers(section, step);
  }
  on_poll(step);  // perhaps it is due earlier now
}

std::vector<Claim*> Mailbox::claims() {
  std::vector<Claim*> all;
  for (auto& [id, section] : state_.sections)
    all.push_back(&section.log.claim);
  return all;
}

// What the routes give to others is forgotten at once, what they give to us is taken over.
void Mailbox::follow_routes(OwnerStep& step) {
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
      log.begin(id, {kLogRetry, id.value}, step);
    } else {
      // A former owner may be known to be dead now.
      on_log_event(id, found->second, log.try_serve(step), step);
    }
  }
}

void Mailbox::on_poll(OwnerStep& step) {
  leases::renew(claims(), step);
  for (auto& [id, section] : state_.sections)
    section.log.claim.on_poll(step);
  const Duration period = leases::poll_period(state_.config.choices, claims());
  step.out.wake({kPoll, 0}, step.seen.now + period);
}

void Mailbox::on_letter(const v1::Letter& letter, OwnerStep& step) {
  switch (letter.body_case()) {
    case v1::Letter::kIndexRows:
      return on_index_rows(letter, step);
    case v1::Letter::kNumbersTaken:
      return on_numbers(letter.numbers_taken(), step);
    case v1::Letter::kNumbersRefused:
      return on_numbers_refused(letter, step);
    case v1::Letter::kPullRows:
      return on_pull(letter, step);
    case v1::Letter::kBodiesFetched:
      return on_bodies(letter.bodies_fetched(), step);
    case v1::Letter::kRegisterRoute: {
      const v1::RegisterRoute& route = letter.register_route();
      Section* section = section_of_user(route.origin().user());
      if (section == nullptr) return;
      register_route(*section, route.origin(), route.session(), step);
      // Rows that a take-over adopted were noticed by nobody.
      if (section->log.serving()) send_notices(UserId{route.origin().user()}, 0, step);
      return;
    }
    case v1::Letter::kLocateRow:
      return on_locate(letter, step);
    case v1::Letter::kForgetRoute:
      return on_forget(letter.forget_route());
    case v1::Letter::kLeasesRenewed:
      return leases::on_renewed(claims(), letter, step);
    case v1::Letter::kAskRelease: {
      const auto found = state_.sections.find(SectionId{letter.ask_release().section()});
      const bool is_here = found != state_.sections.end();
      return leases::answer_release(is_here ? &found->second.log.claim : nullptr, letter, step);
    }
    default:
      return on_log_letter(letter, section_of_answer(letter), step);
  }
}

void Mailbox::on_timer(TimerId timer, OwnerStep& step) {
  if (timer.kind == kPoll) return on_poll(step);
  if (timer.kind == kNotice) {
    return send_notices(UserId{static_cast<std::uint32_t>(timer.subject)}, 0, step);
  }
  const auto found = state_.sections.find(SectionId{static_cast<std::uint32_t>(timer.subject)});
  if (found == state_.sections.end()) return;
  if (timer.kind == kLogRetry) {
    on_log_event(found->first, found->second, found->second.log.on_timer(step), step);
  }
  if (timer.kind == kNumbersRetry) on_numbers_retry(found->second, step);
}

void Mailbox::on_log_letter(const v1::Letter& letter, SectionId id, OwnerStep& step) {
  const auto found = state_.sections.find(id);
  if (found == state_.sections.end()) return;
  const LogEvent event = found->second.log.on_letter(letter, step);
  on_log_event(id, found->second, event, step);
}

void Mailbox::on_log_event(SectionId id, Section& section, const LogEvent& event, OwnerStep& step) {
  if (event.began_again) {
    // Another life may have written since. Routes and bodies are soft and stay; the rest is
    // replayed.
    Section kept;
    kept.log = std::move(section.log);
    kept.routes = std::move(section.routes);
    kept.bodies = std::move(section.bodies);
    section = std::move(kept);
  }
  for (const std::string& part : event.parts)
    load_part(section.folded, part);
  if (event.loaded) on_loaded(section);
  for (const v1::LogBatch& batch : event.replay) {
    Appended& replayed = section.appended.emplace_back();
    replayed.position = batch.position();
    const bool whole = replayed.batch.value.ParseFromString(batch.payload());
    assert(whole && "a batch of this section is damaged");
  }
  if (event.index) on_rows_read(section, *event.index, step);
  if (event.serves) {
    on_serving(id, section, step);
  } else if (event.horizon_moved) {
    on_horizon(section, step);
  }
}

// The checkpoint is loaded. What was under way when it was begun is not in it: only what was
// visible counts.
void Mailbox::on_loaded(Section& section) {
  const Folded loaded = section.folded;
  for (const auto& entry : loaded.inboxes)
    section.folded.inboxes.put(
        entry.key, {entry.value.visible, entry.value.visible, entry.value.visible, false});
  for (const auto& entry : loaded.indexed)
    section.folded.indexed.put(entry.key, {entry.value.durable, entry.value.durable});
}

// A row that an older owner wrote.
void Mailbox::show_replayed(Section& section, const v1::InboxRow& row, std::uint64_t position,
                            OwnerStep& step) {
  const Claim& claim = section.log.claim;
  if (!fits(section, row)) {
    return step.out.fact(forgotten_fact(section.log.section(), claim.epoch, position));
  }
  show(section, row);
  Indexed& indexed =
      section.folded.indexed.edit({ConversationId{row.conversation()}, UserId{row.user()}});
  indexed.accepted = row.number();
  // The old owner may have died before it could say so; observers ignore what they know.
  if (position > claim.settled_max()) step.out.fact(visible_fact(row, 0));
}

// The log is ours: fold it into inboxes, and let access register its connections here. Homes are
// told nothing: they send again what was never confirmed, and hear then that it is here.
void Mailbox::on_serving(SectionId id, Section& section, OwnerStep& step) {
  for (const Appended& replayed : section.appended) {
    for (const v1::InboxRow& row : replayed.batch.value.rows())
      show_replayed(section, row, replayed.position, step);
  }
  section.appended.clear();
  for (std::uint32_t number = 1; number <= state_.config.access_count; ++number) {
    v1::OwnerServes& serves =
        *step.out.send({RoleKind::kAccess, number}).letter.mutable_owner_serves();
    serves.set_section(id.value);
    serves.set_epoch(section.log.claim.epoch);
  }
}

// Rows at or below the horizon are on W replicas: they are visible from now on, and said to be.
void Mailbox::on_horizon(Section& section, OwnerStep& step) {
  std::map<MemberKey, std::uint64_t> confirmed;  // with the trace of the newest row
  std::map<UserId, std::uint64_t> noticed;
  while (!section.appended.empty() && section.appended.front().position <= section.log.horizon) {
    for (const v1::InboxRow& row : section.appended.front().batch.value.rows()) {
      show(section, row);
      const ConversationId conversation{row.conversation()};
      const UserId user{row.user()};
      const std::uint64_t trace = section.bodies.trace({conversation, row.number()});
      step.out.fact(visible_fact(row, trace));
      confirmed[{conversation, user}] = trace;
      noticed[user] = trace;
    }
    section.appended.pop_front();
  }
  for (const auto& [member, trace] : confirmed) {
    const Address home =
        state_.config.owner_of(state_.config.conversation_section(member.conversation));
    v1::RowsIndexed& indexed = *step.out.send(home, trace).letter.mutable_rows_indexed();
    indexed.set_user(member.user.value);
    indexed.set_conversation(member.conversation.value);
    indexed.set_number(section.folded.indexed.find(member)->durable);
  }
  for (const auto& [user, trace] : noticed)
    notice(section, user, trace, step);
}

// False if the row is of another history (forgotten.hpp): then it is left out, and the home sends
// again what is missing.
bool Mailbox::fits(const Section& section, const v1::InboxRow& row) {
  const UserId user{row.user()};
  const Inbox* inbox = section.folded.inboxes.find(user);
  const Indexed* indexed = section.folded.indexed.find({ConversationId{row.conversation()}, user});
  return row.inbox_number() > (inbox == nullptr ? 0 : inbox->visible) &&
         row.number() == (indexed == nullptr ? 0 : indexed->durable) + 1;
}

// The row is the inbox's newest line.
void Mailbox::show(Section& section, const v1::InboxRow& row) {
  const UserId user{row.user()};
  const ConversationId conversation{row.conversation()};
  assert(fits(section, row));
  Inbox& inbox = section.folded.inboxes.edit(user);
  inbox.visible = row.inbox_number();
  inbox.used = std::max(inbox.used, row.inbox_number());
  section.rows.put({user, row.inbox_number()}, {conversation, row.number()});
  Indexed& indexed = section.folded.indexed.edit({conversation, user});
  indexed.durable = row.number();
}

// The tables hold every row at or below the horizon, and none above it.
void Mailbox::write_checkpoints(OwnerStep& step) {
  for (auto& [id, section] : state_.sections) {
    SectionLog& log = section.log;
    auto& checkpoint = section.checkpoint;
    if (checkpoint.counts(log)) finish_checkpoint(section, step);
    if (checkpoint.due(log, state_.config)) {
      checkpoint.begin(log, section.folded, section.rows, log.horizon);
    }
    const auto cut = [&whole = section](Rows& rows, std::size_t bytes_max, v1::LogBatch& part) {
      cut_inbox_blocks(whole, rows, bytes_max, part);
    };
    checkpoint.go_on(log, cut, step);
  }
}

// The rows that it closed are read from the store from now on.
void Mailbox::finish_checkpoint(Section& section, OwnerStep& step) {
  for (const auto& row : section.checkpoint.closing)
    section.folded.inboxes.edit(row.key.user).archived = row.key.inbox_number;
  section.checkpoint.finish(section.log, step);
}

Mailbox::Section* Mailbox::section_of_user(std::uint32_t user) {
  if (user < 1 || user > state_.config.users_max()) return nullptr;
  const auto found = state_.sections.find(state_.config.mailbox_section(UserId{user}));
  return found == state_.sections.end() ? nullptr : &found->second;
}

}  // namespace glasspost
