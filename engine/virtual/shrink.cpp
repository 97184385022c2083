// A smaller plan that still breaks the same promise. All draws of a run but the plan come from
// streams of their own, so a fault that is taken away changes only what it did.
#include <cassert>

#include "engine/virtual/run.hpp"

namespace glasspost {

RunReport shrink(const RunReport& broken, const std::function<void(std::size_t)>& progress) {
  assert(broken.broken() >= 0);
  RunReport smallest = broken;
  bool smaller = true;
  while (smaller) {
    smaller = false;
    for (std::size_t index = smallest.plan.size(); index-- > 0;) {
      FaultPlan plan = smallest.plan;
      plan.erase(plan.begin() + static_cast<std::ptrdiff_t>(index));
      RunReport tried = run_plan(smallest.scenario, plan);
      if (tried.broken() != broken.broken()) continue;
      smallest = std::move(tried);
      smaller = true;
      progress(smallest.plan.size());
    }
  }
  return smallest;
}

}  // namespace glasspost
