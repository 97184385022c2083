// Polling the replicas: which owner is silent, and which are heard.
#include "engine/roles/arbiter/arbiter.hpp"

#include <algorithm>

#include "engine/core/lease.hpp"
#include "engine/core/limits.hpp"

namespace glasspost {
namespace {

bool is_majority(std::size_t count, const Config& config) {
  return count > config.replicas.size() / 2;
}

// Older news is no news: a replica that does not answer has no say.
bool is_fresh(const Arbiter::Reading& reading, const OwnerStep& step) {
  const Duration period = leases::poll_period(step.config.choices);
  return step.seen.now - reading.at <= std::max(2 * period, limits::kStoreRetry);
}

}  // namespace

void Arbiter::step(const Input& input, const Seen& seen, Outbox& out) {
  OwnerStep step{state_.self, state_.config, seen, out};
  switch (input.kind) {
    case Input::Kind::kConfig:
      state_.config = *input.config;
      out.wake({kPoll, 0}, seen.now + leases::poll_period(state_.config.choices));
      return;
    case Input::Kind::kStart:
      return on_poll(step);
    case Input::Kind::kLetters:
      for (const v1::Letter& letter : input.letters)
        on_letter(letter, step);
      return;
    case Input::Kind::kTimer:
      if (input.timer.kind == kPoll) return on_poll(step);
      return state_.change.resend(step);
    case Input::Kind::kPeer:
      return;
  }
}

void Arbiter::on_poll(OwnerStep& step) {
  for (Address replica : state_.config.replicas)
    step.out.send(replica).letter.mutable_read_owners();
  state_.change.resend(step);
  admit(step);
  look(step);
  step.out.wake({kPoll, 0}, step.seen.now + leases::poll_period(state_.config.choices));
}

void Arbiter::on_letter(const v1::Letter& letter, OwnerStep& step) {
  const Address source = unpack(letter.source());
  switch (letter.body_case()) {
    case v1::Letter::kOwnersRead:
      return on_owners(source, letter.owners_read(), step);
    case v1::Letter::kRegisterPromised:
      return on_promised(letter, step);
    case v1::Letter::kRegisterAccepted:
      return on_accepted(letter, step);
    case v1::Letter::kRegisterRefused:
      if (state_.change.on_refused(letter.register_refused(), step)) {
        step.out.wake({kBallot, 0}, state_.change.again_at);
      }
      return;
    case v1::Letter::kReplicaSetChanged:
      return on_replica_set(letter.replica_set_changed().replica_set(), step);
    case v1::Letter::kSectionSealed:
      if (!state_.write_again) state_.admitted[source.number] = state_.replica_set;
      return;
    default:
      return;
  }
}

void Arbiter::on_owners(Address replica, const v1::OwnersRead& read, OwnerStep& step) {
  Reading& reading = state_.readings[replica.number];
  reading = {step.seen.now, Duration(read.up_us()), {}, read.cut_version(), {}};
  for (std::uint32_t section : read.cut_unserved())
    reading.unserved.insert(SectionId{section});
  for (const v1::OwnerHeard& one : read.owners())
    reading.heard[unpack(one.owner())] = {one.owner_boot(), Duration(one.silent_us())};
  on_replica_set(read.replica_set(), step);
}

// How many replicas say that they have not heard this owner for too long.
std::size_t Arbiter::silent_at(Address owner, const OwnerStep& step) const {
  const Duration detect = state_.config.choices.seq_detect;
  const auto is_silent = [&](const auto& entry) {
    const Reading& reading = entry.second;
    if (!is_fresh(reading, step)) return false;
    const auto heard = reading.heard.find(owner);
    if (heard != reading.heard.end()) return heard->second.silent > detect;
    return reading.up > detect + limits::kFirstHeard;
  };
  return static_cast<std::size_t>(
      std::count_if(state_.readings.begin(), state_.readings.end(), is_silent));
}

std::size_t Arbiter::heard_at(Address owner, const OwnerStep& step) const {
  const auto is_heard = [&](const auto& entry) {
    const auto heard = entry.second.heard.find(owner);
    return is_fresh(entry.second, step) && heard != entry.second.heard.end() &&
           heard->second.silent <= state_.config.choices.seq_detect;
  };
  return static_cast<std::size_t>(
      std::count_if(state_.readings.begin(), state_.readings.end(), is_heard));
}

// May the users be cut anew? Only once every section of the cut before is served: who serves next
// then has one cut to close, not a row of them (seq.hpp).
bool Arbiter::may_cut(const Config& by, const OwnerStep& step) const {
  if (state_.config.choices.seq_section == by.seq_cut) return false;
  if (by.seq_cut_version == 0) return true;
  const auto has_ceiling = [&](SectionId section, const Reading& reading) {
    return is_fresh(reading, step) && reading.cut_version == by.seq_cut_version &&
           !reading.unserved.contains(section);
  };
  for (SectionId section : by.sections()) {
    if (kind_of(section) != SectionKind::kSeq) continue;
    const auto ceilings =
        std::count_if(state_.readings.begin(), state_.readings.end(),
                      [&](const auto& entry) { return has_ceiling(section, entry.second); });
    if (static_cast<std::uint32_t>(ceilings) < state_.config.write_quorum) return false;
  }
  return true;
}

// Is there somebody to give up, whose sections somebody else can have?
void Arbiter::look(OwnerStep& step) {
  for (Address owner : state_.config.owners) {
    if (is_majority(heard_at(owner, step), state_.config)) state_.suspected.erase(owner);
    const std::size_t replicas = silent_at(owner, step);
    if (!is_majority(replicas, state_.config) || state_.config.sections_of(owner).empty()) continue;
    const bool is_news = state_.suspected.try_emplace(owner, true).second;
    if (!is_news) continue;
    Heard last;
    for (const auto& [replica, reading] : state_.readings) {
      const auto heard = reading.heard.find(owner);
      if (heard != reading.heard.end()) last = heard->second;
    }
    step.out.fact({.kind = FactKind::kSuspected,
                   .subject = pack(owner),
                   .object = last.boot,
                   .number = static_cast<std::uint64_t>(to_us(last.silent)),
                   .value = replicas});
  }
  // The first time also to learn what the register says: nobody else may know.
  const bool must_read = state_.write_again || state_.chosen == 0;
  const bool must_change = spread(state_.config, step).version() > state_.config.route_version;
  if (must_read || must_change) begin_change(step);
}

}  // namespace glasspost
