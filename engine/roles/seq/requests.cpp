// What an allocator is asked: the next numbers, the current ones, and why. Judged first, then
// answered from memory: at or below the durable ceiling nobody waits for a disk.
#include <algorithm>
#include <cassert>

#include "engine/core/dropped.hpp"
#include "engine/core/limits.hpp"
#include "engine/core/section_log.hpp"
#include "engine/roles/seq/seq.hpp"

namespace glasspost {
namespace {

// Why a request is refused, and whose entry was at fault (0: none in particular).
struct Refusal {
  v1::NumbersFailure failure = v1::NUMBERS_FAILURE_UNSPECIFIED;
  std::uint32_t user = 0;

  explicit operator bool() const { return failure != v1::NUMBERS_FAILURE_UNSPECIFIED; }
};

std::size_t place_of(const Config& config, std::uint32_t user) {
  return (user - 1) % config.seq_users(config.seq_cut);
}

// No number above this was handed out to the user: by this life, or by anybody before it.
std::uint64_t last_of(const Seq::Section& section, std::size_t place) {
  const std::uint64_t last = section.last.at(place);
  return last == 0 ? section.floor : last;
}

Refusal judge_section(const Config& config, Address self, std::uint32_t section) {
  const SectionId id{section};
  if (kind_of(id) != SectionKind::kSeq || !config.could_have_section(id)) {
    return {v1::NUMBERS_FAILURE_NO_SECTION};
  }
  // One of another cut: the caller's table is older than ours, or newer.
  if (!config.has_section(id) || config.owner_of(id) != self) {
    return {v1::NUMBERS_FAILURE_NOT_OWNER};
  }
  return {};
}

// The entry of one user, after the entry of another (0: it is the first).
Refusal judge_user(const Config& config, std::uint32_t section, std::uint32_t before,
                   std::uint32_t user) {
  if (user < 1 || user > config.users_max()) return {v1::NUMBERS_FAILURE_UNKNOWN_USER, user};
  if (user <= before) return {v1::NUMBERS_FAILURE_BAD_LIST, user};
  if (config.seq_section(UserId{user}).value != section) {
    return {v1::NUMBERS_FAILURE_OTHER_SECTION, user};
  }
  return {};
}

bool is_fair(int entries) {
  return entries >= 1 && entries <= limits::kNumberedUsersMax;
}

// All that can be judged without knowing what was handed out.
Refusal judge(const v1::TakeNumbers& take, const Config& config, Address self) {
  if (const Refusal refusal = judge_section(config, self, take.section())) return refusal;
  if (!is_fair(take.ranges_size())) return {v1::NUMBERS_FAILURE_BAD_LIST};
  std::uint32_t before = 0;
  for (const v1::NumberRange& range : take.ranges()) {
    if (const Refusal refusal = judge_user(config, take.section(), before, range.user())) {
      return refusal;
    }
    if (range.count() < 1 || range.count() > limits::kNumbersPerUserMax) {
      return {v1::NUMBERS_FAILURE_BAD_COUNT, range.user()};
    }
    before = range.user();
  }
  return {};
}

Refusal judge(const v1::ReadNumbers& read, const Config& config, Address self) {
  if (const Refusal refusal = judge_section(config, self, read.section())) return refusal;
  if (!is_fair(read.users_size())) return {v1::NUMBERS_FAILURE_BAD_LIST};
  std::uint32_t before = 0;
  for (std::uint32_t user : read.users()) {
    if (const Refusal refusal = judge_user(config, read.section(), before, user)) return refusal;
    before = user;
  }
  return {};
}

// An epoch that is not the owner's speaks to another life, of the owner or of the caller.
Refusal judge_epoch(std::uint64_t meant, const Seq::Section& section) {
  if (meant == 0 || meant == section.claim.epoch) return {};
  return {v1::NUMBERS_FAILURE_STALE_EPOCH};
}

// Do both number rows of one section of inboxes? A section of numbers may have several of those.
bool same_inboxes(const Config& config, const v1::TakeNumbers& one, const v1::TakeNumbers& other) {
  return config.mailbox_section(UserId{one.ranges(0).user()}) ==
         config.mailbox_section(UserId{other.ranges(0).user()});
}

// Whose space has no room for what is asked.
Refusal judge_room(const v1::TakeNumbers& take, const Seq::Section& section, const Config& config) {
  for (const v1::NumberRange& range : take.ranges()) {
    const std::uint64_t last = last_of(section, place_of(config, range.user()));
    if (last + range.count() > limits::kNumberMax) {
      return {v1::NUMBERS_FAILURE_USED_UP, range.user()};
    }
  }
  return {};
}

template <class Request>
void refuse(const v1::Letter& letter, const Request& request, Refusal refusal, std::uint64_t epoch,
            OwnerStep& step) {
  Send& send = step.out.send(unpack(letter.source()), letter.trace());
  v1::NumbersRefused& refused = *send.letter.mutable_numbers_refused();
  refused.set_ticket(request.ticket());
  refused.set_section(request.section());
  refused.set_failure(refusal.failure);
  refused.set_user(refusal.user);
  refused.set_epoch(epoch);
}

// A section that is being taken over answers nothing: the caller asks again.
void drop(const v1::Letter& letter, OwnerStep& step) {
  step.out.fact(dropped_fact(step.self, letter, DropReason::kNotServing));
}

}  // namespace

void Seq::on_take(const v1::Letter& letter, OwnerStep& step) {
  const v1::TakeNumbers& take = letter.take_numbers();
  Section* section = section_named(take.section());
  const std::uint64_t epoch = section == nullptr ? 0 : section->claim.epoch;
  if (const Refusal refusal = judge(take, state_.config, state_.self)) {
    return refuse(letter, take, refusal, epoch, step);
  }
  if (section == nullptr || !section->serves) return drop(letter, step);
  if (const Refusal refusal = judge_epoch(take.epoch(), *section)) {
    return refuse(letter, take, refusal, epoch, step);
  }
  if (answer_take(*section, letter, step)) return;
  if (take.alone()) {
    std::erase_if(section->waiting, [&](const Archived<v1::Letter>& older) {
      const v1::TakeNumbers& waits = older.value.take_numbers();
      return older.value.source() == letter.source() && waits.alone() &&
             same_inboxes(state_.config, waits, take);
    });
  }
  if (section->waiting.size() >= limits::kWaitingTakesMax) {
    return refuse(letter, take, {v1::NUMBERS_FAILURE_BUSY}, epoch, step);
  }
  section->waiting.push_back({letter});
}

// True if the request is done with: handed out, or refused. Else a higher ceiling is asked for.
bool Seq::answer_take(Section& section, const v1::Letter& letter, OwnerStep& step) {
  const v1::TakeNumbers& take = letter.take_numbers();
  if (const Refusal refusal = judge_room(take, section, state_.config)) {
    refuse(letter, take, refusal, section.claim.epoch, step);
    return true;
  }
  std::uint64_t needed = 0;
  for (const v1::NumberRange& range : take.ranges()) {
    const std::uint64_t last = last_of(section, place_of(state_.config, range.user()));
    needed = std::max(needed, last + range.count());
  }
  if (needed > section.ceiling) {
    raise(section.claim.section, section, needed, step);
    return false;
  }
  hand_out(section, letter, step);
  section.highest = std::max(section.highest, needed);
  assert(section.highest <= section.ceiling);
  // Ask for the next step while so much of this one is left: nobody waits for the disk then.
  const Choices& choices = state_.config.choices;
  if (section.highest + choices.seq_step * choices.seq_prefetch / 100 > section.ceiling) {
    raise(section.claim.section, section, section.ceiling + 1, step);
  }
  return true;
}

void Seq::hand_out(Section& section, const v1::Letter& letter, OwnerStep& step) {
  const v1::TakeNumbers& take = letter.take_numbers();
  Send& send = step.out.send(unpack(letter.source()), letter.trace());
  v1::NumbersTaken& taken = *send.letter.mutable_numbers_taken();
  taken.set_ticket(take.ticket());
  taken.set_section(take.section());
  leases::note_service(section.claim, send, step);
  for (const v1::NumberRange& asked : take.ranges()) {
    const std::size_t place = place_of(state_.config, asked.user());
    const std::uint64_t first = last_of(section, place) + 1;
    section.last.set(place, first + asked.count() - 1);
    v1::NumberRange& range = *taken.add_ranges();
    range = asked;
    range.set_first(first);
    step.out.fact_as_leaves(send, {.kind = FactKind::kHandedOut,
                                   .subject = asked.user(),
                                   .object = take.section(),
                                   .number = first,
                                   .value = asked.count(),
                                   .extra = section.ceiling});
  }
}

void Seq::on_read(const v1::Letter& letter, OwnerStep& step) {
  const v1::ReadNumbers& read = letter.read_numbers();
  Section* section = section_named(read.section());
  const std::uint64_t epoch = section == nullptr ? 0 : section->claim.epoch;
  if (const Refusal refusal = judge(read, state_.config, state_.self)) {
    return refuse(letter, read, refusal, epoch, step);
  }
  if (section == nullptr || !section->serves) return drop(letter, step);
  if (const Refusal refusal = judge_epoch(read.epoch(), *section)) {
    return refuse(letter, read, refusal, epoch, step);
  }
  Send& send = step.out.send(unpack(letter.source()), letter.trace());
  v1::NumbersRead& told = *send.letter.mutable_numbers_read();
  told.set_ticket(read.ticket());
  told.set_section(read.section());
  for (std::uint32_t user : read.users())
    told.add_last(last_of(*section, place_of(state_.config, user)));
}

void Seq::on_show(const v1::Letter& letter, OwnerStep& step) {
  *step.out.send(unpack(letter.source())).letter.mutable_numbers_shown() =
      shown(letter.show_numbers().user());
}

v1::NumbersShown Seq::shown(std::uint32_t user) const {
  v1::NumbersShown shown;
  if (user < 1 || user > state_.config.users_max()) return shown;
  shown.set_section(state_.config.seq_section(UserId{user}).value);
  const auto found = state_.sections.find(SectionId{shown.section()});
  if (found == state_.sections.end()) return shown;
  const Section* section = &found->second;
  shown.set_epoch(section->claim.epoch);
  shown.set_serves(section->serves);
  if (!shown.serves()) return shown;
  shown.set_floor(section->floor);
  shown.set_last(section->last.at(place_of(state_.config, user)));
  shown.set_highest(section->highest);
  shown.set_ceiling(section->ceiling);
  shown.set_asked(section->ceiling_asked);
  shown.set_step(state_.config.choices.seq_step);
  shown.set_prefetch(state_.config.choices.seq_prefetch);
  shown.set_raises(section->raises);
  shown.set_waiting(static_cast<std::uint32_t>(section->waiting.size()));
  return shown;
}

}  // namespace glasspost
