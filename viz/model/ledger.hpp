// Who owns which section, and which numbers are handed out, reserved and skipped for ever. Only
// what facts tell: of an owner that nobody spoke of nothing is known.
//
//   kRouted, kClaimed, kServing, kServes  -> who owns a section, and whether it is served
//   kServing, kHandedOut, kCeiling        -> the lane of a section of numbers
//   kLeased                               -> until when an owner may answer
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "engine/base/ids.hpp"
#include "engine/base/time.hpp"
#include "engine/core/address.hpp"
#include "engine/proto/fact.hpp"

namespace glasspost::viz {

// A role as facts name it.
Address role_from_fact(std::uint32_t fact_role);
std::uint32_t fact_role_from(Address role);

// The cut of the users into sections of numbers, as routes tell of it. Sections of an older cut
// serve nobody any more, whatever is still told of them.
class CutTold {
 public:
  // True if the users were cut anew.
  bool hear(const Fact& routed);
  bool is_over(SectionId section) const;

 private:
  SeqCut cut_ = SeqCut::kWhole;
  std::uint64_t version_ = 0;  // of the routes; 0: nobody told, any cut may be in force
};

struct Ownership {
  Address owner;   // by the newest route or claim
  Address before;  // who had it until the routes gave it away; kNone: nobody yet
  std::uint64_t epoch = 0;
  bool serves = false;             // the owner has said that it does, under this epoch
  Time moved = Time(Duration(0));  // when the routes gave it to another one last
  Time serves_since = Time(Duration(0));
};

// The numbers of one owner's time: it began above `floor`.
struct Stretch {
  std::uint64_t epoch = 0;  // 0: it began before anybody told
  Address owner;
  std::uint64_t floor = 0;
  std::uint64_t highest = 0;  // handed out to anybody, as far as it was told; floor: none yet
  Time from = Time(Duration(0));
};

// A section of numbers. What lies between the highest number of a stretch and the floor of the next
// one is skipped for ever.
struct NumberLane {
  std::vector<Stretch> stretches;  // oldest first; bounded, the oldest go
  std::uint64_t ceiling = 0;       // durable
  std::uint64_t raises = 0;
  std::uint64_t handed = 0;  // so many numbers were told of

  std::uint64_t highest() const { return stretches.empty() ? 0 : stretches.back().highest; }
  std::uint64_t skipped() const;
  // Numbers a second, over the last whole second.
  double rate(Time now) const;

  Time slice = Time(Duration(0));  // of one second: begins here
  std::uint64_t in_slice = 0;
  std::uint64_t before_slice = 0;
};

// What an owner said of its leases last.
struct LeaseTold {
  NodeId node;
  Time told = Time(Duration(0));
  Time until = Time(Duration(0));  // of the sections that it serves, the lease that ends first
  Duration length = Duration(0);   // 0: it obeys none
  std::uint64_t sections = 0;

  bool obeyed() const { return length > Duration(0); }
  bool ran_out(Time now) const { return obeyed() && now >= until; }
  // 1: just renewed, 0: over.
  double left(Time now) const;
};

class Ledger {
 public:
  void apply(const Fact& fact);

  const std::map<SectionId, Ownership>& sections() const { return sections_; }
  const std::map<SectionId, NumberLane>& lanes() const { return lanes_; }
  const std::map<Address, LeaseTold>& leases() const { return leases_; }

 private:
  void routed(const Fact& fact);
  void served(const Fact& fact);
  void began(const Fact& fact);
  void handed_out(const Fact& fact);

  CutTold cut_;
  std::map<SectionId, Ownership> sections_;
  std::map<SectionId, NumberLane> lanes_;
  std::map<Address, LeaseTold> leases_;
};

}  // namespace glasspost::viz
