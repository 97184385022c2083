// What somebody did to the cluster, and what came of it: the marks of the time machine and the
// bands in plots.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/base/ids.hpp"
#include "engine/base/time.hpp"
#include "engine/proto/fact.hpp"
#include "viz/model/processes.hpp"

namespace glasspost::viz {

enum class MarkKind : std::uint8_t {
  kFault = 0,    // something was broken
  kHealed = 1,   // ... and is well again
  kToggle = 2,   // a choice was set
  kPromise = 3,  // a promise broke
  kPin = 4,
  kLoss = 5  // facts are missing from here
};

struct Mark {
  Time at;
  MarkKind kind = MarkKind::kFault;
  std::string text;  // "kill mailbox-1"
  NodeId node;       // 0: of the whole cluster
};

// A fault from its beginning to its end.
struct FaultSpan {
  Time from;
  Time to = kNever;  // kNever: still there
  NodeId node;
  std::string text;
};

class Deeds {
 public:
  void apply(const Fact& fact, const Processes& processes);

  // Oldest first. Bounded: the oldest go.
  const std::vector<Mark>& marks() const { return marks_; }
  const std::vector<FaultSpan>& faults() const { return faults_; }
  bool any_fault(Time now) const;
  // The fault that a process has now, in words: "slow disk store-1"; empty: none.
  std::string fault_of(NodeId node, Time now) const;
  Time last_healed() const { return last_healed_; }

  void add(Mark mark);

 private:
  void begin_fault(Time now, NodeId node, std::string text);
  void end_fault(Time now, NodeId node);

  std::vector<Mark> marks_;
  std::vector<FaultSpan> faults_;
  std::vector<NodeId> seen_;  // processes that were started once: a later start is no news
  Time last_healed_ = Time(Duration(0));
};

}  // namespace glasspost::viz
