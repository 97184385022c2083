// The allocator's invariants. The world calls this between steps.
#include "engine/roles/seq/seq.hpp"

namespace glasspost {

std::string Seq::broken_invariant() const {
  for (const auto& [id, section] : state_.sections) {
    const std::string where = " in " + to_text(id);
    if (!section.serves) continue;
    if (section.claim.phase != ClaimPhase::kSealed) return "I2: it serves unsealed" + where;
    if (section.floor > section.ceiling) return "I1: the floor is above the ceiling" + where;
    if (section.highest > section.ceiling) return "I1: handed out above the ceiling" + where;
    bool outside = false;
    const Section& looked_at = section;  // clang 14 captures no structured binding
    section.last.for_each([&looked_at, &outside](std::size_t, std::uint64_t last) {
      outside = outside || last <= looked_at.floor || last > looked_at.highest;
    });
    if (outside) return "I1: a user's last number is outside floor .. highest" + where;
  }
  return {};
}

}  // namespace glasspost
