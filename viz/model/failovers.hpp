// How sections came to another owner, or to the next life of the same one: when its silence was
// noticed, when the routes changed, what the heir waited for, and when it served. Sections that
// move together are one failover; a step ends with the last of them. Routes change within "decide".
//
//   silent -detect- suspected -decide- claimed -seal- sealed -wait- waited -serve- serving
//
// The same owner again: ended -restart- claimed, and on from there.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "engine/base/ids.hpp"
#include "engine/base/time.hpp"
#include "engine/core/address.hpp"
#include "engine/proto/fact.hpp"
#include "viz/model/ledger.hpp"

namespace glasspost::viz {

inline constexpr Time kNotYet = Time(Duration(0));

enum class FailoverStep : std::uint8_t { kDetect, kRestart, kDecide, kSeal, kWait, kServe };

struct StepSpan {
  FailoverStep step = FailoverStep::kDetect;
  Time from, to;
  bool open = false;  // it is not over yet
};

struct Failover {
  Address before;  // the same as `after`: its next life came back in time
  Address after;
  std::uint64_t version = 0;  // of the routes; 0: they did not change
  std::uint64_t boot = 0;     // of the heir
  std::uint32_t sections = 0;
  std::uint32_t served = 0;
  std::uint32_t passed_on = 0;  // they went to somebody else before they were served
  // The instants above; kNotYet: not told, or not reached.
  Time silent = kNotYet, ended = kNotYet, suspected = kNotYet, routed = kNotYet, claimed = kNotYet,
       waits_until = kNotYet, sealed = kNotYet, serving = kNotYet;
  Duration waits = Duration(0);  // for leases of former owners; 0: all of them are known to be over
  // The choices under which it happened.
  Duration detect = Duration(0), poll = Duration(0), lease = Duration(0);

  bool over() const { return served + passed_on >= sections; }
  bool moved() const { return before != after; }
  // The first instant that is known of it.
  Time begins() const;
  // Whether it is told since when nobody served.
  bool begin_told() const { return silent != kNotYet || ended != kNotYet; }
  // From there until the last section was served, or until now.
  Duration gap(Time now) const;
  // The most that it may take: D + P + N. Without a move nothing is to be detected.
  Duration predicted() const { return detect + poll + lease; }
  // The steps that have begun, in order, without the empty ones.
  std::vector<StepSpan> steps(Time now) const;
};

class Failovers {
 public:
  // Choices in force, by key.
  using Choices = std::map<std::string, std::string>;

  void apply(const Fact& fact, const Choices& choices);

  // Oldest first; bounded, the oldest go.
  const std::vector<Failover>& all() const { return all_; }

 private:
  struct Suspicion {
    Time silent = kNotYet, at = kNotYet;
  };
  // A section that is on its way.
  struct Open {
    std::uint64_t failover = 0;  // its place, counted from the first failover that ever was
    std::uint64_t epoch = 0;     // 0: not claimed yet
  };

  void suspected(const Fact& fact);
  void routed(const Fact& fact, const Choices& choices);
  void forget_cut();
  void claimed(const Fact& fact);
  void begin_again(const Fact& fact);
  void sealed(const Fact& fact);
  void serving(const Fact& fact);

  Failover* failover_of(SectionId section);
  void add(SectionId section, const Failover& made);
  void join(SectionId section, std::size_t place);

  std::vector<Failover> all_;
  std::uint64_t forgotten_ = 0;  // so many are not in all_ any more
  CutTold cut_;
  std::map<SectionId, Open> open_;
  std::map<SectionId, Address> owners_;          // who served it last
  std::map<SectionId, std::uint64_t> versions_;  // the newest route of it
  std::map<Address, Suspicion> suspicions_;
  std::map<Address, NodeId> homes_;  // of those who served
  std::map<NodeId, Time> ended_;     // lives that nobody has followed by serving
};

}  // namespace glasspost::viz
