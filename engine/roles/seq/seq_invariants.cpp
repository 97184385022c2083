// The allocator's invariants. The world calls this between steps.
#include "engine/roles/seq/seq.hpp"

namespace glasspost {

std::string Seq::broken_invariant() const {
  for (const auto& [id, section] : state_.sections) {
    const std::string where = " in " + to_text(id);
    if (section.claim.phase != ClaimPhase::kSealed) {
      continue;
    }
    if (section.floor > section.ceiling) return "I1: the floor is above the ceiling" + where;
    if (section.highest > section.ceiling) return "I1: handed out above the ceiling" + where;
    bool outside = false;
    section.last.for_each([&section, &outside](std::size_t, std::uint64_t last) {
      outside = outside || last <= section.floor || last > section.highest;
    });
    if (outside) return "I1: a user's last number is outside floor .. highest" + where;
  }
  return {};
}

}  // namespace glasspost
