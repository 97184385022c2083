// Renewing leases, and obeying them.
#include "engine/core/lease.hpp"

#include <algorithm>
#include <functional>
#include <utility>

#include "engine/core/claim.hpp"
#include "engine/core/limits.hpp"

namespace glasspost {
namespace {

constexpr Duration kPollLeast = std::chrono::milliseconds(5);

// A part of a lease that clocks of different rates may be apart at its end.
Duration rate_error(Duration length) {
  return Duration(length.count() * limits::kClockRateErrorPpm / 1'000'000 + 1);
}

Claim* claim_of(const std::vector<Claim*>& claims, SectionId section) {
  for (Claim* claim : claims) {
    if (claim->section == section) return claim;
  }
  return nullptr;
}

// A majority said yes to what was asked then, or later.
Time ends_at(const Lease& lease, const Config& config) {
  const std::size_t majority = config.replicas.size() / 2 + 1;
  if (lease.counts.size() < majority) return Time(Duration(0));
  std::vector<Time> times;
  for (const auto& [replica, from] : lease.counts)
    times.push_back(from);
  std::sort(times.begin(), times.end(), std::greater<>());
  return times[majority - 1] + lease.length - rate_error(lease.length);
}

bool holds_epoch(const Claim& claim) {
  return claim.phase == ClaimPhase::kSealing || claim.phase == ClaimPhase::kSealed;
}

}  // namespace

namespace leases {

Time clock_now(const OwnerStep& step) {
  if (step.config.choices.seq_clock == LeaseClock::kMonotonic) return step.seen.now;
  return Time(std::chrono::milliseconds(step.seen.wall_ms));
}

Duration poll_period(const Choices& choices) {
  const Duration period = std::min(choices.seq_poll, choices.seq_detect / 2);
  return choices.seq_lease == Duration(0) ? period : std::min(period, choices.seq_lease / 3);
}

Duration poll_period(const Choices& choices, const std::vector<Claim*>& claims) {
  Duration period = poll_period(choices);
  for (const Claim* claim : claims) {
    const Duration length = claim->lease.length;
    if (length > Duration(0)) period = std::min(period, std::max(length / 3, kPollLeast));
  }
  return period;
}

Duration waited_out(Duration length) {
  const Duration known = std::min(length, limits::kLeaseMax);
  return known == Duration(0) ? known : known + rate_error(known);
}

void count(Claim& claim, std::uint64_t replica, Time sent, const OwnerStep& step) {
  const bool from_send = step.config.choices.seq_lease_from == LeaseFrom::kSend;
  const Time from = from_send ? sent : clock_now(step);
  const auto [entry, is_new] = claim.lease.counts.try_emplace(replica, from);
  // By a wall clock that was set back, later is not more.
  const bool wall = step.config.choices.seq_clock == LeaseClock::kWall;
  if (!is_new) entry->second = wall ? from : std::max(entry->second, from);
  claim.lease.until = ends_at(claim.lease, step.config);
}

namespace {

// The picture of all leases of a role: of its sections that serve, the one that ends first.
void tell(const std::vector<Claim*>& claims, OwnerStep& step) {
  std::uint64_t sections = 0;
  Time until = kNever;
  Duration length(0);
  for (const Claim* claim : claims) {
    if (claim->phase != ClaimPhase::kSealed || claim->must_wait(step)) continue;
    ++sections;
    length = claim->lease.length;
    until = std::min(until, claim->lease.until);
  }
  if (sections == 0) return;
  const Time end = step.seen.now + (until - clock_now(step));
  step.out.fact({.kind = FactKind::kLeased,
                 .subject = sections,
                 .object = static_cast<std::uint64_t>(to_us(end)),
                 .number = static_cast<std::uint64_t>(to_us(length))});
}

}  // namespace

void renew(const std::vector<Claim*>& claims, OwnerStep& step) {
  tell(claims, step);
  for (Address replica : step.config.replicas) {
    v1::RenewLeases& ask = *step.out.send(replica).letter.mutable_renew_leases();
    ask.set_sent_us(to_us(clock_now(step)));
    for (const Claim* claim : claims) {
      if (!holds_epoch(*claim)) continue;
      v1::HeldSection& held = *ask.add_sections();
      held.set_section(claim->section.value);
      held.set_epoch(claim->epoch);
      held.set_replica_set(claim->replica_set);
    }
  }
}

void on_renewed(const std::vector<Claim*>& claims, const v1::Letter& letter, OwnerStep& step) {
  const v1::LeasesRenewed& renewed = letter.leases_renewed();
  const Time sent = time_from_us(renewed.sent_us());
  const std::vector<Address>& replicas = step.config.replicas;
  const Address replica = unpack(letter.source());
  const bool is_replica = std::find(replicas.begin(), replicas.end(), replica) != replicas.end();
  if (!is_replica || sent > clock_now(step)) return;
  for (const v1::HeldSection& held : renewed.sections()) {
    Claim* claim = claim_of(claims, SectionId{held.section()});
    if (claim == nullptr || !holds_epoch(*claim) || held.epoch() != claim->epoch) continue;
    if (held.replica_set() != claim->replica_set) continue;
    count(*claim, replica.number, sent, step);
  }
}

void bound(const std::vector<Claim*>& claims, OwnerStep& step) {
  Time end = kNever;
  for (Claim* claim : claims) {
    end = std::min(end, std::exchange(claim->said_until, kNever));
    const bool obeys = claim->phase == ClaimPhase::kSealed && claim->lease.length > Duration(0);
    if (obeys && !claim->must_wait(step)) end = std::min(end, claim->lease.until);
  }
  if (end == kNever) return;
  const Time latest = step.seen.now + (end - clock_now(step));
  for (Send& send : step.out.sends) {
    const bool to_store = unpack(send.letter.target()).kind == RoleKind::kStore;
    if (!to_store) send.not_after = std::min(send.not_after, latest);
  }
}

void on_clock(LeaseClock before, const std::vector<Claim*>& claims, OwnerStep& step) {
  if (before == step.config.choices.seq_clock) return;
  for (Claim* claim : claims) {
    claim->lease.counts.clear();
    claim->lease.until = Time(Duration(0));
    claim->wait_for_former(step);
  }
}

void end_with_step(Claim& claim) {
  const bool obeys = claim.phase == ClaimPhase::kSealed && claim.lease.length > Duration(0);
  if (obeys) claim.said_until = std::min(claim.said_until, claim.lease.until);
}

void note_service(Claim& claim, Send& answer, const OwnerStep& step) {
  if (step.seen.now - claim.lease.noted < limits::kServiceNoted) return;
  claim.lease.noted = step.seen.now;
  step.out.fact_as_leaves(
      answer, {.kind = FactKind::kServes, .subject = claim.section.value, .object = claim.epoch});
}

void answer_release(const Claim* claim, const v1::Letter& letter, OwnerStep& step) {
  const v1::AskRelease& ask = letter.ask_release();
  // A later life of this role says nothing for an earlier one: it cannot know what that one held.
  if (ask.owner_boot() != step.seen.boot.value) return;
  if (claim != nullptr && claim->epoch == ask.epoch()) return;
  // It may be winning just that epoch, and not know yet.
  const bool is_winning = claim != nullptr && claim->phase == ClaimPhase::kRegister;
  if (is_winning && claim->spent < ask.epoch()) return;
  Send& send = step.out.send(unpack(letter.source()));
  v1::SectionReleased& released = *send.letter.mutable_section_released();
  released.set_section(ask.section());
  released.set_epoch(ask.epoch());
  released.set_owner_boot(ask.owner_boot());
}

}  // namespace leases
}  // namespace glasspost
