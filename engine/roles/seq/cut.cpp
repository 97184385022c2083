// A new cut of the users: the sections of the cut before are closed, and their ceilings kept. They
// are taken over like others (core/claim.hpp), but without a lease and for good.
#include <algorithm>
#include <set>

#include "engine/core/limits.hpp"
#include "engine/core/section_log.hpp"
#include "engine/roles/seq/seq.hpp"

namespace glasspost {
namespace {

// Nobody can be handed anything under it any more.
bool is_closed(const Claim& claim, const OwnerStep& step) {
  return claim.phase == ClaimPhase::kSealed && !claim.must_wait(step);
}

}  // namespace

// The ceiling that was found was raised under this cut: by an owner that had closed what was
// before. REQUIRES: the section's claim is sealed.
bool Seq::is_above_all_cuts(const Section& section) const {
  return section.claim.cut_version_max() >= section.cut_version;
}

// Of another cut: what was closed for it may be served again by now.
void Seq::forget_cut() {
  if (state_.closing_for == state_.config.seq_cut_version) return;
  state_.closing_for = state_.config.seq_cut_version;
  for (const auto& [id, claim] : state_.closing)
    state_.past[id] = claim.past();
  state_.closing.clear();
}

// Sections that were ours have gone to others: who has them closes what they need.
void Seq::forget_needless() {
  std::set<SectionId> needed;
  for (const auto& [id, section] : state_.sections) {
    for (SectionId before : state_.config.sections_before(id))
      needed.insert(before);
  }
  std::erase_if(state_.closing, [&](const auto& entry) {
    if (needed.contains(entry.first)) return false;
    state_.past[entry.first] = entry.second.past();
    return true;
  });
}

// Begins to close what is not being closed yet.
bool Seq::has_closed(const Section& section, OwnerStep& step) {
  bool all = true;
  for (SectionId before : state_.config.sections_before(section.claim.section)) {
    const auto [found, is_new] = state_.closing.try_emplace(before);
    Claim& claim = found->second;
    if (is_new) {
      claim.closing = true;
      claim.remember(state_.past[before]);
      claim.begin(before, {kRetry, before.value}, step);
      step.out.wake({kRetry, before.value}, step.seen.now + limits::kStoreRetry);
    }
    all = is_closed(claim, step) && all;
  }
  return all;
}

// The highest ceiling of what was closed for a section; 0 if nothing was.
std::uint64_t Seq::ceiling_before(const Section& section) const {
  if (is_above_all_cuts(section)) return 0;
  std::uint64_t highest = 0;
  for (SectionId before : state_.config.sections_before(section.claim.section))
    highest = std::max(highest, state_.closing.at(before).ceiling_max());
  return highest;
}

Claim* Seq::closing_named(SectionId id) {
  const auto found = state_.closing.find(id);
  return found == state_.closing.end() ? nullptr : &found->second;
}

void Seq::on_closing_letter(Claim& claim, const v1::Letter& letter, OwnerStep& step) {
  const Address source = unpack(letter.source());
  const bool was_sealed = claim.phase == ClaimPhase::kSealed;
  bool again = false;
  switch (letter.body_case()) {
    case v1::Letter::kSectionSealed:
      claim.on_sealed(source, letter.section_sealed(), step);
      break;
    case v1::Letter::kSectionReleased:
      claim.on_released(source, letter.section_released());
      break;
    case v1::Letter::kEpochRefused:
      // Another owner closes it, too, for users of its own. Sealed is sealed, by whomever.
      again = letter.epoch_refused().epoch() == claim.epoch && !was_sealed;
      if (again) claim.spent = std::max(claim.spent, letter.epoch_refused().sealed_epoch());
      break;
    case v1::Letter::kReplicaSetChanged:
      again =
          claim.on_replica_set(source, letter.replica_set_changed(), state_.config) && !was_sealed;
      break;
    default:
      claim.on_register(letter, step);
      break;
  }
  if (again) claim.begin(claim.section, claim.timer, step);
  go_on(step);
}

void Seq::on_closing_retry(Claim& claim, OwnerStep& step) {
  claim.on_timer(step);
  if (is_closed(claim, step)) return go_on(step);
  claim.resend(step);
  step.out.wake(claim.timer, step.seen.now + limits::kStoreRetry);
}

// Something was closed: perhaps a section can begin.
void Seq::go_on(OwnerStep& step) {
  for (auto& [id, section] : state_.sections)
    try_serve(section, step);
}

}  // namespace glasspost
