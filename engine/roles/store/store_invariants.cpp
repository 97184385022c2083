// The store's invariants, as far as its memory shows them. The world calls this between steps.
#include "engine/roles/store/store.hpp"

namespace glasspost {

std::string Store::broken_invariant() const {
  for (const auto& [number, row] : state_.sections) {
    const v1::SectionRecord& record = row.record.value;
    const std::string where = " in " + to_text(SectionId{number});
    if (record.start_epoch() > record.sealed_epoch())
      return "I1: started before it was sealed" + where;
    if (row.settled > row.last) return "I2: settled beyond the last position" + where;
    const v1::CheckpointRecord& checkpoint = record.checkpoint();
    if (checkpoint.last() > row.last) return "I5: a checkpoint beyond the last position" + where;
  }
  return {};
}

}  // namespace glasspost
