// The home's invariants. The world calls this between steps.
#include "engine/core/membership.hpp"
#include "engine/roles/conversation/conversation.hpp"

namespace glasspost {
namespace {

std::string broken_thread(const Conversation::Section& section, ConversationId conversation,
                          const Conversation::Thread& thread) {
  if (thread.committed > thread.last) return "I3: committed above last";
  if (!section.log.serving()) return {};
  const MessageKey newest{conversation, thread.last};
  const bool placed =
      section.positions.contains(newest) || section.checkpoint.closing.contains(newest);
  if (thread.last > thread.committed && !placed) {
    return "I1: a number that is not committed has no place in the log";
  }
  if (thread.indexed_to > thread.committed) return "I3: indexed_to above committed";
  for (UserId user : members_of(conversation)) {
    const Conversation::Progress* progress = section.progress.find({conversation, user});
    if (progress == nullptr) continue;
    if (progress->confirmed < thread.indexed_to) return "I3: confirmed below indexed_to";
    if (progress->confirmed > thread.committed) return "I3: confirmed above committed";
    if (progress->sent > thread.committed) return "I4: rows sent above the horizon";
  }
  return {};
}

}  // namespace

std::string Conversation::broken_invariant() const {
  for (const auto& [id, section] : state_.sections) {
    for (const auto& entry : section.folded.threads) {
      const std::string broken = broken_thread(section, entry.key, entry.value);
      if (!broken.empty()) return broken + " in " + to_text(entry.key);
    }
    const bool waits = !section.answers.empty();
    if (waits && section.answers.begin()->first <= section.log.horizon && section.log.serving()) {
      return "I4: an answer at or below the horizon still waits in " + to_text(id);
    }
  }
  return {};
}

}  // namespace glasspost
