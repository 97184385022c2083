// Driving a virtual world for a window.
#include "viz/model/sim_source.hpp"

#include <algorithm>

#include "engine/core/numbers.hpp"
#include "engine/virtual/shape.hpp"
#include "engine/virtual/world.hpp"
#include "engine/virtual/world_numbers.hpp"

namespace glasspost::viz {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr Duration kMostAPoll = seconds(2);
constexpr Duration kMinute = std::chrono::minutes(1);

Scenario scenario_of(const SimWish& wish) {
  const FaultProfile profile = wish.hostile ? FaultProfile::kHostile : FaultProfile::kNone;
  Scenario scenario = make_scenario(wish.seed, profile, wish.length);
  if (!wish.hostile) {
    scenario.placement = wish.placement == "merged" ? Placement::kMerged : Placement::kSplit;
  }
  scenario.quiet = Duration(0);  // people write until the end
  return scenario;
}

// Minute after minute of faults, each with a quiet end in which everything must recover: a window
// may be looked at for long. The first minute is that of `glasspost sim --seed`.
FaultPlan plan_of(const Scenario& whole) {
  FaultPlan plan;
  for (std::uint64_t minute = 0; kMinute * static_cast<int>(minute + 1) <= whole.length; ++minute) {
    Scenario one = make_scenario(whole.seed, whole.profile, kMinute);
    if (minute > 0) one.seed = derive_seed(whole.seed, "minute", minute);
    for (Fault fault : make_plan(one)) {
      fault.at += kMinute * static_cast<int>(minute);
      plan.push_back(fault);
    }
  }
  return plan;
}

// What a tool does in the virtual world; `whole`: to every way of the process.
struct Strike {
  FaultKind kind = FaultKind::kCrash;
  Duration length = Duration(0);
  bool whole = false;
};

Strike strike_of(FaultTool tool) {
  switch (tool) {
    case FaultTool::kKill:
      return {FaultKind::kCrash, seconds(1), false};
    case FaultTool::kFreeze:
      return {FaultKind::kFreeze, seconds(5), false};
    case FaultTool::kSlowDisk:
      return {FaultKind::kSlowDisk, seconds(10), false};
    case FaultTool::kDrop:
      return {FaultKind::kNoise, seconds(10), false};
    case FaultTool::kDelay:
      return {FaultKind::kSlowLink, seconds(8), true};
    case FaultTool::kCut:
      return {FaultKind::kCutTwoWay, seconds(5), true};
    case FaultTool::kClock:
      return {FaultKind::kClockBack, seconds(5), false};
    case FaultTool::kPause:
      return {FaultKind::kFreeze, milliseconds(500), false};
  }
  return {};
}

}  // namespace

class SimSource::Inside {
 public:
  explicit Inside(const SimWish& wish)
      : scenario_(scenario_of(wish)),
        plan_(wish.hostile ? plan_of(scenario_) : FaultPlan{}),
        world_(scenario_, plan_),
        watch_(1, true),
        labels_(labels_of(scenario_)) {
    world_.watch(&watch_);
    nodes_ = server_nodes(scenario_);
  }

  Scenario scenario_;
  FaultPlan plan_;
  World world_;
  WorldWatch watch_;
  RunLabels labels_;
  std::vector<NodeShape> nodes_;
  Time ran_ = Time(Duration(0));
  Time told_ = Time(Duration(0));
  bool ended_ = false;
};

SimSource::SimSource(const SimWish& wish) : inside_(std::make_unique<Inside>(wish)) {}
SimSource::~SimSource() = default;

const RunLabels& SimSource::labels() const {
  return inside_->labels_;
}

Time SimSource::ends() const {
  return inside_->told_;
}

std::string SimSource::trouble() const {
  const std::string& trouble = inside_->world_.trouble();
  if (!trouble.empty()) return trouble;
  return inside_->ended_ ? "the simulation has come to its end" : std::string();
}

FactBatch SimSource::poll(Time wanted) {
  Inside& in = *inside_;
  FactBatch batch;
  batch.until = in.told_;
  batch.ended = in.ended_;
  if (in.ended_ || wanted <= in.told_) return batch;
  const Time end = Time(in.scenario_.length);
  const Time target = std::min(wanted, in.told_ + kMostAPoll);
  in.ran_ = std::max(in.ran_, std::min(end, target + WorldWatch::kLateness));
  in.world_.run_until(in.ran_);
  if (in.ran_ >= end) {
    in.ended_ = true;
    in.told_ = end;
    batch.facts = in.watch_.close(end);
  } else {
    in.told_ = target;
    batch.facts = in.watch_.take(target);
  }
  batch.until = in.told_;
  batch.ended = in.ended_;
  return batch;
}

std::string SimSource::no_fault_because(FaultTool) {
  return {};  // a virtual world can do all of them
}

std::string SimSource::strike(FaultTool tool, const std::string& process) {
  Inside& in = *inside_;
  std::string not_here = no_fault_because(tool);
  if (!not_here.empty()) return not_here;
  const auto found =
      std::find_if(in.nodes_.begin(), in.nodes_.end(),
                   [&process](const NodeShape& node) { return node.name == process; });
  if (found == in.nodes_.end()) return "there is no process " + process;
  const auto node = static_cast<std::uint16_t>(found - in.nodes_.begin() + 1);
  const Strike strike = strike_of(tool);
  if (!strike.whole) {
    in.world_.strike({strike.kind, in.ran_, strike.length, node, 0});
    return {};
  }
  const auto last = static_cast<std::uint16_t>(in.nodes_.size());
  for (std::uint16_t peer = 1; peer <= last; ++peer) {
    if (peer != node) in.world_.strike({strike.kind, in.ran_, strike.length, node, peer});
  }
  return {};
}

std::vector<Numbered> SimSource::users_of(SectionId section, std::size_t most) const {
  return numbered_users(make_config(inside_->scenario_), {}, section, most);
}

std::string SimSource::why_next_number(UserId user) const {
  if (user.value < 1 || user.value > make_config(inside_->scenario_).users_max()) return {};
  return why_next(look_at_numbers(inside_->world_, user));
}

Status SimSource::choose(const std::string& key, const std::string& value) {
  return inside_->world_.choose(key, value);
}

}  // namespace glasspost::viz
