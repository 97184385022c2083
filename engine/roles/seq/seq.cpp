// Taking sections over and raising ceilings.
#include "engine/roles/seq/seq.hpp"

#include <algorithm>
#include <functional>
#include <utility>
#include <vector>

#include "engine/core/dropped.hpp"
#include "engine/core/limits.hpp"
#include "engine/core/section_log.hpp"

namespace glasspost {
namespace {

void send_raise_to(const Seq::Section& section, Address replica, OwnerStep& step) {
  v1::Letter& letter = step.to_replica(replica, section.claim.replica_set);
  v1::RaiseCeiling& raise = *letter.mutable_raise_ceiling();
  raise.set_section(section.claim.section.value);
  raise.set_epoch(section.claim.epoch);
  raise.set_ceiling(section.ceiling_asked);
  raise.set_cut_version(section.cut_version);
}

// W replicas have a ceiling that this life asked for: they have all that was ever handed out.
bool is_safe_without(const Seq::Section& section) {
  return section.ceiling > section.floor;
}

// A replica whose disk was lost is not sealed yet: it is asked until it counts again.
bool lacks_a_replica(const Seq::Section& section, const Config& config) {
  const std::size_t sealed = section.claim.sealed.size() + section.claim.late.size();
  return section.claim.replica_set > 0 && sealed < config.replicas.size();
}

// One that is not sealed yet would refuse: it knows older epochs only. It is sealed first.
void send_raise(const Seq::Section& section, OwnerStep& step) {
  for (Address replica : step.config.replicas) {
    if (section.claim.said_by(replica.number) == nullptr) {
      section.claim.seal(replica, is_safe_without(section), step);
    } else if (section.ceiling_asked > section.ceiling) {
      send_raise_to(section, replica, step);
    }
  }
}

// The ceiling that W replicas have confirmed.
std::uint64_t quorum_ceiling(const Seq::Section& section, std::uint32_t write_quorum) {
  std::vector<std::uint64_t> ceilings;
  for (const auto& [replica, ceiling] : section.raised)
    ceilings.push_back(ceiling);
  if (ceilings.size() < write_quorum) return 0;
  std::sort(ceilings.begin(), ceilings.end(), std::greater<>());
  return std::min(ceilings[write_quorum - 1], limits::kNumberMax);
}

}  // namespace

void Seq::step(const Input& input, const Seen& seen, Outbox& out) {
  OwnerStep step{state_.self, state_.config, seen, out};
  switch (input.kind) {
    case Input::Kind::kConfig:
      on_config(*input.config, step);
      break;
    case Input::Kind::kStart:
      state_.started = true;
      follow_routes(step);
      on_poll(step);
      break;
    case Input::Kind::kLetters:
      for (const v1::Letter& letter : input.letters)
        on_letter(letter, step);
      break;
    case Input::Kind::kTimer:
      if (input.timer.kind == kPoll) {
        on_poll(step);
      } else {
        on_retry(SectionId{static_cast<std::uint32_t>(input.timer.subject)}, step);
      }
      break;
    case Input::Kind::kPeer:
      break;
  }
  leases::bound(claims(), step);
}

void Seq::on_config(const Config& config, OwnerStep& step) {
  const LeaseClock clock = state_.config.choices.seq_clock;
  state_.config = config;
  if (!state_.started) return;
  std::vector<Claim*> all = claims();
  for (auto& [id, claim] : state_.closing)
    all.push_back(&claim);
  leases::on_clock(clock, all, step);
  follow_routes(step);
  on_poll(step);  // perhaps it is due earlier now
}

std::vector<Claim*> Seq::claims() {
  std::vector<Claim*> all;
  for (auto& [id, section] : state_.sections)
    all.push_back(&section.claim);
  return all;
}

// What the routes give to others is forgotten at once, what they give to us is taken over.
void Seq::follow_routes(OwnerStep& step) {
  forget_cut();
  std::erase_if(state_.sections, [&](const auto& entry) {
    const bool is_of_cut = entry.second.cut_version == state_.config.seq_cut_version &&
                           state_.config.has_section(entry.first);
    const bool is_lost = !is_of_cut || state_.config.owner_of(entry.first) != state_.self;
    if (is_lost) state_.past[entry.first] = entry.second.claim.past();
    return is_lost;
  });
  forget_needless();
  for (SectionId id : state_.config.sections_of(state_.self)) {
    const auto [found, is_new] = state_.sections.try_emplace(id);
    if (is_new) {
      found->second.claim.section = id;
      found->second.cut_version = state_.config.seq_cut_version;
      found->second.claim.remember(state_.past[id]);
      begin_again(found->second, step);
    } else {
      try_serve(found->second, step);  // a former owner may be known to be dead now
    }
  }
}

void Seq::on_poll(OwnerStep& step) {
  leases::renew(claims(), step);
  for (auto& [id, section] : state_.sections)
    section.claim.on_poll(step);
  for (auto& [id, claim] : state_.closing)
    claim.on_poll(step);
  const Duration period = leases::poll_period(state_.config.choices, claims());
  step.out.wake({kPoll, 0}, step.seen.now + period);
}

void Seq::on_letter(const v1::Letter& letter, OwnerStep& step) {
  const Address source = unpack(letter.source());
  Claim* const closing = closing_named(section_of_answer(letter));
  if (closing != nullptr) return on_closing_letter(*closing, letter, step);
  switch (letter.body_case()) {
    case v1::Letter::kRegisterPromised:
    case v1::Letter::kRegisterAccepted:
    case v1::Letter::kRegisterRefused: {
      Section* section = section_named(section_of_answer(letter).value);
      if (section == nullptr) return;
      section->claim.on_register(letter, step);
      if (section->claim.phase == ClaimPhase::kFenced) section->serves = false;
      return;
    }
    case v1::Letter::kSectionSealed:
      return on_sealed(source, letter.section_sealed(), step);
    case v1::Letter::kLeasesRenewed:
      return leases::on_renewed(claims(), letter, step);
    case v1::Letter::kAskRelease: {
      const Section* section = section_named(letter.ask_release().section());
      return leases::answer_release(section == nullptr ? nullptr : &section->claim, letter, step);
    }
    case v1::Letter::kSectionReleased: {
      Section* section = section_named(letter.section_released().section());
      if (section == nullptr) return;
      section->claim.on_released(source, letter.section_released());
      return try_serve(*section, step);
    }
    case v1::Letter::kTakeNumbers:
      return on_take(letter, step);
    case v1::Letter::kReadNumbers:
      return on_read(letter, step);
    case v1::Letter::kShowNumbers:
      return on_show(letter, step);
    case v1::Letter::kCeilingRaised:
      return on_raised(source, letter.ceiling_raised(), step);
    case v1::Letter::kEpochRefused:
      return on_refused(source, letter.epoch_refused(), step);
    case v1::Letter::kReplicaSetChanged: {
      Section* section = section_named(letter.replica_set_changed().section());
      if (section == nullptr) return;
      const bool changed =
          section->claim.on_replica_set(source, letter.replica_set_changed(), state_.config);
      if (changed) begin_again(*section, step);
      return;
    }
    default:
      return;
  }
}

Seq::Section* Seq::section_named(std::uint32_t id) {
  const auto found = state_.sections.find(SectionId{id});
  return found == state_.sections.end() ? nullptr : &found->second;
}

void Seq::on_retry(SectionId id, OwnerStep& step) {
  Claim* const closing = closing_named(id);
  if (closing != nullptr) return on_closing_retry(*closing, step);
  Section* const found = section_named(id.value);
  if (found == nullptr) return;
  Section& section = *found;
  const ClaimPhase phase = section.claim.phase;
  if (phase == ClaimPhase::kFenced) return;
  section.claim.on_timer(step);
  if (phase == ClaimPhase::kSealed && !section.serves) return try_serve(section, step);
  if (phase == ClaimPhase::kSealed) {
    const bool is_quiet = section.ceiling_asked == section.ceiling;
    if (is_quiet && !lacks_a_replica(section, state_.config)) return;  // raise arms it again
    send_raise(section, step);
  } else {
    section.claim.resend(step);
  }
  step.out.wake({kRetry, id.value}, step.seen.now + limits::kStoreRetry);
}

void Seq::on_sealed(Address replica, const v1::SectionSealed& answer, OwnerStep& step) {
  Section* section = section_named(answer.section());
  if (section == nullptr) return;
  if (section->claim.on_sealed(replica, answer, step)) return try_serve(*section, step);
  // It had missed its seal. It need not know a ceiling that W others have, but one on its way.
  const bool late = section->claim.late.contains(replica.number);
  if (late && section->ceiling_asked > section->ceiling) send_raise_to(*section, replica, step);
}

// Serves when R replicas are sealed and no former owner can answer any more, by this cut or the
// one before.
void Seq::try_serve(Section& section, OwnerStep& step) {
  if (section.serves || section.claim.phase != ClaimPhase::kSealed) return;
  const SectionId id = section.claim.section;
  const bool waits = section.claim.must_wait(step);
  const bool closed = is_above_all_cuts(section) || has_closed(section, step);
  if (!waits && closed) return serve(id, section, step);
  const Duration left = section.claim.free_at - leases::clock_now(step);
  const Duration pause = waits ? std::min(left, limits::kStoreRetry) : limits::kStoreRetry;
  step.out.wake({kRetry, id.value}, step.seen.now + pause);
}

// Step 5: everything at or below the ceiling may have been handed out by somebody, nothing above
// it.
void Seq::serve(SectionId id, Section& section, OwnerStep& step) {
  section.serves = true;
  section.claim.on_serving(step);
  const std::uint64_t found = std::max(section.claim.ceiling_max(), ceiling_before(section));
  section.floor = std::min(found, limits::kNumberMax);
  section.ceiling = section.ceiling_asked = section.highest = section.floor;
  section.raises = 0;
  section.raised.clear();
  section.last.clear();
  section.waiting.clear();
  step.out.fact({.kind = FactKind::kServing,
                 .subject = id.value,
                 .object = section.claim.epoch,
                 .number = section.floor});
  raise(id, section, section.floor + 1, step);
}

void Seq::raise(SectionId id, Section& section, std::uint64_t needed, OwnerStep& step) {
  if (section.ceiling_asked >= needed || needed > limits::kNumberMax) return;
  const std::uint64_t wanted = std::max(needed, section.ceiling + state_.config.choices.seq_step);
  section.ceiling_asked = std::min(wanted, limits::kNumberMax);
  send_raise(section, step);
  step.out.wake({kRetry, id.value}, step.seen.now + limits::kStoreRetry);
}

void Seq::on_raised(Address replica, const v1::CeilingRaised& answer, OwnerStep& step) {
  const auto found = state_.sections.find(SectionId{answer.section()});
  if (found == state_.sections.end()) return;
  Section& section = found->second;
  if (!section.serves || answer.epoch() != section.claim.epoch) return;
  std::uint64_t& confirmed = section.raised[replica.number];
  confirmed = std::max(confirmed, answer.ceiling());  // the value that counts is the store's
  const std::uint64_t reached = quorum_ceiling(section, state_.config.write_quorum);
  if (reached <= section.ceiling) return;
  section.ceiling = reached;
  ++section.raises;
  section.ceiling_asked = std::max(section.ceiling_asked, reached);
  step.out.fact(
      {.kind = FactKind::kCeiling, .subject = answer.section(), .object = section.ceiling});
  std::deque<Archived<v1::Letter>> waiting = std::exchange(section.waiting, {});
  for (Archived<v1::Letter>& letter : waiting) {
    if (!answer_take(section, letter.value, step)) section.waiting.push_back(std::move(letter));
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
  if (missed_seal) return claim.seal(replica, is_safe_without(found->second), step);
  step.out.fact({.kind = FactKind::kFenced,
                 .subject = refusal.section(),
                 .object = refusal.epoch(),
                 .number = refusal.sealed_epoch()});
  // A majority need not know that epoch, if this one alone is left of a cut that was there before.
  found->second.claim.spent = std::max(claim.spent, refusal.sealed_epoch());
  begin_again(found->second, step);
}

void Seq::begin_again(Section& section, OwnerStep& step) {
  const SectionId id = section.claim.section;
  section.serves = false;
  section.claim.begin(id, {kRetry, id.value}, step);
  step.out.wake({kRetry, id.value}, step.seen.now + limits::kStoreRetry);
}

}  // namespace glasspost
