// The mailbox's invariants. The world calls this between steps.
#include "engine/roles/mailbox/mailbox.hpp"

namespace glasspost {
namespace {

// The number of the user's last row.
std::uint64_t newest_row(const Mailbox::Section& section, UserId user,
                         const Mailbox::Inbox& inbox) {
  for (const Mailbox::Rows* rows : {&section.rows, &section.checkpoint.closing}) {
    const auto* row = rows->last_below({UserId{user.value + 1}, 0});
    if (row != nullptr && row->key.user == user) return row->key.inbox_number;
  }
  return inbox.archived;
}

std::string broken_section(const Mailbox::Section& section) {
  for (const auto& entry : section.folded.inboxes) {
    if (entry.value.visible > entry.value.used) return "I3: visible above used";
    if (entry.value.archived > entry.value.visible) return "I3: archived above visible";
    const std::uint64_t newest = newest_row(section, entry.key, entry.value);
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
