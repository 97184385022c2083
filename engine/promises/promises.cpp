// Every promise sees every fact and picks what it judges.
#include "engine/promises/promises.hpp"

#include <cassert>

namespace glasspost {

void Promises::observe(Time at, const Fact& fact) {
  assert(!finished_);
  if (fact.kind == FactKind::kUserJoined) {
    devices_.joined(UserId{static_cast<std::uint32_t>(fact.subject)}, fact.object);
  }
  if (fact.kind == FactKind::kDeviceStarted && !starts_empty(fact)) {
    for (const Fact& row : no_skip_.untold(fact)) {
      delivered_.shown_untold(message_of(row), DeviceId{fact.subject});
      recovery_.shown_untold(at, message_of(row), DeviceId{fact.subject});
    }
  }
  delivered_.observe(at, fact);
  numbers_rise_.observe(fact);
  no_skip_.observe(fact);
  order_.observe(fact);
  one_owner_.observe(fact);
  resend_.observe(fact);
  recovery_.observe(at, fact);
}

void Promises::lost(std::uint64_t facts) {
  delivered_.lost(facts);
  numbers_rise_.lost(facts);
  no_skip_.lost(facts);
  order_.lost(facts);
  one_owner_.lost(facts);
  resend_.lost(facts);
  recovery_.lost(facts);
}

void Promises::finish(Time last_fault_healed, Time end, Time settled) {
  assert(!finished_);
  finished_ = true;
  delivered_.finish(devices_, settled);
  resend_.finish();
  recovery_.finish(devices_, last_fault_healed, end);
}

std::vector<Verdict> Promises::verdicts() const {
  return {delivered_.verdict(), numbers_rise_.verdict(), no_skip_.verdict(), order_.verdict(),
          one_owner_.verdict(), resend_.verdict(),       recovery_.verdict()};
}

bool Promises::broken() const {
  return delivered_.broken() || numbers_rise_.broken() || no_skip_.broken() || order_.broken() ||
         one_owner_.broken() || resend_.broken() || recovery_.broken();
}

}  // namespace glasspost
