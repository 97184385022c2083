// Taking sections over, handing numbers out, raising ceilings.
#include "engine/roles/seq/seq.hpp"

#include <algorithm>
#include <cassert>
#include <functional>
#include <utility>
#include <vector>

#include "engine/core/dropped.hpp"
#include "engine/core/limits.hpp"
#include "engine/core/section_log.hpp"

namespace glasspost {
namespace {

// The last number of a signed 64-bit reader: nobody must be handed more.
constexpr std::uint64_t kNumberMax = (std::uint64_t{1} << 63) - 1;

void send_raise_to(const Seq::Section& section, Address replica, OwnerStep& step) {
  v1::RaiseCeiling& raise = *step.out.send(replica).letter.mutable_raise_ceiling();
  raise.set_section(section.claim.section.value);
  raise.set_epoch(section.claim.epoch);
  raise.set_ceiling(section.ceiling_asked);
}

// One that is not sealed yet would refuse: it knows older epochs only. It is sealed first.
void send_raise(const Seq::Section& section, OwnerStep& step) {
  for (Address replica : step.config.replicas) {
    if (section.claim.said_by(replica.number) != nullptr) {
      send_raise_to(section, replica, step);
    } else {
      section.claim.seal(replica, step);
    }
  }
}

std::size_t place_of(const Config& config, UserId user) {
  return (user.value - 1) % config.users_per_section;
}

std::uint64_t last_of(const Seq::Section& section, std::size_t place) {
  if (place >= section.last.size() || section.last[place] == 0) return section.floor;
  return section.last[place];
}

bool well_formed(const v1::TakeNumbers& take, const Config& config) {
  std::uint32_t user_before = 0;
  for (const v1::NumberRange& range : take.ranges()) {
    if (range.user() <= user_before || range.user() > config.users_max()) return false;
    user_before = range.user();
    if (config.seq_section(UserId{range.user()}).value != take.section()) return false;
    if (range.count() < 1 || range.count() > limits::kNumbersPerUserMax) return false;
  }
  return true;
}

// The ceiling that W replicas have confirmed.
std::uint64_t quorum_ceiling(const Seq::Section& section, std::uint32_t write_quorum) {
  std::vector<std::uint64_t> ceilings;
  for (const auto& [replica, ceiling] : section.raised)
    ceilings.push_back(ceiling);
  if (ceilings.size() < write_quorum) return 0;
  std::sort(ceilings.begin(), ceilings.end(), std::greater<>());
  return ceilings[write_quorum - 1];
}

}  // namespace

void Seq::step(const Input& input, const Seen& seen, Outbox& out) {
  OwnerStep step{state_.self, state_.config, seen, out};
  switch (input.kind) {
    case Input::Kind::kConfig:
      state_.config = *input.config;
      return;
    case Input::Kind::kStart:
      return on_start(step);
    case Input::Kind::kLetters:
      for (const v1::Letter& letter : input.letters)
        on_letter(letter, step);
      return;
    case Input::Kind::kTimer:
      return on_retry(SectionId{static_cast<std::uint32_t>(input.timer.subject)}, step);
    case Input::Kind::kPeer:
      return;
  }
}

void Seq::on_start(OwnerStep& step) {
  for (SectionId id : state_.config.sections_of(state_.self)) {
    state_.sections[id].claim.begin(id, {kRetry, id.value}, step);
    step.out.wake({kRetry, id.value}, step.seen.now + limits::kStoreRetry);
  }
}

void Seq::on_letter(const v1::Letter& letter, OwnerStep& step) {
  const Address source = unpack(letter.source());
  switch (letter.body_case()) {
    case v1::Letter::kRegisterPromised:
    case v1::Letter::kRegisterAccepted:
    case v1::Letter::kRegisterRefused: {
      Section* section = section_named(section_of_answer(letter).value);
      if (section != nullptr) section->claim.on_register(letter, step);
      return;
    }
    case v1::Letter::kSectionSealed:
      return on_sealed(source, letter.section_sealed(), step);
    case v1::Letter::kTakeNumbers:
      return on_take(letter, step);
    case v1::Letter::kCeilingRaised:
      return on_raised(source, letter.ceiling_raised(), step);
    case v1::Letter::kEpochRefused:
      return on_refused(source, letter.epoch_refused(), step);
    default:
      return;
  }
}

Seq::Section* Seq::section_named(std::uint32_t id) {
  const auto found = state_.sections.find(SectionId{id});
  return found == state_.sections.end() ? nullptr : &found->second;
}

void Seq::on_retry(SectionId id, OwnerStep& step) {
  Section& section = state_.sections.at(id);
  const ClaimPhase phase = section.claim.phase;
  if (phase == ClaimPhase::kFenced) return;
  section.claim.on_timer(step);
  if (phase == ClaimPhase::kSealed) {
    if (section.ceiling_asked == section.ceiling) return;  // raise arms it again
    send_raise(section, step);
  } else {
    section.claim.resend(step);
  }
  step.out.wake({kRetry, id.value}, step.seen.now + limits::kStoreRetry);
}

void Seq::on_sealed(Address replica, const v1::SectionSealed& answer, OwnerStep& step) {
  Section* section = section_named(answer.section());
  if (section == nullptr) return;
  if (section->claim.on_sealed(replica, answer, step)) {
    return serve(SectionId{answer.section()}, *section, step);
  }
  // It had missed its seal. It need not know a ceiling that W others have, but one on its way.
  const bool late = section->claim.late.contains(replica.number);
  if (late && section->ceiling_asked > section->ceiling) send_raise_to(*section, replica, step);
}

// Step 5: everything at or below the ceiling may have been handed out by somebody, nothing above
// it.
void Seq::serve(SectionId id, Section& section, OwnerStep& step) {
  section.floor = section.claim.ceiling_max();
  section.ceiling = section.ceiling_asked = section.highest = section.floor;
  section.raised.clear();
  section.last.clear();
  section.waiting.clear();
  step.out.fact({.kind = FactKind::kServing,
                 .subject = id.value,
                 .object = section.claim.epoch,
                 .number = section.floor});
  raise(id, section, section.floor + 1, step);
}

void Seq::on_take(const v1::Letter& letter, OwnerStep& step) {
  const SectionId id{letter.take_numbers().section()};
  const auto found = state_.sections.find(id);
  if (found == state_.sections.end() || found->second.claim.phase != ClaimPhase::kSealed ||
      !well_formed(letter.take_numbers(), state_.config)) {
    step.out.fact(dropped_fact(state_.self, letter, DropReason::kNotServing));
    return;  // the mailbox asks again
  }
  Section& section = found->second;
  if (hand_out(section, letter, step)) return;
  // A mailbox has one request under way for a section: its older ones are worth nothing any more.
  std::erase_if(section.waiting, [&letter](const Archived<v1::Letter>& older) {
    return older.value.source() == letter.source();
  });
  section.waiting.push_back({letter});
}

// Answers if every number asked for lies at or below the ceiling; else asks for a higher ceiling.
bool Seq::hand_out(Section& section, const v1::Letter& letter, OwnerStep& step) {
  const v1::TakeNumbers& take = letter.take_numbers();
  std::uint64_t needed = 0;
  for (const v1::NumberRange& range : take.ranges()) {
    needed = std::max(
        needed, last_of(section, place_of(state_.config, UserId{range.user()})) + range.count());
  }
  if (needed > section.ceiling) {
    raise(section.claim.section, section, needed, step);
    return false;
  }
  Send& send = step.out.send(unpack(letter.source()), letter.trace());
  v1::NumbersTaken& taken = *send.letter.mutable_numbers_taken();
  taken.set_ticket(take.ticket());
  taken.set_section(take.section());
  for (const v1::NumberRange& asked : take.ranges()) {
    const std::size_t place = place_of(state_.config, UserId{asked.user()});
    const std::uint64_t first = last_of(section, place) + 1;
    if (place >= section.last.size()) section.last.resize(place + 1);
    section.last.edit(place) = first + asked.count() - 1;
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
  section.highest = std::max(section.highest, needed);
  assert(section.highest <= section.ceiling);
  // Ask for the next step while half of this one is left: nobody waits for the disk then (WF 3.11).
  if (section.highest + state_.config.choices.seq_step / 2 > section.ceiling) {
    raise(section.claim.section, section, section.ceiling + 1, step);
  }
  return true;
}

void Seq::raise(SectionId id, Section& section, std::uint64_t needed, OwnerStep& step) {
  const std::uint64_t wanted = std::max(needed, section.ceiling + state_.config.choices.seq_step);
  if (section.ceiling_asked >= needed || wanted > kNumberMax) return;
  section.ceiling_asked = wanted;
  send_raise(section, step);
  step.out.wake({kRetry, id.value}, step.seen.now + limits::kStoreRetry);
}

void Seq::on_raised(Address replica, const v1::CeilingRaised& answer, OwnerStep& step) {
  const auto found = state_.sections.find(SectionId{answer.section()});
  if (found == state_.sections.end()) return;
  Section& section = found->second;
  if (section.claim.phase != ClaimPhase::kSealed || answer.epoch() != section.claim.epoch) return;
  std::uint64_t& confirmed = section.raised[replica.number];
  confirmed = std::max(confirmed, answer.ceiling());  // the value that counts is the store's
  const std::uint64_t reached = quorum_ceiling(section, state_.config.write_quorum);
  if (reached <= section.ceiling) return;
  section.ceiling = reached;
  section.ceiling_asked = std::max(section.ceiling_asked, reached);
  step.out.fact(
      {.kind = FactKind::kCeiling, .subject = answer.section(), .object = section.ceiling});
  std::deque<Archived<v1::Letter>> waiting = std::exchange(section.waiting, {});
  for (Archived<v1::Letter>& letter : waiting) {
    if (!hand_out(section, letter.value, step)) section.waiting.push_back(std::move(letter));
  }
}

void Seq::on_refused(Address replica, const v1::EpochRefused& refusal, OwnerStep& step) {
  const auto found = state_.sections.find(SectionId{refusal.section()});
  if (found == state_.sections.end() || refusal.epoch() != found->second.claim.epoch) return;
  const Claim& claim = found->second.claim;
  if (claim.phase == ClaimPhase::kFenced) return;
  // Only who knows a higher epoch ends ours; one that was sealed and does not know it has forgotten
  // (store.fsync).
  const bool missed_seal =
      refusal.sealed_epoch() < claim.epoch && claim.said_by(replica.number) == nullptr;
  if (missed_seal) return claim.seal(replica, step);
  step.out.fact({.kind = FactKind::kFenced,
                 .subject = refusal.section(),
                 .object = refusal.epoch(),
                 .number = refusal.sealed_epoch()});
  found->second.claim.begin(found->first, {kRetry, refusal.section()}, step);
  step.out.wake({kRetry, refusal.section()}, step.seen.now + limits::kStoreRetry);
}

}  // namespace glasspost
