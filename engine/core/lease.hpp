// Leases: until when an owner may answer (WF 3.6). A majority of the replicas has to say, again and
// again, that it has accepted no newer owner. Counted from the instant in which the owner asked: a
// replica that accepts a newer one does so after that, and the newer one waits as long from then
// on. Clocks need not agree; their rates may differ by kClockRateErrorPpm.
//
//   owner --RenewLeases--> store --LeasesRenewed--> owner      every poll_period, all at once
//   new owner --AskRelease--> former owner --SectionReleased--> new owner      a moved section
//
// An owner obeys its lease by giving all that it says a not_after: its host withholds what would
// leave later (station.hpp). What it says to replicas needs none: those refuse older epochs.
//
// A successor need not wait for an owner with a death certificate (Config::ended), nor for one that
// has let go by its own word.
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "engine/core/archive_message.hpp"
#include "engine/core/contract.hpp"

namespace glasspost {

struct Claim;
struct OwnerStep;

// One section's lease, as its owner counts it.
struct Lease {
  Duration length = Duration(0);         // 0: none is obeyed
  std::map<std::uint64_t, Time> counts;  // by replica: from when on its newest yes counts
  Time until = Time(Duration(0));        // the owner may answer, by the lease's clock
  Time noted = Time(Duration(0));        // when a service was told last

  template <class Archive>
  void fields(Archive& archive) {
    archive(length, counts, until, noted);
  }
};

namespace leases {

// The clock that leases are measured by: the station's own, or by an unsafe choice the time of day.
Time clock_now(const OwnerStep& step);

// How often owners renew, and arbiters look: an owner that is heard again and again within
// seq.detect is not given up for one lost letter, and a lease is renewed long before its end.
Duration poll_period(const Choices& choices);

// The same for an owner, whose leases may be shorter than those that it would get now: it obeys
// what its registers say, until the next take-over.
Duration poll_period(const Choices& choices, const std::vector<Claim*>& claims);

// How long a successor waits for a lease of this length: clocks of different rates.
Duration waited_out(Duration length);

// A replica has said yes to what was sent then.
void count(Claim& claim, std::uint64_t replica, Time sent, const OwnerStep& step);

// The poll is due: asks every replica to renew all leases of this role; and says that it lives.
void renew(const std::vector<Claim*>& claims, OwnerStep& step);

// An answer.
void on_renewed(const std::vector<Claim*>& claims, const v1::Letter& letter, OwnerStep& step);

// The end of a step of an owner: nothing that it says may leave after its lease. Of several
// sections that serve, the lease that ends first counts.
void bound(const std::vector<Claim*>& claims, OwnerStep& step);

// This answer is a service in the claim's section: told as it leaves, of many now and then one.
void note_service(Claim& claim, Send& answer, const OwnerStep& step);

// The choices have changed. By another clock nothing that was counted holds: until the next renewal
// nothing is said, and former owners are waited for anew.
void on_clock(LeaseClock before, const std::vector<Claim*>& claims, OwnerStep& step);

// The claim begins again, or is over. What was said in this step under its lease is bounded by it.
void end_with_step(Claim& claim);

// Somebody asks whether this life has let go of a section. `claim`: what it has of it, or null.
void answer_release(const Claim* claim, const v1::Letter& letter, OwnerStep& step);

}  // namespace leases

}  // namespace glasspost
