// The mailbox's invariants. The world calls this between steps.
#include "engine/roles/mailbox/mailbox.hpp"

namespace glasspost {
namespace {

std::string broken_section(const Mailbox::Section& section) {
  for (const auto& entry : section.folded.inboxes) {
    if (entry.value.visible > entry.value.used) return "I3: visible above used";
    const auto* row = section.folded.rows.last_below({UserId{entry.key.value + 1}, 0});
    const bool mine = row != nullptr && row->key.user == entry.key;
    const std::uint64_t newest = mine ? row->key.inbox_number : 0;
    if (newest != entry.value.visible) return "I1: the newest row is not the visible one";
  }
  for (const auto& entry : section.folded.indexed) {
    if (entry.value.durable > entry.value.accepted) return "I2: durable above accepted";
  }
  if (!section.log.serving()) return {};
  if (!section.appended.empty() && section.appended.front().position <= section.log.horizon) {
    return "I4: rows at or below the horizon are not visible";
  }
  return {};
}

}  // namespace

std::string Mailbox::broken_invariant() const {
  for (const auto& [id, section] : state_.sections) {
    const std::string broken = broken_section(section);
    if (!broken.empty()) return broken + " in " + to_text(id);
  }
  return {};
}

}  // namespace glasspost
